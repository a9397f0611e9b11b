"""OwnTracks in its HTTP mode: JSON messages told apart by `_type`.

Only `location` says where somebody was; `waypoint`, `transition`, `status`, `lwt` and the others are taken and kept nowhere,
and so is the empty message by which a friend is deleted. Encrypted messages cannot be read here and are told to the clerk.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yigang.exchange.trackers.fixes import Fix, Message, Unusable, gathered, moment, number, place, positive

KMH = 1 / 3.6
"""Metres a second."""


def read(document: object, now: datetime) -> Message:
    """One message, or a list of them."""
    messages = document if isinstance(document, list) else [document]
    telling = [
        one for one in messages if not isinstance(one, Mapping) or one.get("_type") in ("location", "encrypted", None)
    ]
    return gathered(telling, lambda part: _of_location(part, now))


def _of_location(said: object, now: datetime) -> Fix:
    if not isinstance(said, Mapping) or said.get("_type") is None:
        raise Unusable("not_readable")
    if said["_type"] == "encrypted":
        raise Unusable("encrypted")
    latitude, longitude = place(said.get("lat"), said.get("lon"))
    speed = positive(said.get("vel"))
    return Fix(
        at=moment(said.get("tst"), now), latitude=latitude, longitude=longitude, accuracy=positive(said.get("acc")),
        speed=None if speed is None else speed * KMH, bearing=positive(said.get("cog")), altitude=number(said.get("alt")),
        battery=positive(said.get("batt")),
    )  # fmt: skip
