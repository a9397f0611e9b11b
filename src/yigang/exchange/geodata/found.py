"""What a file of places holds, before anything is believed of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal

Kind = Literal["area", "point", "route"]
KINDS: dict[str, Kind] = {
    "Polygon": "area", "MultiPolygon": "area", "Point": "point", "LineString": "route", "MultiPoint": "point",
    "MultiLineString": "route",
}  # fmt: skip
MOST_PLACES = 20_000
NAMES = ("name", "名称", "地名", "责任区", "title")
RADII = ("radius", "半径")
POSTS = ("post", "岗位编号", "岗位编", "岗位号", "post_number")
"""“岗位编” is what a shapefile in UTF-8 leaves of 岗位编号: its names end after ten bytes."""


@dataclass(frozen=True)
class Found:
    """One place of a file: its number in the file from 1, its shape as GeoJSON coordinates, what is said beside it."""

    row: int
    kind: Kind
    coordinates: Any
    said: Mapping[str, str] = field(default_factory=dict)

    def of(self, words: Iterable[str]) -> str:
        """What is said under one of these names, whatever their case."""
        plain = {key.strip().lower(): value for key, value in self.said.items()}
        return next((plain[word].strip() for word in words if plain.get(word, "").strip()), "")


def places_of(row: int, kind: str, coordinates: Any, said: Mapping[str, Any]) -> list[Found]:
    """A GeoJSON geometry as places: a multi-polygon stays one area, other multiples become one place each."""
    if kind not in KINDS or not isinstance(coordinates, list):
        raise Refusal(
            _("Shape %(row)d is of the kind “%(kind)s”, which is neither area, point nor line."),
            {"row": row, "kind": kind}, code="shape_kind", row=row, remedy=_("Leave it out of the file."),
        )  # fmt: skip
    words = {str(key): str(value) for key, value in said.items() if value is not None}
    what = KINDS[kind]
    if kind == "Polygon":
        return [Found(row, what, [coordinates], words)]
    if kind in ("MultiPoint", "MultiLineString"):
        return [Found(row, what, one, words) for one in coordinates]
    return [Found(row, what, coordinates, words)]


def refuse_many(count: int) -> None:
    if count > MOST_PLACES:
        raise Refusal(
            _("The file holds more than %(most)d places."), {"most": MOST_PLACES}, code="places_many",
            remedy=_("Hand it in town by town."),
        )  # fmt: skip
