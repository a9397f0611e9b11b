"""One file to fixes: what it is, is told by its content, not by its name."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange.tracks import geojson, gpx, table
from yigang.exchange.tracks.moments import MOST_FIXES
from yigang.foundation.errors import Refusal

LARGEST_BYTES = 300 * 2**20
"""Two million fixes of GPX with every extension are 250 MB."""


def read(path: Path) -> dict[str, pl.DataFrame]:
    """The fixes of a file in its order, by the track that the file names ("" where it names none).

    Positions are as the file gives them; `Refusal` says what is wrong with it.
    """
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise Refusal(
            _("The file has %(size)d MB; at most %(most)d are read."),
            {"size": size >> 20, "most": LARGEST_BYTES >> 20}, code="track_bytes", remedy=_("Hand it in day by day."),
        )  # fmt: skip
    with path.open("rb") as file:
        head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        tracks = {"": gpx.read(path)}
    elif head.startswith((b"{", b"[")):
        tracks = {"": geojson.read(path)}
    else:
        tracks = table.read(path)
    _refuse_count(sum(fixes.height for fixes in tracks.values()))
    return tracks


def _refuse_count(count: int) -> None:
    if not count:
        raise Refusal(_("The file holds no fix."), code="track_empty")
    if count > MOST_FIXES:
        raise Refusal(
            _("The file has more than %(most)d fixes."), {"most": MOST_FIXES}, code="track_fixes",
            remedy=_("Hand it in day by day."),
        )  # fmt: skip
