"""Files that everybody may fetch: PDF, xlsx and pictures, looked through before they are taken.

Every line of a PDF and every cell of a workbook is screened like the notice itself. A workbook is written anew with its
values only, so that comments, hidden pictures and the name of its author stay behind. What a picture or a scanned page
shows is read afterwards (`scans`), before the notice can be published.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from yigang.foundation import pictures
from yigang.foundation.errors import Refusal, Text
from yigang.notices import scans, screening
from yigang.notices.screening import CELL, PROSE

if TYPE_CHECKING:
    from pypdf import PdfReader

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_BYTES = 10 * 2**20
LARGEST_UNPACKED = 100 * 2**20
MOST_PAGES, MOST_CELLS = 60, 200_000


@dataclass(frozen=True)
class Attachment:
    """What is kept of a file: its content, its kind as found in the content, the ending that belongs to it.

    `pictured` is how many of its pages show something that is not text.
    """

    content: bytes
    content_type: str
    ending: str
    pictured: int = 0


def checked(content: bytes) -> Attachment:
    """Look through one file. Its kind is what its first bytes say, not its name."""
    if len(content) > LARGEST_BYTES:
        raise _refused(_("The file has %(size)d MB; at most %(most)d are taken."), "attachment_bytes",
                       size=len(content) // 2**20, most=LARGEST_BYTES // 2**20)  # fmt: skip
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    if pictures.is_picture(content):
        picture = pictures.cleaned(content)
        return Attachment(picture.content, picture.content_type, "jpg", pictured=1)
    raise _refused(_("Attachments are PDF, xlsx, JPEG or PNG; this file is none of them, whatever its name says."),
                   "attachment_kind")  # fmt: skip


def _pdf(content: bytes) -> Attachment:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise _refused(_("The PDF is locked with a password."), "pdf_locked")
        if len(reader.pages) > MOST_PAGES:
            raise _refused(_("The PDF has more than %(most)d pages."), "pdf_pages", most=MOST_PAGES)
        lines = [line for page in reader.pages for line in page.extract_text().splitlines()]
        about = [str(value) for value in (reader.metadata or {}).values()]
        active, pictured = _is_active(reader), len(list(scans.pictured(reader)))
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        if isinstance(error, Refusal):
            raise
        raise _refused(_("The PDF is damaged and cannot be opened."), "pdf_damaged") from error
    if active:
        raise _refused(_("The PDF holds a program or other files inside; save it as a plain PDF."), "pdf_active")
    for line in (*lines, *about):
        screening.refuse(line, CELL, where=_("Attachment"), field="file")
    screening.refuse(" ".join(lines), PROSE, where=_("Attachment"), field="file")
    return Attachment(content, scans.PDF, "pdf", pictured)


def _is_active(reader: PdfReader) -> bool:
    """Whether the PDF opens a script or carries files."""
    from pypdf.generic import DictionaryObject

    root = reader.root_object
    names = root.get("/Names", DictionaryObject()).get_object()
    inside = names if isinstance(names, DictionaryObject) else {}
    opening = root.get("/OpenAction")
    runs = isinstance(opening, DictionaryObject) and opening.get("/S") in ("/JavaScript", "/Launch")
    return runs or "/AA" in root or "/JavaScript" in inside or "/EmbeddedFiles" in inside


def _workbook(content: bytes) -> Attachment:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise _refused(_("The workbook is far larger unpacked than it looks."), "workbook_bomb")
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    except (zipfile.BadZipFile, CalamineError, OSError) as error:
        raise _refused(_("This is no workbook that can be opened."), "workbook_damaged") from error
    if sum(len(row) for _name, rows in sheets for row in rows) > MOST_CELLS:
        raise _refused(_("The workbook has too many cells."), "workbook_cells")
    for name, rows in sheets:
        screening.refuse(name, CELL, where=_("Attachment"), field="file")
        for number, row in enumerate(rows, 1):
            for column, value in zip(_letters(), row, strict=False):
                screening.refuse(_plain(value), CELL, where=column, field="file", row=number)
    return Attachment(_values_only(sheets), XLSX, "xlsx")


def _values_only(sheets: Sequence[tuple[str, Sequence[Sequence[object]]]]) -> bytes:
    """The same cells as texts and numbers, nothing else."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            for line, row in enumerate(rows):
                for place, value in enumerate(row):
                    sheet.write(line, place, value if isinstance(value, int | float | bool) else _plain(value))
    return buffer.getvalue()


def _plain(value: object) -> str:
    """A cell as text; a number of many digits without an exponent, as it would be read."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e19 else str(value)


def _letters() -> Iterator[str]:
    """A, B, … Z, AA, AB …"""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    yield from alphabet
    for first in _letters():
        for second in alphabet:
            yield first + second


def _refused(message: Text, code: str, **params: object) -> Refusal:
    return Refusal(message, params, code=code, field="file")
