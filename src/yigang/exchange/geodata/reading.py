"""One file to places: what it is, is told by its content, not by its name."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yigang.exchange.geodata import geojson, kml, shapefile
from yigang.exchange.geodata.found import Found
from yigang.foundation.errors import Refusal

LARGEST_BYTES = 60 * 2**20


def read(path: Path) -> list[Found]:
    """The places of a file in its order, as the file gives them; `Refusal` says what is wrong with it."""
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise Refusal(
            _("The file has %(size)d MB; at most %(most)d are read."), {"size": size >> 20, "most": LARGEST_BYTES >> 20},
            code="places_bytes", remedy=_("Simplify the borders, or hand it in town by town."),
        )  # fmt: skip
    with path.open("rb") as file:
        head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK"):
        found = shapefile.read(path)
    elif head.startswith(b"<"):
        found = kml.read(path)
    elif head.startswith((b"{", b"[")):
        found = geojson.read(path)
    else:
        raise Refusal(
            _("This is no GeoJSON, no KML and no shapefile in a zip."), code="places_unknown",
            remedy=_("Export the places from the map program in one of these three forms."),
        )  # fmt: skip
    if not found:
        raise Refusal(_("The file holds no place."), code="places_empty")
    return found
