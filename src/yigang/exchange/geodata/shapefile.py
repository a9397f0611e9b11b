"""A shapefile in a zip: .shp, .shx and .dbf of one name, in degrees. What the zip says of itself is not believed."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.geodata.found import Found, places_of, refuse_many
from yigang.foundation.errors import Refusal

MOST_BYTES = 200 * 2**20
"""Unpacked, of each part: a county's polygons are a few megabytes."""
PARTS = ("shp", "shx", "dbf")
ENCODINGS = {"utf8": "utf-8", "65001": "utf-8", "936": "gb18030"}


def read(path: Path) -> list[Found]:
    """Every shape of the file, in its order."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = _parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Refusal(
            _("The zip file is damaged or locked."), code="zip_damaged", remedy=_("Pack it once more, without a password.")
        ) from error  # fmt: skip
    _refuse_projected(parts.get("prj", b""))
    return _shapes(parts)


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Suffix → content, of the one shapefile in the archive."""
    names = [info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename]
    shapes = [info for info in names if info.filename.lower().endswith(".shp")]
    if len(shapes) != 1:
        raise Refusal(
            _("The zip file holds %(count)d files .shp; one is read."), {"count": len(shapes)}, code="zip_shapes",
            remedy=_("Pack .shp, .shx and .dbf of one layer."),
        )  # fmt: skip
    stem = shapes[0].filename[:-4]
    found = {
        info.filename.rsplit(".", 1)[-1].lower(): _unpacked(archive, info)
        for info in names if info.filename.rsplit(".", 1)[0] == stem
    }  # fmt: skip
    if lacking := [part for part in PARTS if part not in found]:
        raise Refusal(
            _("The zip file lacks %(parts)s beside %(name)s."),
            {"parts": ", ".join("." + part for part in lacking), "name": shapes[0].filename}, code="zip_parts",
            remedy=_("Pack .shp, .shx and .dbf of one layer."),
        )  # fmt: skip
    return found


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The content, read no further than is believed, whatever size the zip states."""
    with archive.open(info) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refusal(
            _("%(name)s unpacks to more than %(most)d MB; it is not read."),
            {"name": info.filename, "most": MOST_BYTES >> 20}, code="zip_large",
            remedy=_("Hand in only the layer of the areas, simplified if need be."),
        )  # fmt: skip
    return content


def _refuse_projected(prj: bytes) -> None:
    if prj.lstrip().upper().startswith((b"PROJCS", b"PROJCRS")):
        name = prj.decode("utf-8", "replace").split('"')[1:2]
        raise Refusal(
            _("The shapes are in metres of a projection (%(name)s), not in degrees."), {"name": "".join(name)},
            code="projected", remedy=_("Export the layer in WGS 84 (EPSG:4326)."),
        )  # fmt: skip


def _shapes(parts: dict[str, bytes]) -> list[Found]:
    import shapefile

    stated = parts.get("cpg", b"").decode("ascii", "ignore").strip().lower().replace("-", "")
    files = {part: io.BytesIO(parts[part]) for part in PARTS}
    try:
        with shapefile.Reader(**files, encoding=ENCODINGS.get(stated, "gb18030"), encodingErrors="replace") as reader:
            refuse_many(len(reader))
            rows = [(one.shape.__geo_interface__, one.record.as_dict()) for one in reader.iterShapeRecords()]
    except (shapefile.ShapefileException, struct.error, ValueError, IndexError, OverflowError, MemoryError) as error:
        raise Refusal(
            _("The shapefile is damaged: %(what)s"), {"what": str(error)[:120]}, code="shapefile_damaged",
            remedy=_("Export the layer once more."),
        ) from error  # fmt: skip
    return [one for row, (shape, said) in enumerate(rows, 1) for one in _placed(row, shape, said)]


def _placed(row: int, shape: Any, said: dict[str, Any]) -> list[Found]:
    if not shape.get("coordinates"):
        return []
    return places_of(row, str(shape["type"]), _lists(shape["coordinates"]), said)


def _lists(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    return [_lists(each) for each in value] if isinstance(value, tuple | list) else value
