"""What the rules read, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

Types = Mapping[str, "pl.DataType | type[pl.DataType]"]
PAY: Types = {"line": pl.Int64, "person": pl.Int64, "month": pl.Date, "fen": pl.Int64, "ended": pl.Date}
"""One row a line that settles a month. `ended`: the last day of the appointment it is paid for, null while it runs."""
WORK: Types = {
    "person": pl.Int64, "month": pl.Date, "days": pl.Int64, "typed": pl.Int64, "logs": pl.Int64, "results": pl.Int64,
    "words": pl.Int64, "met": pl.Int64,
}  # fmt: skip
"""One row a person and month. `days` and `typed` have a bit for each day of the month (the first is bit 0): present by a phone
or a machine, present by what somebody typed. `logs` are different texts, `results` what was done and can be looked at (results,
incidents, patrols, visits), `words` villagers' good words less poor ones, `met` inspections that found the person at the post.
"""
FOUND: Types = {"finding": pl.Int64, "person": pl.Int64, "day": pl.Date}
"""Inspections that found nobody at the post."""
LEAVE: Types = {"leave": pl.Int64, "person": pl.Int64, "month": pl.Date, "days": pl.Int64}
"""Approved leave that is no trip: a bit for each day of the month."""
PAIRS: Types = {"person": pl.Int64, "other": pl.Int64, "month": pl.Date, "times": pl.Int64, "of": pl.Int64}
"""Two people of a village: how often they checked in together in a month, of how many check-ins of whom has fewer."""
FLAGS: Types = {"flag": pl.Int64, "person": pl.Int64, "day": pl.Date, "kind": pl.String, "days": pl.Int64}
"""Questions about records that nobody has explained. `days`: of how many days of its month one speaks."""
REGISTERS: Types = {
    "key": pl.String, "person": pl.Int64, "kind": pl.String, "since": pl.Date, "until": pl.Date, "detail": pl.String,
}  # fmt: skip
"""Registers that say that somebody works or is paid elsewhere, and in which time."""
DEATHS: Types = {"key": pl.String, "person": pl.Int64, "died": pl.Date}
ACCOUNTS: Types = {
    "key": pl.String, "person": pl.Int64, "who": pl.String, "card": pl.String, "kept": pl.Boolean, "foreign": pl.Boolean,
}  # fmt: skip
"""Accounts on file and in registers of accounts that somebody keeps for others (`kept`). `who` names the person also where he
is not on file, `card` is a digest, `foreign` says that the holder has another name. `person` is null where he is not on file.
"""
HELD: Types = {
    "appointment": pl.Int64, "person": pl.Int64, "post": pl.Int64, "place": pl.Int64, "household": pl.Int64,
    "starts": pl.Date, "ends": pl.Date,
}  # fmt: skip


def _empty(types: Types) -> Callable[[], pl.DataFrame]:
    return lambda: pl.DataFrame(schema=dict(types))


@dataclass(frozen=True)
class Year:
    """The frames of one programme: the months up to `last` (a first day), and what registers say of its people."""

    first: date
    last: date
    pay: pl.DataFrame = field(default_factory=_empty(PAY))
    work: pl.DataFrame = field(default_factory=_empty(WORK))
    found: pl.DataFrame = field(default_factory=_empty(FOUND))
    leave: pl.DataFrame = field(default_factory=_empty(LEAVE))
    pairs: pl.DataFrame = field(default_factory=_empty(PAIRS))
    flags: pl.DataFrame = field(default_factory=_empty(FLAGS))
    registers: pl.DataFrame = field(default_factory=_empty(REGISTERS))
    deaths: pl.DataFrame = field(default_factory=_empty(DEATHS))
    accounts: pl.DataFrame = field(default_factory=_empty(ACCOUNTS))
    held: pl.DataFrame = field(default_factory=_empty(HELD))


@dataclass(frozen=True)
class Suspect:
    """One anomaly: about the first of `people`, touching the others.

    `subject` names it among those of its rule, whenever it is found. `rows` are the pieces of evidence, each with its `key`
    (where it lies) and its figures; `fen` is what was paid in the months it is about.
    """

    rule: str
    people: tuple[int, ...]
    subject: str
    first: date
    last: date
    strength: Decimal
    rows: tuple[Mapping[str, Any], ...]
    figures: Mapping[str, Any]
    fen: int = 0


def rows_of(frame: pl.DataFrame) -> Iterable[dict[str, Any]]:
    """Rows by name, for the few that are left after a rule has filtered."""
    return frame.iter_rows(named=True)


def parts(frame: pl.DataFrame, *names: str) -> Iterable[pl.DataFrame]:
    """The rows that agree in these columns, part by part, in the frame's order."""
    return frame.partition_by(*names, maintain_order=True) if frame.height else []


def by_person(frame: pl.DataFrame) -> Iterable[tuple[int, pl.DataFrame]]:
    """Each person with the rows that are about him."""
    return ((int(rows["person"][0]), rows) for rows in parts(frame, "person"))


def span(rows: pl.DataFrame) -> tuple[date, date]:
    """First and last of the months that rows are about."""
    months: list[date] = rows["month"].to_list()
    return min(months), max(months)


def paid(year: Year) -> pl.DataFrame:
    """What each person was paid for each month, where it is more than nothing: person, month, fen."""
    return year.pay.group_by("person", "month").agg(pl.col("fen").sum()).filter(pl.col("fen") > 0)


def count_days(days: pl.Expr) -> pl.Expr:
    """How many days a month's bits say."""
    return days.bitwise_count_ones().cast(pl.Int64)


def month_key(person: int, month: date) -> str:
    """Where a person's month lies."""
    return f"m:{person}:{month:%Y-%m}"
