"""What happened in a month: check-ins as an attendance machine keeps them, leave, logs, marks, inspections.

Rangers work four days and rest one, holidays included: the fire season does not rest. So everybody is due on 23 to 25
days of a month, one or two more than a policy of 22 days asks.
"""

from dataclasses import dataclass, field, replace
from datetime import date, time

import polars as pl

from yigang.demo.draw import Draw
from yigang.demo.numbers import days_of
from yigang.demo.plan import Plan

CYCLE, REST = 5, 4
START, END = time(8, 0), time(17, 0)
NORMAL, LATE, VERY_LATE, EARLY, MISSED, OUTSIDE = "正常", "迟到", "严重迟到", "早退", "未打卡", "外勤"
TEMPERS = ((0.86, 0.985), (0.97, 0.95), (1.0, 0.86))
"""Share of people up to which a chance to turn up on a day holds."""
ON_LEAVE = 0.05
"""Chance of a person to take leave in a month."""
PLACES = ("村委会", "护林点", "三岔路口", "水库边", "林场入口", "防火瞭望点")
LOGS = (
    "巡山一圈，未发现火情，清理路边枯枝两处。", "劝阻村民在林边烧田埂，发放防火宣传单。", "查看松材线虫病监测点，无异常。",
    "随村干部入户宣传禁火令。", "巡护途中发现一处倒木挡路，已移开。", "协助林业站清点苗木。", "雨后查看滑坡点，拍照上报。",
    "与邻村护林员会合，交接巡护路段。",
)  # fmt: skip
REASONS = {"病假": "身体不适，乡镇卫生院就诊", "事假": "家中有事"}
INSPECTED = 0.02
"""Chance of a person to be visited unannounced in a month; one visit in ten finds nobody."""

CHECK_INS = {
    "person": pl.UInt64, "day": pl.Date, "due": pl.Datetime, "at": pl.Datetime, "kind": pl.String, "result": pl.String,
    "address": pl.String, "device": pl.String, "remark": pl.String,
}  # fmt: skip
LEAVES = {
    "person": pl.UInt64, "kind": pl.String, "first": pl.Date, "last": pl.Date, "approved": pl.Boolean,
    "approved_by": pl.String, "reason": pl.String,
}  # fmt: skip
WORK_LOGS = {"person": pl.UInt64, "day": pl.Date, "text": pl.String}
MARKS = {"person": pl.UInt64, "value": pl.Decimal(7, 2), "reason": pl.String}
FINDINGS = {"person": pl.UInt64, "day": pl.Date, "note": pl.String}


@dataclass(frozen=True)
class Month:
    """One month's evidence in the machine's and the office's words; days and times are local.

    `roll` is who stands in the attendance workbook at all: person, and how the machine calls them (name, user_id).
    """

    month: date
    check_ins: pl.DataFrame
    leaves: pl.DataFrame
    work_logs: pl.DataFrame
    marks: pl.DataFrame
    findings: pl.DataFrame
    strangers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={**CHECK_INS, "name": pl.String}))
    """Rows of people whom no roster knows."""
    not_on_roll: tuple[int, ...] = ()

    def without(self, persons: list[int]) -> "Month":
        """The month as if these people had left no trace in it."""
        tables = ("check_ins", "leaves", "work_logs", "marks", "findings")
        kept = {name: getattr(self, name).filter(~pl.col("person").is_in(persons)) for name in tables}
        return replace(self, **kept)


def build(plan: Plan, serving: pl.DataFrame, month: date) -> Month:
    """The usual month of everybody who serves in it; the same person and month always give the same."""
    draw = Draw(plan.seed + month.year * 12 + month.month)
    leaves = _leaves(serving, month, draw)
    due = _due_days(serving, month, leaves)
    came = due.filter(draw.chance("came", "person", "ordinal") < _temper(Draw(plan.seed)))
    check_ins = pl.concat([_punches(came, kind, draw) for kind in ("on", "off")])
    missed = pl.concat([_missed(due.join(came, on=["person", "day"], how="anti"), kind) for kind in ("on", "off")])
    return Month(
        month, pl.concat([check_ins, missed]).sort("person", "day", "due"), leaves, _work_logs(came, draw),
        _marks(serving, draw), _findings(serving, due, draw),
    )  # fmt: skip


def _temper(draw: Draw) -> pl.Expr:
    """How likely a person is to turn up; a trait, so it does not change by month."""
    trait = draw.chance("temper", "person")
    chain = pl.when(trait < TEMPERS[0][0]).then(TEMPERS[0][1]).when(trait < TEMPERS[1][0]).then(TEMPERS[1][1])
    return chain.otherwise(TEMPERS[2][1])


def _days(serving: pl.DataFrame, month: date) -> pl.DataFrame:
    """Every day of the month on which each appointment runs. `ordinal` counts days since the year 1."""
    calendar = pl.DataFrame({"day": days_of(month)}).with_columns(ordinal=pl.col("day").cast(pl.Int64).cast(pl.UInt64))
    wanted = serving.select("person", "starts", "ends", "town", "village")
    crossed = wanted.join(calendar, how="cross")
    return crossed.filter(pl.col("day").is_between("starts", pl.col("ends").fill_null(pl.col("day")))).drop(
        "starts", "ends"
    )


