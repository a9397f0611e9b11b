"""What a policy says of inspections: how often a village is drawn, until when is put right what was found, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yigang.policy.expressions import Expression, Word, parse
from yigang.policy.load_month import deed_code, plain_text
from yigang.policy.measures import YEAR
from yigang.policy.problems import Say, Wrong
from yigang.policy.rhythms import OF_THE_YEAR
from yigang.policy.source import Place, Source
from yigang.policy.tenure import Facts, ask

PRESET = "预设"
DECIDES = ("查实旷工次数", "年度等次", "被召回", "连续不合格月数", "连续不合格年数")
"""Words of a year that inspections, results and recalls answer; a clause that asks nothing else can be proposed by them."""
WORDS = {spelling: Word(one.zh, one.kind) for one in YEAR if one.zh in DECIDES for spelling in (one.zh, one.code)}


@dataclass(frozen=True)
class InspectionRule:
    """Weights are tickets in the draw: `usual` for every village, the others on top, never more than `most` together.

    `long_days` without a visit count as long; whatever is found is put right within `rectify_days` working days, is brought
    to mind `remind_days` calendar days before, and passed on to the county once it is overdue. `groups`: fewest and most.
    """

    groups: tuple[int, int] = (3, 5)
    usual: int = 2
    open_flag: int = 1
    earlier_finding: int = 3
    long_not_visited: int = 2
    most: int = 20
    long_days: int = 90
    rectify_days: int = 10
    remind_days: int = 3
    cites: str = PRESET

    def weight(self, *, flags: int, findings: int, days_since: int | None) -> int:
        """Tickets of a village: its open questions, what was found there in a year, days since a visit (None: never)."""
        long = self.long_not_visited if days_since is None or days_since >= self.long_days else 0
        return min(self.most, self.usual + self.open_flag * flags + self.earlier_finding * findings + long)


@dataclass(frozen=True)
class YearClause:
    """A condition on somebody's year and what follows, as codes such as `no_award`."""

    name: str
    when: Expression
    do: tuple[str, ...]
    cites: str


def inspection_rule(text: Mapping[str, Any]) -> InspectionRule:
    """The section `inspection` of a checked version; what it does not speak of has its presets."""
    said: dict[str, Any] = dict(text.get("inspection") or {})
    if groups := said.pop("groups", None):
        said["groups"] = (groups["fewest"], groups["most"])
    return InspectionRule(**said.pop("weights", {}), **said)


def year_clauses(text: Mapping[str, Any]) -> Iterator[YearClause]:
    """The consequences of the year that hang on inspections, results and recalls alone, and of the month on findings and recalls.

    A month counts its run of failed months up to the one before, a year with the last one: that word of a month's clause is not
    the year's.
    """
    for section in ("month", "year"):
        for each in text.get(section, {}).get("then", ()):
            try:
                when = parse(plain_text(each["when"]), WORDS if section == "year" else OF_THE_YEAR, "truth")
            except Wrong:
                continue  # it asks for something else; the settlement of the month answers it
            yield YearClause(
                plain_text(each.get("name", each["when"])), when, tuple(map(deed_code, each["do"])), each["cites"]
            )


def holding(text: Mapping[str, Any], facts: Facts) -> list[YearClause]:
    """The clauses that surely hold; one that hangs on a fact that is not known is not among them."""
    return [clause for clause in year_clauses(text) if ask(clause.when, facts) is True]


def check_inspection(source: Source, place: Place, text: Mapping[str, Any]) -> None:
    """Report numbers that contradict each other; the schema has looked at each alone."""
    said = text.get("inspection") or {}
    groups = said.get("groups")
    if groups and groups["fewest"] > groups["most"]:
        source.report(
            (*place, "inspection", "groups"),
            Say("最少组数多于最多组数", "the fewest groups are more than the most"),
            Say("fewest 不大于 most", "let fewest be at most most"),
        )
    weights = said.get("weights", {})
    if weights.get("most", InspectionRule.most) < weights.get("usual", InspectionRule.usual):
        source.report(
            (*place, "inspection", "weights"),
            Say("权重上限低于平常的权重", "the highest weight is below the usual one"),
            Say("most 不小于 usual", "let most be at least usual"),
        )


def inspection_lines(text: Mapping[str, Any]) -> Iterator[str]:
    """The section as an official would read it aloud; nothing where the policy leaves all presets."""
    if not text.get("inspection"):
        return
    rule = inspection_rule(text)
    yield f"每周 {rule.groups[0]} 至 {rule.groups[1]} 组，按权重随机抽村，种子的摘要事先留存、周后公开"
    yield (
        f"每村 {rule.usual} 签；每个未答复的疑点加 {rule.open_flag} 签，一年内每次查实问题加 {rule.earlier_finding} 签，"
        f"{rule.long_days} 天没有查过加 {rule.long_not_visited} 签；合计不超过 {rule.most} 签"
    )
    yield f"查出的问题 {rule.rectify_days} 个工作日内整改，到期前 {rule.remind_days} 天提醒，逾期报县〔{rule.cites}〕"
