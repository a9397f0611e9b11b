"""From facts to measures: one row per appointment, one column per measure, null where it is missing.

Values are integers scaled by the measure's decimals. What `docs/algorithms/measures.md` says in words happens here.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from yigang.policy import attendance, records
from yigang.policy.facts import Facts, FactsError
from yigang.policy.measures import LEAVE_KINDS, by_code
from yigang.policy.model import Month, Required
from yigang.policy.period import Period
from yigang.policy.roster import ROW, SERVICE, count, listed, roster, unreadable

ALWAYS = frozenset({"calendar_days", "service_days", "required_days", "evidence"})
"""Measures that every settlement has, whatever the policy uses."""


@dataclass(frozen=True)
class Observed:
    """`frame`: row, the appointment's own columns, a column per measure code, `mark:<name>`, `problems`.

    `unknown` counts, per table, rows of people (or appointments) that are not on the roster.
    """

    frame: pl.DataFrame
    unknown: dict[str, int]


def observe(facts: Facts, month: Month, period: Period, wanted: set[str]) -> Observed:
    """Compute the wanted measures (codes) from checked facts. Raises `FactsError` when a needed calendar is absent."""
    rows, problems = roster(facts, period)
    found = [problems]
    seen = _with_check_ins(rows, facts, period, wanted, found)
    seen = _with_records(seen, facts, period, found)
    working = working_mask(facts.calendar, period) if month.required.basis == "working_days" else None
    seen = seen.with_columns(*_service(period), _required(month.required, period, working).alias("required_days"))
    seen = seen.with_columns(_leave_sets(month))
    made = _values(month.required, working, set(seen.columns))
    values = [made[code].alias(code) for code in sorted((wanted | ALWAYS) - set(seen.columns))]
    frame = seen.with_columns(values)
    frame, marks = records.with_marks(frame, facts.marks, month.marks)
    frame = frame.join(listed([*found, marks]), on=ROW, how="left").sort(ROW)
    return Observed(frame, _unknown(facts, rows))


def working_mask(calendar: pl.DataFrame | None, period: Period) -> int:
    """The month's working days as a mask. Raises `FactsError` when the calendar lacks a day of the month."""
    if calendar is None:
        raise FactsError(
            "calendar", None, "办法按工作日要求，缺少日历", "the policy asks for working days; load a calendar"
        )
    days = calendar.filter(pl.col("date").is_between(period.first, period.last))
    known = {row["date"]: row["working"] for row in days.iter_rows(named=True)}
    absent = [
        day for number in range(period.days) if known.get(day := date(period.year, period.month, number + 1)) is None
    ]
    if absent or days.height != period.days:
        which = "、".join(map(str, absent)) or str(period)
        raise FactsError("calendar", "date", f"{which} 没有或重复", f"{which}: not there, or there twice")
    return sum(1 << (day.day - 1) for day, works in known.items() if works)


def _zero(name: str) -> pl.Expr:
    return pl.lit(0, dtype=pl.Int64).alias(name)


def _with_check_ins(
    rows: pl.DataFrame, facts: Facts, period: Period, wanted: set[str], found: list[pl.DataFrame]
) -> pl.DataFrame:
    """Add masks and counts from check-ins; `seen` says whether check-ins speak of the person."""
    if facts.check_ins is None:
        return rows.with_columns(pl.lit(value=False).alias("seen"), _zero("present"))
    summed = attendance.aggregate(facts.check_ins, rows, period, wanted)
    bad = attendance.bad_rows(facts.check_ins, rows)
    strange = [name for name in summed.columns if name.startswith("strange_")]
    found += [unreadable(bad, "check_ins")]
    found += [
        summed.filter(pl.col(name) > 0).select(
            ROW, pl.lit(f"unknown_value:check_ins.{name.removeprefix('strange_')}").alias("problem")
        )
        for name in strange
    ]
    joined = rows.join(summed.drop(strange), on=ROW, how="left", maintain_order="left")
    covered = records.covered(rows, facts.coverage, "check_ins")
    speaks = (pl.col("observed").fill_null(0) > 0) | pl.lit(value=False if covered is None else covered)
    numbers = [name for name in joined.columns if name not in rows.columns]
    return joined.with_columns(pl.col(numbers).fill_null(0), speaks.alias("seen"))


