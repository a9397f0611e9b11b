"""The empty table of a register, for the office that will fill it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yigang.exchange.comparison.columns import COLUMNS
from yigang.exchange.spreadsheet import Column, Format, Sheet, workbook_bytes
from yigang.policy.comparison import RegisterKind

FORMATS: Mapping[str, Format] = {"date": "date"}
HINTS: Mapping[str, str] = {
    "identity": "18 位，单元格为文本格式；15 位旧号码自动转换。",
    "birth": "有身份证号的可不填，以身份证号为准。",
    "region": "12 位区划代码，或村名。",
    "card": "16 至 19 位，单元格为文本格式。",
}
NOTES = (
    ("一行一条", "同一人有多条（如名下两辆车）写多行；完全相同的行只收一次。"),
    ("身份证号", "以文本填写。校验位不符的，按名册种类退回或仅按姓名、出生日期、地区比对。"),
    ("截至日期", "上传时填写，或写在文件名中，如 死亡人员2020-06-30。"),
    ("保密", "证件号加密保存，只用于比对；用完可以删除。表中其他列不收。"),
)


def template(kind: RegisterKind, created: datetime) -> bytes:
    """The columns of a register, those it needs with a star."""
    columns = [
        Column(
            spec.label, FORMATS.get(spec.kind, "text"), hint=HINTS.get(spec.key, ""), required=spec.key in kind.needs
        )
        for spec in COLUMNS
        if spec.key != "card" or "card" in kind.needs
    ]
    return workbook_bytes([Sheet(kind.name.zh[:31], columns, template=True)], created=created, notes=NOTES)
