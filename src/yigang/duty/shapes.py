"""Shapes as they are handed in, checked before anything is measured by them: degrees WGS-84 in GeoJSON's order, longitude first.

What cannot be is a `Refusal` that says where and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.foundation import geo
from yigang.foundation.errors import Refusal

Corner = tuple[float, float]
Ring = list[Corner]
Polygons = list[list[Ring]]

MOST_CORNERS = 100_000
LARGEST_M2 = 5_000 * 1_000_000
"""Five thousand square kilometres: larger than most counties, smaller than a mistake of the unit."""
DIGITS = 7
"""A centimetre."""
_AT = re.compile(r"\[(\S+) (\S+)\]")


def polygons(coordinates: Any) -> Polygons:
    """A MultiPolygon's coordinates, closed and rounded. Refused: rings that cross themselves, holes outside, too few corners."""
    import shapely

    shape = [[_ring(ring) for ring in polygon] for polygon in coordinates if polygon]
    if not shape:
        raise Refusal(_("The area has no corner."), code="area_empty", remedy=_("Draw it with at least three corners."))
    if (count := sum(len(ring) for polygon in shape for ring in polygon)) > MOST_CORNERS:
        raise Refusal(
            _("The area has %(count)d corners; at most %(most)d are kept."), {"count": count, "most": MOST_CORNERS},
            code="area_corners", remedy=_("Simplify it in the program that it comes from."),
        )  # fmt: skip
    for outer, *holes in shape:
        made = shapely.Polygon(outer, holes)
        if not shapely.is_valid(made):
            raise _invalid(shapely.is_valid_reason(made))
    return shape


def measured(shape: Polygons) -> float:
    """Square metres of what the rings enclose. Refused when that is nothing, or more than a county."""
    from yigang.duty.ground import shape_of
    from yigang.duty.tracks.places import NoArea

    try:
        size = shape_of(shape).square_metres
    except NoArea:
        size = 0.0
    if size < 1:
        raise Refusal(_("The area encloses nothing."), code="area_empty", remedy=_("Draw its border as a ring."))
    if size > LARGEST_M2:
        raise Refusal(
            _("The area has %(size)d square kilometres; that is more than anybody can look after."),
            {"size": round(size / 1_000_000)}, code="area_large",
            remedy=_("Look whether the corners are degrees of longitude and latitude (WGS-84)."),
        )  # fmt: skip
    return size


def line(coordinates: Any) -> Ring:
    """A LineString's coordinates. Refused with fewer than two different corners."""
    corners = [_corner(each) for each in coordinates]
    if len(set(corners)) < 2:
        raise Refusal(_("A route needs at least two different corners."), code="route_short")
    if len(corners) > MOST_CORNERS:
        raise Refusal(
            _("The route has %(count)d corners; at most %(most)d are kept."),
            {"count": len(corners), "most": MOST_CORNERS}, code="route_corners",
            remedy=_("Simplify it in the program that it comes from."),
        )  # fmt: skip
    return corners


def metres_of(corners: Sequence[Corner]) -> float:
    """The length of a line."""
    import numpy as np

    from yigang.duty.tracks import geo as earth

    lngs, lats = np.array(corners).T
    return float(earth.steps(lats, lngs).sum())


def corner(place: Any) -> Corner:
    """One position. Refused outside China, and when longitude and latitude have changed places."""
    return _corner(place)


def _ring(ring: Any) -> Ring:
    corners = [_corner(each) for each in ring]
    if corners and corners[0] != corners[-1]:
        corners.append(corners[0])
    if len(set(corners)) < 3:
        where = ", ".join(map(str, corners[0])) if corners else "—"
        raise Refusal(
            _("A ring at %(where)s has fewer than three different corners."), {"where": where}, code="ring_short",
            remedy=_("Draw it again with at least three corners, or delete it."),
        )  # fmt: skip
    return corners


def _corner(place: Any) -> Corner:
    try:
        east, north = float(place[0]), float(place[1])
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise Refusal(
            _("“%(text)s” is no position."), {"text": str(place)[:40]}, code="no_position",
            remedy=_("A position is longitude and latitude in degrees, such as 106.256100, 26.405600."),
        ) from error  # fmt: skip
    known = geo.position(east, north)
    assert known is not None  # both are given
    return round(east, DIGITS), round(north, DIGITS)


def _invalid(reason: str) -> Refusal:
    found = _AT.search(reason)
    where = f"{float(found[1]):.6f}, {float(found[2]):.6f}" if found else "—"
    if "ole" in reason:
        return Refusal(
            _("A hole of the area lies outside it or on another hole, at %(where)s."), {"where": where},
            code="hole_outside", remedy=_("Move the hole inside, or draw it as an area of its own."),
        )  # fmt: skip
    return Refusal(
        _("The border of the area crosses itself at %(where)s."), {"where": where}, code="area_crosses",
        remedy=_("Draw the corners in the order of the border; two parts become two areas."),
    )  # fmt: skip
