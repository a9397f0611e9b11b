"""A town's meetings over its year, some missed and some late, what they asked for, and those of the last weeks up to today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from yigang.demo.bring import Staff, acting
from yigang.demo.systems.kinds import System
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.oversight import domain as oversight
from yigang.oversight import meetings as asked
from yigang.oversight.domain import Minutes, Point
from yigang.oversight.meetings import Slot
from yigang.oversight.models import Meeting
from yigang.policy.period import Period
from yigang.posts.models import Programme

RECENT = timedelta(weeks=9)
"""So far back from today meetings were held again: whoever tries the program finds last week's, and what is due."""
MISSED = {"weekly": 9, "monthly": 5, "quarterly": 0}
"""Each so-manyth of them was not held; 0: all were."""
LATE = 7
TEXTS = {
    "weekly": "各村通报一周出勤和未答复的疑点；缺岗的当天核实，写明原因。",
    "monthly": "听取上月考核、补贴发放和整改情况；公示材料逐村核对，逾期问题由分管领导督办。",
    "quarterly": "全体人员通报全季情况，逐户分析措施落实；下季重点是冬春路面清扫和设施维护。",
}
ASKED = ("村口公示栏玻璃破损，补贴公示要换到室内", "三名公益岗人员工具磨损，应换新")


def meet(system: System, programme: Programme, months: Sequence[date], staff: Staff) -> None:
    """The town's year as its minutes tell it; the first quarter's meeting asks for two things, of which one was done."""
    officer, today = staff.officer_of(system.town), timezone.localdate()
    with acting(officer):
        told = asked.slots((system.town,), months[0], Period.of(months[-1]).last, programme)
        held = [_hold(slot, number, officer) for number, slot in enumerate(told, 1) if not _missed(told, slot)]
        for number, slot in enumerate(asked.slots((system.town,), today - RECENT, today, programme), 1):
            over = slot.last < today or (slot.rule.every == "quarter" and slot.until < today)
            if over and not slot.held:
                _hold(slot, number, officer)
    _followed_up(next(one for one in held if one.rhythm == "quarterly"), officer, staff)


def _missed(told: Sequence[Slot], slot: Slot) -> bool:
    each = MISSED[slot.rule.code]
    alike = [one for one in told if one.rule == slot.rule]
    return bool(each) and (alike.index(slot) + 1) % each == 0


def _hold(slot: Slot, number: int, officer: User) -> Meeting:
    """On the last day that the policy gives, a few after it; somebody is always missing with cause."""
    on = min(slot.until + timedelta(days=1), slot.last) if number % LATE == 0 else slot.until
    present = {"weekly": 6, "monthly": 14, "quarterly": 31}[slot.rule.code]
    minutes = Minutes(
        on=on, chair="镇党委书记", present=present - number % 3, absent=number % 3, text=TEXTS[slot.rule.code],
        names=slot.rule.concerns,
    )  # fmt: skip
    return oversight.hold_meeting(
        slot.programme, slot.region_code, slot.rule.code, slot.first, minutes, actor=officer
    )  # fmt: skip


def _followed_up(meeting: Meeting, officer: User, staff: Staff) -> None:
    with acting(officer):
        village = meeting.programme.appointments.order_by("region_code").values_list("region_code", flat=True)[0]
        points = [
            Point(
                village, text, "镇公益岗办公室", officer.name, meeting.on, item=meeting.name, owner_account=officer,
                due=meeting.on + timedelta(days=14),
            )
            for text in ASKED
        ]  # fmt: skip
        done, _open = oversight.follow_up(meeting, points, actor=officer)
        oversight.put_right(done, "已移到村委会大厅公示，拍照留存", actor=officer)
    with acting(staff[Role.COUNTY_MANAGER]) as county:
        oversight.close_point(done, "照片和现场一致", actor=county)
