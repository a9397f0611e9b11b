"""From measures to lines: scores, grade, pay and consequences, each intermediate quantity a named column.

A clause that names a missing value is not decided, whatever SQL would make of null: `Clause.known` asks for every name
it uses. Grades are decided in order, so an undecided clause leaves the grade open even if a later one would hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from yigang.policy.exact import (
    Columns,
    Truth,
    as_decimal,
    compile_number,
    compile_truth,
    half_up,
)
from yigang.policy.expressions import Expression
from yigang.policy.load_month import SCORE, needs_of
from yigang.policy.measures import by_code
from yigang.policy.model import PolicyVersion, Term
from yigang.policy.observe import ALWAYS
from yigang.policy.pay import pay_columns, pay_names
from yigang.policy.period import Period
from yigang.policy.terms import column_of, columns_of

EVIDENCE = "履职证据"
PART, DEDUCTED = "得分·", "扣分·"
"""Prefixes of the columns for score parts and score deductions; those of pay are in `pay.py`."""

FAULT = "fault:"
"""Prefix of working columns that hold a problem code where a value cannot be used."""


@dataclass(frozen=True)
class Clause:
    """A compiled condition and where all its names are known."""

    known: pl.Expr
    made: Truth

    def holds(self) -> pl.Expr:
        return self.known & self.made.holds


def used_names(version: PolicyVersion) -> tuple[str, ...]:
    """Every name the month's clauses use or that is published, in the policy's order; measures always shown first."""
    always = [one.zh for one in by_code().values() if one.code in ALWAYS]
    used = [name for expression in expressions_of(version) for name in expression.names]
    measured = [
        name
        for name in (*always, *used, *version.month.publish)
        if version.terms[name].source not in {"score", "grade", "part"}
    ]
    return tuple(dict.fromkeys(measured))


def expressions_of(version: PolicyVersion) -> Iterator[Expression]:
    """All expressions that are computed for a month."""
    month = version.month
    yield from (quantity.value for quantity in month.quantities)
    yield from (part.value for part in month.parts)
    yield from (deduction.value for deduction in month.deductions)
    yield from (grade.when for grade in month.grades if grade.when)
    yield from (one.when for one in month.then)
    yield from _counts(version)


def _counts(version: PolicyVersion) -> list[Expression]:
    """What additions and deductions of pay count."""
    if version.pay is None:
        return []
    added = [one.count for one in version.pay.additions if one.count]
    return [*added, *(one.count for one in version.pay.deductions)]


def judge(frame: pl.DataFrame, version: PolicyVersion, period: Period) -> pl.DataFrame:
    """Lines from measures: `frame` has the appointment's columns, measure codes, marks and `problems`."""
    work = _prepared(frame, version)
    work = _scored(work, version)
    work = work.with_columns(_added("problems", [pl.col(name) for name in work.columns if name.startswith(FAULT)]))
    work = work.with_columns(_grade(version).alias("grade"))
    work = work.with_columns(_consequences(version))
    if version.pay:
        work = pay_columns(work, version, period, columns_of(version.terms))
    else:
        work = work.with_columns(pl.lit(None, dtype=pl.Int64).alias("pay_fen"), pl.lit(value=True).alias("pay_known"))
    work = work.with_columns(_missing(version).alias("missing"))
    return _lines(_held(work), version, period)


def _prepared(frame: pl.DataFrame, version: PolicyVersion) -> pl.DataFrame:
    """Defaults applied where the policy writes them; values that cannot be are removed and become a problem."""
    names = [name for name in used_names(version) if version.terms[name].source != "quantity"]
    defaults = [version.month.defaults[name] for name in names if name in version.month.defaults]
    terms = [version.terms[name] for name in names]
    assumed = [pl.when(pl.col(column_of(version.terms[one.name])).is_null()).then(pl.lit(one.name)) for one in defaults]
    wrong = [
        pl.when(~_possible(term)).then(pl.lit(f"impossible:{term.name}")).alias(FAULT + term.name) for term in terms
    ]
    filled = [
        pl.col(column_of(version.terms[one.name])).fill_null(int(one.value * 10 ** version.terms[one.name].places))
        for one in defaults
    ]
    return (
        frame.with_columns(_list(assumed).alias("assumed"), *wrong)
        .with_columns(filled)
        .with_columns(pl.when(_possible(term)).then(pl.col(column_of(term))).alias(column_of(term)) for term in terms)
    )


