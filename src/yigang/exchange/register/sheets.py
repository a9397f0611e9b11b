"""The register as a workbook that we give away: the empty template, and rows in its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from yigang.exchange.register.columns import REGISTER
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes

SHEET = "劳动力资源库"
HINTS: Mapping[str, str] = {
    "quarter": "如 2020年第2季度；也可以写在文件名里。",
    "village": "按行政区划名称填写；同名村请同时填写乡镇，或填写 12 位区划代码。",
    "identity": "18 位，单元格为文本格式。",
    "skills": "多项用顿号分隔。",
    "wanted_kinds": "多项用顿号分隔，如：生态护林、村容保洁。",
    "free_months": "一年中可以上岗的月份，如：全年、3-11月、10月至次年4月；与“外出务工月份”填一项即可。",
    "away_months": "一年中在外务工、不能上岗的月份，写法同上。",
    "longitude": "住户位置，WGS-84 度数，如 106.256100；不知道可不填，匹配时改用村中心位置。",
    "latitude": "住户位置，WGS-84 度数，如 26.405600。",
    "remarks": "供填表单位自用，不导入。",
}
NOTES: tuple[tuple[str, str], ...] = (
    ("一行一人", "每人一行，身份证号不得重复。带 * 的列必须填写。第一行是示例，导入时自动跳过。"),
    ("空白单元格", "空白表示“没有登记”，不当作“否”；名单会指出缺少哪一项。"),
    ("按季更新", "每季度导入全县一份。与上季度的每一处差异（新增、减少、变动）逐条列出，由人核对。"),
    ("不覆盖", "登记内容与人员档案不一致时，只作为建议，采纳后才写入档案。"),
    ("错误", "任何一行有错误，整个文件都不导入；可下载错误清单，改好后重新上传。"),
)
EXAMPLE: Mapping[str, object] = {
    "quarter": "2020年第2季度", "town": "齐伯镇", "village": "大坪村", "household": "001", "relation": "户主",
    "name": "示例（请删除）", "identity": "11010519491231002X", "residence": "农村", "phone": "13800000000",
    "poor_kind": "建档立卡贫困户", "education": "初中", "able": "有", "willing": "是", "employment": "未就业",
    "in_training": "否", "wants_training": "是", "skills": "驾驶", "wanted_kinds": "生态护林", "health": "健康",
    "free_months": "3-11月", "longitude": "106.256100", "latitude": "26.405600",
}  # fmt: skip


def template(created: datetime) -> bytes:
    """The empty register: headings, drop-down lists, an example, and a sheet of notes."""
    sheet = Sheet(SHEET, _columns(), [_cells(EXAMPLE)], ["农村劳动力实名制登记数据库"], template=True)
    return workbook_bytes([sheet], created=created, notes=NOTES)


def workbook(rows: Iterable[Mapping[str, object]], created: datetime) -> bytes:
    """A filled register. Rows are by our keys, values as they are written."""
    return workbook_bytes([Sheet(SHEET, _columns(), (_cells(row) for row in rows))], created=created)


def _columns() -> list[Column]:
    return [
        Column(
            spec.label, "text", choices=_written(spec.choices), hint=HINTS.get(spec.key, ""), required=spec.required
        )
        for spec in REGISTER
    ]  # fmt: skip


def _written(choices: Mapping[str, str]) -> tuple[str, ...]:
    """How each choice is written: the first way that `columns` names."""
    return tuple({value: text for text, value in reversed(list(choices.items()))}.values())


def _cells(row: Mapping[str, object]) -> list[object]:
    unknown = row.keys() - {spec.key for spec in REGISTER}
    assert not unknown, unknown
    return [row.get(spec.key) for spec in REGISTER]
