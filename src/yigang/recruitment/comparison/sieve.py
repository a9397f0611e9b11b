"""Which lines of a register need be read whole: most can be nobody's by number, name and birth date alone. Pure Polars.

A sieve lets a line too many through at times, never one too few: what it holds back, `match.compare` would not find. Every
hit is about one subject and one line, so that the lines let through give the same hits as the whole register.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from yigang.recruitment.comparison import match

GLANCE: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64, "name": pl.String, "birth": pl.Date, "wanted": pl.Int8,
}  # fmt: skip
"""A line at a glance. `wanted` (0 or 1): it is somebody's by number, or may be by its name alone, so it goes through."""


@dataclass(frozen=True)
class Sieve:
    """The birth dates of those who are looked for, and a mark for each of these with each key of their names."""

    born: pl.Series
    marks: pl.Series

    @classmethod
    def of(cls, themselves: pl.DataFrame) -> Sieve:
        """For the applicants; their households are looked for by number only."""
        return cls(themselves["birth"].drop_nulls().unique().sort(), _marks(themselves, "subject")["mark"].unique())

    def through(self, lines: pl.DataFrame) -> list[int]:
        """The rows of those lines (`GLANCE`) that may be somebody's."""
        wanted, same_day = lines.filter(pl.col("wanted") == 1), lines.filter(pl.col("wanted") == 0)
        alike = _marks(same_day, "row").join(self.marks.to_frame("mark"), on="mark", how="semi")
        return pl.concat([wanted["row"], alike["row"]]).unique().sort().to_list()


def _marks(people: pl.DataFrame, who: str) -> pl.DataFrame:
    """`who` and a number for each key of the name with the birth date. That two are equal by chance costs a look."""
    keys = match.name_keys(people.select("name").unique())
    named = [name for name in keys.columns if name != "name"]
    there = {key: pl.when(pl.col(key).is_not_null()).then(pl.col(key).hash()) for key in named}
    marked = people.filter(pl.col("birth").is_not_null()).join(keys.with_columns(**there), on="name")
    marks = marked.select(who, *(pl.col(key) ^ pl.col("birth").hash(1) for key in named))
    return marks.unpivot(index=who, value_name="mark").select(who, "mark").drop_nulls()
