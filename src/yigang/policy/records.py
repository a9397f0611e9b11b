"""Leave, logs, findings, points, history and marks: the small tables, each to masks or counts per appointment.

Every step takes the rows and returns them with its columns, and the problems of its own rows: `row`, `problem`.
"""

from datetime import date

import polars as pl

from yigang.policy.facts import UNREADABLE, Facts
from yigang.policy.measures import LEAVE_KINDS
from yigang.policy.model import Mark
from yigang.policy.period import Period
from yigang.policy.roster import FROM, ROW, TO, bit, day_of, flag, gather, span, unreadable

Step = tuple[pl.DataFrame, pl.DataFrame]
POINT_KINDS = ("credit", "debit", "award")
NOTHING = pl.DataFrame(schema={ROW: pl.UInt32, "problem": pl.String})


def covered(rows: pl.DataFrame, coverage: pl.DataFrame | None, table: str) -> pl.Series | None:
    """Of whom a table speaks by the coverage rows; None when coverage says nothing about the table.

    A row with a prefix and a person speaks of that person within the prefix; with neither, of everybody.
    """
    said = None if coverage is None else coverage.filter(pl.col("table") == table)
    if said is None or said.is_empty():
        return None
    prefix, whom = pl.col("region_prefix").is_null(), pl.col("person_id").is_null()
    people = said.filter(~whom).select("person_id", "region_prefix").unique()
    speaks = pl.lit(value=not said.filter(prefix & whom).is_empty())
    for one in said.filter(~prefix & whom)["region_prefix"].unique().sort():
        speaks = speaks | pl.col("region").str.starts_with(one)
    pairs = rows.select(ROW, "person_id", "region").join(people, on="person_id")
    inside = pl.col("region_prefix").is_null() | pl.col("region").str.starts_with(pl.col("region_prefix"))
    named = pairs.filter(inside)[ROW].unique()
    return rows.select((speaks | pl.col(ROW).is_in(named.implode())).fill_null(value=False)).to_series()


def _known(rows: pl.DataFrame, facts: Facts, table: str) -> pl.Expr:
    """Whether a loaded table speaks of each person: of everybody, unless coverage says of whom."""
    if table not in facts.tables():
        return pl.lit(value=False)
    said = covered(rows, facts.coverage, table)
    return pl.lit(value=True) if said is None else pl.lit(said)


def with_leaves(rows: pl.DataFrame, facts: Facts, period: Period) -> Step:
    """A mask per kind of approved leave (0 where not loaded) and `leaves_known`."""
    names = [f"leave_{kind}" for kind in LEAVE_KINDS]
    known = _known(rows, facts, "leaves").alias("leaves_known")
    if facts.leaves is None:
        return rows.with_columns(known, *(_zero(name) for name in names)), NOTHING
    joined = facts.leaves.join(rows.select(ROW, "person_id"), on="person_id").filter(_leave_touches(period))
    good = joined.filter(pl.col("approved").fill_null(value=False) & (pl.col("end") >= pl.col("start"))).with_columns(
        span(
            day_of(pl.col("start"), period).clip(0, period.days),
            day_of(pl.col("end"), period).clip(-1, period.days - 1),
        ).alias("mask")
    )
    masks = good.group_by(ROW).agg(
        pl.col("mask").filter(pl.col("kind") == kind).bitwise_or().fill_null(0).alias(f"leave_{kind}")
        for kind in LEAVE_KINDS
    )
    strange = ~pl.col("kind").is_in(list(LEAVE_KINDS)).fill_null(value=True)
    problems = gather(
        flag(joined, pl.col("end") < pl.col("start"), "leave_end_before_start"),
        flag(joined, strange, "unknown_value:leaves.kind"),
        unreadable(joined, "leaves"),
    )
    return _attach(rows.with_columns(known), masks, names), problems


def _leave_touches(period: Period) -> pl.Expr:
    """Overlaps the month, or cannot be placed; dates in the wrong order are read as if they were right."""
    start, end = pl.col("start"), pl.col("end")
    low, high = pl.min_horizontal(start, end), pl.max_horizontal(start, end)
    inside = (low <= pl.lit(period.last)) & (high >= pl.lit(period.first))
    return start.is_null() | end.is_null() | pl.col(UNREADABLE).is_not_null() | inside


