"""What a quarter or a year rests on, as columns: sealed months, closed quarters, marks, absences found, recalls, failed years.

Everything is read for all appointments of a programme in a region at once. Whoever served in no month of the period is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

from yigang.appraisal import years
from yigang.foundation.facts import Selection, read
from yigang.policy.judge_period import LISTS, schema_of
from yigang.policy.rhythms import BEFORE, Input, Rhythm
from yigang.posts.models import Programme

SCORE = "得分"
"""Ends the name of a month or quarter that was judged, but without a score."""
MONTHS = """
SELECT a.id, a.person_id, a.region_code, count(*), count(m.id), count(*) FILTER (WHERE m.passed),
  count(*) FILTER (WHERE NOT m.passed), sum(m.score * 100)::bigint, count(m.score), min(m.score * 100)::bigint,
  max(m.score * 100)::bigint, string_agg(to_char(served.month, 'YYYY-MM'), ' ' ORDER BY served.month) FILTER (WHERE m.id IS NULL),
  string_agg(to_char(served.month, 'YYYY-MM'), ' ' ORDER BY served.month) FILTER (WHERE m.id IS NOT NULL AND m.score IS NULL)
FROM tenure_appointment a JOIN posts_programme p ON p.id = a.programme_id
CROSS JOIN LATERAL generate_series(
  date_trunc('month', GREATEST(a.starts, %s::date, p.starts)::timestamp),
  LEAST(COALESCE(a.ends, %s::date), %s::date, COALESCE(p.ends, %s::date))::timestamp, '1 month') AS served(month)
LEFT JOIN appraisal_appraisal m ON m.appointment_id = a.id AND m.period = 'month' AND m.first = served.month::date
WHERE a.programme_id = %s AND a.region_code ^@ %s AND a.days && daterange(%s, %s, '[]')
GROUP BY a.id, a.person_id, a.region_code
"""
"""One row of `served` for each month of the period in which somebody served while the programme ran."""

QUARTERS = """
SELECT a.id, count(*), count(r.grade), count(*) FILTER (WHERE r.passed), count(*) FILTER (WHERE NOT r.passed),
  sum(r.score * 100)::bigint, count(r.score), min(r.score * 100)::bigint, max(r.score * 100)::bigint,
  string_agg(to_char(served.quarter, 'YYYY"Q"Q'), ' ' ORDER BY served.quarter) FILTER (WHERE r.grade IS NULL),
  string_agg(to_char(served.quarter, 'YYYY"Q"Q'), ' ' ORDER BY served.quarter)
    FILTER (WHERE r.grade IS NOT NULL AND r.score IS NULL)
FROM tenure_appointment a JOIN posts_programme p ON p.id = a.programme_id
CROSS JOIN LATERAL generate_series(
  date_trunc('quarter', GREATEST(a.starts, %s::date, p.starts)::timestamp),
  LEAST(COALESCE(a.ends, %s::date), %s::date, COALESCE(p.ends, %s::date))::timestamp, '3 months') AS served(quarter)
LEFT JOIN (SELECT r.appointment_id, c.first, r.grade, r.passed, r.score FROM appraisal_periodresult r
           JOIN appraisal_closing c ON c.id = r.closing_id AND c.reopened_at IS NULL AND c.rhythm = 'quarter'
           WHERE r.grade <> '') r ON r.appointment_id = a.id AND r.first = served.quarter::date
WHERE a.programme_id = %s AND a.region_code ^@ %s AND a.days && daterange(%s, %s, '[]')
GROUP BY a.id
"""

FAILED = """
SELECT m.appointment_id, (extract(year FROM m.first) * 12 + extract(month FROM m.first))::int
FROM appraisal_appraisal m JOIN tenure_appointment a ON a.id = m.appointment_id
WHERE a.programme_id = %s AND a.region_code ^@ %s AND m.period = 'month' AND m.first <= %s AND NOT m.passed
ORDER BY 1, 2
"""

MARKS = """
WITH latest AS (
  SELECT DISTINCT ON (m.appointment_id, m.name, m.month) m.appointment_id, m.name, (m.value * 100)::bigint AS value
  FROM appraisal_mark m JOIN tenure_appointment a ON a.id = m.appointment_id
  WHERE a.programme_id = %s AND a.region_code ^@ %s AND m.rhythm = %s AND m.month BETWEEN %s AND %s
    AND NOT EXISTS (SELECT FROM appraisal_markwithdrawal w WHERE w.mark_id = m.id)
  ORDER BY m.appointment_id, m.name, m.month, m.id DESC)
