"""A square kilometre of forest, and ways through it, for tests of places and patrols."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from math import cos, radians

import polars as pl

from yigang.duty.tracks import FIXES

WEST, SOUTH = 106.25, 26.40
"""The south-west corner of the square."""
METRE = 1 / 111_195
"""Degrees of latitude."""


def spot(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of a place so many metres from the corner."""
    return WEST + east * METRE / cos(radians(SOUTH)), SOUTH + north * METRE


def square(east: float = 0, north: float = 0, side: float = 1000) -> list[tuple[float, float]]:
    """A closed ring."""
    corners = [(east, north), (east + side, north), (east + side, north + side), (east, north + side), (east, north)]
    return [spot(*corner) for corner in corners]


def way(begin: datetime, *corners: tuple[float, float], every: int = 10, speed: float = 1.0) -> pl.DataFrame:
    """Fixes along straight lines between corners (metres from the square's corner), one every so many seconds."""
    places: list[tuple[float, float]] = []
    for (east, north), (east2, north2) in pairwise(corners):
        steps = max(1, round(((east2 - east) ** 2 + (north2 - north) ** 2) ** 0.5 / speed / every))
        places += [(east + (east2 - east) * n / steps, north + (north2 - north) * n / steps) for n in range(steps)]
    places.append(corners[-1])
    rows = [(begin + timedelta(seconds=every * n), *reversed(spot(*place)), 5.0) for n, place in enumerate(places)]
    return pl.DataFrame(rows, schema=FIXES, orient="row")


def area_of(programme, user, *rings, **more):
    """A duty area of the programme in the first village's town."""
    from yigang.duty.ground import shape_of
    from yigang.duty.models import DutyArea

    polygons = [[ring] for ring in rings or (square(),)]
    given = {"region_code": "520403100000", "name": "北山林区", "valid_from": date(2020, 1, 1), **more}
    return DutyArea.objects.create(
        programme=programme, polygons=polygons, square_metres=shape_of(polygons).square_metres, set_by=user, **given
    )
