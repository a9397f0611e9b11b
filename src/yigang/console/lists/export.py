"""A list as a workbook: exactly the rows, columns and order that are seen."""

from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify

from yigang.console.lists.state import State

EXPORT_AT_ONCE = 20_000
CHUNK = 2_000


def answer(state: State) -> HttpResponseBase:
    buffer = BytesIO()
    write(state, buffer)
    buffer.seek(0)
    return FileResponse(buffer, as_attachment=True, filename=file_name(state))


def file_name(state: State) -> str:
    day = timezone.localdate().isoformat()
    return f"{slugify(str(state.spec.title), allow_unicode=True)}-{day}.xlsx"


def write(state: State, target: BytesIO) -> None:
    """Write the rows in parts, so that memory does not grow with them. Text is never read as a formula."""
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for number, column in enumerate(state.columns):
        sheet.write_string(0, number, f"{column.label}（{column.unit}）" if column.unit else str(column.label), bold)
    for line, row in enumerate(_rows(state), start=1):
        for number, column in enumerate(state.columns):
            sheet.write(line, number, cell(column.value(row)))
    book.close()


def _rows(state: State) -> Any:
    part: list[Any] = []
    for row in state.ordered.iterator(chunk_size=CHUNK):
        part.append(row)
        if len(part) == CHUNK:
            yield from state.spec.prepared(part)
            part = []
    yield from state.spec.prepared(part)


def cell(value: object) -> object:
    return (
        value
        if isinstance(value, int | float) and not isinstance(value, bool)
        else ("" if value is None else str(value))
    )