SELECT appointment_id, name, sum(value)::bigint, count(*), min(value), max(value) FROM latest GROUP BY 1, 2
"""

ABSENCES = """
SELECT f.person_id, count(DISTINCT f.day) FROM appraisal_finding f JOIN duty_intake i ON i.id = f.intake_id
WHERE i.withdrawn_at IS NULL AND f.day BETWEEN %s AND %s GROUP BY 1
"""

TOLD = """
SELECT v.region_code FROM (SELECT DISTINCT region_code FROM tenure_appointment WHERE programme_id = %s AND region_code ^@ %s) v
WHERE (SELECT range_agg(daterange(i.first, i.last, '[]')) FROM duty_intake i
       WHERE i.table = 'findings' AND i.withdrawn_at IS NULL AND v.region_code ^@ yigang_region_prefix(i.region_code)
      ) @> daterange(%s, %s, '[]')
"""
"""Places of which inspections speak for the whole time: whoever is not named there was not found absent."""

RECALLED = """
SELECT DISTINCT a.person_id FROM tenure_exit e JOIN tenure_appointment a ON a.id = e.appointment_id
WHERE e.kind = 'recall' AND e.state = 'done' AND a.programme_id = %s AND e.on BETWEEN %s AND %s
"""


def measures(programme: Programme, rhythm: Rhythm, selection: Selection) -> pl.DataFrame:
    """The frame that `judge_period` asks for, sorted by appointment."""
    first, last = selection.first, selection.last
    frame = _months(selection)
    frame = frame.join(_runs(selection), on="appointment_id", how="left")
    frame = _with_absences(frame, selection)
    recalled = read(RECALLED, [programme.pk, date(last.year, 1, 1), last], {"person_id": pl.Int64})["person_id"]
    frame = frame.with_columns(
        pl.col("person_id").is_in(recalled.implode()).alias("recalled"),
        pl.when(pl.col("gaps").list.len() == 0).then(pl.col("run").fill_null(0)).alias("consecutive_failed_months"),
    )
    frame = _with_inputs(frame, rhythm, selection)
    given = _marks(selection, rhythm.code, first, first)
    for part in rhythm.parts:
        if part.party:
            frame = _joined(frame, given, part.name, pl.col("sum"), part.column)
    return _with_years(frame, programme, rhythm, last.year).select(*schema_of(rhythm)).sort("appointment_id")


def _served(selection: Selection) -> list[object]:
    first, last = selection.first, selection.last
    return [first, last, last, last, selection.programme_id, selection.region_prefix, first, last]


def _months(selection: Selection) -> pl.DataFrame:
    """Months served, sealed, passed and failed; counts are there only where no month is missing."""
    schema = {
        "appointment_id": pl.Int64, "person_id": pl.Int64, "region_code": pl.String, "served": pl.Int64, "sealed": pl.Int64,
        "passed": pl.Int64, "failed": pl.Int64, "sum": pl.Int64, "scored": pl.Int64, "least": pl.Int64, "greatest": pl.Int64,
        "open": pl.String, "unscored": pl.String,
    }  # fmt: skip
    frame = read(MONTHS, _served(selection), schema)
    whole = pl.col("sealed") == pl.col("served")
    return frame.with_columns(
        pl.when(whole).then(pl.col("passed")).alias("passed_months"),
        pl.when(whole).then(pl.col("failed")).alias("failed_months"),
        pl.when(whole).then(pl.col("sealed")).alias("appraised_months"),
        pl.when(whole & (pl.col("scored") == pl.col("served"))).then(_mean("sum", "scored")).alias("month_mean"),
        _named("open", "月考核").alias("gaps"),
    )


def _mean(total: str, count: str) -> pl.Expr:
    """Hundredths, half up."""
    return (pl.col(total) * 2 + pl.col(count)) // (pl.col(count) * 2)


def _named(column: str, what: str) -> pl.Expr:
    """`2020-07 2020-08` as names of what is missing."""
    texts = pl.col(column).fill_null("").str.split(" ").list.eval(pl.element().filter(pl.element() != "") + what)
    return texts.cast(LISTS)


def _runs(selection: Selection) -> pl.DataFrame:
    """The longest run of failed months of each appointment that ends within the period."""
    schema = {"appointment_id": pl.Int64, "month": pl.Int64}
    failed = read(FAILED, [selection.programme_id, selection.region_prefix, selection.last], schema)
    begins = selection.first.year * 12 + selection.first.month
    run = (pl.col("month") - pl.int_range(pl.len()).over("appointment_id")).alias("begin")
    runs = (
        failed.with_columns(run).group_by("appointment_id", "begin").agg(pl.len().alias("run"), pl.col("month").max())
    )
    return runs.filter(pl.col("month") >= begins).group_by("appointment_id").agg(pl.col("run").max().cast(pl.Int64))


def _with_absences(frame: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """Days found absent since 1 January: known of whom something was found, and of everybody where inspections tell all."""
    first, last = date(selection.last.year, 1, 1), selection.last
    found = read(ABSENCES, [first, last], {"person_id": pl.Int64, "absences": pl.Int64})
    told = read(
        TOLD, [selection.programme_id, selection.region_prefix, selection.first, last], {"region_code": pl.String}
    )
    count = pl.when(pl.col("region_code").is_in(told["region_code"].implode())).then(pl.col("absences").fill_null(0))
    return frame.join(found, on="person_id", how="left").with_columns(
        count.otherwise(pl.col("absences")).alias("inspection_absences")
    )


def _marks(selection: Selection, rhythm: str, first: date, last: date) -> pl.DataFrame:
    """Marks that count, by appointment and name: sum, count, least and greatest, in hundredths."""
    figures = dict.fromkeys(("sum", "count", "least", "greatest"), pl.Int64)
    schema = {"appointment_id": pl.Int64, "name": pl.String, **figures}
    return read(MARKS, [selection.programme_id, selection.region_prefix, rhythm, first, last], schema)


def _joined(frame: pl.DataFrame, given: pl.DataFrame, name: str, value: pl.Expr, column: str) -> pl.DataFrame:
    own = given.filter(pl.col("name") == name).select("appointment_id", value.alias(column))
    return frame.join(own, on="appointment_id", how="left")


def _with_inputs(frame: pl.DataFrame, rhythm: Rhythm, selection: Selection) -> pl.DataFrame:
    """Figures of the rhythms below; of days those that were marked, of months and quarters only where none is missing."""
    below: Mapping[str, list[Input]] = {
        code: [one for one in rhythm.inputs if one.of == code] for code in ("day", "month", "quarter")
    }
    days = _marks(selection, "day", selection.first, selection.last) if below["day"] else pl.DataFrame()
    for one in below["day"]:
        frame = _joined(frame, days, one.take, _by(one.by, "sum", "count", "least", "greatest"), f"input:{one.name}")
    if below["quarter"]:
        frame = _with_quarters(frame, below["quarter"], selection)
    made = [_of_months(one).alias(f"input:{one.name}") for one in below["month"]]
    frame = frame.with_columns(made)
    return (
        _with_gaps(frame, "unscored", f"月考核{SCORE}")
        if _asks_scores(below["month"]) or _means_months(rhythm)
        else frame
    )


def _asks_scores(inputs: Sequence[Input]) -> bool:
    return any(one.by != "count" for one in inputs)


def _means_months(rhythm: Rhythm) -> bool:
    """Without parts the score is the mean of the months; whether a grade asks for it."""
    return not rhythm.parts and any("得分" in each.when.names for each in rhythm.grades if each.when)


def _with_gaps(frame: pl.DataFrame, column: str, what: str) -> pl.DataFrame:
    """The periods of a column are missing, too."""
    return frame.with_columns(pl.concat_list("gaps", _named(column, what)).alias("gaps"))


def _by(how: str, total: str, count: str, least: str, greatest: str) -> pl.Expr:
    if how == "mean":
        return _mean(total, count)
    return pl.col({"sum": total, "least": least, "greatest": greatest}[how])


def _of_months(one: Input) -> pl.Expr:
    if one.by == "count":
        return pl.col(f"{one.take}_months") * 100
    return pl.when(pl.col("month_mean").is_not_null()).then(_by(one.by, "sum", "scored", "least", "greatest"))


def _with_quarters(frame: pl.DataFrame, inputs: Sequence[Input], selection: Selection) -> pl.DataFrame:
    names = ("served", "judged", "passed", "failed", "sum", "scored", "least", "greatest")
    schema = {"appointment_id": pl.Int64, **{f"q_{name}": pl.Int64 for name in names}, "q_open": pl.String}
    schema |= {"q_unscored": pl.String}
    frame = frame.join(read(QUARTERS, _served(selection), schema), on="appointment_id", how="left")
    made = [_of_quarters(one).alias(f"input:{one.name}") for one in inputs]
    frame = _with_gaps(frame.with_columns(made), "q_open", "季考核")
    return _with_gaps(frame, "q_unscored", f"季考核{SCORE}") if _asks_scores(inputs) else frame


def _of_quarters(one: Input) -> pl.Expr:
    """A grade may be decided without a score: a figure of scores is there only where no quarter lacks its own."""
    whole = pl.col("q_judged") == pl.col("q_served")
    if one.by == "count":
        return pl.when(whole).then(pl.col(f"q_{one.take}") * 100)
    scored = whole & (pl.col("q_scored") == pl.col("q_served"))
    return pl.when(scored).then(_by(one.by, "q_sum", "q_scored", "q_least", "q_greatest"))


def _with_years(frame: pl.DataFrame, programme: Programme, rhythm: Rhythm, year: int) -> pl.DataFrame:
    """How many years before this one failed in a row, by the results on record."""
    if rhythm.code != "year":
        return frame.with_columns(pl.lit(0, dtype=pl.Int64).alias(BEFORE))
    runs = years.failed_runs(programme, _some(frame["person_id"].to_list()), year - 1)
    known = pl.DataFrame(list(runs.items()), schema={"person_id": pl.Int64, BEFORE: pl.Int64}, orient="row")
    return frame.join(known, on="person_id", how="left").with_columns(pl.col(BEFORE).fill_null(0))


def _some(people: Iterable[int]) -> list[int]:
    return sorted(set(people))
