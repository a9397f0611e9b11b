"""What the cases about points and honours come to: the results of each sentence, by the word it uses for them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from yigang.policy.model import PolicyVersion
from yigang.policy.points import (
    TOTAL,
    Chosen,
    Entrant,
    HonourCase,
    PointCase,
    choose,
    honour_rules,
    point_clauses,
    refusal,
    summed,
)

REFUSED, WINNERS, EQUAL = "不能给", "得主", "并列"


def points_of(case: PointCase, version: PolicyVersion) -> dict[str, Any]:
    """The sums of what could be given, and the clauses of what could not."""
    clauses = {one.name: one for one in point_clauses(version.text)}
    entries, refused = [], []
    for one in case.given:
        clause, points = clauses[one["条款"]], Decimal(str(one["分数"]))
        if refusal(clause, points, evidence=bool(one.get("证据"))):
            refused.append(clause.name)
            continue
        entries.append((clause.kind, clause.signed(points)))
        if one.get("撤回"):
            entries.append((clause.kind, -clause.signed(points)))
    return {**summed(entries).named(), REFUSED: refused}


def honoured(case: HonourCase, version: PolicyVersion) -> dict[str, list[str]]:
    """Who holds the honour and who is equal for the last seats."""
    rule = next(one for one in honour_rules(version.text) if one.name == case.honour)
    found: Chosen = choose(rule, [_entrant(name, given) for name, given in case.given.items()])
    return {WINNERS: [str(one.key) for one in found.winners], EQUAL: [str(one.key) for one in found.equal]}


def _entrant(name: str, given: Any) -> Entrant:
    said: Mapping[str, Any] = given if isinstance(given, Mapping) else {TOTAL: given}
    sums = {key: Decimal(str(value)) for key, value in said.items()}
    return Entrant(name, sums[TOTAL], sums)
