"""What inspectors found and what followed: two drawn weeks for the teams, a rectification list, consequences; teams formed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from yigang.demo.bring import Staff, acting
from yigang.demo.systems.kinds import System
from yigang.demo.training import CHINA
from yigang.foundation import regioncode, rls
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.oversight import domain as oversight
from yigang.oversight import queries
from yigang.oversight.domain import Met, Point, Sheet, Week
from yigang.oversight.enums import Check, InspectionKind, Presence
from yigang.oversight.models import Inspection, Plan, Proposal, Rectification
from yigang.posts.models import Programme
from yigang.tenure import domain as tenure
from yigang.tenure.domain import Muster
from yigang.tenure.models import Appointment, Team

KINDS = (InspectionKind.UNANNOUNCED, InspectionKind.NIGHT, InspectionKind.CLOSED_BOOK)
WEEKS = 2
"""Drawn one after the other in the programme's last month but one; the same one is absent in both."""
FINDINGS = ("工作日志记录不全，走访没有写明户名", "帮扶政策宣传栏没有更新")
ABSENT = "不在村，未请假，电话未接"


def form_teams(system: System, programme: Programme, staff: Staff) -> list[Team]:
    """A team in every village, sent by a unit of its own, led by its first member."""
    county = staff[Role.COUNTY_MANAGER]
    made = []
    with acting(county):
        held: dict[str, list[Appointment]] = {}
        for one in Appointment.objects.filter(programme=programme).select_related("person").order_by("pk"):
            held.setdefault(one.region_code, []).append(one)
        for (village, members), name in zip(sorted(held.items()), system.units, strict=True):
            unit = tenure.save_unit(regioncode.pad(system.town[:6]), name, actor=county)
            muster = [Muster(one, leader=not number) for number, one in enumerate(members)]
            made.append(
                tenure.form_team(
                    programme, village, f"{name}驻村工作队", unit, muster, starts=members[0].starts, actor=county
                )
            )
    return made


def inspect(programme: Programme, last_month: date, staff: Staff) -> None:
    """Draw, go, write down, put right; then what the policy says of whoever was absent, confirmed but for the last."""
    first = queries.week_of(last_month) - timedelta(weeks=WEEKS)
    for number in range(WEEKS):
        monday = first + timedelta(weeks=number)
        plan = _draw(programme, monday, staff.inspectors)
        for inspection in _visits(plan):
            _visit(inspection, monday + timedelta(days=1 + inspection.number), staff)
        with rls.everywhere("a draw is laid open by the clock"):
            oversight.reveal(plan)
    _put_right(programme, first, staff)
    with rls.everywhere("what clauses say is proposed by the clock"):
        oversight.propose(programme, first.year, today=date(first.year, 12, 31))
    with acting(staff[Role.COUNTY_MANAGER]) as county:
        for row in Proposal.objects.filter(appointment__programme=programme).order_by("pk")[:1]:
            oversight.confirm(row, reason="两次查实不在村，本人承认", actor=county)


def _draw(programme: Programme, monday: date, inspectors: Sequence[User]) -> Plan:
    """Every village is drawn, by as many groups as the policy asks at least."""
    fewest, _most = queries.rule_of(programme, monday).groups
    groups = [[user] for user in inspectors[:fewest]]
    with acting(inspectors[0]) as head:
        villages = len(queries.weights(programme, programme.region_code, monday))
        week = Week(monday, groups, villages, KINDS)
        return oversight.draw_week(programme, programme.region_code, week, actor=head, today=monday)


def _visits(plan: Plan) -> list[Inspection]:
    with acting(plan.made_by):
        return list(plan.inspections.select_related("group", "plan__programme").order_by("number"))


def _visit(inspection: Inspection, day: date, staff: Staff) -> None:
    """The sheet of one village; in the first of them its second member is away without cause."""
    (member,) = [user for user in staff.inspectors if user.pk in inspection.group.members]
    with acting(member):
        held = queries.holders(inspection, day)
        away = held[1] if inspection.region_code == _first_village(inspection.plan.programme) else None
        met = [_met(one, one == away) for one in held]
        made = uuid5(NAMESPACE_URL, f"demo {inspection.plan.programme.code} {day}")
        at = datetime(day.year, day.month, day.day, 10, 30, tzinfo=CHINA)
        oversight.hand_in_sheet(inspection, Sheet(made, at, met, remarks="到村查看，与三户村民谈话"), actor=member)


def _first_village(programme: Programme) -> str:
    return programme.appointments.order_by("region_code").values_list("region_code", flat=True)[0]


def _met(held: Appointment, away: bool) -> Met:
    if away:
        return Met(held, Presence.ABSENT, note=ABSENT)
    return Met(held, Presence.PRESENT, Check.GOOD, Check.GOOD, Check.GOOD, Check.GOOD, Check.GOOD)


def _put_right(programme: Programme, found_on: date, staff: Staff) -> list[Rectification]:
    """Two points of the first village: one put right by the town and accepted by somebody else, one still open."""
    head, other = staff.inspectors[:2]
    officer = staff.officer_of(programme.region_code)
    with acting(head):
        village = _first_village(programme)
        points = [
            Point(village, text, "镇驻村工作站", officer.name, found_on + timedelta(days=3), item="驻村履职")
            for text in FINDINGS
        ]
        rows = oversight.open_points(programme, points, actor=head)
    with acting(officer):
        oversight.put_right(rows[0], "已补记走访户名，镇里逐篇核对", actor=officer)
    with acting(other):
        oversight.close_point(rows[0], "抽看十篇，记录完整", actor=other)
    return rows
