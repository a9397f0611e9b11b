"""The columns of a table of marks, and its empty form."""

from __future__ import annotations

from datetime import datetime

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.exchange.whom import EXAMPLE_WHOM, WHOM, WHOM_HINTS

MARKS = (
    *WHOM,
    ColumnSpec("month", "月份", ("考核月份", "所属月份", "年月", "考核周期", "周期", "季度", "年度")),
    ColumnSpec("mark", "评定项目", ("项目", "考核项目", "评分项目")),
    ColumnSpec("value", "得分", ("分数", "评分", "分值", "评定得分"), required=True),
    ColumnSpec("reason", "评定理由", ("理由", "依据", "原因", "说明", "评定依据"), required=True),
)
HINTS = {
    **WHOM_HINTS,
    "month": "写成 2020-07；季考核写成 2023年第3季度，年总评写成 2023年。整个文件同一个月份或周期，不填则取文件名中的。",
    "mark": "办法要求的评定项目名称；只有一项时可以不填。",
    "value": "不超过办法规定的满分，最多两位小数。",
}
NOTES = (
    ("一行一人", "每人每个项目一行。第一行是示例，导入时自动跳过。"),
    ("重名", "同名的人请同时填写村、岗位编号或身份证后几位。"),
    ("已封存的月份", "已封存的月份不能再打分，请在该月页面办理更正。"),
    ("已办结的季、年", "已办结的季考核、年总评不能再打分，须先重新打开。"),
    ("错误", "任何一行有错误，整个文件都不导入。"),
)
EXAMPLE = (*EXAMPLE_WHOM, "2020-07", "乡镇评定", "18", "巡护认真，日志完整")


def template(created: datetime) -> bytes:
    """The empty table: headings, an example, and a sheet of notes."""
    columns = [Column(spec.label, hint=HINTS.get(spec.key, ""), required=spec.required) for spec in MARKS]
    return workbook_bytes(
        [Sheet("评定", columns, [EXAMPLE], ["评定表"], template=True)], created=created, notes=NOTES
    )  # fmt: skip
