"""A list as it is pasted from a spreadsheet: a heading line, then a line a person, cells apart by tabs.

Headings are the allowed columns in the words of offices. Anything else is refused by name, so that a column of identity
numbers is never dropped in silence and never published.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from yigang.foundation import money, regioncode, regions
from yigang.foundation.errors import Refusal
from yigang.notices.columns import COLUMNS, EXTRA, OWN, Value
from yigang.notices.domain.drafting import Row

HEADINGS = {
    "name": ("姓名", "名字"), "village": ("村", "所在村", "村名", "行政村"), "post": ("岗位", "岗位名称"),
    "amount_fen": ("金额", "金额（元）", "金额(元)", "补贴金额", "发放金额"), "days": ("天数", "出勤天数"),
    "rank": ("名次", "排名"), "score": ("得分", "分数", "总分"), "result": ("结果", "审核结果"), "grade": ("等次",),
    "month": ("月份", "月"), "team": ("队组", "工作队"), "post_number": ("岗位编号",), "term": ("聘期",),
}  # fmt: skip
IGNORED = frozenset({"序号", "编号", "No.", "no", ""})
"""Numbers of lines are given anew."""


def rows_of(text: str, region_code: str) -> list[Row]:
    """The rows of a pasted list; nothing pasted is no list."""
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    if not lines:
        return []
    codes = [_code(heading.strip()) for heading in lines[0].split("\t")]
    if "name" not in codes:
        raise Refusal(
            _("The first line must name the columns, one of them “姓名”."), code="no_heading", field="rows",
            remedy=_("Copy the list together with its heading from the spreadsheet."),
        )  # fmt: skip
    known: dict[str, str] = {}
    return [_row(codes, line.split("\t"), number, region_code, known) for number, line in enumerate(lines[1:], 1)]


def _code(heading: str) -> str:
    """The allowed column that a heading means; empty for the number of the line."""
    if heading in IGNORED:
        return ""
    wanted = heading.casefold()
    for code, allowed in COLUMNS.items():
        if wanted in (code, str(allowed.label).casefold(), *HEADINGS[code]):
            return code
    raise Refusal(
        _("The column “%(column)s” may not be published."), {"column": heading[:20]}, code="forbidden_column",
        field="rows", column=heading,
        remedy=_("Remove it. Allowed are: %s.") % "、".join(names[0] for names in HEADINGS.values()),
    )  # fmt: skip


def _row(codes: Sequence[str], cells: Sequence[str], number: int, region_code: str, known: dict[str, str]) -> Row:
    values: dict[str, Value] = {}
    for code, cell in zip(codes, cells, strict=False):
        if code and cell.strip():
            values[code] = _value(code, cell.strip(), number)
    village = str(values.get("village", ""))
    own = {code: values[code] for code in OWN if code in values}
    extra = {code: values[code] for code in EXTRA if code in values}
    return Row(**{"name": "", **own}, extra=extra, region_code=_place(village, region_code, known))  # type: ignore[arg-type] # columns of a Row by name


def _value(code: str, cell: str, number: int) -> Value:
    kind = COLUMNS[code].kind
    try:
        if kind == "money":
            return money.parse(cell)
        if kind == "integer":
            return int(cell)
        return float(cell) if kind == "number" else cell
    except ValueError as error:
        raise Refusal(
            _("Row %(row)d, column “%(column)s”: “%(value)s” is no number."),
            {"row": number, "column": COLUMNS[code].label, "value": cell[:20]}, code="cell", field="rows", row=number,
            column=code,
        ) from error  # fmt: skip


def _place(village: str, region_code: str, known: dict[str, str]) -> str:
    """The village's code when exactly one of that name lies in the region; else nothing, and the word stands alone."""
    if village and village not in known:
        found = regions.find(village, regioncode.prefix_of(region_code))
        known[village] = found[0].code if len(found) == 1 else ""
    return known.get(village, "")
