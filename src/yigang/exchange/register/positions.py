"""Where a register says that people live: two columns of degrees, all read at once; only what is wrong is read by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal
from yigang.foundation.geo import CHINA, position
from yigang.people.places import centres

if TYPE_CHECKING:
    from yigang.exchange.register.reading import Reading

KEYS = ("longitude", "latitude")
FAR_DEGREES = 0.3
"""About 30 km: farther from the middle of his village nobody lives, so the degrees ask for a look."""


def read(reading: Reading) -> None:
    """Degrees as text with six places, null where none are given; half a position and places abroad are mistakes."""
    frame = reading.frame.with_columns(pl.col(key).cast(pl.Float64, strict=False).alias(f"{key}_read") for key in KEYS)
    given = pl.any_horizontal(pl.col(key).is_not_null() for key in KEYS)
    inside = pl.all_horizontal(
        pl.col(f"{key}_read").is_between(low, high).fill_null(value=False) for key, (low, high) in zip(KEYS, CHINA, strict=True)
    )  # fmt: skip
    for row in frame.filter(given & ~inside).iter_rows(named=True):
        try:
            position(row["longitude"], row["latitude"])
        except Refusal as refusal:
            reading.note(refusal, row["row"])
    _far(reading, frame.filter(inside))
    written = [
        pl.when(inside).then(pl.col(f"{key}_read").cast(pl.Decimal(9, 6)).cast(pl.String)).alias(key) for key in KEYS
    ]
    reading.frame = frame.with_columns(written).drop(f"{key}_read" for key in KEYS)


def _far(reading: Reading, frame: pl.DataFrame) -> None:
    """Homes far from their village: degrees that were mistyped would keep somebody from every post."""
    if frame.is_empty():
        return
    county = str(frame["region_code"].drop_nulls().str.slice(0, 6).mode().first() or "")
    known = centres(county) if county else {}
    middle = pl.DataFrame(
        [(code, float(east), float(north)) for code, (east, north) in known.items()],
        schema={"region_code": pl.String, "east": pl.Float64, "north": pl.Float64}, orient="row",
    )  # fmt: skip
    apart = (pl.col("longitude_read") - pl.col("east")).abs(), (pl.col("latitude_read") - pl.col("north")).abs()
    far = frame.join(middle, on="region_code").filter(pl.max_horizontal(*apart) > FAR_DEGREES).sort("row")
    refusal = Refusal(
        _("The home lies more than 30 km from the centre of its village."), code="far_from_village",
        remedy=_("Look at the degrees again: with wrong ones nobody is matched with posts nearby."),
    )  # fmt: skip
    reading.rows(far, "longitude", refusal, severity="warning")
