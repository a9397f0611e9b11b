"""Points, quarters, the year and its honours, where the policy of a programme knows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from yigang.appraisal import closings, honours, points
from yigang.appraisal.domain import GivenMark, give_marks
from yigang.appraisal.enums import Period
from yigang.demo.bring import Staff, acting
from yigang.demo.numbers import days_of
from yigang.demo.systems.kinds import System
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

QUARTER = 3
PRAISED, BLAMED = 4, 19
"""Every so many people are praised in a month, and blamed."""
FLAG = "流动红旗岗"
OF_DAY, OF_QUARTER = "当日表现", "镇街季评"
OF_YEAR = ("村居年评", "镇街年评", "年度民主评议")


def give_points(system: System, programme: Programme, months: Sequence[date], staff: Staff) -> None:
    """What the reviews of each month praise and blame, given on its last day."""
    officer = staff.officer_of(regioncode.pad(system.town))
    with acting(officer):
        held = _held(programme)
        for month in months:
            day = days_of(month)[-1]
            best, earlier = _best(held, month), day - timedelta(days=9)
            points.give_many(
                [
                    *(points.Given(one, "review", Decimal(2), "村民评议：路段干净，主动帮忙", day)
                      for number, one in enumerate(held) if (number + month.month) % PRAISED == 0),
                    *(points.Given(one, "idle", Decimal(1), "巡查时聊天，未清理责任路段", day)
                      for number, one in enumerate(held) if (number + month.month) % BLAMED == 0),
                    points.Given(best, "review", Decimal(2), "加班清理道路积水，居民点名表扬", earlier),
                ], actor=officer,
            )  # fmt: skip


def _best(held: Sequence[Appointment], month: date) -> Appointment:
    """Somebody else in each quarter."""
    return held[(month.month - 1) // QUARTER * 7 % len(held)]


def close_periods(system: System, programme: Programme, months: Sequence[date], staff: Staff) -> None:
    """Every quarter of which all months are told is marked, closed and has its flag; every year of such quarters is closed."""
    officer = staff.officer_of(regioncode.pad(system.town))
    quarters = [month for month in months if month.month % QUARTER == 1 and _following(month, months)]
    with acting(officer):
        held = _held(programme)
        for first in quarters:
            _close_quarter(system, programme, first, held, officer)
    for year in sorted({first.year for first in quarters}):
        if date(year, 12, 1) in months:
            _close_year(system, programme, date(year, 1, 1), staff)


def _following(first: date, months: Sequence[date]) -> bool:
    return all(date(first.year, first.month + number, 1) in months for number in range(QUARTER))


def _held(programme: Programme) -> list[Appointment]:
    return list(Appointment.objects.filter(programme=programme).select_related("person", "programme").order_by("pk"))


def _close_quarter(
    system: System, programme: Programme, first: date, held: Sequence[Appointment], officer: User
) -> None:
    region = regioncode.pad(system.town)
    for week in range(QUARTER):
        day = first + timedelta(weeks=4 * week)
        _mark(programme, Period.DAY, day, OF_DAY, ((one, 8 + _merit(n) / 50) for n, one in enumerate(held)), officer)
    _mark(
        programme, Period.QUARTER, first, OF_QUARTER, ((one, 60 + _merit(n) / 3) for n, one in enumerate(held)), officer
    )
    closings.close(closings.asked_for(programme, Period.QUARTER, first, region), actor=officer)
    honours.give_by_ranking(honours.term(programme, FLAG, region, first), actor=officer)


def _close_year(system: System, programme: Programme, first: date, staff: Staff) -> None:
    """Village, town and households judge the year; the bonuses are left to be put into the next month."""
    officer = staff.officer_of(regioncode.pad(system.town))
    with acting(officer):
        held = _held(programme)
        for name in OF_YEAR:
            _mark(
                programme, Period.YEAR, first, name, ((one, 62 + _merit(n) / 3) for n, one in enumerate(held)), officer
            )
    with acting(staff[Role.COUNTY_MANAGER]) as county:
        asked = closings.asked_for(programme, Period.YEAR, first, regioncode.pad(system.town))
        closings.close(asked, actor=county)


def _merit(number: int) -> Decimal:
    """Steady people: from 0 to 99, the same every time."""
    return Decimal(number * 37 % 100)


def _mark(
    programme: Programme, rhythm: str, first: date, name: str, values: Iterable[tuple[Appointment, Decimal]], actor: User
) -> None:  # fmt: skip
    given = [GivenMark(one, name, round(value, 1), "按考核方案评定") for one, value in values]
    give_marks(programme, first, given, actor=actor, rhythm=rhythm)
