"""The rhythm of meetings that a policy asks for (周了解、月听取、季调度): which level meets, how often, until which working day.

Pure functions; the working calendar is the county's and is handed in by whoever asks for a deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

Every = Literal["week", "month", "quarter"]
Level = Literal["village", "town", "county"]
Working = Callable[[date], bool]
EVERY: Mapping[Every, str] = {"week": "每周", "month": "每月", "quarter": "每季度"}
LEVELS: Mapping[Level, str] = {"village": "村", "town": "乡镇（街道）", "county": "县"}
ROLES: Mapping[Level, str] = {"village": "village_clerk", "town": "town_officer", "county": "county_manager"}
"""Who holds the meeting of a level and writes its minutes."""
MONTHS: Mapping[Every, int] = {"month": 1, "quarter": 3}
FEWEST: Mapping[Every, int] = {"week": 5, "month": 15, "quarter": 55}
"""As many working days as a period has in any common year: a later one would be no deadline at all."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class MeetingRule:
    """One meeting of the rhythm. `within` is the working day of the period until which it is held; None: the last one."""

    code: str
    name: str
    every: Every
    level: Level
    within: int | None
    concerns: str
    cites: str

    @property
    def role(self) -> str:
        return ROLES[self.level]

    def first_of(self, day: date) -> date:
        """The first day of the period that holds a day: a Monday, or the first of a month."""
        if self.every == "week":
            return day - timedelta(days=day.weekday())
        months = MONTHS[self.every]
        return date(day.year, (day.month - 1) // months * months + 1, 1)

    def last_of(self, first: date) -> date:
        """The last day of the period that begins on `first`."""
        return self.after(first) - DAY

    def after(self, first: date) -> date:
        """The first day of the next period."""
        if self.every == "week":
            return first + timedelta(days=7)
        month = first.month - 1 + MONTHS[self.every]
        return date(first.year + month // 12, month % 12 + 1, 1)

    def periods(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """First and last day of every period that touches the days from `first` to `last`, in order."""
        begins = self.first_of(first)
        while begins <= last:
            yield begins, self.last_of(begins)
            begins = self.after(begins)

    def until(self, first: date, working: Working) -> date:
        """The day by which the meeting is held, always within its period.

        A period with fewer working days than asked ends with its last one; one without any with its last day.
        """
        last = self.last_of(first)
        days = [day for number in range((last - first).days + 1) if working(day := first + number * DAY)]
        if not days:
            return last
        return days[-1] if self.within is None else days[min(self.within, len(days)) - 1]


def meeting_rules(text: Mapping[str, Any]) -> tuple[MeetingRule, ...]:
    """The section `meetings` of a checked version, in its order; nothing where the policy asks for no meetings."""
    said = (text.get("meetings") or {}).get("rhythms", ())
    return tuple(
        MeetingRule(
            each["code"], each["name"], each["every"], each["level"], each.get("within"), each["concerns"], each["cites"]
        )
        for each in said
    )  # fmt: skip


def check_meetings(source: Source, place: Place, text: Mapping[str, Any]) -> None:
    """Report codes and names that stand twice, and deadlines that no period has; the schema has looked at each alone."""
    taken: set[str] = set()
    for index, rule in enumerate(meeting_rules(text)):
        where = (*place, "meetings", "rhythms", index)
        for word in {rule.code, rule.name} & taken:
            source.report(
                where, Say(f"会议「{word}」写了两次", f"the meeting “{word}” stands twice"),
                Say("换一个代码和名称", "choose another code and name"),
            )  # fmt: skip
        taken |= {rule.code, rule.name}
        most = FEWEST[rule.every]
        if rule.within is not None and rule.within > most:
            source.report(
                (*where, "within"),
                Say(
                    f"{EVERY[rule.every]}不一定有 {rule.within} 个工作日",
                    f"not every {rule.every} has {rule.within} working days",
                ),
                Say(f"写 1 至 {most}；不写就是最后一个工作日", f"write 1 to {most}; without it, the last working day"),
            )


def meeting_lines(text: Mapping[str, Any]) -> Iterator[str]:
    """The section as an official would read it aloud."""
    for rule in meeting_rules(text):
        day = "最后一个工作日" if rule.within is None else f"第 {rule.within} 个工作日"
        yield f"{rule.name}：{LEVELS[rule.level]}{EVERY[rule.every]}一次，{day}前召开，对象：{rule.concerns}〔{rule.cites}〕"
