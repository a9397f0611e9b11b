"""A place set on a map: two fields of degrees, and the known places around, of which the page's script draws a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.people.models import VillageCentre
from yigang.posts.models import Post, ServiceStation

MOST_POINTS = 2_000
Point = dict[str, Any]


def known_points(prefix: str) -> list[Point]:
    """Villages, stations and posts of the county looked at that lie somewhere; homes are nobody's business here."""
    inside = regions.inside(prefix[:6])
    villages = _placed(VillageCentre.objects.filter(inside), "region_code")
    names = regions.names(code for code, _east, _north in villages)
    stations = _placed(ServiceStation.objects.filter(inside, active=True, longitude__isnull=False), "name")
    posts = _placed(Post.objects.filter(inside, longitude__isnull=False), "number")
    return [
        *(_point("post", "", east, north) for _number, east, north in posts),
        *(_point("village", names.get(code, code), east, north) | {"code": code} for code, east, north in villages),
        *(_point("station", name, east, north) for name, east, north in stations),
    ]


def _placed(rows: Any, name: str) -> list[tuple[str, Any, Any]]:
    return list(rows.order_by(name).values_list(name, "longitude", "latitude")[:MOST_POINTS])


def _point(kind: str, name: str, east: Any, north: Any) -> Point:
    return {"kind": kind, "name": name, "x": float(east), "y": float(north)}


class PositionForm(forms.Form):
    """A place on the map as two degrees; both or neither. With `known_points` the page shows a map to set it on."""

    known_points: Sequence[Point] = ()
    longitude = forms.CharField(
        label=_("Longitude (WGS-84)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "106.256100", "data-longitude": ""}),
    )
    latitude = forms.CharField(
        label=_("Latitude (WGS-84)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "26.405600", "data-latitude": ""}),
    )
