"""The pool's rule asked of people: in, out or undetermined, why, and the points that order those who are in.

Pure: a frame of facts in, standings out. `docs/algorithms/pool.md` says it in prose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from yigang.policy import eligibility
from yigang.policy.placing import Pool
from yigang.policy.recruitment import Ranking
from yigang.recruitment.enums import PoolState
from yigang.recruitment.ranking import rank

LONGEST_WHY, LONGEST_SCORE = 500, 300


@dataclass(frozen=True)
class Standing:
    """Where one person stands. Without points (a fact is missing) somebody in the pool comes last."""

    state: PoolState
    why: str = ""
    missing: tuple[str, ...] = field(default=())
    score: Fraction | None = None
    score_why: str = ""


def standings(people: pl.DataFrame, pool: Pool) -> dict[int, Standing]:
    """Everybody's standing by the clauses: one that fails puts out, else one that lacks a fact leaves undetermined."""
    found = _by_clauses(people, pool)
    inside = people.filter(pl.col("applicant").is_in([pk for pk, one in found.items() if one.state == PoolState.IN]))
    for placed in rank(inside.to_dicts(), Ranking(pool.order, (), pool.cites)):
        found[placed.applicant] = Standing(
            PoolState.IN, score=placed.score, score_why=placed.why[:LONGEST_SCORE] if pool.order else ""
        )
    return found


def _by_clauses(people: pl.DataFrame, pool: Pool) -> dict[int, Standing]:
    judged = eligibility.judge_clauses(people, pool.clauses)
    result = pl.col("result")
    together = judged.group_by("applicant", maintain_order=True).agg(
        fails=(result == "fails").any(),
        unsure=(result == "undetermined").any(),
        failing=pl.col("why").filter(result == "fails").str.join("；"),
        lacking=pl.col("why").filter(result == "undetermined").str.join("；"),
        missing=pl.col("missing").explode(empty_as_null=True).drop_nulls().unique(maintain_order=True),
    )
    return {
        pk: Standing(PoolState.OUT, failing[:LONGEST_WHY]) if fails
        else Standing(PoolState.UNDETERMINED, lacking[:LONGEST_WHY], tuple(missing)) if unsure
        else Standing(PoolState.IN)
        for pk, fails, unsure, failing, lacking, missing in together.iter_rows()
    }  # fmt: skip
