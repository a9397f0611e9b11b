"""KML 2.x: the placemarks of every folder. Read without entities, without a document type and without the net."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.geodata.found import Found, places_of, refuse_many
from yigang.foundation.errors import Refusal

GEOMETRIES = ("Point", "LineString", "Polygon")


def read(path: Path) -> list[Found]:
    """Every place of the file, in its order."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.parse(path, parser)
    except etree.XMLSyntaxError as error:
        raise Refusal(
            _("The KML file breaks off or is damaged in line %(line)d."), {"line": error.lineno or 0}, code="kml_damaged",
            remedy=_("Export it once more."),
        ) from error  # fmt: skip
    if tree.docinfo.internalDTD is not None:
        raise Refusal(
            _("The KML file declares entities; no map program writes that, and it is not read."), code="kml_entities",
            remedy=_("Export the places from the map program again."),
        )  # fmt: skip
    marks = [one for one in tree.iter() if _name(one) == "Placemark"]
    refuse_many(len(marks))
    return [one for row, mark in enumerate(marks, 1) for one in _places(row, mark)]


def _name(element: Any) -> str:
    from lxml import etree

    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _places(row: int, mark: Any) -> Iterator[Found]:
    said = dict(_said(mark))
    for one in mark.iter():
        kind = _name(one)
        if kind in GEOMETRIES:
            rings = [_positions(part, row) for part in one.iter() if _name(part) == "coordinates"]
            if not rings or not rings[0]:
                raise Refusal(_("Shape %(row)d has no coordinates."), {"row": row}, code="kml_empty", row=row)
            yield from places_of(row, kind, {"Point": rings[0][0], "LineString": rings[0]}.get(kind, rings), said)


def _said(mark: Any) -> Iterator[tuple[str, str]]:
    """The placemark's name and its extended data, in both of the forms that programs write."""
    for one in mark:
        if _name(one) == "name":
            yield "name", one.text or ""
    for one in mark.iter():
        if _name(one) == "SimpleData":
            yield one.get("name") or "", one.text or ""
        elif _name(one) == "Data":
            yield one.get("name") or "", "".join(part.text or "" for part in one if _name(part) == "value")


def _positions(element: Any, row: int) -> list[list[float]]:
    """“lng,lat[,height] lng,lat …” as numbers."""
    try:
        return [[float(number) for number in place.split(",")[:2]] for place in (element.text or "").split()]
    except ValueError as error:
        raise Refusal(
            _("Shape %(row)d has coordinates that are no numbers: “%(text)s”."),
            {"row": row, "text": (element.text or "").strip()[:60]}, code="kml_numbers", row=row,
        ) from error  # fmt: skip
