"""How long a month's list hangs in the villages before it may go to the county: working days, by the policy's word.

The day it is hung does not count, the last day counts whole: hung on a Monday for seven working days, it hangs through the
Wednesday of the next week and is handed on from Thursday. The county's own days off and on are heeded.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from yigang.foundation import calendar, regioncode
from yigang.foundation.calendar import Overrides
from yigang.foundation.errors import Refusal
from yigang.foundation.models import CalendarOverride
from yigang.payment.models import Settlement
from yigang.payment.settlement.judged import version_of
from yigang.policy import NoVersion
from yigang.policy.model import NoticePeriod


def period_of(settlement: Settlement) -> NoticePeriod | None:
    """The notice period that the month's policy asks for; None when it asks for none."""
    pay = version_of(settlement).pay
    return pay.notice if pay else None


def last_day(settlement: Settlement) -> date | None:
    """The last day of the list; None when no period is asked or the list does not hang yet.

    Raises `NotPublished` for a year whose working days nobody has given.
    """
    return _last_day(settlement, _changed_days([settlement]))


def last_days(settlements: Iterable[Settlement]) -> dict[int, date | None]:
    """The last day of each list by settlement, for a page: None also where the calendar or the policy is not known."""
    settlements = list(settlements)
    changed = _changed_days(settlements)
    found: dict[int, date | None] = {}
    for settlement in settlements:
        try:
            found[settlement.pk] = _last_day(settlement, changed)
        except (Refusal, NoVersion):
            found[settlement.pk] = None
    return found


def _last_day(settlement: Settlement, changed: dict[str, Overrides]) -> date | None:
    period = period_of(settlement)
    if period is None or settlement.published_at is None:
        return None
    hung = timezone.localdate(settlement.published_at)
    return calendar.add_working_days(hung, period.working_days, changed.get(_county(settlement)))


def _county(settlement: Settlement) -> str:
    return regioncode.pad(regioncode.county_of(settlement.region_code))


def _changed_days(settlements: list[Settlement]) -> dict[str, Overrides]:
    """By county, the days since the first list was hung on which it works or rests differently. One query."""
    hung = [timezone.localdate(one.published_at) for one in settlements if one.published_at]
    if not hung:
        return {}
    rows = CalendarOverride.objects.filter(region_code__in={_county(one) for one in settlements}, date__gte=min(hung))
    found: dict[str, dict[date, tuple[bool, str]]] = {}
    for row in rows:
        found.setdefault(str(row.region_code), {})[row.date] = (row.working, row.name)
    return dict(found)


def next_day(day: date) -> date:
    """From when the month may be handed on, once the last day of its list is over."""
    return day + timedelta(days=1)
