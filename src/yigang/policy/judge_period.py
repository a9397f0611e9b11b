"""A quarter or a year judged for everybody at once: from measures to parts, score, grade and what follows.

Like the month: a clause that names a missing value is not decided, grades are decided in order, and whoever is undecided stays
so with the names of what is missing. Nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import polars as pl

from yigang.policy.exact import Columns, Flag, Scaled, as_decimal, compile_number, compile_truth, half_up
from yigang.policy.expressions import Expression
from yigang.policy.model import Consequence
from yigang.policy.rhythms import BEFORE, FAILED_YEARS, GRADE, STANDING, Rhythm, columns_of, limit_of, part_value

LISTS = pl.List(pl.String)
RESERVE, NO_AWARD = "cadre_reserve", "no_award"


def judge_period(frame: pl.DataFrame, rhythm: Rhythm) -> pl.DataFrame:
    """Results from measures, sorted by appointment.

    `frame` has appointment_id, person_id, region_code, the standing measures by code, `input:…` and `mark:…` in hundredths,
    `month_mean` (hundredths), `failed_years_before` and `gaps`, the periods below that are missing. Gives score and grade (null
    while undetermined), `passed`, `missing`, `clause` and `cites` of what decided, `consequences`, and the measures as they were.
    """
    columns = columns_of(rhythm)
    work = _filled(frame, rhythm)
    work = _scored(work, rhythm)
    work = work.with_columns(_first(rhythm, columns))
    work = _limited(work, rhythm, columns)
    if rhythm.code == "year":
        run = pl.when(pl.col("grade") == rhythm.failed).then(pl.col(BEFORE) + 1).otherwise(0)
        work = work.with_columns(pl.when(pl.col("grade").is_not_null()).then(run).alias("failed_years"))
    else:
        work = work.with_columns(pl.lit(None, dtype=pl.Int64).alias("failed_years"))
    work = work.with_columns(_consequences(rhythm, columns))
    work = work.with_columns(_missing(rhythm, columns))
    return _results(work, rhythm)


def _filled(frame: pl.DataFrame, rhythm: Rhythm) -> pl.DataFrame:
    """What the policy says a missing measure counts as."""
    stored = [(_stored(rhythm, name), value) for name, value in rhythm.defaults.items()]
    return frame.with_columns(pl.col(column).fill_null(int(value * 10**places)) for (column, places), value in stored)


def _stored(rhythm: Rhythm, name: str) -> tuple[str, int]:
    """The column that a part's or a measure's value is read from, and the decimal places it is kept with."""
    part = next((one for one in rhythm.parts if one.name == name), None)
    if part:
        return part.column, 2
    where = columns_of(rhythm)[name]
    if isinstance(where, Scaled):
        return where.column, where.places
    return (where.column if isinstance(where, Flag) else where), 0


def _scored(work: pl.DataFrame, rhythm: Rhythm) -> pl.DataFrame:
    """Each part rounded half up to two places, then their sum; without parts the mean of the months."""
    for part in rhythm.parts:
        made, where = part_value(part)
        value = pl.col(part.column)
        fits = value.is_between(0, int(part.most * 100))
        points = pl.when(fits).then(half_up(compile_number(made, where), 2))
        work = work.with_columns(points.alias(f"part:{part.name}"))
    if not rhythm.parts:
        return work.with_columns(pl.col("month_mean").alias("score"))
    total = sum((pl.col(f"part:{one.name}") for one in rhythm.parts), pl.lit(0, dtype=pl.Int64))
    return work.with_columns(total.alias("score"))


def _there(names: Iterable[str], columns: Columns) -> pl.Expr:
    return pl.all_horizontal(pl.lit(value=True), *(pl.col(_column(columns[name])).is_not_null() for name in names))


def _column(where: Scaled | Flag | str) -> str:
    return where if isinstance(where, str) else where.column


def _decided(when: Expression, columns: Columns) -> tuple[pl.Expr, pl.Expr]:
    """Where a condition is known, and where it holds."""
    made = compile_truth(when, columns)
    known = _there(when.names, columns) & made.sure
    return known, known & made.holds


def _first(rhythm: Rhythm, columns: Columns) -> list[pl.Expr]:
    """Grade, clause and source of the first clause that holds; null as soon as one before it is not known."""
    made = {name: pl.lit(None, dtype=pl.String) for name in ("grade", "clause", "cites")}
    for one in reversed(rhythm.grades):
        said = {"grade": one.grade, "clause": one.when.text if one.when else "", "cites": one.cites}
        if one.when is None:
            made = {name: pl.lit(text) for name, text in said.items()}
            continue
        known, holds = _decided(one.when, columns)
        made = {name: pl.when(holds).then(pl.lit(text)).when(known).then(made[name]) for name, text in said.items()}
    return [each.alias(name) for name, each in made.items()]


def _limited(work: pl.DataFrame, rhythm: Rhythm, columns: Columns) -> pl.DataFrame:
    """Nobody above the grade that a clause allows; the clause then stands as the reason. Unknown limits leave the grade open."""
    places = {grade: number for number, grade in enumerate(rhythm.order)}
    for clause in rhythm.limits:
        limit = limit_of(clause)
        known, holds = _decided(clause.when, columns)
        place = pl.col("grade").replace_strict(places, default=None, return_dtype=pl.Int64)
        lowers, could = holds & (place < places[limit]), ~known & (place < places[limit])
        said = {"grade": limit, "clause": clause.name, "cites": clause.cites}
        work = work.with_columns(
            pl.when(lowers).then(pl.lit(text)).when(~could.fill_null(value=False)).then(pl.col(name)).alias(name)
            for name, text in said.items()
        )
    return work


def _deeds(rhythm: Rhythm) -> list[tuple[Consequence, list[str]]]:
    return [(one, [deed for deed in one.do if not deed.startswith("not_above:")]) for one in rhythm.then]


def _consequences(rhythm: Rhythm, columns: Columns) -> list[pl.Expr]:
    """What follows, each once; somebody who gets no award is not on the list of the outstanding either."""
    texts, knowns, reasons = [], [pl.lit(value=True)], []
    for clause, deeds in _deeds(rhythm):
        known, holds = _decided(clause.when, columns)
        knowns.append(known)
        texts += [pl.when(holds).then(pl.lit(deed)) for deed in deeds]
        reasons.append(pl.when(holds).then(pl.lit(f"{clause.name}〔{clause.cites}〕")))
    found = _list(texts)
    without = pl.when(found.list.contains(NO_AWARD)).then(
        found.list.eval(pl.element().filter(pl.element() != RESERVE))
    ).otherwise(found)  # fmt: skip
    return [
        without.alias("consequences"), _list(reasons).alias("because"),
        pl.all_horizontal(knowns).fill_null(value=False).alias("then_known"),
    ]  # fmt: skip


def _list(texts: Sequence[pl.Expr]) -> pl.Expr:
    if not texts:
        return pl.lit([], dtype=LISTS)
    return pl.concat_list(texts).list.drop_nulls().list.unique(maintain_order=True)


def _missing(rhythm: Rhythm, columns: Columns) -> pl.Expr:
    """The names in the way of what is undecided; figures that rest on open periods name those periods instead."""
    wanted = dict.fromkeys(name for one in rhythm.grades if one.when for name in one.when.names)
    wanted |= dict.fromkeys(name for one in (*rhythm.limits, *rhythm.then) for name in one.when.names)
    undecided = pl.col("grade").is_null() | ~pl.col("then_known")
    texts: list[pl.Expr] = []
    for name in wanted:
        if name in {GRADE, FAILED_YEARS}:
            continue
        texts += [_absent(one, rhythm, columns) for one in _rests_on(name, rhythm)]
    named = _list([pl.when(undecided).then(one) for one in texts])
    gaps = pl.when(undecided).then(pl.col("gaps")).otherwise(pl.lit([], dtype=LISTS))
    return pl.concat_list(gaps, named).list.unique(maintain_order=True).alias("missing")


def _rests_on(name: str, rhythm: Rhythm) -> list[str]:
    """The score rests on its parts, or on the months."""
    if name != "得分":
        return [name]
    return [part.name for part in rhythm.parts] or ["得分"]


def _absent(name: str, rhythm: Rhythm, columns: Columns) -> pl.Expr:
    """The word where it has no value and no gap explains it."""
    part = next((one for one in rhythm.parts if one.name == name), None)
    column = f"part:{name}" if part else _column(columns[name])
    explained = pl.col("gaps").list.len() > 0
    counted = part is None and not column.startswith("input:") and name not in {"查实旷工次数", "被召回"}
    shown = name if part is None or part.party else part.source
    return pl.when(pl.col(column).is_null() & ~(explained & pl.lit(counted))).then(pl.lit(shown))


def _results(work: pl.DataFrame, rhythm: Rhythm) -> pl.DataFrame:
    """Published columns in a fixed order; an undetermined result carries no grade and nothing follows from it."""
    decided, none = pl.col("grade").is_not_null() & pl.col("then_known"), pl.lit([], dtype=LISTS)

    def only(name: str) -> pl.Expr:
        return pl.when(decided).then(pl.col(name)).alias(name)

    return work.select(
        "appointment_id", "person_id", "region_code", as_decimal("score", 2).alias("score"), only("grade"),
        pl.when(decided).then(pl.col("grade") != rhythm.failed).alias("passed"),
        "missing", only("clause"), only("cites"),
        *(pl.when(decided).then(pl.col(name)).otherwise(none).alias(name) for name in ("consequences", "because")),
        *(pl.col(one.code).alias(one.zh) for one in STANDING),
        *(as_decimal(f"input:{one.name}", 2).alias(one.name) for one in rhythm.inputs if not _is_part(one.name, rhythm)),
        *(as_decimal(one.column, 2).alias(one.name) for one in rhythm.parts),
        *(as_decimal(f"part:{one.name}", 2).alias(f"得分·{one.name}") for one in rhythm.parts),
        pl.col("failed_years").alias(FAILED_YEARS),
    ).sort("appointment_id")  # fmt: skip


def _is_part(name: str, rhythm: Rhythm) -> bool:
    return any(part.name == name for part in rhythm.parts)


def frame_of(rhythm: Rhythm, given: Sequence[Mapping[str, Fraction | bool]]) -> pl.DataFrame:
    """Measures by their words, one row each, for cases. What is not given is missing; nobody was recalled or failed before."""
    return pl.DataFrame(
        [_row(rhythm, number, each) for number, each in enumerate(given, start=1)], schema=schema_of(rhythm), orient="row"
    )  # fmt: skip


def schema_of(rhythm: Rhythm) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Columns that a period is judged by."""
    numbers = [one.code for one in STANDING if one.kind == "number"]
    own = [f"input:{one.name}" for one in rhythm.inputs] + [one.column for one in rhythm.parts if one.party]
    return {
        "appointment_id": pl.Int64, "person_id": pl.Int64, "region_code": pl.String,
        **dict.fromkeys(numbers, pl.Int64), "recalled": pl.Boolean, **dict.fromkeys(own, pl.Int64),
        "month_mean": pl.Int64, BEFORE: pl.Int64, "gaps": LISTS,
    }  # fmt: skip


def _row(rhythm: Rhythm, number: int, given: Mapping[str, Fraction | bool]) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(schema_of(rhythm))
    row |= {"appointment_id": number, "person_id": number, "region_code": "", "recalled": False, BEFORE: 0, "gaps": []}
    where = {one.zh: (one.code, 0) for one in STANDING} | {FAILED_YEARS: (BEFORE, 0), "得分": ("month_mean", 2)}
    where |= {one.name: (f"input:{one.name}", 2) for one in rhythm.inputs}
    where |= {one.name: (one.column, 2) for one in rhythm.parts}
    for name, value in given.items():
        column, places = where[name]
        row[column] = value if isinstance(value, bool) else int(value * 10**places)
    return row
