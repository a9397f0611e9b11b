"""Check-ins to masks and counts per appointment, in one streaming pass.

A check-in belongs to the appointment of its person whose service holds its working day, which is the local
date unless the source says another. Check-ins of people without an
appointment join nothing and change nothing.
"""

from datetime import UTC, datetime, timedelta

import polars as pl

from yigang.policy.facts import UNREADABLE, ZONE_HOURS, tables
from yigang.policy.period import Period
from yigang.policy.roster import FROM, ROW, TO, bit

DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
DAY_MINUTES = 24 * 60
EVENING, MORNING = 18 * 60, 9 * 60
"""A night is proven between 18:00 and 09:00 local time."""

FROM_ODD_ROWS = {"late_count", "serious_late_count", "early_count", "missed_checks"}
MISSED = ("not_signed", "absent")
NIGHTS = {"nights_in_village", "nights_or_excused"}
NEEDS_PLACE = {"days_in_village", "village_or_excused_days", "outside_count", *NIGHTS}
_CODED = ("kind", "result", "place")


def local_midnight(period: Period) -> datetime:
    """The moment the month begins in Asia/Shanghai."""
    return datetime(period.year, period.month, 1, tzinfo=UTC) - timedelta(hours=ZONE_HOURS)


def aggregate(check_ins: pl.DataFrame, rows: pl.DataFrame, period: Period, wanted: set[str]) -> pl.DataFrame:
    """Per appointment (`row`): what the wanted measures are made from. Appointments without any check-in are absent."""
    events = _events(check_ins, rows, period, nights=bool(NIGHTS & wanted))
    columns = [*_presence(), *(_strange(name) for name in _with_strange_words(check_ins))]
    if NEEDS_PLACE & wanted:
        columns += _places()
    if NIGHTS & wanted:
        columns += _nights()
    summed = events.group_by(ROW).agg(columns).collect(engine="streaming")
    if FROM_ODD_ROWS & wanted:
        summed = summed.join(_odd_rows(events), on=ROW, how="left")
    if "hours" in wanted:
        summed = summed.join(_hours(events), on=ROW, how="left")
    return summed


