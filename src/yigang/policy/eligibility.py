"""Who may be chosen: every clause of a policy judged for all applicants at once, with the sentence why not.

A clause whose facts are not all there is undetermined and names them, whatever the others would say; it never counts as met
and never as failed. Nothing here depends on the order of applicants.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from yigang.policy import applicants
from yigang.policy.exact import Value, compile_truth, evaluate
from yigang.policy.model import PolicyVersion
from yigang.policy.recruitment import Clause
from yigang.policy.wording import number

Result = Literal["holds", "fails", "undetermined"]
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "applicant": pl.Int64, "clause": pl.String, "result": pl.String, "missing": pl.List(pl.String), "why": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What all clauses together say of one applicant: failing beats undetermined, which beats holding."""

    result: Result
    failing: tuple[str, ...]
    missing: tuple[str, ...]


def judge(people: pl.DataFrame, version: PolicyVersion) -> pl.DataFrame:
    """One row per applicant and clause, in the order given: applicant, clause, result, missing facts, why not.

    `people` has the columns of `applicants.schema()`; a column that is absent is a fact that nobody has. Raises
    `ValueError` when an applicant stands there twice.
    """
    return judge_clauses(people, version.eligibility)


def judge_clauses(people: pl.DataFrame, clauses: Sequence[Clause]) -> pl.DataFrame:
    """The same by other clauses than those of eligibility, such as the reserve pool's."""
    people = framed(people)
    if not clauses:
        return pl.DataFrame(schema=SCHEMA)
    parts = [_clause(people, clause) for clause in clauses]
    by_clause = pl.concat([part.with_columns(pl.lit(place).alias("place")) for place, part in enumerate(parts)])
    order = people.select("applicant").with_row_index("order")
    return by_clause.join(order, on="applicant").sort("order", "place").select(list(SCHEMA))


def verdicts(judged: pl.DataFrame) -> dict[int, Verdict]:
    """Applicant → what all clauses together say, in the order of the rows."""
    rows = summed(judged).select("applicant", "result", "failing", "missing").iter_rows()
    return {applicant: Verdict(result, tuple(failing), tuple(missing)) for applicant, result, failing, missing in rows}


def summed(judged: pl.DataFrame) -> pl.DataFrame:
    """One row per applicant: applicant, result, failing clauses, missing facts, each named once."""
    grouped = judged.group_by("applicant", maintain_order=True).agg(
        pl.col("clause").filter(pl.col("result") == "fails").alias("failing"),
        pl.col("missing").list.explode(empty_as_null=True).drop_nulls().unique(maintain_order=True).alias("missing"),
    )
    result = (
        pl.when(pl.col("failing").list.len() > 0).then(pl.lit("fails"))
        .when(pl.col("missing").list.len() > 0).then(pl.lit("undetermined")).otherwise(pl.lit("holds"))
    )  # fmt: skip
    return grouped.with_columns(result.alias("result"))


def digest(frame: pl.DataFrame) -> str:
    """SHA-256 of a frame's rows, the same for the same content in whatever order of applicants."""
    ordered = frame.sort(frame.columns[:2]) if frame.width > 1 else frame
    return hashlib.sha256(ordered.write_json().encode()).hexdigest()


def framed(people: pl.DataFrame) -> pl.DataFrame:
    """The documented columns with their types, absent ones as nulls."""
    if people["applicant"].is_duplicated().any():
        raise ValueError("an applicant stands in the frame twice")
    schema = applicants.schema()
    return people.select(
        pl.col(name).cast(dtype) if name in people.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
    )


def row_of(given: Mapping[str, Any], applicant: int = 1) -> dict[str, Any]:
    """One applicant as a row, from values by name (`年龄`, 18): numbers are scaled to the measure's places."""
    row: dict[str, Any] = {"applicant": applicant}
    for name, value in given.items():
        measure = applicants.by_name()[name]
        row[measure.code] = int(Fraction(str(value)) * 10**measure.places) if measure.kind == "number" else value
    return row


def values_of(row: Mapping[str, Any]) -> dict[str, Value]:
    """The facts of one row by Chinese name, missing ones left out: what one clause at a time is evaluated with."""
    return {
        one.zh: Fraction(row[one.code], 10**one.places) if one.kind == "number" else row[one.code]
        for one in applicants.person_measures()
        if row.get(one.code) is not None
    }


def judge_one(row: Mapping[str, Any], clause: Clause) -> tuple[Result, list[str]]:
    """The same by itself, for one applicant and one clause: the result and the missing facts."""
    values = values_of(row)
    missing = [name for name in clause.when.names if name not in values]
    if missing:
        return "undetermined", missing
    try:
        return ("holds" if evaluate(clause.when.node, values) else "fails"), []
    except ZeroDivisionError:
        return "undetermined", list(clause.when.names)


def _clause(people: pl.DataFrame, clause: Clause) -> pl.DataFrame:
    codes = {name: applicants.by_name()[name].code for name in clause.when.names}
    truth = compile_truth(clause.when, applicants.columns())
    absent = pl.any_horizontal(pl.col(code).is_null() for code in codes.values()) if codes else pl.lit(value=False)
    unsure = ~truth.sure.fill_null(value=False)
    result = (
        pl.when(absent | unsure).then(pl.lit("undetermined"))
        .when(truth.holds).then(pl.lit("holds")).otherwise(pl.lit("fails"))
    )  # fmt: skip
    missing = pl.concat_list(_missing(name, code, absent, unsure) for name, code in codes.items()).list.drop_nulls()
    judged = people.with_columns(result.alias("result"), (missing if codes else pl.lit([])).alias("missing"))
    why = (
        pl.when(pl.col("result") == "fails").then(_why_not(clause, codes))
        .when(pl.col("result") == "undetermined")
        .then(pl.format("{}：缺少{}", pl.lit(clause.name), pl.col("missing").list.join("、")))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return judged.select(
        "applicant", pl.lit(clause.name).alias("clause"), "result", pl.col("missing").cast(pl.List(pl.String)),
        why.alias("why"),
    )  # fmt: skip


def _missing(name: str, code: str, absent: pl.Expr, unsure: pl.Expr) -> pl.Expr:
    """The name where the fact is missing; where none is and the condition still has no value (÷ 0), all are named."""
    return pl.when(pl.col(code).is_null() | (unsure & ~absent)).then(pl.lit(name))


def _why_not(clause: Clause, codes: Mapping[str, str]) -> pl.Expr:
    """`须年满18周岁、不超过60周岁（年龄 63）`."""
    figures = [pl.format(f"{name} {{}}", _shown(code)) for name, code in codes.items()]
    if not figures:
        return pl.lit(clause.otherwise)
    return pl.format("{}（{}）", pl.lit(clause.otherwise), pl.concat_str(figures, separator="，"))


def _shown(code: str) -> pl.Expr:
    """A fact as people write it: numbers without needless zeros, 是 and 否."""
    measure = applicants.by_name()[code]
    if measure.kind == "truth":
        return pl.when(pl.col(code)).then(pl.lit("是")).otherwise(pl.lit("否"))
    if measure.kind == "text" or not measure.places:
        return pl.col(code).cast(pl.String)
    scale = 10**measure.places
    return pl.col(code).map_elements(lambda value: number(Fraction(value, scale)), return_dtype=pl.String)
