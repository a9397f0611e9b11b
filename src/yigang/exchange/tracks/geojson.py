"""GeoJSON (RFC 7946): points with their time, or lines with a list of times (`coordTimes`, as converters of GPX write it)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange.tracks.moments import fixes
from yigang.foundation.errors import Refusal

TIMES = ("time", "timestamp", "fixtime", "tracked_at", "datetime", "t")
LISTS = ("coordTimes", "times", "coordinateProperties")
Row = tuple[str | None, object, object, object]


def read(path: Path) -> pl.DataFrame:
    """Every position of every feature."""
    try:
        document = json.loads(path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(
            _("The file begins as GeoJSON does but cannot be read as such."), code="geojson_damaged"
        ) from error
    features = document.get("features", [document]) if isinstance(document, dict) else document
    rows = [row for feature in features if isinstance(feature, dict) for row in _rows(feature)]
    return fixes(*(list(zip(*rows, strict=True)) or [(), (), (), ()]))


def _rows(feature: Mapping[str, Any]) -> Iterator[Row]:
    properties = feature.get("properties") or {}
    geometry = feature.get("geometry") or (feature if "coordinates" in feature else {})
    kind, places = geometry.get("type"), geometry.get("coordinates") or []
    if kind == "Point":
        time = next((properties[name] for name in TIMES if properties.get(name) is not None), None)
        yield _row(time, places, properties.get("accuracy"))
    elif kind == "LineString":
        yield from _line(places, _times(properties))
    elif kind == "MultiLineString":
        times = _times(properties)
        for number, line in enumerate(places):
            yield from _line(line, times[number] if number < len(times) and isinstance(times[number], list) else [])


def _times(properties: Mapping[str, Any]) -> list[Any]:
    """The times of a line's places; a mapping holds them under `times`."""
    for name in LISTS:
        found = properties.get(name)
        found = found.get("times") if isinstance(found, dict) else found
        if isinstance(found, list):
            return found
    return []


def _line(places: list[Any], times: list[Any]) -> Iterator[Row]:
    for number, place in enumerate(places):
        yield _row(times[number] if number < len(times) else None, place, None)


def _row(time: object, place: object, accuracy: object) -> Row:
    lng, lat = (place[0], place[1]) if isinstance(place, list) and len(place) >= 2 else (None, None)
    return (None if time is None else str(time)), _number(lat), _number(lng), _number(accuracy)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
