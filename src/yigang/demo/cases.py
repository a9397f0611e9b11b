"""The awkward cases of the field that the demo plants: what each one did, where it shows, and what must come out of it.

Ways of cheating and of suffering are those of the field, not of a place; see `docs/decisions/` on how the demo is made.
Figures hold for a July (31 days) under a policy that asks 22 days, of which a part of the month is asked by its days.
"""

from dataclasses import dataclass, field
from datetime import time
from typing import Literal

from yigang.demo import months

Kind = Literal["on", "off"]
KINDS: tuple[Kind, ...] = ("on", "off")
Expectation = str | int | float | list[str] | None
FULL = 83333
"""Fen of a full July: 10,000 yuan in twelve parts."""
USUAL = tuple(range(1, 25))


@dataclass(frozen=True)
class Away:
    """Leave or a reported trip from one day of the month to another, both included."""

    kind: str
    first: int
    last: int
    approved: bool = True


@dataclass(frozen=True)
class Case:
    """One planted person in one month. Days are days of that month.

    `before` counts months back from the open one. `expect` names a field of the line (state, grade, amount_fen,
    missing) or a quantity of the policy, and its value.
    """

    code: str
    what: str
    where: str
    expect: dict[str, Expectation] = field(default_factory=dict)
    before: int = 0
    came: tuple[int, ...] = USUAL
    missed: tuple[int, ...] = ()
    missed_off: tuple[int, ...] = ()
    results: dict[tuple[int, Kind], str] = field(default_factory=dict)
    """Day and kind → what the machine wrote instead of 正常; the time is moved to fit."""
    on: time = time(7, 52, 11)
    off: time = time(17, 6, 40)
    off_next_day: bool = False
    unvaried: bool = False
    address: str = ""
    one_device: bool = False
    away: tuple[Away, ...] = ()
    logs: tuple[int, ...] | None = None
    mark: int = 18
    found: tuple[int, ...] = ()
    copies: int = 1
    on_roll: bool = True
    every_month: bool = False


def settled(grade: str = "合格", amount_fen: int = FULL, **measures: Expectation) -> dict[str, Expectation]:
    return {"state": "settled", "grade": grade, "amount_fen": amount_fen, **measures}


UNKNOWN: dict[str, Expectation] = {"state": "undetermined", "amount_fen": None, "missing": ["出勤天数", "旷工天数"]}
FAILED = settled("不合格", 0)
ODD_RESULTS: dict[tuple[int, Kind], str] = {
    (2, "on"): months.LATE, (3, "on"): months.LATE, (4, "on"): months.VERY_LATE, (5, "off"): months.EARLY,
    (6, "off"): months.EARLY, (7, "on"): months.OUTSIDE, (8, "on"): months.OUTSIDE, (8, "off"): months.OUTSIDE,
}  # fmt: skip

ALWAYS_OUTSIDE: dict[tuple[int, Kind], str] = {(day, kind): months.OUTSIDE for day in USUAL for kind in KINDS}

