"""A month of check-ins, row by row, brought down to what the rules need: days present, and who was where together with whom."""

from __future__ import annotations

from datetime import date

import polars as pl

from yigang.policy.anomaly.frames import PAIRS, Types
from yigang.policy.rule_table import Asked

SEEN: Types = {
    "person": pl.Int64, "village": pl.Int64, "day": pl.Int64, "kind": pl.Int64, "second": pl.Int64, "typed": pl.Int64,
    "how": pl.Int64, "place": pl.Int64,
}  # fmt: skip
"""One row a check-in. `day` of the month, `second` of the day; `how` the place is known: 0 not, 1 by coordinates, 2 by address.
`place` is then two counts of ten-thousandths of a degree modulo 4,096 (latitude × 4,096 + longitude), or a digest of the address.
"""
NOWHERE, BY_PLACE, BY_ADDRESS = range(3)
TURN = 4_096
UNIT_M = 11.1
"""A ten-thousandth of a degree of latitude in metres; of longitude it is shorter, so nearness is a square of at most this."""
CROWD = 4
"""So many within the seconds are a gathering: they say nothing of two."""


def presence(seen: pl.DataFrame, month: date) -> pl.DataFrame:
    """Days present in a month, as bits: person, month, days, typed."""
    bit = pl.lit(2, dtype=pl.Int64).pow(pl.col("day") - 1).cast(pl.Int64)
    daily = seen.group_by("person", "day", "typed").len().with_columns(bit=bit)
    of = {name: pl.col("bit").filter(pl.col("typed") == typed).sum() for name, typed in (("days", 0), ("typed", 1))}
    return daily.group_by("person").agg(**of).with_columns(month=pl.lit(month))


def together(seen: pl.DataFrame, month: date, asked: Asked) -> pl.DataFrame:
    """Pairs of a village who checked in within seconds and metres of each other; gatherings of four and more are left out."""
    rows = seen.filter(pl.col("typed") == 0, pl.col("how") > NOWHERE).sort("village", "day", "kind", "second", "person")
    own = rows.group_by("person").agg(pl.len().cast(pl.Int64).alias("own"))
    group = (pl.col("village") * 32 + pl.col("day")) * 8 + pl.col("kind")
    rows = rows.select("person", "second", "how", "place", group=group)
    crowded = (_gap(CROWD - 1) <= asked["seconds"]).fill_null(value=False)
    inside = pl.any_horizontal(*(crowded.shift(step, fill_value=False) for step in range(CROWD)))
    alone = rows.with_columns(crowd=inside)
    found = [_beside(alone, step, asked) for step in range(1, CROWD - 1)]
    pairs = pl.concat(found).group_by("person", "other").agg(pl.len().cast(pl.Int64).alias("times"))
    pairs = pairs.join(own, on="person").join(own.rename({"person": "other", "own": "others"}), on="other")
    pairs = pairs.with_columns(month=pl.lit(month), of=pl.min_horizontal("own", "others"))
    return pairs.select(pl.col(name).cast(kind) for name, kind in PAIRS.items())


def _gap(step: int) -> pl.Expr:
    """Seconds to the row so many on, null where that is another village, day or kind."""
    apart = pl.col("second").shift(-step) - pl.col("second")
    return pl.when(pl.col("group").shift(-step) == pl.col("group")).then(apart)


def _beside(rows: pl.DataFrame, step: int, asked: Asked) -> pl.DataFrame:
    """Each row with the one so many on, where these are two people at one place within the seconds."""
    pairs = rows.with_columns(
        gap=_gap(step), next_person=pl.col("person").shift(-step), next_place=pl.col("place").shift(-step),
        next_how=pl.col("how").shift(-step),
    ).filter(
        pl.col("gap") <= asked["seconds"], ~pl.col("crowd"), pl.col("next_person") != pl.col("person"),
        pl.col("next_how") == pl.col("how"),
    )  # fmt: skip
    here = pl.when(pl.col("how") == BY_ADDRESS).then(pl.col("place") == pl.col("next_place")).otherwise(_near(asked))
    return pairs.filter(here).select(
        person=pl.min_horizontal("person", "next_person"), other=pl.max_horizontal("person", "next_person")
    )


def _near(asked: Asked) -> pl.Expr:
    """Both counts of degrees differ by no more than the metres allow, round the turn too."""
    most = round(asked["metres"] / UNIT_M)
    one, two = pl.col("place"), pl.col("next_place")
    off = [(one // TURN - two // TURN).abs(), (one % TURN - two % TURN).abs()]
    return pl.all_horizontal(*(pl.min_horizontal(each, TURN - each) <= most for each in off))
