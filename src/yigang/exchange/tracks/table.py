"""CSV of any separator, with a heading whose words are known: English, as trackers write it, and Chinese."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange.tracks.moments import of_columns
from yigang.foundation.errors import Refusal

WORDS = {
    "time": ("time", "fixtime", "timestamp", "tracked_at", "datetime", "date_time", "gps_time", "时间", "定位时间", "采集时间"),
    "latitude": ("latitude", "lat", "y", "纬度"),
    "longitude": ("longitude", "lon", "lng", "long", "x", "经度"),
    "accuracy": ("accuracy", "hacc", "horizontal_accuracy", "精度", "定位精度"),
    "track": ("patrol", "track", "track_id", "trip_id", "user_id", "巡护编号", "轨迹编号", "device", "device_id", "deviceid",
              "person", "设备号", "设备编号", "姓名", "护林员"),
}  # fmt: skip
"""Column → headings that mean it, compared in small letters."""
SEPARATORS = ",;\t|"


def read(path: Path) -> dict[str, pl.DataFrame]:
    """Fixes by the track that a column names; without such a column all are of one."""
    content = path.read_bytes()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = content.decode("gb18030", errors="replace").encode()
    heading = content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode()
    separator = max(SEPARATORS, key=heading.count)
    try:
        frame = pl.read_csv(content, separator=separator, infer_schema=False, truncate_ragged_lines=True)
    except pl.exceptions.PolarsError as error:
        raise Refusal(_("This is no table of fixes, no GPX and no GeoJSON."), code="track_unknown") from error
    named = _named(frame)
    parts = named.partition_by("track", as_dict=True, maintain_order=True)
    return {name or "": of_columns(part) for (name,), part in parts.items()}


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    plain = {name.strip().removeprefix("\ufeff").lower(): name for name in frame.columns}
    found = {key: next((plain[word] for word in words if word in plain), None) for key, words in WORDS.items()}
    lacking = [key for key in ("time", "latitude", "longitude") if found[key] is None]
    if lacking:
        raise Refusal(
            _("The table has no column for %(columns)s; its columns are %(given)s."),
            {"columns": ", ".join(lacking), "given": ", ".join(frame.columns[:12])}, code="track_columns",
            remedy=_("Name the columns time, latitude and longitude (时间、纬度、经度)."),
        )  # fmt: skip
    return frame.select(
        (pl.lit(None, pl.String) if name is None else pl.col(name)).alias(key) for key, name in found.items()
    )