CASES: tuple[Case, ...] = (
    Case("exemplary", "全勤、日志齐全、评定18分，作对照", "各表", settled(出勤天数=24, 日志篇数=24, 应出勤天数=22)),
    Case("tibet", "人在西藏务工，天天外勤打卡，一天不缺", "钉钉 打卡地址、打卡结果", settled(出勤天数=24),
         address="西藏自治区拉萨市城关区金珠西路", results=ALWAYS_OUTSIDE),
    Case("fixed_roster", "每天 8:00:00、17:00:00 分秒不差，十二个月从不变化", "钉钉 打卡时间", settled(出勤天数=24),
         on=time(8, 0, 0), off=time(17, 0, 0), unvaried=True, every_month=True),
    Case("same_address", "每天同一地址打卡，一字不差", "钉钉 打卡地址", settled(出勤天数=24), address="*", every_month=True),
    Case("one_device_a", "与另一人用同一台手机、前后二十秒打卡", "钉钉 打卡设备", settled(出勤天数=24), one_device=True,
         unvaried=True),
    Case("one_device_b", "与另一人用同一台手机、前后二十秒打卡", "钉钉 打卡设备", settled(出勤天数=24), one_device=True,
         unvaried=True, on=time(7, 52, 31), off=time(17, 7, 0)),
    Case("missed_checks", "三天全天未打卡，两天下班未打卡：未打卡行不是出勤", "钉钉 打卡结果",
         settled(出勤天数=22, 缺卡次数=8), came=tuple(range(1, 23)), missed=(23, 24, 25), missed_off=(21, 22)),
    Case("late_early_outside", "迟到两次、严重迟到一次、早退两次、外勤三次", "钉钉 打卡结果",
         settled(出勤天数=24, 迟到次数=3, 严重迟到次数=1, 早退次数=2), results=ODD_RESULTS),
    Case("no_rows", "名字在月度汇总里，原始记录一行也没有：待定，不是零", "钉钉 月度汇总", UNKNOWN, came=()),
    Case("not_in_workbook", "在岗，但考勤表里根本没有这个人", "钉钉", UNKNOWN, came=(), on_roll=False),
    Case("joined_on_20th", "20 日到岗，接替 10 日离岗的人：按天折算，不动别人的日期", "花名册 聘用起始日期",
         settled(amount_fen=32258, 服务天数=12, 应出勤天数=9, 出勤天数=10), came=tuple(range(20, 30))),
    Case("left_on_10th", "10 日外出务工离岗：按天折算", "花名册 聘用终止日期",
         settled(amount_fen=26882, 服务天数=10, 应出勤天数=7, 出勤天数=8), came=tuple(range(1, 9))),
    Case("sick_leave", "病假五天已批准，不算旷工", "请假表",
         settled(出勤天数=17, 准假天数=5, 旷工天数=0), came=(*range(1, 6), *range(11, 23)),
         away=(Away("病假", 6, 10),)),
    Case("trip", "外出报备三天已批准，视同出勤", "请假表", settled(出勤天数=22, 旷工天数=0),
         came=(*range(1, 13), *range(16, 23)), away=(Away("外出报备", 13, 15),)),
    Case("unapproved_leave", "事假三天没有批准，算旷工三天，不合格", "请假表",
         settled("不合格", 0, 出勤天数=19, 旷工天数=3), came=tuple(range(1, 20)),
         away=(Away("事假", 20, 22, approved=False),)),
    Case("after_midnight", "夜巡 22 次，下班卡打在次日 0:40：算前一天的班，不多出一天", "钉钉 打卡时间",
         settled(出勤天数=22), came=tuple(range(1, 23)),
         on=time(19, 55, 0), off=time(0, 40, 0), off_next_day=True),
    Case("same_name_a", "同村两人同名，靠工号和 UserId 区分", "钉钉 姓名、UserId", settled(出勤天数=23),
         came=tuple(range(1, 24))),
    Case("same_name_b", "同村两人同名，靠工号和 UserId 区分", "钉钉 姓名、UserId", settled(出勤天数=24)),
    Case("duplicated", "原始记录里每行出现两次，只算一次", "钉钉 原始记录", settled(出勤天数=24, 迟到次数=0), copies=2),
    Case("old_identity", "身份证号是 15 位，换算成 18 位并标记", "花名册 身份证号", settled(出勤天数=24)),
    Case("dead", "民政数据说 8 日已去世，之后仍天天打卡", "花名册 备注", settled(出勤天数=24)),
    Case("shared_phone", "与邻居登记同一个手机号", "花名册 手机号", settled(出勤天数=24)),
    Case("others_account", "卡是别人的：正确的花名册里没有账号，发放时列出", "bad/花名册-他人账户.xlsx", settled(出勤天数=24)),
    Case("kin", "村主任的侄子，花名册里写明", "花名册 亲属任职", settled(出勤天数=24)),
    Case("idle", "天天打卡，一篇日志也没有，评定12分", "日志表", settled(出勤天数=24, 日志篇数=0), logs=(), mark=12),
    Case("ghost", "月月打卡、照领补贴，一篇日志、一件成果也没有", "日志表", settled(出勤天数=24, 日志篇数=0), logs=(), mark=15,
         every_month=True),
    Case("leave_twice", "病假五天已批准，五天里照样打卡，像是由别人代打", "请假表、钉钉", settled(出勤天数=24, 旷工天数=0),
         away=(Away("病假", 6, 10),)),
    Case("found_absent", "暗访两次不在岗", "督查表", settled(出勤天数=24, 当月查实旷工次数=2), found=(9, 16)),
    *(Case("failed_three_times", f"连续三个月不合格，第 {3 - i} 个月", "钉钉", FAILED,
           before=2 + i, came=tuple(range(1, 19))) for i in (2, 1, 0)),
    Case("failed_three_times", "此前连续三个月不合格", "钉钉", {"state": "settled", "连续不合格月数": 3}, before=1),
)  # fmt: skip

SILENT_TOWN = "羊昌布依族苗族乡"
"""The town that has given no marks in the open month: everybody there is undetermined and 乡镇评定 is named."""
STRANGER = "陶不详"
"""Stands in the workbook of the open month, and in no roster."""
LEFT_TO_DO = ("白云镇", "高峰镇")
"""Towns whose attendance of the open month is left for whoever tries the program to upload."""
HANDED_ON = ("乐平镇", "天龙镇")
"""Towns that have handed the open month to the county."""
