"""China's working calendar: weekends, holidays, the days worked instead, and what a county adds.

The State Council publishes holidays and make-up days year by year, mostly in November. A year that is not published is
not guessed: `NotPublished` says so, and the county enters the year, which means that it gives the days that differ (as
overrides) and declares the year entered. Statutory days of such a year come from the `holidays` package.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

import chinese_calendar
import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal

Overrides: TypeAlias = Mapping[date, tuple[bool, str]]
"""Days on which a county differs: date → (is a working day, name)."""

FRIDAY = 4
_DAY = timedelta(days=1)


class NotPublished(Refusal):
    """The holidays of `year` are not known to this program."""

    def __init__(self, year: int) -> None:
        super().__init__(
            _("The holidays and make-up days of %(year)d are not known to this program."),
            {"year": year},
            code="calendar_not_published",
            remedy=_("Enter them under “Working calendar” from the State Council's notice, or update the program."),
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar; `name` is empty on ordinary working days and weekends."""

    date: date
    working: bool
    name: str


def is_published(year: int) -> bool:
    """Whether holidays and make-up days of `year` are known without a county's entry."""
    return bool(_make_up_days(year)) if _published(year) is None else True


def days(
    first: date, last: date, overrides: Overrides | None = None, *, entered: Collection[int] = ()
) -> Iterator[Day]:
    """Every day from `first` to `last`, both included. Years in `entered` were entered by the county.

    An override alone does not make its year known: one local day off is not the State Council's notice.
    """
    changes = overrides or {}
    day = first
    while day <= last:
        working, name = changes.get(day) or _national(day.year, day.year in entered)[day]
        yield Day(day, working, name)
        day += _DAY


def working_days(first: date, last: date, overrides: Overrides | None = None, *, entered: Collection[int] = ()) -> int:
    """How many working days lie from `first` to `last`, both included."""
    return sum(day.working for day in days(first, last, overrides, entered=entered))


def add_working_days(
    start: date, count: int, overrides: Overrides | None = None, *, entered: Collection[int] = ()
) -> date:
    """The `count`th working day after `start`; the day itself does not count, as in notices and deadlines."""
    if count < 0:
        raise ValueError("count must not be negative")
    day = start
    while count:
        day += _DAY
        count -= next(days(day, day, overrides, entered=entered)).working
    return day


def due_day(start: date, count: int, overrides: Overrides | None = None) -> date:
    """The `count`th working day after `start`, until when an office has to answer.

    In a year that is not published yet Monday to Friday count: what people say in December is taken all the same.
    """
    day = start
    while count > 0:
        day += _DAY
        try:
            count -= next(days(day, day, overrides)).working
        except NotPublished:
            count -= day.weekday() <= FRIDAY
    return day


def calendar_frame(
    first: date, last: date, overrides: Overrides | None = None, *, entered: Collection[int] = ()
) -> pl.DataFrame:
    """The days as a frame with columns date, working, name."""
    rows = [(day.date, day.working, day.name) for day in days(first, last, overrides, entered=entered)]
    return pl.DataFrame(rows, schema={"date": pl.Date, "working": pl.Boolean, "name": pl.String}, orient="row")


def year_to_enter(year: int) -> list[Day]:
    """A year as the law alone gives it: weekends and statutory holidays, before the notice moves any day."""
    return list(days(date(year, 1, 1), date(year, 12, 31), entered=[year]))


@lru_cache(maxsize=64)
def _national(year: int, entered: bool) -> dict[date, tuple[bool, str]]:
    """The year as the state has set it; raises `NotPublished`."""
    known = _published(year)
    if known is not None:
        return known
    make_up = _make_up_days(year)
    if not make_up and not entered:
        raise NotPublished(year)
    import holidays

    statutory = holidays.country_holidays("CN", years=year, language="zh_CN")
    return {
        day: (day in make_up or (day.weekday() <= FRIDAY and day not in statutory), statutory.get(day) or "")
        for day in _year(year)
    }


@lru_cache(maxsize=64)
def _published(year: int) -> dict[date, tuple[bool, str]] | None:
    try:
        return {day: _detail(day) for day in _year(year)}
    except NotImplementedError:
        return None


def _detail(day: date) -> tuple[bool, str]:
    """Working or not, and the Chinese name of the holiday that is kept or, on a make-up day, worked off."""
    off, name = chinese_calendar.get_holiday_detail(day)
    known = next((holiday.chinese for holiday in chinese_calendar.Holiday if holiday.value == name), "")
    return not off, f"{known}调休" if known and not off else known


@lru_cache(maxsize=64)
def _make_up_days(year: int) -> frozenset[date]:
    """Weekend days that are worked, as the `holidays` package knows them; none means the year is not published."""
    import holidays

    known = holidays.country_holidays("CN", years=year)
    return frozenset(day for day in known.weekend_workdays if day.year == year)


def _year(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += _DAY
