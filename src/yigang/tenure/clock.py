"""The days a policy gives for something: counted as it says, in the calendar of the programme's county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yigang.foundation import calendar, regioncode
from yigang.foundation.calendar import Overrides
from yigang.foundation.models import CalendarOverride
from yigang.posts import rules
from yigang.posts.models import Programme
from yigang.tenure.enums import ExitKind


@dataclass(frozen=True)
class VacancyClock:
    """Until when a vacancy is to be reported and filled; None where the policy says nothing."""

    report_by: date | None
    fill_by: date | None


def vacancy_clock(programme: Programme, kind: ExitKind, left_on: date) -> VacancyClock:
    """The clock of a place whose holder's last day was `left_on`; that day itself does not count."""
    rule = rules.section(programme, left_on, "vacancy")
    working = rule.get("days") == "working"
    to_fill = rule.get("recalled_fill_days") if kind == ExitKind.RECALL else None
    return VacancyClock(
        _after(programme, left_on, rule.get("report_days"), working=working),
        _after(programme, left_on, to_fill or rule.get("fill_days"), working=working),
    )


def appeal_until(programme: Programme, day: date) -> date | None:
    """The last day on which somebody removed may appeal, from the day of the decision."""
    rule = rules.section(programme, day, "exit")
    return _after(programme, day, rule.get("appeal_days"), working=rule.get("days") == "working")


def _after(programme: Programme, day: date, count: int | None, *, working: bool) -> date | None:
    """The `count`th day after; raises `NotPublished` when working days of that year are not known."""
    if count is None:
        return None
    if not working:
        return day + timedelta(days=int(count))
    return calendar.add_working_days(day, int(count), overrides(programme.region_code, day))


def overrides(region_code: str, first: date) -> Overrides:
    """How the county's calendar differs from the published one, from a day on."""
    county = regioncode.pad(regioncode.county_of(region_code))
    changed = CalendarOverride.objects.filter(region_code=county, date__gte=first)
    return {one.date: (one.working, one.name) for one in changed}
