"""The columns of a rectification list, and its empty form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import Column, Format, Sheet, workbook_bytes
from yigang.exchange.whom import EXAMPLE_NAME

POINTS = (
    ColumnSpec("item", "项目", ("问题类别", "整改项目", "大项", "类别"), required=True),
    ColumnSpec("finding", "问题", ("具体问题", "存在问题", "问题清单", "问题表现"), required=True),
    ColumnSpec("town", "乡镇", ("乡（镇）", "镇", "乡", "镇街", "街道", "所在乡镇")),
    ColumnSpec("village", "村", ("行政村", "村居", "社区", "村名", "所在村")),
    ColumnSpec("unit", "责任单位", ("责任科室", "整改单位", "牵头单位"), required=True),
    ColumnSpec("owner", "责任人", ("整改责任人", "负责人"), required=True),
    ColumnSpec("found_on", "查出日期", ("发现日期", "检查日期", "督查日期"), required=True, kind="date"),
    ColumnSpec("due", "整改期限", ("整改时限", "完成时限", "时限", "完成日期"), kind="date"),
)
FORMATS: Mapping[str, Format] = {"date": "date"}
HINTS = {
    "item": "清单的大项，如「一、考勤管理不严」。",
    "finding": "一行一条具体问题。",
    "village": "问题所在的村；全镇的问题只填乡镇，全县的都不填。",
    "due": "不填则按办法规定的工作日计算。",
}
NOTES = (
    ("一行一条", "每条具体问题一行，逐条整改、逐条销号。第一行是示例，导入时自动跳过。"),
    ("重复的问题", "同一地方、同一天查出的同一问题只收一次，已在清单上的不再导入。"),
    ("错误", "任何一行有错误，整个文件都不导入。"),
    ("撤销", "导入后还没有开始整改的，可以整批撤销。"),
)
EXAMPLE = (
    "一、考勤管理不严", EXAMPLE_NAME + "（请删除）", "齐伯镇", "大坪村", "齐伯镇林业站", "张站长", date(2020, 7, 6),
    date(2020, 7, 20),
)  # fmt: skip


def template(created: datetime) -> bytes:
    """The empty table: headings, an example, and a sheet of notes."""
    columns = [
        Column(spec.label, FORMATS.get(spec.kind, "text"), hint=HINTS.get(spec.key, ""), required=spec.required)
        for spec in POINTS
    ]
    sheet = Sheet("整改清单", columns, [EXAMPLE], ["整改清单"], template=True)
    return workbook_bytes([sheet], created=created, notes=NOTES)
