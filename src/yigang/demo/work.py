"""What the first village asked for, visited, met and did: enough to open every page of leave and of work done.

The leave lies in the month after the open one, so that no sealed or drafted month of the demo changes.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import cycle
from zoneinfo import ZoneInfo

from yigang.demo.accounts import FIRST_VILLAGE
from yigang.demo.bring import Staff, acting
from yigang.duty import domain as duty
from yigang.duty.domain import Helper, LeaveAsked, Report, VisitMade
from yigang.duty.enums import IncidentKind, LeaveKind, ResultKind, Unit
from yigang.duty.models import LeaveRequest
from yigang.foundation import regioncode
from yigang.foundation.models import User
from yigang.people.models import Household, Person
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

CHINA = ZoneInfo("Asia/Shanghai")
VILLAGE = regioncode.pad(FIRST_VILLAGE)
ASKED_AT = datetime(2020, 7, 28, 8, 30, tzinfo=CHINA)
PAIRED_FROM = date(2020, 1, 1)
ASKED = (
    (LeaveKind.PERSONAL, date(2020, 8, 3), date(2020, 8, 5), "妹妹出嫁，回娘家帮忙"),
    (LeaveKind.TRIP, date(2020, 8, 10), date(2020, 8, 11), "到区林业局领取防火物资"),
    (LeaveKind.PERSONAL, date(2020, 8, 17), date(2020, 8, 22), "收玉米"),
    (LeaveKind.SICK, date(2020, 8, 6), date(2020, 8, 7), "腰痛，卫生院复查"),
)
"""Granted and returned from, granted, waiting for the county, refused."""
FEWEST = 2
"""Holders that the village must have; of so few each tells several things."""
VISITS = ((date(2020, 3, 18), "了解外出务工打算，登记培训意愿", 0), (date(2020, 7, 9), "汛期走访，送去米、油", 10_000))
INCIDENTS = (
    (IncidentKind.FIRE, datetime(2020, 4, 3, 14, 20, tzinfo=CHINA), "北坡坟山有烟，已到现场"),
    (IncidentKind.LOGGING, datetime(2020, 6, 11, 9, 5, tzinfo=CHINA), "路边松树被砍两棵，树桩新鲜"),
    (IncidentKind.PESTS, datetime(2020, 7, 27, 16, 40, tzinfo=CHINA), "松针发黄，约三亩"),
)
"""Closed, handled, open."""
RESULTS = (
    (ResultKind.PLANTING, "50", Unit.MU, date(2020, 3, 12), "后山荒坡栽松树"),
    (ResultKind.GREENING, "2.5", Unit.KILOMETRE, date(2020, 4, 21), "通村路两侧绿化"),
    (ResultKind.PEST_CONTROL, "120", Unit.MU, date(2020, 6, 16), "松毛虫防治"),
    (ResultKind.SEEDLINGS, "1.2", Unit.WAN_PLANT, date(2020, 5, 8), "苗圃杉木苗"),
    (ResultKind.FIREBREAK, "800", Unit.METRE, date(2020, 2, 27), "清理防火隔离带"),
)


def keep(programme: Programme, staff: Staff) -> None:
    """Everything by the village's clerk, the town's officer and nobody else; nothing where the village has no holders."""
    clerk = staff.clerk
    assert clerk
    officer = staff.officer_of(VILLAGE)
    with acting(clerk):
        people = holders(programme, ASKED[0][1])
    if len(people) < FEWEST:
        return
    ask_for_leave(people, clerk, officer)
    visit_households(programme, people, clerk, officer)
    report(people, clerk, officer)


def holders(programme: Programme, day: date) -> list[Person]:
    """Who serves in the village on a day."""
    held = Appointment.objects.filter(programme=programme, region_code=VILLAGE, starts__lte=day).exclude(ends__lt=day)
    return [one.person for one in held.select_related("person").order_by("starts", "pk")]


def ask_for_leave(people: list[Person], clerk: User, officer: User) -> None:
    """Four requests, each at another point of its way."""
    with acting(clerk):
        made: list[LeaveRequest] = [
            duty.ask_leave(person, LeaveAsked(kind, first, last, reason, at=ASKED_AT), actor=clerk)
            for person, (kind, first, last, reason) in zip(cycle(people), ASKED, strict=False)
        ]
    with acting(officer):
        for request in made[:2]:
            duty.decide_leave(request, approve=True, actor=officer)
        duty.decide_leave(made[3], approve=False, reason="请先交卫生院的证明", actor=officer)
    with acting(clerk):
        duty.report_return(made[0], on=date(2020, 8, 5), actor=clerk)


def visit_households(programme: Programme, people: list[Person], clerk: User, officer: User) -> None:
    """Two post holders and an official answer for households; one of them was forgotten since spring."""
    homes = Household.objects.filter(region_code=VILLAGE, pairings=None).exclude(members__in=people)
    helpers = [Helper(people[0]), Helper(people[1]), Helper(None, "谭桂香", "白云镇乡村振兴办")]
    with acting(officer):
        pairings = [
            duty.pair(programme, home, helper, since=PAIRED_FROM, actor=officer)
            for home, helper in zip(homes.distinct().order_by("pk")[:3], helpers, strict=False)
        ]
    with acting(clerk):
        for place, pairing in enumerate(pairings):
            for day, text, fen in VISITS[: 2 - place % 2]:
                duty.enter_visit(pairing, VisitMade(day, text, fen), actor=clerk)


def report(people: list[Person], clerk: User, officer: User) -> None:
    """Incidents at each state, and results in units of every size."""
    with acting(clerk):
        incidents = [
            duty.report_incident(people[place % len(people)], kind, Report(at, text), actor=clerk)
            for place, (kind, at, text) in enumerate(INCIDENTS)
        ]
        for place, (kind, quantity, unit, day, text) in enumerate(RESULTS):
            at = datetime(day.year, day.month, day.day, 17, tzinfo=CHINA)
            duty.report_result(
                people[place % len(people)], kind, Decimal(quantity), unit, Report(at, text), actor=clerk
            )
    with acting(officer):
        duty.handle_incident(incidents[0], handling="村组织八人扑打，十五时明火熄灭", actor=officer)
        duty.close_incident(incidents[0], closing="次日复查无复燃", actor=officer)
        duty.handle_incident(incidents[1], handling="已报森林公安，现场拍照留存", actor=officer)
