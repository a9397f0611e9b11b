"""When a term ends: working days of the published calendar with the county's own days. docs/algorithms/notices.md."""

from datetime import date

from yigang.foundation import calendar, regioncode
from yigang.foundation.calendar import Overrides
from yigang.foundation.models import CalendarOverride
from yigang.notices.models import NoticeRules

USUAL_WORKING_DAYS = 5
"""乡村护林（草）员管理办法 林站规〔2021〕3号: a publicity list hangs out at least five working days."""


def last_day(region_code: str, opens: date, working_days: int) -> date:
    """The `working_days`-th working day after `opens`, which itself does not count. Refused for years not published."""
    return calendar.add_working_days(opens, working_days, overrides(region_code, opens))


def overrides(region_code: str, since: date) -> Overrides:
    """The days from `since` on which the county works or rests differently."""
    county = regioncode.pad(regioncode.county_of(region_code))
    rows = CalendarOverride.objects.filter(region_code=county, date__gte=since)
    return {row.date: (row.working, row.name) for row in rows}


def rules_of(region_code: str) -> NoticeRules:
    """The county's rules, or the defaults, not saved."""
    county = regioncode.pad(regioncode.county_of(region_code))
    return NoticeRules.objects.filter(region_code=county).first() or NoticeRules(region_code=county)
