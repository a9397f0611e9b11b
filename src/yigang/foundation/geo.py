"""Positions on the map: degrees WGS-84, checked for being in China, measured in kilometres; the columns that keep them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal

CHINA = ((73, 136), (3, 54))
"""Longitudes and latitudes between which China lies, with its seas, rounded outwards to whole degrees."""
EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""
FAR_KM = 60
"""A position farther than this from every other one of its county asks for a look."""
Position = tuple[Decimal, Decimal]
"""Longitude, latitude."""


class DegreeField(models.DecimalField):  # type: ignore[type-arg] # generic in the stubs, not when it runs
    """A degree of longitude or latitude, WGS-84, to about a decimetre; empty while nobody has said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_digits": 9, "decimal_places": 6, "null": True, "blank": True})


def on_the_map(name: str) -> list[models.BaseConstraint]:
    """Both degrees or neither, and inside the rectangle around China (`CHINA`)."""
    neither = Q(longitude__isnull=True, latitude__isnull=True)
    both = Q(longitude__gte=73, longitude__lte=136, latitude__gte=3, latitude__lte=54)
    return [models.CheckConstraint(condition=neither | both, name=f"{name}_lies_in_china")]


def position(longitude: object, latitude: object) -> Position | None:
    """Both degrees, None when neither is given. Refused: one alone, what is no number, and places outside China."""
    given = [each for each in (longitude, latitude) if each not in (None, "")]
    if not given:
        return None
    if len(given) == 1:
        field = "latitude" if latitude in (None, "") else "longitude"
        raise Refusal(_("A position needs both longitude and latitude."), code="half_a_position", field=field)
    east, north = _degree(longitude, "longitude"), _degree(latitude, "latitude")
    if _within(east, north):
        return east, north
    if _within(north, east):
        raise Refusal(
            _("Longitude and latitude have changed places: longitude %(east)s, latitude %(north)s."),
            {"east": east, "north": north}, code="swapped", field="longitude",
            remedy=_("In China the longitude is the larger number, 73 to 136."),
        )  # fmt: skip
    raise Refusal(
        _("The position %(east)s, %(north)s does not lie in China."), {"east": east, "north": north},
        code="not_in_china", field="longitude", remedy=_("Write degrees such as 106.256100 and 26.405600 (WGS-84)."),
    )  # fmt: skip


def _degree(value: object, field: str) -> Decimal:
    try:
        degree = Decimal(str(value).strip())
    except InvalidOperation:
        degree = Decimal("NaN")
    if not degree.is_finite():
        raise Refusal(
            _("“%(text)s” is no degree."), {"text": str(value)[:20]}, code="not_a_degree", field=field,
            remedy=_("Write degrees such as 106.256100 and 26.405600 (WGS-84)."),
        )  # fmt: skip
    return degree.quantize(Decimal("0.000001"))


def _within(east: Decimal, north: Decimal) -> bool:
    (west_end, east_end), (south_end, north_end) = CHINA
    return west_end <= east <= east_end and south_end <= north <= north_end


def kilometres(one: Position, other: Position) -> float:
    """Distance on the sphere (haversine), which is right to half a percent."""
    east, north, east2, north2 = (radians(float(each)) for each in (*one, *other))
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