def with_logs(rows: pl.DataFrame, facts: Facts, period: Period) -> Step:
    """`logs`: the mask of days with a work log, and `logs_known`."""
    known = _known(rows, facts, "work_logs").alias("logs_known")
    if facts.work_logs is None:
        return rows.with_columns(known, _zero("logs")), NOTHING
    inside = pl.col("date").is_between(period.first, period.last)
    people = rows.lazy().select(ROW, "person_id")
    day = bit(day_of(pl.col("date"), period)).bitwise_or().alias("logs")
    dated = facts.work_logs.lazy().filter(inside).join(people, on="person_id")
    masks = dated.group_by(ROW).agg(day).collect(engine="streaming")
    bad = facts.work_logs.lazy().filter(pl.col("date").is_null() | pl.col(UNREADABLE).is_not_null())
    joined = bad.join(people, on="person_id").collect()
    return _attach(rows.with_columns(known), masks, ["logs"]), unreadable(joined, "work_logs")


def with_patrols(rows: pl.DataFrame, facts: Facts, period: Period) -> Step:
    """`patrolled`: the mask of days with a patrol that went some way, `patrol_m` metres in service, `patrols_known`."""
    if facts.patrols is None:
        return rows.with_columns(
            pl.lit(value=False).alias("patrols_known"), _zero("patrolled"), _zero("patrol_m")
        ), NOTHING
    day = day_of(pl.col("date"), period)
    joined = facts.patrols.join(rows.select(ROW, "person_id", FROM, TO), on="person_id")
    dated = joined.filter(
        pl.col("date").is_between(period.first, period.last) & day.is_between(pl.col(FROM), pl.col(TO))
    )
    metres = pl.col("metres").cast(pl.Float64, strict=False)
    fair = dated.with_columns(metres.alias("metres")).filter(pl.col("metres").is_finite() & (pl.col("metres") >= 0))
    whole = (pl.col("metres") + 0.5).floor().cast(pl.Int64)
    sums = fair.with_columns(whole.alias("metres")).group_by(ROW).agg(
        pl.when(pl.col("metres") > 0).then(bit(day)).otherwise(0).bitwise_or().alias("patrolled"),
        pl.col("metres").sum().alias("patrol_m"), pl.len().cast(pl.Int64).alias("patrols"),
    )  # fmt: skip
    said = covered(rows, facts.coverage, "patrols")
    counted = _attach(rows, sums, ["patrolled", "patrol_m", "patrols"])
    speaks = (pl.col("patrols") > 0) | pl.lit(value=False if said is None else said)
    wrong = flag(dated, ~(metres.is_finite() & (metres >= 0)), "patrol_metres")
    return counted.with_columns(speaks.alias("patrols_known")).drop("patrols"), gather(
        wrong, unreadable(joined, "patrols")
    )


def with_findings(rows: pl.DataFrame, facts: Facts, period: Period) -> Step:
    """Days on which an inspection found the person absent, in the year so far and in the month; null where unknown."""
    names = ["absences_in_year", "absences_in_month"]
    if facts.findings is None:
        return rows.with_columns(pl.lit(None, dtype=pl.Int64).alias(name) for name in names), NOTHING
    inside = pl.col("date").is_between(date(period.year, 1, 1), period.last)
    year = facts.findings.filter(inside | pl.col("date").is_null() | pl.col(UNREADABLE).is_not_null())
    joined = year.join(rows.select(ROW, "person_id"), on="person_id")
    absent = joined.filter(inside & (pl.col("kind") == "absent")).unique([ROW, "date"])
    sums = absent.group_by(ROW).agg(
        pl.len().cast(pl.Int64).alias(names[0]),
        (pl.col("date") >= period.first).cast(pl.Int64).sum().alias(names[1]),
    )
    known = _known(rows, facts, "findings")
    counted = _attach(rows, sums, names).with_columns(pl.when(known).then(pl.col(name)).alias(name) for name in names)
    return counted, unreadable(joined, "findings")


def with_points(rows: pl.DataFrame, facts: Facts, period: Period) -> Step:  # noqa: ARG001 - the table is the month's
    """What the month's entries of each kind do to the sum, in hundredths; null where points were not loaded."""
    names = [f"points_{kind}" for kind in POINT_KINDS]
    if facts.points is None:
        return rows.with_columns(pl.lit(None, dtype=pl.Int64).alias(name) for name in names), NOTHING
    joined = facts.points.join(rows.select(ROW, "appointment_id"), on="appointment_id").with_columns(
        (pl.col("points").cast(pl.Float64, strict=False) * 100).alias("points")
    )
    value = pl.col("points")
    fine = value.is_finite() & ((value - value.round()).abs() < 1e-6)
    fair = joined.filter(fine).with_columns(value.round().cast(pl.Int64))
    sums = fair.group_by(ROW).agg(
        value.filter(pl.col("kind") == kind).sum().alias(f"points_{kind}") for kind in POINT_KINDS
    )
    strange = ~pl.col("kind").is_in(list(POINT_KINDS)).fill_null(value=True)
    problems = gather(
        flag(joined, ~fine, "points_too_fine"), flag(joined, strange, "unknown_value:points.kind"),
        unreadable(joined, "points"),
    )  # fmt: skip
    return _attach(rows, sums, names), problems


