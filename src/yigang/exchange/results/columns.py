"""The columns of a table of yearly results, and its empty form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import Column, Format, Sheet, workbook_bytes
from yigang.exchange.whom import EXAMPLE_WHOM, WHOM, WHOM_HINTS

RESULTS = (
    *WHOM,
    ColumnSpec("year", "年度", ("考核年度", "年份"), required=True, kind="integer"),
    ColumnSpec("grade", "年度等次", ("考核等次", "等次", "考核结果", "评定等次"), required=True),
    ColumnSpec("score", "年度得分", ("得分", "考核得分", "分数"), kind="decimal"),
    ColumnSpec("document", "依据文件", ("文件", "文号", "文件名称", "依据"), required=True),
    ColumnSpec("decided_on", "评定日期", ("认定日期", "发文日期", "日期"), required=True, kind="date"),
)
FORMATS: Mapping[str, Format] = {"date": "date", "integer": "integer", "decimal": "decimal"}
HINTS = {
    **WHOM_HINTS,
    "grade": "办法中年度考核的等次，如：合格、不合格。",
    "score": "可以不填；最多两位小数。",
    "document": "作出评定的文件名称或文号，如：齐府发〔2021〕3号。",
}
NOTES = (
    ("一行一人", "每人每年度一行。第一行是示例，导入时自动跳过。"),
    ("重名", "同名的人请同时填写村、岗位编号或身份证后几位。"),
    ("已有结果", "同一人同一年度再次登记，以后登记的为准；两次都保留。"),
    ("错误", "任何一行有错误，整个文件都不导入。"),
)
EXAMPLE = (*EXAMPLE_WHOM, 2020, "合格", 86.5, "齐府发〔2021〕3号", date(2021, 1, 15))


def template(created: datetime) -> bytes:
    """The empty table: headings, an example, and a sheet of notes."""
    columns = [
        Column(spec.label, FORMATS.get(spec.kind, "text"), hint=HINTS.get(spec.key, ""), required=spec.required)
        for spec in RESULTS
    ]
    sheet = Sheet("年度考核", columns, [EXAMPLE], ["年度考核结果登记表"], template=True)
    return workbook_bytes([sheet], created=created, notes=NOTES)
