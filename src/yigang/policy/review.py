"""What a policy says of the villagers' review (民主评议) and of appeals (申诉): the short ballot, its quorum, what it is worth.

Pure functions; points have two decimals, rounded half up. `docs/algorithms/review.md` says the rules in prose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

CENT = Decimal("0.01")
FEWEST = 3
"""Ballots below which a count would say who wrote what; the quorum never lies lower, whatever a policy says."""


@dataclass(frozen=True)
class Choice:
    """A word on the ballot, and the points of a hundred that it is worth."""

    name: str
    points: Decimal


@dataclass(frozen=True)
class ReviewRule:
    """The section `review`. `quorum` is the share of the entitled households; `mark` is what the review is called."""

    mark: str
    choices: tuple[Choice, ...]
    quorum: Fraction
    days: int
    cites: str

    def ballots_needed(self, entitled: int) -> int:
        """Households that must have voted, of so many."""
        return max(ceil(self.quorum * entitled), FEWEST)


@dataclass(frozen=True)
class AppealRule:
    """The section `appeals`: calendar days to appeal after the word was given, working days to decide."""

    days: int = 15
    answer_days: int = 10
    cites: str = "预设"


def review_rule(text: Mapping[str, Any]) -> ReviewRule | None:
    """The section `review` of a checked version; None where villagers are not asked."""
    said = text.get("review")
    if not said:
        return None
    choices = tuple(Choice(str(each["name"]), Decimal(str(each["points"]))) for each in said["choices"])
    return ReviewRule(
        str(said["mark"]), choices, Fraction(str(said["quorum"])), int(said.get("days", 7)), said["cites"]
    )


def appeal_rule(text: Mapping[str, Any]) -> AppealRule:
    """The section `appeals`; what it does not speak of has its presets."""
    return AppealRule(**(text.get("appeals") or {}))


def value_of(points: Sequence[Decimal], counts: Sequence[int]) -> Decimal | None:
    """The mean of the points of those who chose a word; None when nobody did. `counts` may end with those who chose none."""
    chosen = sum(counts[: len(points)])
    if not chosen:
        return None
    total = sum((each * count for each, count in zip(points, counts, strict=False)), Decimal(0))
    mean = Fraction(total) / chosen
    return (Decimal(mean.numerator) / mean.denominator).quantize(CENT, ROUND_HALF_UP)


def part_of(value: Decimal, most: Decimal) -> Decimal:
    """A value of a hundred as points of a mark that gives at most so many."""
    return (value * most / 100).quantize(CENT, ROUND_HALF_UP)


def check_review(source: Source, place: Place, text: Mapping[str, Any]) -> None:
    """Report words that stand twice, and points that do not fall from word to word."""
    rule = review_rule(text)
    if rule is None:
        return
    where = (*place, "review", "choices")
    names = [choice.name for choice in rule.choices]
    for index, choice in enumerate(rule.choices):
        if choice.name in names[:index]:
            source.report(
                (*where, index), Say(f"「{choice.name}」写了两次", f"“{choice.name}” stands twice"),
                Say("合成一项", "make it one"),
            )  # fmt: skip
        if index and choice.points >= rule.choices[index - 1].points:
            source.report(
                (*where, index), Say("选项应从好到差，分值逐项降低", "choices go from good to bad, each worth less"),
                Say("改正次序或者分值", "correct the order or the points"),
            )  # fmt: skip


def review_lines(text: Mapping[str, Any]) -> Iterator[str]:
    """Both sections as an official would read them aloud."""
    rule = review_rule(text)
    if rule is not None:
        worth = "、".join(f"{choice.name} {choice.points} 分" for choice in rule.choices)
        valid = f"参加评议的户数不少于应参加户数的 {rule.quorum} 才有结果，开放 {rule.days} 天"
        yield f"{rule.mark}：每户一票，无记名，{worth}，百分制，取平均；{valid}。〔{rule.cites}〕"
    if text.get("appeals"):
        appeals = appeal_rule(text)
        decided = f"由原评定人以外的人在 {appeals.answer_days} 个工作日内决定"
        yield f"申诉：告知之日起 {appeals.days} 天内提出，{decided}。〔{appeals.cites}〕"