def _possible(term: Term) -> pl.Expr:
    value = pl.col(column_of(term))
    return value.is_null() | value.is_between(int(term.least * 10**term.places), int(term.most * 10**term.places))


def _list(texts: Iterable[pl.Expr]) -> pl.Expr:
    """A list column of the texts that are not null, each once, in order."""
    given = list(texts)
    if not given:
        return pl.lit([], dtype=pl.List(pl.String))
    return pl.concat_list(given).list.drop_nulls().list.unique(maintain_order=True)


def _added(name: str, texts: Iterable[pl.Expr]) -> pl.Expr:
    return pl.concat_list(pl.col(name).fill_null([]), _list(texts)).alias(name)


def known(names: Iterable[str], version: PolicyVersion) -> pl.Expr:
    """True where every named value is there: the mask that SQL's nulls are not trusted with."""
    there = [pl.col(column_of(version.terms[name])).is_not_null() for name in dict.fromkeys(names)]
    return pl.all_horizontal(pl.lit(value=True), *there)


def _scored(work: pl.DataFrame, version: PolicyVersion) -> pl.DataFrame:
    """Quantities, parts, deductions and score, each rounded half up where it is made."""
    month, columns = version.month, columns_of(version.terms)
    for quantity in month.quantities:
        term = version.terms[quantity.name]
        work = _computed(
            work, version, quantity.value, column_of(term), quantity.places, columns, (term.least, term.most)
        )
    for part in month.parts:
        work = _computed(work, version, part.value, f"part:{part.name}", 2, columns, None)
        work = work.with_columns(pl.col(f"part:{part.name}").clip(0, int(part.points * 100)))
    for deduction in month.deductions:
        name = f"deduction:{deduction.name}"
        work = _computed(work, version, deduction.value, name, 2, columns, None)
        work = work.with_columns(pl.col(name).clip(0, _hundredths(deduction.most)))
    if not month.parts:
        return work.with_columns(pl.lit(None, dtype=pl.Int64).alias("score"))
    total = sum((pl.col(f"part:{one.name}") for one in month.parts), pl.lit(0))
    for deduction in month.deductions:
        total = total - pl.col(f"deduction:{deduction.name}")
    top = version.terms[SCORE].most
    return work.with_columns(total.clip(_hundredths(month.score_least), _hundredths(top)).cast(pl.Int64).alias("score"))


def _hundredths(value: Fraction | None) -> int | None:
    return None if value is None else int(value * 100)


def _computed(
    work: pl.DataFrame,
    version: PolicyVersion,
    expression: Expression,
    name: str,
    places: int,
    columns: Columns,
    bounds: tuple[Fraction, Fraction] | None,
) -> pl.DataFrame:
    """Add a computed column; where its names are known and it still has no value, that is a problem of the row."""
    there = known(expression.names, version)
    work = work.with_columns(pl.when(there).then(half_up(compile_number(expression, columns), places)).alias(name))
    if bounds:
        fits = pl.col(name).is_between(int(bounds[0] * 10**places), int(bounds[1] * 10**places))
        work = work.with_columns(pl.when(fits).then(pl.col(name)).alias(name))
    undefined = pl.when(there & pl.col(name).is_null()).then(pl.lit(f"undefined:{name.partition(':')[2]}"))
    return work.with_columns(undefined.alias(FAULT + name))


def _condition(expression: Expression, version: PolicyVersion, columns: Columns) -> Clause:
    made = compile_truth(expression, columns)
    return Clause(known(expression.names, version) & made.sure, made)


def _grade(version: PolicyVersion) -> pl.Expr:
    """The first clause that holds; null as soon as a clause before it is not known."""
    columns = columns_of(version.terms)
    made = pl.lit(None, dtype=pl.String)
    for grade in reversed(version.month.grades):
        if grade.when is None:
            made = pl.lit(grade.grade)
            continue
        clause = _condition(grade.when, version, columns)
        made = pl.when(clause.holds()).then(pl.lit(grade.grade)).when(clause.known).then(made)
    return made


