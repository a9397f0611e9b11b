"""Rules about who holds posts: names in turn on one, two in one household."""

from __future__ import annotations

import calendar
from typing import Any

import polars as pl

from yigang.policy.anomalies import strength
from yigang.policy.anomaly.frames import Suspect, Year, parts, rows_of
from yigang.policy.rule_table import Asked


def in_year(year: Year) -> pl.DataFrame:
    """Appointments of which at least a day lies in the year."""
    last = year.last.replace(day=calendar.monthrange(year.last.year, year.last.month)[1])
    return year.held.filter(pl.col("starts") <= last, pl.col("ends").is_null() | (pl.col("ends") >= year.first))


def rotating_names(year: Year, asked: Asked) -> list[Suspect]:
    """One place of a post that so many people held in the year."""
    places = in_year(year).filter(pl.col("person").n_unique().over("post", "place") >= asked["people"])
    places = places.sort("post", "place", "starts", "appointment")
    found = []
    for rows in parts(places, "post", "place"):
        subject = f"{rows['post'][0]}:{rows['place'][0]}"
        people = tuple(reversed(rows["person"].unique(maintain_order=True).to_list()))
        found.append(_of_posts("rotating_names", year, asked, rows, people, subject, asked["people"]))
    return found


def household_posts(year: Year, asked: Asked) -> list[Suspect]:
    """Two members of a household who held posts on one day of the year."""
    held = in_year(year).drop_nulls("household")
    held = held.filter(pl.col("person").n_unique().over("household") > 1)
    both = held.join(held, on="household", suffix="_other").filter(
        pl.col("person") != pl.col("person_other"),
        pl.col("starts") <= pl.col("ends_other").fill_null(year.last.replace(year=9999)),
        pl.col("starts_other") <= pl.col("ends").fill_null(year.last.replace(year=9999)),
    )
    rows_all = held.filter(pl.col("appointment").is_in(both["appointment"].implode())).sort(
        "household", "starts", "appointment"
    )
    found = []
    for rows in parts(rows_all, "household"):
        people = tuple(rows["person"].unique(maintain_order=True).to_list())
        found.append(_of_posts("household_posts", year, asked, rows, people, f"{rows['household'][0]}", 2))
    return found


def _of_posts(
    code: str, year: Year, asked: Asked, rows: pl.DataFrame, people: tuple[int, ...], subject: str, needed: float
) -> Suspect:  # fmt: skip
    pieces: list[dict[str, Any]] = [
        {"key": f"a:{row['appointment']}", "person": row["person"], "starts": f"{row['starts']}", "ends": f"{row['ends'] or ''}"}
        for row in rows_of(rows)
    ]  # fmt: skip
    power = strength(asked, len(people), needed)
    return Suspect(code, people, subject, year.first, year.last, power, tuple(pieces), {"people": len(people)})
