"""GPX 1.0 and 1.1: every track point, whatever track or segment it lies in.

The file is read as a stream, without entities, without a document type and without the net, so that a small file cannot
become a large one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange.tracks.moments import MOST_FIXES, fixes
from yigang.foundation.errors import Refusal

Point = tuple[str | None, str | None, str | None, str | None]
"""Time, latitude, longitude, accuracy as they are written."""
ENTITY, HEAD_BYTES = b"<!ENTITY", 2**16
"""What a declared entity begins with, and how far into the file one is looked for."""
POINTS = ("trkpt", "rtept", "wpt")


def read(path: Path) -> pl.DataFrame:
    """Points of tracks; without any, those of routes; without those, waypoints."""
    from lxml import etree

    found: dict[str, list[Point]] = {kind: [] for kind in POINTS}
    try:
        with path.open("rb") as file:
            _gather(file, found)
    except etree.XMLSyntaxError as error:
        if ENTITY in _head(path):
            raise _entities() from error
        raise Refusal(
            _("The GPX file breaks off or is damaged in line %(line)d."), {"line": error.lineno or 0}, code="gpx_damaged",
            remedy=_("Export it once more."),
        ) from error  # fmt: skip
    points = next((found[kind] for kind in POINTS if found[kind]), [])
    columns = list(zip(*points, strict=True)) or [(), (), (), ()]
    return fixes(*columns)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _gather(file: BinaryIO, found: dict[str, list[Point]]) -> None:
    from lxml import etree

    safely = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    for _event, element in etree.iterparse(file, events=("end",), **safely):
        _refuse_type(element)
        kind = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if kind in found:
            found[kind].append(_point(element))
            _let_go(element)
        if len(found["trkpt"]) > MOST_FIXES:
            return


def _point(element: Any) -> Point:
    from lxml import etree

    time = accuracy = None
    for part in element.iter():
        name = etree.QName(part).localname if isinstance(part.tag, str) else ""
        if name == "time":
            time = part.text
        elif name == "accuracy":
            accuracy = part.text
    return time, element.get("lat"), element.get("lon"), accuracy


def _let_go(element: Any) -> None:
    """Forget what was read, so that memory does not grow with the file."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refuse_type(element: Any) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise _entities()


def _entities() -> Refusal:
    return Refusal(
        _("The GPX file declares entities; no device writes that, and it is not read."), code="gpx_entities",
        remedy=_("Export the track from the device's program again."),
    )  # fmt: skip
