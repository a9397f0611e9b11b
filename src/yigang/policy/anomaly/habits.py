"""Rules about how somebody is present: always the same, twice at once, only together with another, never where he should be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from yigang.policy.anomalies import strength
from yigang.policy.anomaly.frames import Suspect, Year, by_person, count_days, month_key, parts, rows_of, span
from yigang.policy.rule_table import Asked

FOUR_WEEKS = 2**28 - 1
"""The days that every month has."""
FAMILIES: Mapping[str, Mapping[str, float]] = {
    "phone_for_many": {"many_on_one_device": 1.0, "one_device_moving": 5.0},
    "frozen_place": {"identical_coordinates": 1.0, "identical_address": 1.0, "mock_reported": 1.0},
    "laps": {"circles": 1.0},
    "photo_again": {"same_photo": 1.0, "near_same_photo": 1.0, "old_photo": 1 / 3, "photo_of_screen": 1 / 3},
    "substitute": {"other_face": 1.0, "impossible_speed": 1.0},
}
"""Rule → the questions about single records that it sums up, and how much a day of each counts."""


def fixed_roster(year: Year, asked: Asked) -> list[Suspect]:
    """The same days of the month, month after month, of the 28 that every month has; typed days count too."""
    same = (pl.col("days") | pl.col("typed")) & FOUR_WEEKS
    months = (
        year.work.with_columns(mask=same).filter(count_days(pl.col("mask")) >= asked["days"]).sort("person", "month")
    )
    number = pl.col("month").dt.year() * 12 + pl.col("month").dt.month()
    again = (
        (pl.col("person") == pl.col("person").shift(1)) & (pl.col("mask") == pl.col("mask").shift(1))
        & (number == number.shift(1) + 1)
    ).fill_null(value=False)  # fmt: skip
    months = months.with_columns(run=(~again).cum_sum())
    runs = months.filter(pl.len().over("run") >= asked["months"])
    longest = runs.filter(pl.len().over("run") == pl.len().over("run").max().over("person"))
    longest = longest.filter(pl.col("run") == pl.col("run").min().over("person"))
    found = []
    for person, rows in by_person(longest):
        pieces = tuple(
            {"key": month_key(row["person"], row["month"]), "days": row["mask"].bit_count()} for row in rows_of(rows)
        )
        figures = {"months": rows.height, "days": rows["mask"][0].bit_count()}
        power = strength(asked, rows.height, asked["months"])
        found.append(Suspect("fixed_roster", (person,), f"{person}", *span(rows), power, pieces, figures))
    return found


def two_claims(year: Year, asked: Asked) -> list[Suspect]:
    """Days of approved leave on which the person was present all the same."""
    both = year.leave.join(year.work, on=["person", "month"], suffix="_there").with_columns(
        twice=pl.col("days") & (pl.col("days_there") | pl.col("typed"))
    ).filter(pl.col("twice") > 0)  # fmt: skip
    found = []
    for person, rows in by_person(both.sort("person", "month", "leave")):
        days = sorted({day for row in rows_of(rows) for day in _days(row["month"], row["twice"])})
        if len(days) >= asked["days"]:
            pieces = tuple({"key": f"d:{person}:{day}", "day": f"{day}"} for day in days)
            power = strength(asked, len(days), asked["days"])
            found.append(Suspect("two_claims", (person,), f"{person}", *span(rows), power, pieces, {"days": len(days)}))
    return found


def _days(month: date, bits: int) -> list[date]:
    return [month.replace(day=place + 1) for place in range(31) if bits >> place & 1]


def absent_but_clocked(year: Year, asked: Asked) -> list[Suspect]:
    """Inspections found nobody at the post on days on which a phone or a machine has the person present."""
    there = year.found.with_columns(month=pl.col("day").dt.month_start()).join(year.work, on=["person", "month"])
    bit = pl.lit(2, dtype=pl.Int64).pow(pl.col("day").dt.day() - 1).cast(pl.Int64)
    there = there.filter(pl.col("days") & bit > 0).sort("person", "day", "finding")
    found = []
    for person, rows in by_person(there):
        days = rows.unique("day", keep="first", maintain_order=True)
        if days.height >= asked["times"]:
            pieces = tuple(
                {"key": f"f:{row['finding']}", "person": person, "day": f"{row['day']}"} for row in rows_of(days)
            )
            power = strength(asked, days.height, asked["times"])
            figures = {"times": days.height}
            found.append(Suspect("absent_but_clocked", (person,), f"{person}", *span(rows), power, pieces, figures))
    return found


def moving_together(year: Year, asked: Asked) -> list[Suspect]:
    """Months in which most check-ins of two fall within seconds and metres of each other."""
    close = year.pairs.filter(pl.col("times") >= asked["share"] * pl.col("of"), pl.col("times") > 1).sort(
        "person", "other", "month"
    )
    found = []
    for rows in parts(close, "person", "other"):
        person, other = int(rows["person"][0]), int(rows["other"][0])
        times = int(rows["times"].sum())
        if times >= asked["times"]:
            pieces = tuple(
                {"key": month_key(who, row["month"]), "times": row["times"], "of": row["of"]}
                for row in rows_of(rows) for who in (person, other)
            )  # fmt: skip
            figures = {"times": times, "of": int(rows["of"].sum()), "months": rows.height}
            people, power = (person, other), strength(asked, times, asked["times"])
            found.append(Suspect("moving_together", people, f"{person},{other}", *span(rows), power, pieces, figures))
    return found


def summed_up(code: str, year: Year, asked: Asked) -> list[Suspect]:
    """Questions about single records, over the year; those that somebody explained do not count."""
    family = FAMILIES[code]
    ((unit, needed),) = asked.figures.items()
    flags = year.flags.filter(pl.col("kind").is_in(list(family))).with_columns(
        weight=pl.col("kind").replace_strict(family, return_dtype=pl.Float64), month=pl.col("day").dt.month_start()
    )
    found = []
    for person, rows in by_person(flags.sort("person", "day", "flag")):
        counted = rows.unique(["month" if unit == "months" else "day", "kind"], keep="first", maintain_order=True)
        times = float((counted["weight"] * (1 if unit == "months" else counted["days"])).sum())
        if times + 1e-9 >= needed:
            pieces = tuple(
                {"key": f"g:{row['flag']}", "kind": row["kind"], "day": f"{row['day']}"} for row in rows_of(rows)
            )
            figures = {"days": int(rows["days"].sum()), "questions": rows.height}
            power = strength(asked, times, needed)
            found.append(Suspect(code, (person,), f"{person}", *span(rows), power, pieces, figures))
    return found
