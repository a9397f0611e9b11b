"""Who would gain and who would lose under another text, by how much."""

import polars as pl

from yigang.policy.facts import Facts
from yigang.policy.model import PolicyVersion
from yigang.policy.period import Period
from yigang.policy.settle import settle

OUTCOMES = ("gain", "lose", "same", "undetermined")


def what_if(facts: Facts, version_a: PolicyVersion, version_b: PolicyVersion, period: Period) -> pl.DataFrame:
    """One row per appointment: state, grade and pay under both texts, `change_fen` = b − a, and the outcome.

    `undetermined` is an outcome of its own: where either text cannot decide, nobody has gained or lost. An unpaid post
    compares by grade: the same grade is `same`, another grade has no sum to compare and is `undetermined` in money.
    """
    one, other = (settle(facts, version, period).lines for version in (version_a, version_b))
    key = ["appointment_id", "person_id", "region"]
    compared = ["state", "grade", "score", "pay_fen"]
    left = one.select(*key, *(pl.col(name).alias(f"{name}_a") for name in compared))
    right = other.select(*key, *(pl.col(name).alias(f"{name}_b") for name in compared))
    joined = left.join(right, on=key, how="left", nulls_equal=True, maintain_order="left")
    change = pl.col("pay_fen_b") - pl.col("pay_fen_a")
    same_grade = (
        (pl.col("state_a") == "settled") & (pl.col("state_b") == "settled") & (pl.col("grade_a") == pl.col("grade_b"))
    )
    return joined.with_columns(change.alias("change_fen")).with_columns(
        pl.when(pl.col("change_fen") > 0)
        .then(pl.lit("gain"))
        .when(pl.col("change_fen") < 0)
        .then(pl.lit("lose"))
        .when((pl.col("change_fen") == 0) | same_grade.fill_null(value=False))
        .then(pl.lit("same"))
        .otherwise(pl.lit("undetermined"))
        .alias("outcome")
    )


def summary(compared: pl.DataFrame) -> dict[str, dict[str, int]]:
    """People and fen per outcome."""
    return {
        outcome: {
            "people": compared.filter(pl.col("outcome") == outcome).height,
            "change_fen": int(compared.filter(pl.col("outcome") == outcome)["change_fen"].sum() or 0),
        }
        for outcome in OUTCOMES
    }
