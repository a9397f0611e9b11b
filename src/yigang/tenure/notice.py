"""The written notice that goes with an exit, in Chinese as the office signs it."""

from __future__ import annotations

from datetime import date

from yigang.foundation.wording import chinese
from yigang.tenure.enums import AGAINST_WILL, ExitKind, ExitReason
from yigang.tenure.models import Appointment, Exit

TITLES = {
    ExitKind.LAPSE: "终止聘用通知书", ExitKind.REMOVAL: "清退通知书", ExitKind.DISMISSAL: "解除聘用通知书",
    ExitKind.RECALL: "召回通知书", ExitKind.DEATH: "终止聘用通知书", ExitKind.TRANSFER: "岗位调整通知书",
}  # fmt: skip


def text_of(row: Exit, appointment: Appointment, day: date) -> str:
    """Title, whom it is for, what was decided and on what ground, last days, how to appeal, date."""
    person, post, kind = appointment.person, appointment.post, ExitKind(row.kind)
    to_whom = f"{person.name}家属" if row.reason == ExitReason.DIED else person.name
    ground = f"依据{row.clause}，" if row.clause else ""
    appeal = ""
    if kind in AGAINST_WILL:
        until = f"在 {chinese(row.appeal_until)}前" if row.appeal_until else "在收到本通知后"
        appeal = f"\n如对本决定有异议，可{until}向县级主管部门书面申诉；申诉期间不停止本决定的执行。"
    return (
        f"{TITLES[kind]}\n\n{to_whom}：\n"
        f"你在{appointment.programme.name}{post.number}号{post.kind}岗位的聘用，因{_cause(row)}，"
        f"{ground}自 {chinese(row.on)}起终止，当日为最后在岗日。事由：{row.text}。\n"
        f"补贴发放至 {chinese(row.last_pay_day)}。请在离岗前交回证件、装备和工作资料。{appeal}\n\n{chinese(day)}"
    )


def _cause(row: Exit) -> str:
    return CAUSES[ExitReason(row.reason)]


CAUSES = {
    ExitReason.EMPLOYED: "已实现其他就业", ExitReason.RETIRED: "达到退休年龄", ExitReason.AGE: "超过规定年龄",
    ExitReason.DIED: "本人去世", ExitReason.MOVED: "迁离本地", ExitReason.ILLNESS: "因病不能履职",
    ExitReason.OWN_WISH: "本人申请", ExitReason.TERM_OVER: "聘期届满", ExitReason.FAILED: "考核不合格",
    ExitReason.ABSENT: "旷工", ExitReason.FALSE_CLAIM: "冒名顶替或者虚报冒领",
    ExitReason.NOT_ELIGIBLE: "不再符合选聘条件", ExitReason.OFFENCE: "违法违纪", ExitReason.UNFIT: "不胜任工作",
    ExitReason.TRANSFER: "工作调整", ExitReason.OTHER: "其他原因",
}  # fmt: skip
