"""The columns of a table of helpers and households, and its empty form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import Column, Format, Sheet, workbook_bytes
from yigang.exchange.whom import EXAMPLE_WHOM, WHOM

PAIRINGS = (
    *WHOM,
    ColumnSpec("household", "户号", ("户编号", "户编码", "农户编号", "结对户号"), required=True),
    ColumnSpec("office", "单位", ("帮扶单位", "工作单位", "结对人单位")),
    ColumnSpec("since", "结对日期", ("结对时间", "开始日期", "日期"), required=True, kind="date"),
)
FORMATS: Mapping[str, Format] = {"date": "date"}
HINTS = {
    "name": "结对人姓名。在岗人员填姓名，同名的再填身份证后几位或岗位编号；干部填姓名和单位。",
    "village": "农户所在的村。",
    "household": "与人员名册中的户号一致。",
    "office": "填了单位的是干部；没有填的是在岗人员。",
}
NOTES = (
    ("一行一户", "每户一行，一人结对几户就填几行。第一行是示例，导入时自动跳过。"),
    ("一户一人", "一户同时只有一个结对人；要换人，先结束原来的结对。"),
    ("错误", "任何一行有错误，整个文件都不导入。"),
)
EXAMPLE = (*EXAMPLE_WHOM, "2020-0012", "", date(2020, 1, 1))


def template(created: datetime) -> bytes:
    """The empty table: headings, an example, and a sheet of notes."""
    columns = [
        Column(spec.label, FORMATS.get(spec.kind, "text"), hint=HINTS.get(spec.key, ""), required=spec.required)
        for spec in PAIRINGS
    ]
    sheet = Sheet("结对帮扶", columns, [EXAMPLE], ["结对帮扶登记表"], template=True)
    return workbook_bytes([sheet], created=created, notes=NOTES)
