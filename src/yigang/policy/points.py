"""What a policy says of points and honours: who may give how much for what, and who holds an honour for how long.

Points are a capability of a programme (国办函〔2026〕12号): without a legal basis in `capabilities` there are no clauses, and so
nothing can be given. The points of one person are a plain sum; what they mean for a grade, the policy's conditions say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from yigang.policy.capabilities import capabilities_of

PointKind = Literal["credit", "debit", "award"]
Basis = Literal["points", "score", "vote"]
UnitLevel = Literal["village", "town", "county"]
KIND_WORDS: Mapping[PointKind, str] = {"credit": "正向积分", "debit": "负面扣分", "award": "奖励赋分"}
UNIT_WORDS: Mapping[UnitLevel, str] = {"village": "每村", "town": "每个乡镇", "county": "全县"}
BASIS_WORDS: Mapping[Basis, str] = {"points": "按期内积分", "score": "按年度得分", "vote": "按评选得票"}
TOTAL = "合计"
DEFAULT_ROLES = ("county_manager", "town_officer", "station_officer")
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class PointClause:
    """One thing that gives or takes points, between `least` and `most` (both above 0, the kind says the direction)."""

    code: str
    name: str
    kind: PointKind
    least: Decimal
    most: Decimal
    by: tuple[str, ...]
    evidence: bool
    cites: str

    def signed(self, points: Decimal) -> Decimal:
        """What the points do to the sum."""
        return -points if self.kind == "debit" else points


@dataclass(frozen=True)
class Tie:
    """What is looked at when two are equal: a kind of points, the lowest or the highest first."""

    by: str
    first: Literal["lowest", "highest"]


@dataclass(frozen=True)
class HonourRule:
    """An honour with `seats` holders in each unit for each period of `months`, which begin in January.

    `quorum` is the share of the named officers who must have voted, where it goes by vote.
    """

    name: str
    by: Basis
    months: int
    unit: UnitLevel
    seats: int
    ties: tuple[Tie, ...]
    quorum: Fraction
    cites: str


@dataclass(frozen=True)
class Sums:
    """The points of one person by kind: what was given, less what was taken back. Debits count as what they take away."""

    credit: Decimal = Decimal(0)
    debit: Decimal = Decimal(0)
    award: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.credit + self.award - self.debit

    def named(self) -> dict[str, Decimal]:
        """By the policy's words."""
        return {"正向积分": self.credit, "负面扣分": self.debit, "奖励赋分": self.award, TOTAL: self.total}


def summed(entries: Iterable[tuple[str, Decimal]]) -> Sums:
    """The sums of (kind, signed points) in any order; a reversing entry carries the other sign."""
    found: dict[str, Decimal] = {}
    for kind, points in entries:
        found[kind] = found.get(kind, Decimal(0)) + points
    zero = Decimal(0)
    return Sums(found.get("credit", zero), -found.get("debit", zero), found.get("award", zero))


@dataclass(frozen=True)
class Entrant:
    """Somebody who may be honoured: points, score or votes, and the points by kind that decide between equals."""

    key: int | str
    value: Decimal
    sums: Mapping[str, Decimal]


@dataclass(frozen=True)
class Chosen:
    """Who is honoured, the first first; and who is so equal for the last seats that the rule cannot choose."""

    winners: tuple[Entrant, ...]
    equal: tuple[Entrant, ...]


def choose(rule: HonourRule, entrants: Iterable[Entrant]) -> Chosen:
    """The holders by the rule. Nobody is honoured for nothing: only what is above 0 counts, and no lot is drawn."""
    ranked = sorted((one for one in entrants if one.value > 0), key=lambda one: (_place(rule, one), str(one.key)))
    if len(ranked) <= rule.seats:
        return Chosen(tuple(ranked), ())
    border = _place(rule, ranked[rule.seats - 1])
    if _place(rule, ranked[rule.seats]) != border:
        return Chosen(tuple(ranked[: rule.seats]), ())
    sure = tuple(one for one in ranked if _place(rule, one) < border)
    return Chosen(sure, tuple(one for one in ranked if _place(rule, one) == border))


def _place(rule: HonourRule, one: Entrant) -> tuple[Decimal, ...]:
    """Sorts the best first."""
    ties = [one.sums.get(tie.by, Decimal(0)) * (1 if tie.first == "lowest" else -1) for tie in rule.ties]
    return (-one.value, *ties)


def point_clauses(text: Mapping[str, Any]) -> tuple[PointClause, ...]:
    """The clauses of a version that was checked when it was loaded; none while points have no legal basis."""
    if "points" not in capabilities_of(text):
        return ()
    return tuple(_clause(each) for each in (text.get("points") or {}).get("clauses", ()))


def _clause(data: Mapping[str, Any]) -> PointClause:
    least = Decimal(str(data["points"] if "points" in data else data["least"]))
    most = Decimal(str(data["points"] if "points" in data else data["most"]))
    return PointClause(
        data["code"], data["name"], data["kind"], least, most, tuple(data.get("by", DEFAULT_ROLES)),
        bool(data.get("evidence")), data["cites"],
    )  # fmt: skip


def honour_rules(text: Mapping[str, Any]) -> tuple[HonourRule, ...]:
    """The honours of a version; those by points are there only while points have their basis."""
    made = tuple(_honour(each) for each in text.get("honours", ()))
    return made if point_clauses(text) else tuple(one for one in made if one.by != "points")


def _honour(data: Mapping[str, Any]) -> HonourRule:
    ties = tuple(Tie(each["by"], each["first"]) for each in data.get("ties", ()))
    return HonourRule(
        data["name"], data["by"], data["months"], data["unit"], data.get("seats", 1), ties,
        Fraction(data["quorum"]) if "quorum" in data else HALF, data["cites"],
    )  # fmt: skip


def refusal(clause: PointClause | None, points: Decimal, *, evidence: bool) -> str:
    """Why these points cannot be given, as a code; empty when they can."""
    if clause is None:
        return "no_clause"
    if not clause.least <= points <= clause.most or points != round(points, 2):
        return "out_of_range"
    return "no_evidence" if clause.evidence and not evidence else ""


@dataclass(frozen=True)
class PointCase:
    """A sentence about points that is also a test: what is given and taken back, then the sums or what cannot be."""

    name: str
    given: Sequence[Mapping[str, Any]]
    then: Mapping[str, Any]
    line: int


@dataclass(frozen=True)
class HonourCase:
    """A sentence about an honour that is also a test: what each has, then who holds it and who is equal."""

    name: str
    honour: str
    given: Mapping[str, Any]
    then: Mapping[str, tuple[str, ...]]
    line: int
