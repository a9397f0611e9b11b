"""Lists that say what happened and, by being complete, what did not: leave, work logs, absences found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.enums import FindingKind
from yigang.duty.enums import LeaveKind, Source, Table
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.duty_imports import sheets
from yigang.exchange.duty_imports.reading import About, Reading, evidence_of
from yigang.foundation.errors import Problem

LEAVE_KINDS = {
    "病假": LeaveKind.SICK, "事假": LeaveKind.PERSONAL, "年休假": LeaveKind.ANNUAL, "年假": LeaveKind.ANNUAL,
    "公休": LeaveKind.ANNUAL, "婚假": LeaveKind.MARRIAGE, "丧假": LeaveKind.BEREAVEMENT, "产假": LeaveKind.MATERNITY,
    "陪产假": LeaveKind.MATERNITY, "外出报备": LeaveKind.TRIP, "外出": LeaveKind.TRIP, "出差": LeaveKind.TRIP,
    "公出": LeaveKind.TRIP, "培训": LeaveKind.TRAINING, "学习": LeaveKind.TRAINING, "其他": LeaveKind.OTHER,
    "其它": LeaveKind.OTHER, "调休": LeaveKind.OTHER,
}  # fmt: skip
APPROVALS = {
    "是": "yes", "已批准": "yes", "批准": "yes", "同意": "yes", "已同意": "yes", "通过": "yes", "审批通过": "yes",
    "已通过": "yes",
    "否": "no", "未批准": "no", "不批准": "no", "不同意": "no", "拒绝": "no", "审批拒绝": "no", "未通过": "no", "审批中": "no",
    "待审批": "no", "已撤销": "no", "撤销": "no",
}  # fmt: skip
FINDING_KINDS = {
    "无故不在岗": FindingKind.ABSENT, "不在岗": FindingKind.ABSENT, "脱岗": FindingKind.ABSENT, "旷工": FindingKind.ABSENT,
    "离岗": FindingKind.ABSENT, "缺勤": FindingKind.ABSENT, "未在岗": FindingKind.ABSENT,
}  # fmt: skip

LEAVE_COLUMNS = (
    *sheets.PEOPLE,
    ColumnSpec(
        "kind", "请假类别", ("请假类型", "假别", "类别", "类型"), required=True, kind="choice", choices=LEAVE_KINDS
    ),
    ColumnSpec(
        "first", "开始日期", ("起始日期", "请假开始", "开始时间", "请假开始时间", "起"), required=True, kind="date"
    ),
    ColumnSpec(
        "last", "结束日期", ("截止日期", "请假结束", "结束时间", "请假结束时间", "止"), required=True, kind="date"
    ),
    ColumnSpec("approval", "是否批准", ("审批结果", "审批状态", "批准", "状态"), kind="choice", choices=APPROVALS),
    ColumnSpec("approved_by", "批准人", ("审批人", "签批人")),
    ColumnSpec("reason", "事由", ("请假事由", "请假原因", "原因")),
)
LOG_COLUMNS = (
    *sheets.PEOPLE,
    ColumnSpec("day", "日期", ("日志日期", "工作日期", "填写日期"), required=True, kind="date"),
    ColumnSpec("text", "工作内容", ("日志内容", "内容", "工作日志", "巡护记录", "工作情况"), required=True),
)
FINDING_COLUMNS = (
    *sheets.PEOPLE,
    ColumnSpec("day", "日期", ("检查日期", "督查日期", "暗访日期", "发现日期"), required=True, kind="date"),
    ColumnSpec(
        "kind", "问题", ("情况", "发现问题", "督查结果", "结果"), required=True, kind="choice", choices=FINDING_KINDS
    ),
    ColumnSpec("note", "备注", ("说明", "情况说明")),
)


def read_leave(
    source: Path | bytes, about: About, *, name: str = "", remembered: Mapping[str, str] | None = None
) -> Reading:
    """Leave. Without a column 是否批准, leave that names who approved it was approved."""
    sheet = sheets.read(source, LEAVE_COLUMNS, remembered or {})
    backwards = pl.col("last") < pl.col("first")
    column = sheet.table.mapping.place("last")
    for row, first, last in sheet.frame.filter(backwards).select("row", "first", "last").iter_rows():
        sentence = _("The leave ends on %(last)s, before it begins on %(first)s.")
        where = {"row": row, "column": column, "field": "last", "sheet": sheet.table.sheet}
        sheet.problems.append(Problem("backwards", sentence, {"first": first, "last": last}, **where))
    if not {"approval", "approved_by"} & set(sheet.table.mapping.columns):
        sentence = _("The table does not say whether leave was approved; it is taken as asked for, not approved.")
        remedy = _("Add a column 批准人 or 是否批准.")
        sheet.problems.append(Problem("no_approval", sentence, remedy=remedy, severity="warning"))
    frame = sheet.frame.filter(~backwards).with_columns(
        approved=pl.coalesce(pl.col("approval") == "yes", pl.col("approved_by").is_not_null()),
        approved_by=pl.col("approved_by").str.slice(0, 60), reason=pl.col("reason").str.slice(0, 200),
        source=pl.lit(Source.SHEET.value),
    )  # fmt: skip
    return _reading(Table.LEAVES, sheet, frame, about, name, "first")


def read_logs(
    source: Path | bytes, about: About, *, name: str = "", remembered: Mapping[str, str] | None = None
) -> Reading:
    """Work logs, one for each row."""
    sheet = sheets.read(source, LOG_COLUMNS, remembered or {})
    frame = sheet.frame.with_columns(source=pl.lit(Source.SHEET.value))
    return _reading(Table.WORK_LOGS, sheet, frame, about, name, "day")


def read_findings(
    source: Path | bytes, about: About, *, name: str = "", remembered: Mapping[str, str] | None = None
) -> Reading:
    """Absences found at inspections."""
    sheet = sheets.read(source, FINDING_COLUMNS, remembered or {})
    frame = sheet.frame.with_columns(note=pl.col("note").str.slice(0, 200))
    return _reading(Table.FINDINGS, sheet, frame, about, name, "day")


def _reading(table: Table, sheet: sheets.Sheet, frame: pl.DataFrame, about: About, name: str, day: str) -> Reading:
    about = sheets.with_period(about, name, frame[day])
    problems = [*sheet.problems, *([sheets.speaks_about(about)] if about.period else [])]
    evidence = evidence_of(table, Source.SHEET, frame, about)
    return Reading(evidence, problems, sheet.table.mapping.remember(), sheet.headings)