def _events(check_ins: pl.DataFrame, rows: pl.DataFrame, period: Period, *, nights: bool) -> pl.LazyFrame:
    """The month's check-ins with their appointment, working day (`work`), local day and minutes of each.

    `serving` says that the working day lies in service. With nights, the next morning's check-ins are kept too: they
    prove the last night and count for nothing else.
    """
    begin = local_midnight(period)
    given = check_ins["day"].null_count() < check_ins.height
    later = timedelta(days=1) if given else timedelta(minutes=MORNING) if nights else timedelta()
    zero, first = int(begin.timestamp()) * 1_000_000, pl.lit(period.first)
    passed = pl.col("at").dt.timestamp("us") - zero
    local, after = pl.col("day"), 1 if nights else 0
    stated = (pl.col("stated") - first).dt.total_days().fill_null(local) if given else local
    serving = pl.col("work").is_between(pl.col(FROM), pl.col(TO))
    return (
        check_ins.lazy()
        .filter(pl.col("at").is_between(begin, begin + timedelta(days=period.days) + later, closed="left"))
        .rename({"day": "stated"})
        .with_columns((passed // DAY_US).cast(pl.Int64).alias("day"), ((passed % DAY_US) // MINUTE_US).alias("minute"))
        .with_columns(stated.alias("work"))
        .join(rows.lazy().select(ROW, "person_id", FROM, TO, "plan_from", "plan_to"), on="person_id")
        .with_columns(serving.alias("serving"))
        .filter(pl.col("serving") | local.is_between(pl.col(FROM), pl.col(TO) + after))
        .with_columns(
            bit(pl.col("work").clip(0, period.days)).alias("bit"),
            ((local - pl.col("work")) * DAY_MINUTES + pl.col("minute")).alias("work_minute"),
            (
                pl.col("result").is_in(MISSED).fill_null(value=False)
                | (pl.col("source") == "SYSTEM").fill_null(value=False)
            )
            .not_()
            .alias("real"),
        )
    )


def _mask(condition: pl.Expr, day: pl.Expr | None = None) -> pl.Expr:
    return pl.when(condition).then(pl.col("bit") if day is None else bit(day)).otherwise(0).bitwise_or()


def _total(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Int64).sum()


def _here() -> pl.Expr:
    return pl.col("real") & pl.col("serving")


def _presence() -> list[pl.Expr]:
    return [
        _total(pl.col("serving")).alias("observed"),
        _mask(_here()).alias("present"),
    ]


def _strange_word(name: str) -> pl.Expr:
    return ~pl.col(name).is_in(tables()["check_ins"].columns[name].values).fill_null(value=True)


def _with_strange_words(check_ins: pl.DataFrame) -> list[str]:
    """Columns that hold a word outside the declared ones, by one quick look over everything."""
    looked = check_ins.lazy().select(_strange_word(name).any() for name in _CODED).collect(engine="streaming")
    return [name for name in _CODED if looked[name].item()]


def _strange(name: str) -> pl.Expr:
    return _total(_strange_word(name) & pl.col("serving")).alias(f"strange_{name}")


def _places() -> list[pl.Expr]:
    inside, unknown = pl.col("place") == "inside", pl.col("place").is_null()
    return [
        _mask(_here() & inside).alias("inside"),
        _mask(_here() & unknown).alias("unplaced"),
        _total(_here() & (pl.col("place") == "outside")).alias("outside"),
        _total(_here() & unknown).alias("unplaced_count"),
    ]


def _nights() -> list[pl.Expr]:
    """Masks by the day the night begins on; `maybe_` also takes check-ins of unknown place."""
    evening, morning = pl.col("minute") >= EVENING, (pl.col("minute") < MORNING) & (pl.col("day") >= 1)
    at_night = pl.col("real") & (pl.col("kind") == "night").fill_null(value=False)
    local, before = pl.col("day"), pl.col("day") - 1
    made = []
    for prefix, placed in (("", pl.col("place") == "inside"), ("maybe_", (pl.col("place") != "outside"))):
        there = placed.fill_null(value=bool(prefix))
        made += [
            _mask(at_night & evening & there, local).alias(f"{prefix}night_evening"),
            _mask(at_night & morning & there, before.clip(0)).alias(f"{prefix}night_morning"),
            _mask(pl.col("real") & evening & there, local).alias(f"{prefix}evening"),
            _mask(pl.col("real") & morning & there, before.clip(0)).alias(f"{prefix}morning"),
        ]
    return made


def _odd_rows(events: pl.LazyFrame) -> pl.DataFrame:
    """Missed checks and punctuality, from the few check-ins that are not plainly normal."""
    odd = (
        pl.col("result").is_null()
        | (pl.col("result") != "normal")
        | (pl.col("source") == "SYSTEM").fill_null(value=False)
    )
    missed = _total(pl.col("serving") & ~pl.col("real")).alias("missed")
    return events.filter(odd).group_by(ROW).agg(missed, *_punctuality()).collect(engine="streaming")


def _punctuality() -> list[pl.Expr]:
    on = _here() & (pl.col("kind") == "on").fill_null(value=False)
    off = _here() & (pl.col("kind") == "off").fill_null(value=False)
    result, minute = pl.col("result"), pl.col("work_minute")
    unjudged = result.is_null()
    late = result.is_in(("late", "serious_late")).fill_null(value=False)
    return [
        _total(on & (late | (unjudged & (minute > pl.col("plan_from"))).fill_null(value=False))).alias("late"),
        _total(on & unjudged & pl.col("plan_from").is_null()).alias("late_unknown"),
        _total(_here() & (result == "serious_late").fill_null(value=False)).alias("serious_late"),
        _total(on & unjudged).alias("serious_unknown"),
        _total(
            off
            & (
                (result == "early").fill_null(value=False)
                | (unjudged & (minute < pl.col("plan_to"))).fill_null(value=False)
            )
        ).alias("early"),
        _total(off & unjudged & pl.col("plan_to").is_null()).alias("early_unknown"),
    ]


def _hours(events: pl.LazyFrame) -> pl.DataFrame:
    """Hundredths of an hour per appointment: per day first on to last off, whole month half up."""
    on, off = pl.col("kind") == "on", pl.col("kind") == "off"
    minutes = pl.col("last_off") - pl.col("first_on")
    return (
        events.filter(_here() & (on | off))
        .group_by(ROW, "work")
        .agg(
            pl.col("work_minute").filter(pl.col("kind") == "on").min().alias("first_on"),
            pl.col("work_minute").filter(pl.col("kind") == "off").max().alias("last_off"),
        )
        .filter(minutes > 0)
        .group_by(ROW)
        .agg(((minutes.sum() * 200 + 60) // 120).alias("worked"))
        .collect(engine="streaming")
    )


def bad_rows(check_ins: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Check-ins that cannot be placed in time or could not be read, with their appointment."""
    bad = check_ins.filter(pl.col("at").is_null() | pl.col(UNREADABLE).is_not_null())
    return bad.join(rows.select(ROW, "person_id"), on="person_id")