def _due_days(serving: pl.DataFrame, month: date, leaves: pl.DataFrame) -> pl.DataFrame:
    """Days on which each person is due: four of five, but not on leave."""
    days = _days(serving, month).filter((pl.col("ordinal") + pl.col("person")) % CYCLE != REST)
    away = leaves.select("person", day=pl.date_ranges("first", "last")).explode("day")
    return days.join(away, on=["person", "day"], how="anti")


def _punches(came: pl.DataFrame, kind: str, draw: Draw) -> pl.DataFrame:
    """One punch a day: shortly before eight, shortly after five, sometimes late or early, to the second."""
    keys = ("person", "ordinal")
    early, late = (-1500, 2 * 60) if kind == "on" else (-60, 45 * 60)
    usual = draw.between(f"{kind} second", early, late, *keys)
    odd = draw.between(f"{kind} odd", 5 * 60, 40 * 60, *keys) * (1 if kind == "on" else -1)
    seconds = pl.when(draw.chance(f"{kind} oddly", *keys) < 0.015).then(odd).otherwise(usual)
    place = draw.choice("place", PLACES, *keys)
    rows = came.with_columns(
        due=pl.col("day").dt.combine(START if kind == "on" else END), kind=pl.lit(kind), off_plan=seconds,
        address=pl.concat_str(pl.lit("贵州省安顺市平坝区"), "town", "village", place),
        device=pl.concat_str(pl.lit("A"), draw.number("device", 10**9, "person").cast(pl.String).str.zfill(9)),
        remark=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
    rows = rows.with_columns(at=pl.col("due") + pl.duration(seconds="off_plan"), result=judged(kind))
    return rows.select(pl.col(name).cast(dtype) for name, dtype in CHECK_INS.items())


def judged(kind: str) -> pl.Expr:
    """The machine's word on a punch `off_plan` seconds after its plan: a minute late is late, half an hour very late."""
    seconds = pl.col("off_plan")
    if kind == "off":
        return pl.when(seconds < -60).then(pl.lit(EARLY)).otherwise(pl.lit(NORMAL))
    return (
        pl.when(seconds >= 1800)
        .then(pl.lit(VERY_LATE))
        .when(seconds >= 60)
        .then(pl.lit(LATE))
        .otherwise(pl.lit(NORMAL))
    )


def _missed(due: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The row that the machine writes itself when nobody came."""
    rows = due.with_columns(
        due=pl.col("day").dt.combine(START if kind == "on" else END), at=pl.lit(None), kind=pl.lit(kind),
        result=pl.lit(MISSED), address=pl.lit(None), device=pl.lit(None), remark=pl.lit(None),
    )  # fmt: skip
    return rows.select(pl.col(name).cast(dtype) for name, dtype in CHECK_INS.items())


def _leaves(serving: pl.DataFrame, month: date, draw: Draw) -> pl.DataFrame:
    """One leave of one to four days for a few, approved by the town."""
    last = len(days_of(month))
    rows = serving.unique("person", keep="first", maintain_order=True).filter(draw.chance("leave", "person") < ON_LEAVE)
    first = draw.between("leave from", 1, last - 4, "person")
    rows = rows.with_columns(
        kind=draw.choice("leave kind", tuple(REASONS), "person"),
        first=pl.date(month.year, month.month, first),
        last=pl.date(month.year, month.month, first + draw.between("leave days", 0, 3, "person")),
        approved=pl.lit(value=True), approved_by=pl.concat_str("town", pl.lit("林业站")),
    )  # fmt: skip
    rows = rows.filter((pl.col("first") >= pl.col("starts")) & (pl.col("last") <= pl.col("ends").fill_null(date.max)))
    rows = rows.with_columns(reason=pl.col("kind").replace_strict(REASONS, return_dtype=pl.String))
    return rows.select(pl.col(name).cast(dtype) for name, dtype in LEAVES.items())


def _work_logs(came: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """A log for nearly every day at work."""
    rows = came.filter(draw.chance("log", "person", "ordinal") < 0.96)
    rows = rows.with_columns(text=draw.choice("log text", LOGS, "person", "ordinal")).sort("person", "day")
    return rows.select(pl.col(name).cast(dtype) for name, dtype in WORK_LOGS.items())


def _marks(serving: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """The town's mark out of 20, in halves, with its reason."""
    half = draw.between("mark", 28, 40, "person")
    words = pl.when(half >= 36).then(pl.lit("巡护认真，记录完整")).otherwise(pl.lit("能完成巡护任务"))
    return serving.select("person", value=(half.cast(pl.Decimal(7, 2)) / 2).cast(pl.Decimal(7, 2)), reason=words)


def _findings(serving: pl.DataFrame, due: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """Days on which an inspection found nobody at the post."""
    absent = (draw.chance("inspected", "person") < INSPECTED) & (draw.chance("found", "person") < 0.1)
    rows = due.join(serving.filter(absent).select("person"), on="person").sort(draw.word("visit", "person", "ordinal"))
    rows = rows.unique("person", keep="first", maintain_order=True).sort("person")
    return rows.select("person", "day", note=pl.lit("暗访时不在责任区，电话未接"))
