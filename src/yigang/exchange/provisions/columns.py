"""The columns of a table of what was given out, and its empty form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import Column, Format, Sheet, workbook_bytes
from yigang.exchange.whom import EXAMPLE_WHOM, WHOM, WHOM_HINTS
from yigang.tenure.enums import ProvisionKind

KINDS: Mapping[str, str] = {
    "意外伤害保险": ProvisionKind.INSURANCE, "意外险": ProvisionKind.INSURANCE, "人身意外险": ProvisionKind.INSURANCE,
    "人身意外伤害保险": ProvisionKind.INSURANCE, "养老保险": ProvisionKind.PENSION, "防护用品": ProvisionKind.GEAR,
    "劳保用品": ProvisionKind.GEAR, "劳动防护用品": ProvisionKind.GEAR, "工作服": ProvisionKind.UNIFORM,
    "服装": ProvisionKind.UNIFORM, "统一服装": ProvisionKind.UNIFORM, "工装": ProvisionKind.UNIFORM,
    "工作证": ProvisionKind.BADGE,
    "工牌": ProvisionKind.BADGE, "标识": ProvisionKind.BADGE, "胸牌": ProvisionKind.BADGE, "体检": ProvisionKind.MEDICAL,
    "健康体检": ProvisionKind.MEDICAL, "疗休养": ProvisionKind.REST, "休假": ProvisionKind.REST,
}  # fmt: skip
WRITTEN = {value: text for text, value in reversed(list(KINDS.items()))}
"""How each kind is written in the template: the first way that `KINDS` names."""

PROVISIONS = (
    *WHOM,
    ColumnSpec("kind", "种类", ("类别", "类型", "发放种类"), required=True, kind="choice", choices=KINDS),
    ColumnSpec("item", "名称", ("品名", "险种", "物品名称", "项目名称"), required=True),
    ColumnSpec("number", "保单号或编号", ("保单号", "编号", "序列号", "保险单号")),
    ColumnSpec(
        "issued_on", "发放日期", ("生效日期", "起保日期", "领取日期", "日期", "发放时间"), required=True, kind="date"
    ),
    ColumnSpec("valid_until", "有效期至", ("到期日期", "终保日期", "有效期", "截止日期"), kind="date"),
    ColumnSpec("cost", "费用（元）", ("费用", "金额", "保费", "单价"), kind="money"),
    ColumnSpec("fund", "资金来源", ("经费来源", "列支科目")),
    ColumnSpec("note", "备注", ("说明",)),
)
FORMATS: Mapping[str, Format] = {"date": "date", "money": "money"}
HINTS = {
    **WHOM_HINTS,
    "item": "如：人身意外伤害险、春秋工装、年度体检。",
    "valid_until": "不填表示长期。",
    "cost": "每人的费用；有费用时必须写资金来源。",
}
NOTES = (
    ("一行一人一物", "每人每样一行。第一行是示例，导入时自动跳过。"),
    ("重名", "同名的人请同时填写村、岗位编号或身份证后几位。"),
    ("已有记录", "同一人、同一种类、同一名称、同一日期视为同一条；填写的内容改正原记录，空白单元格不改。"),
    ("错误", "任何一行有错误，整个文件都不导入。"),
)
EXAMPLE = (
    *EXAMPLE_WHOM, "意外伤害保险", "人身意外伤害险", "PICC2020001", date(2020, 7, 1), date(2021, 6, 30), 20_000,
    "林业改革发展资金", "",
)  # fmt: skip


def template(created: datetime) -> bytes:
    """The empty table: headings, the kinds as a list to choose from, an example, and a sheet of notes."""
    columns = [
        Column(
            spec.label, FORMATS.get(spec.kind, "text"), choices=tuple(WRITTEN.values()) if spec.choices else (),
            hint=HINTS.get(spec.key, ""), required=spec.required,
        )
        for spec in PROVISIONS
    ]  # fmt: skip
    sheet = Sheet("发放表", columns, [EXAMPLE], ["保险和用品发放表"], template=True)
    return workbook_bytes([sheet], created=created, notes=NOTES)
