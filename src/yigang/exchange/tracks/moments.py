"""Moments and numbers of track files, read a column at a time. What cannot be read is null, and counted as a fix without."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

MOST_FIXES = 5_000_000
"""Two months of a fix a second."""
MILLISECONDS_FROM = 1e11
"""Seconds since 1970 stay below it until the year 5138."""
_ZONED = r"(?:[Zz]|[+-]\d{2}:?\d{2})$"
CHINA = timedelta(hours=8)


def fixes(
    times: Sequence[str | None], lats: Sequence[object], lngs: Sequence[object], accuracies: Sequence[object] = ()
) -> pl.DataFrame:  # fmt: skip
    """Texts or numbers as `duty.tracks.FIXES`."""
    frame = pl.DataFrame(
        {
            "time": pl.Series(times, dtype=pl.String, strict=False), "latitude": pl.Series(lats, strict=False),
            "longitude": pl.Series(lngs, strict=False),
            "accuracy": pl.Series(accuracies if len(accuracies) else [None] * len(times), strict=False),
        }
    )  # fmt: skip
    return of_columns(frame)


def of_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with time, latitude, longitude and accuracy in any type."""
    numbers = [pl.col(name).cast(pl.Float64, strict=False) for name in ("latitude", "longitude", "accuracy")]
    return frame.select(moments(pl.col("time").cast(pl.String).str.strip_chars()).alias("time"), *numbers)


def moments(text: pl.Expr) -> pl.Expr:
    """ISO 8601 with its zone, without one as Chinese time; seconds or milliseconds since 1970."""
    plain = text.str.replace_all("/", "-").str.replace("T", " ")
    zoned = pl.when(text.str.contains(_ZONED)).then(
        plain.str.replace(r"\s*[Zz]$", "+0000").str.replace(r":(\d{2})$", "$1")
    )
    local = pl.when(~text.str.contains(_ZONED)).then(plain)
    number = text.cast(pl.Float64, strict=False)
    seconds = pl.when(number.abs() >= MILLISECONDS_FROM).then(number / 1000).otherwise(number)
    return pl.coalesce(
        _parsed(zoned, "%z").dt.convert_time_zone("UTC"),
        (_parsed(local, "") - CHINA).dt.replace_time_zone("UTC"),
        (seconds * 1e6).cast(pl.Int64, strict=False).cast(pl.Datetime("us", "UTC")),
    )  # fmt: skip


def _parsed(text: pl.Expr, zone: str) -> pl.Expr:
    """With seconds and their parts, with seconds, without."""
    kinds = [f"%Y-%m-%d %H:%M:{seconds}{zone}" for seconds in ("%S%.f", "%S")] + [f"%Y-%m-%d %H:%M{zone}"]
    return pl.coalesce(*(text.str.to_datetime(kind, time_unit="us", strict=False) for kind in kinds))
