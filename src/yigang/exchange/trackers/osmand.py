"""The OsmAnd protocol, as Traccar Client and OsmAnd send it.

The older form has everything in the query (GET or POST) or in a form: id or deviceid, timestamp, lat and lon or location,
speed in knots, bearing or heading, altitude, accuracy, batt, mock. The newer form is JSON: `device_id` and `location`, one or
a list of them, each with `timestamp` and `coords` (speed in metres a second), `battery.level` from 0 to 1, `mock`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yigang.exchange.trackers.fixes import (
    Fix,
    Message,
    Unusable,
    gathered,
    moment,
    number,
    part_of,
    place,
    positive,
    truth,
)  # fmt: skip

KNOT = 0.514444
"""Metres a second."""


def read_query(values: Mapping[str, str], now: datetime) -> Message:
    """The older form: one fix."""
    code = values.get("id") or values.get("deviceid") or ""
    said = {key: value for key, value in values.items() if key not in ("id", "deviceid", "secret")}
    return gathered([said], lambda part: _of_query(part, now), code)


def _of_query(values: Mapping[str, str], now: datetime) -> Fix:
    lat, lon = values.get("lat"), values.get("lon")
    if lat is None and "," in values.get("location", ""):
        lat, lon = values["location"].split(",", 1)
    latitude, longitude = place(lat, lon)
    speed = positive(values.get("speed"))
    return Fix(
        at=moment(values.get("timestamp"), now), latitude=latitude, longitude=longitude,
        accuracy=positive(values.get("accuracy")), speed=None if speed is None else speed * KNOT,
        bearing=positive(values.get("bearing", values.get("heading"))), altitude=number(values.get("altitude")),
        battery=positive(values.get("batt")), mock=truth(values.get("mock")),
    )  # fmt: skip


def read_json(document: object, now: datetime) -> Message:
    """The newer form: one location or a batch, of one device. A list of messages of one device is a batch too."""
    messages = document if isinstance(document, list) else [document]
    parts: list[Any] = []
    codes = set()
    for message in messages:
        if not isinstance(message, Mapping):
            parts.append(message)
            continue
        codes.add(str(message.get("device_id") or ""))
        found = message.get("location", message.get("locations"))
        parts += found if isinstance(found, list) else [found if found is not None else dict(message)]
    return gathered(parts, lambda part: _of_json(part, now), codes.pop() if len(codes) == 1 else "")


def _of_json(location: object, now: datetime) -> Fix:
    if not isinstance(location, Mapping):
        raise Unusable("not_readable")
    coords = part_of(location, "coords")
    level = positive(part_of(location, "battery").get("level"))
    latitude, longitude = place(coords.get("latitude"), coords.get("longitude"))
    return Fix(
        at=moment(location.get("timestamp"), now), latitude=latitude, longitude=longitude,
        accuracy=positive(coords.get("accuracy")), speed=positive(coords.get("speed")),
        bearing=positive(coords.get("heading")), altitude=number(coords.get("altitude")),
        battery=None if level is None else level * 100, mock=truth(location.get("mock")),
    )  # fmt: skip