def with_history(rows: pl.DataFrame, facts: Facts, period: Period) -> Step:
    """`failed_run`: failed months directly before this one; null where history was not loaded."""
    if facts.appraisals is None:
        return rows.with_columns(pl.lit(None, dtype=pl.Int64).alias("failed_run")), NOTHING
    joined = facts.appraisals.join(rows.select(ROW, "appointment_id"), on="appointment_id")
    form = pl.col("period").cast(pl.String).str.extract_groups(r"^(\d{4})-(0[1-9]|1[0-2])$")
    number = form.struct.field("1").cast(pl.Int64) * 12 + form.struct.field("2").cast(pl.Int64) - 1
    dated = joined.with_columns((period.number - number).alias("ago"))
    failed = dated.filter((pl.col("ago") >= 1) & ~pl.col("passed")).unique([ROW, "ago"]).sort(ROW, "ago")
    run = failed.filter(pl.col("ago") == pl.int_range(1, pl.len() + 1).over(ROW))
    sums = run.group_by(ROW).agg(pl.len().cast(pl.Int64).alias("failed_run"))
    both = dated.group_by(ROW, "ago").agg((pl.col("passed").n_unique() > 1).alias("differ"))
    problems = gather(
        flag(dated, pl.col("period").is_not_null() & pl.col("ago").is_null(), "bad_period:appraisals.period"),
        flag(both, pl.col("differ"), "appraisal_twice"),
        unreadable(joined, "appraisals"),
    )
    known = _known(rows, facts, "appraisals")
    counted = _attach(rows, sums, ["failed_run"])
    return counted.with_columns(pl.when(known).then(pl.col("failed_run")).alias("failed_run")), problems


def with_marks(rows: pl.DataFrame, table: pl.DataFrame | None, marks: tuple[Mark, ...]) -> Step:
    """`mark:<name>` in hundredths, null where it was not given; problems of marks that cannot be right."""
    problems = [NOTHING]
    for mark in marks:
        name = f"mark:{mark.name}"
        if table is None:
            rows = rows.with_columns(pl.lit(None, dtype=pl.Int64).alias(name))
            continue
        given = table.filter(pl.col("name").is_in([mark.name, mark.mark]))
        joined = given.join(rows.select(ROW, "appointment_id"), on="appointment_id").with_columns(
            pl.col("value").cast(pl.Float64, strict=False).alias("value")
        )
        problems.append(_mark_problems(joined, mark))
        fair = joined.filter(pl.col("value").is_finite() & pl.col("value").is_between(0, float(mark.most)))
        scaled = fair.group_by(ROW).agg((pl.col("value").max() * 100).round().cast(pl.Int64).alias(name))
        rows = rows.join(scaled, on=ROW, how="left", maintain_order="left")
    return rows, gather(*problems)


def _mark_problems(joined: pl.DataFrame, mark: Mark) -> pl.DataFrame:
    value = pl.col("value")
    fair = value.is_finite() & value.is_between(0, float(mark.most))
    fine = ((value * 100) - (value * 100).round()).abs() < 1e-6
    several = joined.group_by(ROW).agg((pl.col("value").n_unique() > 1).alias("differ"))
    return gather(
        flag(joined, ~fair, f"mark_out_of_range:{mark.name}"),
        flag(joined, fair & ~fine, f"mark_too_fine:{mark.name}"),
        flag(several, pl.col("differ"), f"mark_twice:{mark.name}"),
        unreadable(joined, "marks"),
    )


def _zero(name: str) -> pl.Expr:
    return pl.lit(0, dtype=pl.Int64).alias(name)


def _attach(rows: pl.DataFrame, sums: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Join counts or masks by row; who has none gets 0."""
    return rows.join(sums, on=ROW, how="left", maintain_order="left").with_columns(pl.col(names).fill_null(0))