def _with_records(seen: pl.DataFrame, facts: Facts, period: Period, found: list[pl.DataFrame]) -> pl.DataFrame:
    """Add leave, logs, patrols, findings, points and history; each also adds the problems of its rows."""
    for step in (
        records.with_leaves,
        records.with_logs,
        records.with_patrols,
        records.with_findings,
        records.with_points,
        records.with_history,
    ):
        seen, problems = step(seen, facts, period)
        found.append(problems)
    return seen


def _service(period: Period) -> list[pl.Expr]:
    served = count(pl.col(SERVICE))
    return [
        pl.lit(period.days, dtype=pl.Int64).alias("calendar_days"),
        served.alias("service_days"),
        ((served * 20_000 + period.days) // (2 * period.days)).alias("months_of_service"),
    ]


def _required(required: Required, period: Period, working: int | None) -> pl.Expr:
    """Days asked for. A fixed count is scaled by served days, half up, at least 1 for who served at all."""
    served = count(pl.col(SERVICE))
    if required.basis == "calendar_days":
        return served
    if required.basis == "working_days":
        return count(pl.col(SERVICE) & pl.lit(working, dtype=pl.Int64))
    if not required.scaled:
        return pl.lit(required.days, dtype=pl.Int64)
    scaled = (served * required.days * 2 + period.days) // (2 * period.days)
    return pl.when(served > 0).then(scaled.clip(1)).otherwise(0)


def _kinds(kinds: tuple[str, ...]) -> pl.Expr:
    """Days of approved leave of some kinds, as a mask within service; 0 where leave was not loaded."""
    made = pl.lit(0, dtype=pl.Int64)
    for kind in kinds:
        made = made | pl.col(f"leave_{kind}")
    return made & pl.col(SERVICE)


def _leave_sets(month: Month) -> list[pl.Expr]:
    """Masks of what leave does under this policy, and whether enough is known of leave for it."""
    rule, known, yes = month.leave, pl.col("leaves_known"), pl.lit(value=True)
    return [
        _kinds(rule.present).alias("leave_present"),
        _kinds(rule.excuse).alias("leave_excused"),
        _kinds(rule.nights).alias("leave_nights"),
        (known if rule.present else yes).alias("presence_known"),
        (known if rule.present or rule.excuse else yes).alias("absence_known"),
        (known if rule.excuse else yes).alias("excuse_known"),
        (known if rule.nights else yes).alias("nights_known"),
    ]


def _values(required: Required, working: int | None, there: set[str]) -> dict[str, pl.Expr]:
    """Every measure as an expression over the collected columns; null is missing."""
    made = {**_presence_values(required, working), **_leave_values(), **_record_values()}
    if "inside" in there:
        made |= _village_values()
    if "evening" in there:
        made |= _night_values()
    if "late" in there:
        made |= _punctuality_values()
    if "missed" in there:
        made["missed_checks"] = _if(pl.col("seen"), pl.col("missed"))
    if "worked" in there:
        made["hours"] = _if(pl.col("seen"), pl.col("worked"))
    absent = pl.lit(None, dtype=pl.Int64)
    return {code: made.get(code, absent) for code in by_code()}


def _if(known: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(known).then(value)


def _presence_values(required: Required, working: int | None) -> dict[str, pl.Expr]:
    """Presence, excuse and absence. A fixed count compares numbers, otherwise the days themselves are looked at."""
    present, excused = _present(), pl.col("leave_excused")
    accounted = present | excused
    due = pl.col(SERVICE) if working is None else pl.col(SERVICE) & pl.lit(working, dtype=pl.Int64)
    by_number = (pl.col("required_days") - count(accounted)).clip(0)
    absent = by_number if required.basis == "days" else count(due & ~accounted)
    known = pl.col("seen") & pl.col("absence_known")
    return {
        "days_present": _if(pl.col("seen") & pl.col("presence_known"), count(present)),
        "excused_days": _if(pl.col("leaves_known"), count(excused & due)),
        "present_or_excused_days": _if(known, count(accounted)),
        "days_absent": _if(known, absent),
        "evidence": count(present | (pl.col("logs") & pl.col(SERVICE)) | pl.col("patrolled")),
    }


def _present() -> pl.Expr:
    return pl.col("present") | pl.col("leave_present")


def _village_values() -> dict[str, pl.Expr]:
    there, excused = pl.col("inside") | pl.col("leave_present"), pl.col("leave_excused")
    doubtful = pl.col("unplaced") & ~there
    seen = pl.col("seen")
    return {
        "days_in_village": _if(seen & pl.col("presence_known") & (doubtful == 0), count(there)),
        "village_or_excused_days": _if(
            seen & pl.col("absence_known") & ((doubtful & ~excused) == 0), count(there | excused)
        ),
        "outside_count": _if(seen & (pl.col("unplaced_count") == 0), pl.col("outside")),
    }


def _nights(prefix: str) -> pl.Expr:
    """Nights proven by one night check, or by an evening and the morning after it; within service."""
    checked = pl.col(f"{prefix}night_evening") | pl.col(f"{prefix}night_morning")
    both = pl.col(f"{prefix}evening") & pl.col(f"{prefix}morning")
    return ((checked | both) & pl.col(SERVICE)) | pl.col("leave_nights")


def _night_values() -> dict[str, pl.Expr]:
    proven, possible, excused = _nights(""), _nights("maybe_"), pl.col("leave_excused")
    known = pl.col("seen") & pl.col("nights_known")
    certain = proven == possible
    certain_beside = (proven | excused) == (possible | excused)
    return {
        "nights_in_village": _if(known & certain, count(proven)),
        "nights_or_excused": _if(known & pl.col("excuse_known") & certain_beside, count(proven | excused)),
    }


def _punctuality_values() -> dict[str, pl.Expr]:
    seen = pl.col("seen")
    return {
        "late_count": _if(seen & (pl.col("late_unknown") == 0), pl.col("late")),
        "serious_late_count": _if(seen & (pl.col("serious_unknown") == 0), pl.col("serious_late")),
        "early_count": _if(seen & (pl.col("early_unknown") == 0), pl.col("early")),
    }


def _leave_values() -> dict[str, pl.Expr]:
    known = pl.col("leaves_known")
    kinds = {f"{kind}_days": _if(known, count(_kinds((kind,)))) for kind in LEAVE_KINDS}
    return {"leave_days": _if(known, count(_kinds(tuple(LEAVE_KINDS)))), **kinds}


def _record_values() -> dict[str, pl.Expr]:
    return {
        "work_logs": _if(pl.col("logs_known"), count(pl.col("logs") & pl.col(SERVICE))),
        "patrol_days": _if(pl.col("patrols_known"), count(pl.col("patrolled"))),
        "patrol_km": _if(pl.col("patrols_known"), (pl.col("patrol_m") + 5) // 10),
        "inspection_absences": pl.col("absences_in_year"),
        "inspection_absences_in_month": pl.col("absences_in_month"),
        "consecutive_failed_months": pl.col("failed_run"),
        "points_in_month": pl.col("points_credit") + pl.col("points_award") + pl.col("points_debit"),
        "credit_points": pl.col("points_credit"),
        "debit_points": -pl.col("points_debit"),
        "award_points": pl.col("points_award"),
    }


def _unknown(facts: Facts, rows: pl.DataFrame) -> dict[str, int]:
    """Rows per table whose person or appointment is not on the roster: never used, never silently gone."""
    found = {}
    for name, frame in facts.tables().items():
        key = "person_id" if "person_id" in frame.columns else "appointment_id"
        if name in {"appointments", "calendar", "coverage"}:
            continue
        known = rows.select(key).unique()
        missing = (
            frame.lazy().join(known.lazy(), on=key, how="anti").select(pl.len()).collect(engine="streaming").item()
        )
        if missing:
            found[name] = int(missing)
    return found