def _consequences(version: PolicyVersion) -> list[pl.Expr]:
    columns = columns_of(version.terms)
    clauses = [(one, _condition(one.when, version, columns)) for one in version.month.then]
    deeds = [pl.when(clause.holds()).then(pl.lit(deed)) for one, clause in clauses for deed in one.do]
    decided = pl.all_horizontal(pl.lit(value=True), *(clause.known for _, clause in clauses))
    return [_list(deeds).alias("consequences"), decided.fill_null(value=False).alias("then_known")]


def _missing(version: PolicyVersion) -> pl.Expr:
    """The names that stand in the way of whatever is undecided: grade first, then pay, then consequences."""
    month = version.month
    open_grade, open_pay, open_then = pl.col("grade").is_null(), ~pl.col("pay_known"), ~pl.col("then_known")
    wanted: dict[str, pl.Expr] = {}
    for expressions, undecided in (
        ([one.when for one in month.grades if one.when], open_grade),
        (_counts(version), open_pay),
        ([one.when for one in month.then], open_then),
    ):
        for name in (need for each in expressions for need in needs_of(each, version.terms)):
            wanted[name] = wanted.get(name, pl.lit(value=False)) | undecided
    texts = [
        pl.when(pl.col(column_of(version.terms[name])).is_null() & undecided).then(pl.lit(name))
        for name, undecided in wanted.items()
    ]
    return _list(texts)


def _held(work: pl.DataFrame) -> pl.DataFrame:
    """State, and the law that a month without evidence never pays in full: such a line waits for 履职证据."""
    faulty = pl.col("problems").list.len() > 0
    idle = (pl.col("evidence") == 0) & (pl.col("pay_fen") > 0)
    if "share" in work.columns:
        idle = idle & (pl.col("share") == 10_000)
    idle = (idle & ~faulty).fill_null(value=False)
    decided = pl.col("grade").is_not_null() & pl.col("pay_known") & pl.col("then_known") & ~faulty & ~idle
    return work.with_columns(
        pl.when(decided).then(pl.lit("settled")).otherwise(pl.lit("undetermined")).alias("state"),
        pl.when(idle).then(pl.concat_list("missing", pl.lit([EVIDENCE]))).otherwise(pl.col("missing")).alias("missing"),
    )


def _lines(work: pl.DataFrame, version: PolicyVersion, period: Period) -> pl.DataFrame:
    """The published columns in their fixed order; an undetermined line carries neither grade nor money."""
    settled = pl.col("state") == "settled"
    shown = [
        as_decimal(column_of(version.terms[name]), version.terms[name].places).alias(name)
        for name in used_names(version)
    ]
    month = version.month
    return work.select(
        "appointment_id",
        "person_id",
        "region",
        pl.lit(str(period)).alias("period"),
        "start",
        "end",
        "state",
        "missing",
        "problems",
        "assumed",
        pl.when(settled).then(pl.col("grade")).alias("grade"),
        as_decimal("score", 2).alias("score"),
        pl.when(settled).then(pl.col("pay_fen")).alias("pay_fen"),
        *_share(version, settled),
        *shown,
        *(as_decimal(f"part:{one.name}", 2).alias(PART + one.name) for one in month.parts),
        *(as_decimal(f"deduction:{one.name}", 2).alias(DEDUCTED + one.name) for one in month.deductions),
        *(pl.when(settled).then(pl.col(name)).alias(name) for name in pay_names(version)),
        pl.when(settled)
        .then(pl.col("consequences"))
        .otherwise(pl.lit([], dtype=pl.List(pl.String)))
        .alias("consequences"),
    ).sort("appointment_id", nulls_last=True, maintain_order=True)


def _share(version: PolicyVersion, settled: pl.Expr) -> list[pl.Expr]:
    if version.pay is None:
        return [pl.lit(None, dtype=pl.Decimal(18, 4)).alias("share")]
    return [pl.when(settled).then(as_decimal("share", 4)).alias("share")]
