"""Workbooks we give away: exports of lists, templates to be filled in, bank batches.

Identity and card numbers are text and keep their digits; money has two decimals; text that begins like a formula
stays text, also after it was edited. The same input gives the same bytes: the date of creation comes from the caller.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from yigang.foundation import money
from yigang.foundation.errors import Refusal

Format = Literal["text", "integer", "decimal", "money", "date", "time", "datetime", "yes_no"]

CHINA = ZoneInfo("Asia/Shanghai")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
TEMPLATE_ROWS = 5_000
"""As many rows of a template are prepared (text format, lists of choices)."""
_INLINE_CHOICES = 250
_NARROWEST, _WIDEST = 8, 42
_NUMBER_FORMATS = {
    "text": "@", "integer": "0", "decimal": "0.00", "money": "#,##0.00", "date": "yyyy-mm-dd", "time": "hh:mm",
    "datetime": "yyyy-mm-dd hh:mm", "yes_no": "@",
}  # fmt: skip
_USUAL_WIDTHS = {"money": 14, "date": 12, "datetime": 18}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. `choices` become a drop-down list; `hint` a note at the heading."""

    title: str
    format: Format = "text"
    width: float | None = None
    choices: tuple[str, ...] = ()
    hint: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: lines of title, a heading, rows. Money is given in fen, moments with their zone."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = ()
    titles: Sequence[str] = ()
    template: bool = False
    """Prepare empty rows to be filled in."""


@dataclass(slots=True)
class _Formats:
    """Cell formats of one workbook, each made once."""

    book: Any
    made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def get(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]

    def cell(self, kind: Format) -> Any:
        return self.get(num_format=_NUMBER_FORMATS[kind])


def workbook_bytes(sheets: Sequence[Sheet], *, created: datetime, notes: Sequence[tuple[str, str]] = ()) -> bytes:
    """The workbook as bytes; see `write_workbook`."""
    out = io.BytesIO()
    write_workbook(out, sheets, created=created, notes=notes)
    return out.getvalue()


def write_workbook(
    target: BinaryIO, sheets: Sequence[Sheet], *, created: datetime, notes: Sequence[tuple[str, str]] = ()
) -> None:
    """Write sheets row by row with constant memory. `notes` (subject, text) become a last sheet 填写说明."""
    import xlsxwriter

    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"created": created.replace(tzinfo=None), "author": "", "comments": ""})
        formats = _Formats(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, formats, _choice_sources(book, sheet))
        if notes:
            _write_notes(book.add_worksheet("填写说明"), notes, formats)


def _write_sheet(page: Any, sheet: Sheet, formats: _Formats, sources: dict[int, Any]) -> None:
    rows = iter(sheet.rows)
    sample = list(islice(rows, 100))
    heading = len(sheet.titles)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width or _width(column, number, sample), formats.cell(column.format))
    _write_head(page, sheet, formats)
    last = heading
    for last, row in enumerate(chain(sample, rows), start=heading + 1):
        if last >= MOST_ROWS:
            raise Refusal(
                _("A sheet holds at most %(limit)d rows."),
                {"limit": MOST_ROWS},
                code="too_many_rows",
                remedy=_("Choose a smaller region or period."),
            )
        for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, last, number, value, column.format, formats)
    page.freeze_panes(heading + 1, 0)
    if last > heading:
        page.autofilter(heading, 0, last, len(sheet.columns) - 1)
    bottom = max(last, heading + TEMPLATE_ROWS if sheet.template else last)
    for number, source in sources.items():
        if bottom > heading:
            page.data_validation(heading + 1, number, bottom, number, _validation(source))


def _write_head(page: Any, sheet: Sheet, formats: _Formats) -> None:
    """Title lines and the heading; required columns carry a star."""
    for number, title in enumerate(sheet.titles):
        page.write_string(number, 0, title, formats.get(bold=True, font_size=14 if number == 0 else 11))
    for number, column in enumerate(sheet.columns):
        style = formats.get(bold=True, bg_color="#DDEBF7", border=1, text_wrap=True, valign="vcenter")
        page.write_string(len(sheet.titles), number, ("*" if column.required else "") + column.title, style)
        if column.hint:
            page.write_comment(len(sheet.titles), number, column.hint, {"author": ""})


def _validation(source: Any) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_title": "不在选项内",
        "error_message": "请从下拉列表中选择。",
    }


def _choice_sources(book: Any, sheet: Sheet) -> dict[int, Any]:
    """By column: its choices, or a range of a hidden sheet when they are longer than Excel takes inline."""
    sources: dict[int, Any] = {}
    for number, column in enumerate(sheet.columns):
        if not column.choices:
            continue
        if len(",".join(column.choices)) <= _INLINE_CHOICES and not any("," in choice for choice in column.choices):
            sources[number] = list(column.choices)
            continue
        name = f"选项{len(book.worksheets()) + 1}"
        hidden = book.add_worksheet(name)
        for row, choice in enumerate(column.choices):
            hidden.write_string(row, 0, choice)
        hidden.hide()
        sources[number] = f"='{name}'!$A$1:$A${len(column.choices)}"
    return sources


def _write_notes(page: Any, notes: Sequence[tuple[str, str]], formats: _Formats) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 90)
    for row, (subject, text) in enumerate(notes):
        page.write_string(row, 0, subject, formats.get(bold=True, valign="top"))
        page.write_string(row, 1, text, formats.get(text_wrap=True, valign="top"))


def _write_cell(page: Any, row: int, column: int, value: Any, kind: Format, formats: _Formats) -> None:
    """One value by its column's format; a value that does not fit the format is a mistake of the caller."""
    style = formats.cell(kind)
    if value is None or value == "":
        return
    if kind == "money":
        page.write_number(row, column, float(money.to_decimal(_expect(value, int))), style)
    elif kind in ("integer", "decimal"):
        page.write_number(row, column, float(_expect(value, int, float, Decimal)), style)
    elif kind == "datetime":
        page.write_datetime(row, column, _local(_expect(value, datetime)), style)
    elif kind in ("date", "time"):
        page.write_datetime(row, column, _expect(value, date, time), style)
    elif kind == "yes_no":
        page.write_string(row, column, "是" if value else "否", style)
    else:
        _write_text(page, row, column, str(value), formats)


def _write_text(page: Any, row: int, column: int, text: str, formats: _Formats) -> None:
    """Text as text; the quote prefix keeps Excel from reading `=…` as a formula when the cell is edited."""
    style = formats.get(num_format="@", quote_prefix=True) if text.startswith(FORMULA_STARTS) else formats.cell("text")
    page.write_string(row, column, text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…", style)


def _expect(value: Any, *types: type) -> Any:
    if not isinstance(value, types):
        raise TypeError(f"{value!r} is not {' or '.join(kind.__name__ for kind in types)}")
    return value


def _local(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(CHINA).replace(tzinfo=None)


def _width(column: Column, number: int, sample: Sequence[Sequence[Any]]) -> float:
    """Room for the heading and the first hundred values; a Chinese sign takes two."""
    texts = [column.title + "**", *(str(row[number]) for row in sample if row[number] is not None)]
    usual = _USUAL_WIDTHS.get(column.format, 0)
    if column.format != "text":
        texts = texts[:1]
    return min(max(_NARROWEST, usual, *(_signs(text) + 2 for text in texts)), _WIDEST)


def _signs(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
