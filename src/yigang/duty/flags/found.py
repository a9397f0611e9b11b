"""What rules read and what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

Types = Mapping[str, "pl.DataType | type[pl.DataType]"]
SEEN: Types = {
    "key": pl.String, "person": pl.Int64, "at": pl.Datetime("us", "UTC"), "day": pl.Date, "kind": pl.String,
    "source": pl.String, "place": pl.String, "address": pl.String, "lat": pl.Float64, "lon": pl.Float64,
    "acc": pl.Float64, "mock": pl.Boolean, "device": pl.String, "moved_s": pl.Int64, "off_m": pl.Float64,
    "photos": pl.Int64, "why": pl.String,
}  # fmt: skip
"""One row for each time somebody was seen somewhere. `key` is where the row lies (`c:<check-in>`, `p:<patrol>`); `acc` the
stated radius and `off_m` the way to the area, in metres, 0 inside, null where no area or place is known; `moved_s` how far
the phone's clock was off, in seconds; `why` the reason that the person gave.
"""
PATROLS: Types = {
    "key": pl.String, "person": pl.Int64, "day": pl.Date, "metres": pl.Float64, "rounds": pl.Float64,
}  # fmt: skip
"""One row for each patrol: how far it went and how often it walked the same ground, see `laps`."""
LOGS: Types = {"key": pl.String, "person": pl.Int64, "day": pl.Date, "text": pl.String}
PAIRS: Types = {
    "key": pl.String, "person": pl.Int64, "day": pl.Date, "at": pl.Datetime("us", "UTC"), "photo": pl.String,
    "other_key": pl.String, "other_person": pl.Int64, "other_at": pl.Datetime("us", "UTC"), "other_photo": pl.String,
    "exact": pl.Boolean, "bits": pl.Int64, "fine_bits": pl.Int64, "how": pl.String,
}  # fmt: skip
"""One row for each photo that is like an earlier one. `how`: whole, mirrored, middle (a part cut out of it)."""
PHOTOS: Types = {
    "key": pl.String, "person": pl.Int64, "day": pl.Date, "at": pl.Datetime("us", "UTC"),
    "taken": pl.Datetime("us", "UTC"), "photo": pl.String, "screen": pl.Float64, "likeness": pl.Float64,
}  # fmt: skip
"""One row for each photo of a record: when it says it was taken, how much it looks like a screen (`screens.score`), how
like its likest face is to the person's photo on file (`faces.likeness`, null where it was not compared).
"""
PROXY = ("proxy", "sheet")
"""Typed by somebody from paper: naturally regular, and no phone stood anywhere."""


@dataclass(frozen=True)
class Found:
    """A question about one person. `subject` names it among those of its kind, however often it is found.

    `rows` are the keys of the evidence, most telling first; `figures` what was measured, ready for JSON.
    """

    kind: str
    person: int
    day: date
    subject: str
    rows: tuple[str, ...]
    figures: Mapping[str, Any]


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def rows_of(frame: pl.DataFrame) -> Iterable[dict[str, Any]]:
    """Rows by name, for the few that are left after a rule has filtered."""
    return frame.iter_rows(named=True)


def daily(kind: str, rows: pl.DataFrame, *figures: pl.Expr) -> list[Found]:
    """One question for each person and day that have rows left; their keys in order of time."""
    grouped = (
        rows.sort("at", "key").group_by("person", "day", maintain_order=True)
        .agg(pl.col("key").alias("keys"), pl.len().alias("times"), *figures).sort("person", "day")
    )  # fmt: skip
    return [_daily(kind, dict(row)) for row in rows_of(grouped)]


def _daily(kind: str, row: dict[str, Any]) -> Found:
    person, day, keys = row.pop("person"), row.pop("day"), tuple(row.pop("keys"))
    return Found(kind, person, day, f"{person}:{day}", keys, row)
