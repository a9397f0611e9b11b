"""Whose month it is: one row per appointment that overlaps the period, with its days of service as a bit mask.

Days are bits: bit 0 is the first of the month. A month's presences, leaves and logs are one integer per person, sets
are joined with `|` and `&`, and days are counted with one instruction; nothing loops over people.
"""

from collections.abc import Iterable

import polars as pl

from yigang.policy.facts import UNREADABLE, Facts, tables
from yigang.policy.period import Period

ROW = "row"
SERVICE = "service"
FROM, TO = "from_day", "to_day"
TWO = pl.lit(2, dtype=pl.Int64)


def bit(day: pl.Expr) -> pl.Expr:
    """The mask of one day (0-based)."""
    return TWO.pow(day.cast(pl.UInt32)).cast(pl.Int64)


def span(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """The mask of the days from first to last, both included; 0 when last is before first."""
    return pl.when(last >= first).then(bit(last + 1) - bit(first)).otherwise(0)


def count(mask: pl.Expr) -> pl.Expr:
    """How many days a mask holds."""
    return mask.bitwise_count_ones().cast(pl.Int64)


def day_of(date: pl.Expr, period: Period) -> pl.Expr:
    """0-based day of the month; negative before it."""
    return (date - pl.lit(period.first)).dt.total_days()


def roster(facts: Facts, period: Period) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows, sorted by appointment, and the problems found: `row`, `problem`."""
    known = facts.appointments.filter(_touches(period)).sort(_order(facts.appointments), nulls_last=True)
    twice = known["appointment_id"].is_duplicated() & known["appointment_id"].is_not_null()
    known = (
        known.with_columns(twice.alias("twice"))
        .filter(~twice | pl.col("appointment_id").is_first_distinct())
        .with_row_index(ROW)
        .with_columns(_window(period))
        .with_columns(span(pl.col(FROM), pl.col(TO)).alias(SERVICE))
    )
    return known, _problems(known)


def _touches(period: Period) -> pl.Expr:
    """Overlaps the month, or cannot be placed; dates in the wrong order are read as if they were right."""
    start, end = pl.col("start"), pl.col("end")
    low, high = pl.min_horizontal(start, end), pl.max_horizontal(start, end)
    open_ended = end.is_null() & (start <= pl.lit(period.last))
    closed = end.is_not_null() & (low <= pl.lit(period.last)) & (high >= pl.lit(period.first))
    return start.is_null() | open_ended | closed


def _order(frame: pl.DataFrame) -> list[str]:
    return ["appointment_id", *(name for name in frame.columns if name != "appointment_id")]


def _window(period: Period) -> list[pl.Expr]:
    start, end = day_of(pl.col("start"), period), day_of(pl.col("end"), period)
    broken = pl.col("start").is_null() | (pl.col("end") < pl.col("start")).fill_null(value=False)
    return [
        pl.when(~broken).then(start.clip(0, period.days)).otherwise(period.days).alias(FROM),
        pl.when(~broken).then(end.fill_null(period.days - 1).clip(-1, period.days - 1)).otherwise(-1).alias(TO),
        minutes(pl.col("plan_start")).alias("plan_from"),
        minutes(pl.col("plan_end")).alias("plan_to"),
    ]


def minutes(text: pl.Expr) -> pl.Expr:
    """Minutes of the day from `HH:MM`; null when it is not a time."""
    parts = text.cast(pl.String).str.extract_groups(r"^([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?$")
    return parts.struct.field("1").cast(pl.Int64) * 60 + parts.struct.field("2").cast(pl.Int64)


def _problems(known: pl.DataFrame) -> pl.DataFrame:
    start, end = pl.col("start"), pl.col("end")
    masks = known.group_by("person_id").agg(
        (count(pl.col(SERVICE)).sum() != count(pl.col(SERVICE).bitwise_or())).alias("overlap")
    )
    checked = known.join(masks, on="person_id", how="left")
    return gather(
        flag(checked, end < start, "end_before_start"),
        flag(checked, start.is_null(), "no_start"),
        flag(checked, pl.col("person_id").is_null() | pl.col("appointment_id").is_null(), "no_id"),
        flag(checked, pl.col("twice"), "duplicate_appointment"),
        flag(checked, pl.col("overlap"), "overlapping_appointments"),
        flag(checked, pl.col("plan_start").is_not_null() & pl.col("plan_from").is_null(), "bad_plan"),
        flag(checked, pl.col("plan_end").is_not_null() & pl.col("plan_to").is_null(), "bad_plan"),
        unreadable(checked, "appointments"),
    )


def flag(frame: pl.DataFrame, condition: pl.Expr, problem: str) -> pl.DataFrame:
    """The rows where a condition holds, each with that problem."""
    return frame.filter(condition).select(ROW, pl.lit(problem).alias("problem"))


def unreadable(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Rows with text that could not be read, or without a value that is needed."""
    seen = frame.filter(pl.col(UNREADABLE).is_not_null()).select(
        ROW, (pl.lit(f"unreadable:{table}.") + pl.col(UNREADABLE)).alias("problem")
    )
    needed = [name for name, column in tables()[table].columns.items() if column.needed and name in frame.columns]
    empty = [
        flag(frame, pl.col(name).is_null() & pl.col(UNREADABLE).is_null(), f"empty:{table}.{name}")
        for name in needed
        if name not in {"person_id", "appointment_id", "start"} or table != "appointments"
    ]
    return gather(seen, *empty)


def gather(*frames: pl.DataFrame) -> pl.DataFrame:
    """Problems put together."""
    return pl.concat([frame.with_columns(pl.col(ROW).cast(pl.UInt32)) for frame in frames])


def listed(problems: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """One row per appointment with problems: `row`, `problems` (sorted, each once)."""
    return gather(*problems).group_by(ROW).agg(pl.col("problem").unique().sort().alias("problems"))
