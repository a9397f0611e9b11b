"""What a policy says of leave that is asked for: which kinds, how long, how often, and who approves how many days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from yigang.policy.measures import LEAVE_KINDS
from yigang.policy.problems import Say

Level = Literal["village", "town", "county"]
LEVELS: tuple[Level, ...] = ("village", "town", "county")
"""From below to above; a request passes them in this order."""
LEVEL_WORDS = {"village": "村", "town": "乡镇", "county": "县"}
KIND_OF = {said.zh: kind for kind, said in LEAVE_KINDS.items()}
LONGEST = 366
"""Days of one request; whoever is away for longer asks again, or leaves the post."""


@dataclass(frozen=True)
class KindRule:
    """One kind of leave. Limits in calendar days; None: no limit. `after` is how many days after the first day it may
    still be asked for, `paper_over` from how many days on a paper is asked for.
    """

    kind: str
    each: int | None
    year: int | None
    after: int
    paper_over: int | None
    cites: str


@dataclass(frozen=True)
class LevelRule:
    """Who decides requests of more than `over` and at most `upto` days (None: however many)."""

    level: Level
    over: int = 0
    upto: int | None = None

    def decides(self, days: int) -> bool:
        return self.over < days and (self.upto is None or days <= self.upto)


@dataclass(frozen=True)
class Together:
    """Kinds whose days of a calendar year are added up against one limit."""

    kinds: tuple[str, ...]
    year: int


@dataclass(frozen=True)
class LeaveRules:
    """The section `leave` of a text in force."""

    kinds: Mapping[str, KindRule]
    levels: tuple[LevelRule, ...]
    together: Together | None
    stand_in: bool
    return_days: int
    cites: str

    def levels_for(self, days: int) -> tuple[Level, ...]:
        """Who decides, from below to above."""
        return tuple(rule.level for rule in self.levels if rule.decides(days))


@dataclass(frozen=True)
class Asked:
    """What is asked, with what the limits are counted from.

    `days` is the whole time away: the days asked for and those of the same kind that adjoin them, so that a long leave
    does not become a short one by being asked for in pieces. `years` gives for each calendar year the new days and
    those taken or asked for before: of this kind, and of all the kinds that count together.
    """

    kind: str
    days: int
    years: Mapping[int, YearDays] = field(default_factory=dict)
    days_after: int = 0
    paper: bool = True
    stand_in: bool = False


@dataclass(frozen=True)
class YearDays:
    """Days of one calendar year: new ones, of this kind before, of all kinds that count together before."""

    new: int
    before: int = 0
    together: int = 0


Fault = Literal["kind", "long", "each", "year", "together", "late", "paper", "stand_in"]
FAULT_WORDS: Mapping[Fault, str] = {
    "kind": "假别", "long": "过长", "each": "每次天数", "year": "全年天数", "together": "合计天数", "late": "事后申请",
    "paper": "证明", "stand_in": "顶替",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """Which levels decide, or what stands against it with the limit and what is left of it."""

    levels: tuple[Level, ...] = ()
    fault: Fault | None = None
    limit: int = 0
    left: int = 0


def leave_rules(text: Mapping[str, Any]) -> LeaveRules | None:
    """The section of a version that was checked when it was loaded; None when the policy does not speak of leave."""
    data = text.get("leave")
    if not data:
        return None
    together, back = data.get("together"), data.get("return", {})
    return LeaveRules(
        {each["kind"]: _kind(each) for each in data["kinds"]},
        tuple(LevelRule(each["level"], each.get("over", 0), each.get("upto")) for each in data["levels"]),
        Together(tuple(together["kinds"]), together["year"]) if together else None,
        data.get("stand_in") == "allowed", back.get("within_days", 0), data["cites"],
    )  # fmt: skip


def _kind(each: Mapping[str, Any]) -> KindRule:
    return KindRule(
        each["kind"], each.get("each"), each.get("year"), each.get("after", 0), each.get("paper_over"), each["cites"]
    )


def judge(rules: LeaveRules, asked: Asked) -> Answer:
    """Who decides the request, or the first thing that the policy has against it."""
    rule = rules.kinds.get(asked.kind)
    if rule is None:
        return Answer(fault="kind")
    if asked.days > LONGEST:
        return Answer(fault="long", limit=LONGEST)
    if asked.stand_in and not rules.stand_in:
        return Answer(fault="stand_in")
    if asked.days_after > rule.after:
        return Answer(fault="late", limit=rule.after)
    if rule.each is not None and asked.days > rule.each:
        return Answer(fault="each", limit=rule.each, left=rule.each)
    if rule.paper_over is not None and asked.days > rule.paper_over and not asked.paper:
        return Answer(fault="paper", limit=rule.paper_over)
    return _of_the_year(rules, rule, asked) or Answer(levels=rules.levels_for(asked.days))


def _of_the_year(rules: LeaveRules, rule: KindRule, asked: Asked) -> Answer | None:
    """The first calendar year whose limit the new days would pass."""
    for days in asked.years.values():
        if rule.year is not None and days.before + days.new > rule.year:
            return Answer(fault="year", limit=rule.year, left=max(0, rule.year - days.before))
        shared = rules.together
        if shared and asked.kind in shared.kinds and days.together + days.new > shared.year:
            return Answer(fault="together", limit=shared.year, left=max(0, shared.year - days.together))
    return None


def asked_of(given: Mapping[str, Any]) -> Asked:
    """What a case's sentence gives, in the office's words (`GIVEN`)."""
    days = int(given["天数"])
    year = YearDays(days, int(given.get("本年已请", 0)), int(given.get("合计已请", given.get("本年已请", 0))))
    return Asked(
        KIND_OF[given["假别"]], days, {0: year}, int(given.get("事后天数", 0)), bool(given.get("有证明", True)),
        bool(given.get("他人顶替", False)),
    )  # fmt: skip


def said(answer: Answer) -> dict[str, tuple[str, ...]]:
    """An answer in the words of a case: 批准 by whom, or 不准 for what."""
    if answer.fault:
        return {"批准": (), "不准": (FAULT_WORDS[answer.fault],)}
    return {"批准": tuple(LEVEL_WORDS[level] for level in answer.levels), "不准": ()}


def kind_name(kind: str) -> Say:
    return LEAVE_KINDS[kind]
