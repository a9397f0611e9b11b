"""Who comes first: criteria and ties of a policy worked out exactly for each applicant, with the sentence how.

Pure: a frame of facts in, placed people out. The score is the sum of criteria times weights, half up to two places. Equals are
parted by the policy's ties in their order, at last by who applied first, so that no two share a rank. Whoever lacks a fact that
the ranking needs has no rank; the fact is named, it never counts as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yigang.policy.eligibility import values_of
from yigang.policy.exact import Value, evaluate, round_half_up
from yigang.policy.recruitment import Ranking
from yigang.policy.wording import number


@dataclass(frozen=True)
class Placed:
    """One applicant: rank and score, or None with what is missing; `why` is how it came about."""

    applicant: int
    rank: int | None
    score: Fraction | None
    why: str


def rank(rows: Sequence[Mapping[str, Any]], ranking: Ranking) -> list[Placed]:
    """Everybody placed, the first first, those without a rank last. The order of `rows` does not matter."""
    able, unable = [], []
    for row in rows:
        values = values_of(row)
        missing = _missing(ranking, values)
        if missing:
            unable.append(Placed(row["applicant"], None, None, f"缺少{'、'.join(missing)}"))
        else:
            able.append((row["applicant"], _points(ranking, values), _ties(ranking, values)))
    able.sort(key=lambda one: (-_total(one[1]), [key for _name, key, _shown in one[2]], one[0]))
    placed = [
        Placed(pk, place, _total(points), _why(points, ties, _decided_by(able, place - 1)))
        for place, (pk, points, ties) in enumerate(able, 1)
    ]
    return placed + sorted(unable, key=lambda one: one.applicant)


Points = list[tuple[str, Fraction]]
Ties = list[tuple[str, Fraction, str]]
Able = tuple[int, Points, Ties]


def _missing(ranking: Ranking, values: Mapping[str, Value]) -> list[str]:
    asked = [one.score for one in ranking.criteria] + [one.by for one in ranking.ties]
    return list(dict.fromkeys(name for each in asked for name in each.names if name not in values))


def _points(ranking: Ranking, values: Mapping[str, Value]) -> Points:
    return [(one.name, Fraction(evaluate(one.score.node, values)) * one.weight) for one in ranking.criteria]


def _ties(ranking: Ranking, values: Mapping[str, Value]) -> Ties:
    """Name, sort key (smaller first) and how it is shown; the order of application comes last."""
    made = []
    for one in ranking.ties:
        value = Fraction(evaluate(one.by.node, values))
        made.append((one.name, -value if one.highest else value, number(value)))
    order = values.get("申报次序", Fraction(0))
    assert isinstance(order, Fraction)
    return [*made, ("申报次序", order, number(order))]


def _total(points: Points) -> Fraction:
    return round_half_up(sum((value for _name, value in points), Fraction(0)), 2)


def _decided_by(able: Sequence[Able], index: int) -> str:
    """The tie that parts an applicant from an equal neighbour, the one before him first; empty without an equal."""
    here = able[index]
    for other in (index - 1, index + 1):
        if 0 <= other < len(able) and _total(able[other][1]) == _total(here[1]):
            pairs = zip(here[2], able[other][2], strict=True)
            return next((mine[0] for mine, theirs in pairs if mine[1] != theirs[1]), "")
    return ""


def _why(points: Points, ties: Ties, tie: str) -> str:
    """`考察得分 88.50 + 首次上岗加分 2 = 90.50；同分按家庭年收入 12000`."""
    said = " + ".join(f"{name} {number(value)}" for name, value in points)
    total = f"{said} = {number(_total(points), 2)}"
    if not tie:
        return total
    shown = next(shown for name, _key, shown in ties if name == tie)
    return f"{total}；同分按{tie} {shown}"
