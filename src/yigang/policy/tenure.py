"""What a policy says of people in post: vacancies, exits, renewal, rotation, agreements, teams."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from yigang.policy.exact import Value, evaluate
from yigang.policy.expressions import Expression, Name, Node, Op, Word, walk
from yigang.policy.expressions import parse as parse_expression
from yigang.policy.load_month import plain_text
from yigang.policy.measures import OtherWord

Answer = Literal["renew", "not_renew", "undetermined"]
Facts = Mapping[str, Value]
"""The policy's own word → value; what is not known is absent."""

RENEWAL = (
    OtherWord("年龄", "age"),
    OtherWord("性别", "sex", "text"),
    OtherWord("建档立卡", "registered_poor", "truth"),
    OtherWord("有困难类别", "in_hardship", "truth"),
    OtherWord("累计在岗年数", "years_in_posts"),
    OtherWord("距退休年数", "years_to_retirement"),
    OtherWord("年度等次", "year_grade", "text"),
    OtherWord("年度得分", "year_score"),
    OtherWord("不合格月数", "failed_months"),
    OtherWord("连续不合格年数", "consecutive_failed_years"),
    OtherWord("被召回", "recalled", "truth"),
    OtherWord("学训达标", "trained", "truth"),
)
"""What may be asked about a renewal. The appraisal's words are handed in by whoever knows them."""

RENEWAL_WORDS = {spelling: Word(one.zh, one.kind) for one in RENEWAL for spelling in (one.zh, one.code)}


@dataclass(frozen=True)
class RenewalClause:
    """A condition with its name (or the sentence for whoever meets it) and its source."""

    name: str
    when: Expression
    cites: str


@dataclass(frozen=True)
class RenewalRule:
    """Who is not renewed, and in which order the others are: the first clause decides, among equals the next."""

    refuse: tuple[RenewalClause, ...]
    priority: tuple[RenewalClause, ...]
    cites: str


@dataclass(frozen=True)
class Ranked:
    """What the policy says of one person. `missing` are words without a value that the answer or the order hangs on."""

    key: int
    answer: Answer
    position: int
    why: tuple[str, ...]
    missing: tuple[str, ...]


def renewal_rule(text: Mapping[str, Any]) -> RenewalRule | None:
    """The renewal section of a version that was checked when it was loaded; None when the policy does not speak of it."""
    data = text.get("renewal")
    if not data:
        return None
    refuse = [RenewalClause(each["else"], _truth(each["when"]), each["cites"]) for each in data.get("refuse", ())]
    if text.get("training", {}).get("before_renewal"):
        refuse.append(RenewalClause("学训未达标", _truth("学训达标 = false"), text["training"]["cites"]))
    return RenewalRule(
        tuple(refuse),
        tuple(RenewalClause(each["name"], _truth(each["when"]), each["cites"]) for each in data["priority"]),
        data["cites"],
    )


def _truth(written: object) -> Expression:
    return parse_expression(plain_text(written), RENEWAL_WORDS, "truth")


def rank(people: Mapping[int, Facts], rule: RenewalRule, places: int | None = None) -> list[Ranked]:
    """Everybody in the order of the policy, with what it says. `places` limits how many are renewed.

    Whoever surely meets a refusing clause is not renewed. Whoever might (a fact is missing) is undetermined. A priority
    that is not known counts as not met, and the person is named as undetermined only where that could move him across
    the limit of places. Equal people keep the order of their keys.
    """
    refused = {key: _refusals(facts, rule) for key, facts in people.items()}
    met = {key: [ask(clause.when, facts) for clause in rule.priority] for key, facts in people.items()}
    ordered = sorted(people, key=lambda key: (_rank_of(refused[key]), [_order(one) for one in met[key]], key))
    held = [key for key in ordered if not refused[key][0]]
    within = set(held if places is None else held[:places])
    unsure = set() if places is None or len(held) <= places else _unsure(held, places, met)
    return [
        _ranked(key, position, refused[key], met[key], rule, people[key], within=key in within, unsure=key in unsure)
        for position, key in enumerate(ordered, start=1)
    ]


def _refusals(facts: Facts, rule: RenewalRule) -> tuple[list[RenewalClause], list[RenewalClause]]:
    """Clauses that surely refuse, and those that might."""
    answers = [(clause, ask(clause.when, facts)) for clause in rule.refuse]
    return [clause for clause, met in answers if met is True], [clause for clause, met in answers if met is None]


def _rank_of(refusals: tuple[list[RenewalClause], list[RenewalClause]]) -> int:
    return 1 if refusals[0] else 0


def _order(met: Value | None) -> int:
    return 0 if met is True else 1


def _unsure(held: list[int], places: int, met: Mapping[int, list[Value | None]]) -> set[int]:
    """Who may be within the places or not, depending on what is not known of him or of others.

    Everybody has a best and a worst order, by what is unknown. Surely within is who at his worst has fewer than `places`
    people before him at their best; surely out is who at his best has that many before him at their worst.
    """
    best = {key: ([0 if one is None else _order(one) for one in met[key]], key) for key in held}
    worst = {key: ([_order(one) for one in met[key]], key) for key in held}
    by_best, by_worst = sorted(best.values()), sorted(worst.values())
    found = set()
    for key in held:
        perhaps_before = bisect_left(by_best, worst[key]) - (best[key] < worst[key])
        surely_before = bisect_left(by_worst, best[key])
        if perhaps_before >= places > surely_before:
            found.add(key)
    return found


def _ranked(
    key: int, position: int, refusals: tuple[list[RenewalClause], list[RenewalClause]], met: list[Value | None],
    rule: RenewalRule, facts: Facts, *, within: bool, unsure: bool,
) -> Ranked:  # fmt: skip
    surely, perhaps = refusals
    reasons = [f"{clause.name}〔{clause.cites}〕" for clause in surely]
    missing = [name for clause in perhaps for name in absent(clause.when, facts)]
    unknown = [clause for clause, one in zip(rule.priority, met, strict=True) if one is None]
    if surely:
        return Ranked(key, "not_renew", position, tuple(reasons), ())
    reasons = [
        f"{clause.name}〔{clause.cites}〕" for clause, one in zip(rule.priority, met, strict=True) if one is True
    ]
    missing += [name for clause in unknown for name in absent(clause.when, facts)] if unsure else []
    if unsure and not missing:
        reasons.append("名次取决于他人缺少的事实")
    if perhaps or unsure:
        return Ranked(key, "undetermined", position, tuple(reasons), tuple(dict.fromkeys(missing)))
    if not within:
        return Ranked(key, "not_renew", position, (*reasons, "续聘名额已满"), ())
    return Ranked(key, "renew", position, tuple(reasons), ())


def ask(expression: Expression, facts: Facts) -> Value | None:
    """The value by what is known, None when it hangs on what is not: “or” with one true side is true all the same."""
    return _known(expression.node, facts)


def absent(expression: Expression, facts: Facts) -> list[str]:
    """The words of an expression that have no value."""
    return [name for name in expression.names if name not in facts]


def _known(node: Node, facts: Facts) -> Value | None:
    if isinstance(node, Op) and node.op in {"and", "or", "not"}:
        sides = [_known(each, facts) for each in node.args]
        if node.op == "not":
            return None if sides[0] is None else not sides[0]
        decisive = node.op == "or"
        if decisive in sides:
            return decisive
        return None if None in sides else not decisive
    if any(isinstance(each, Name) and each.name not in facts for each in walk(node)):
        return None
    return evaluate(node, facts)


def years(days: int) -> Fraction:
    """Days as years of 365.25, exact."""
    return Fraction(days * 4, 1461)
