"""Files that offices send, opened as sheets of raw cells: xlsx and xls through calamine, csv and its kin as text.

What cannot be read is refused in words before any row is looked at: a password, a broken archive, a web page called
.xls, a workbook that unpacks to gigabytes. A workbook is parsed in memory, hence the limit on its size; text is
streamed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

import python_calamine
from django.utils.translation import gettext_lazy as _

from yigang.exchange.faults import Faults, find_faults
from yigang.foundation.errors import Refusal

Cell: TypeAlias = object
"""What calamine gives: str, float, int, bool, date, datetime, time or timedelta; "" for an empty cell."""
Merge: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range as (row, column), from 0."""

MB = 1024 * 1024
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
TEXT_SHEET = "csv"
MAX_UNCOMPUTED = 1000
_CHUNK = MB


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes beyond which a file is refused."""

    workbook: int = 100 * MB
    text: int = 400 * MB
    unpacked: int = 3 * 1024 * MB
    ratio: int = 300
    """Unpacked to packed size; an honest sheet of equal rows reaches about 60. Looked at beyond 50 MB unpacked."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows` yields from the sheet's first row and column on, once; `height` is 0 when it is not known."""

    sheet: str
    rows: Iterator[list[Cell]]
    height: int = 0
    merges: tuple[Merge, ...] = ()
    faults: Faults = field(default_factory=dict)
    """Cells (row, column from 0) whose formula has no stored result, or whose result is an error such as #N/A."""


@dataclass(frozen=True, slots=True)
class Book:
    """A file that can be read; `sheets` are the visible ones, in order."""

    source: Path | bytes
    kind: Literal["xlsx", "xls", "text"]
    sheets: tuple[str, ...]

    def grid(self, sheet: str) -> Grid:
        """Read one sheet; a name that is not there is refused with the names that are."""
        if sheet not in self.sheets:
            raise Refusal(
                _("There is no sheet “%(sheet)s” in this file."),
                {"sheet": sheet},
                code="no_such_sheet",
                remedy=_("Choose another file, or name the sheet as in the template."),
            )
        if self.kind == "text":
            return Grid(sheet, _text_rows(self.source))
        faults = _faults(self.source, sheet) if self.kind == "xlsx" else {}
        with _calamine_refusals():
            found = python_calamine.load_workbook(_opened(self.source)).get_sheet_by_name(sheet)
        if found.start is None:
            return Grid(sheet, iter(()))
        merges = tuple(found.merged_cell_ranges or ())
        return Grid(sheet, _from_first_column(found), found.total_height, merges, faults)


def open_book(source: Path | bytes, *, limits: Limits = LIMITS) -> Book:
    """Look at a file and open it, or refuse it with the reason. Nothing depends on how the file is called."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    with _stream(source) as file:
        head = file.read(4096)
        if head.startswith(ZIP_MAGIC):
            _refuse_size(size, limits.workbook)
            _refuse_archive(file, size, limits)
            return Book(source, "xlsx", _visible_sheets(source))
        if head.startswith(OLE_MAGIC):
            _refuse_size(size, limits.workbook)
            file.seek(0)
            _refuse_other_ole(file.read())
            return Book(source, "xls", _visible_sheets(source))
    _refuse_foreign(head)
    _refuse_size(size, limits.text)
    return Book(source, "text", (TEXT_SHEET,))


def _opened(source: Path | bytes) -> io.BytesIO:
    """For calamine, which believes a path's suffix; offices call xlsx files .xls and the other way round."""
    return io.BytesIO(source if isinstance(source, bytes) else source.read_bytes())


@contextmanager
def _stream(source: Path | bytes) -> Iterator[BinaryIO]:
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        yield file


def damaged() -> Refusal:
    """The refusal of a file whose end or middle is missing."""
    return Refusal(
        _("The file is damaged or incomplete."),
        code="damaged",
        remedy=_("Send it again, or open it in Excel or WPS and save it under a new name."),
    )


@contextmanager
def _calamine_refusals() -> Iterator[None]:
    try:
        yield
    except python_calamine.PasswordError:
        raise _password() from None
    except (python_calamine.CalamineError, UnicodeDecodeError):
        raise damaged() from None


def _password() -> Refusal:
    return Refusal(
        _("The workbook is protected by a password."),
        code="password",
        remedy=_("Open it in Excel or WPS, remove the password under “Save as”, and send it again."),
    )


def _refuse_size(size: int, limit: int) -> None:
    if size > limit:
        raise Refusal(
            _("The file has %(size)d MB; at most %(limit)d MB can be read."),
            {"size": -(-size // MB), "limit": limit // MB},
            code="too_large",
            remedy=_("Remove pictures and empty sheets, send it month by month, or save it as CSV."),
        )


_FILEPASS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
"""An encrypted xls: the record FILEPASS right after the beginning of the workbook (MS-XLS 2.1.7.20.3)."""


def _refuse_other_ole(data: bytes) -> None:
    """An encrypted xlsx is an OLE file with a stream of this name; so are Word and PowerPoint files with theirs."""
    if "EncryptedPackage".encode("utf-16-le") in data or _FILEPASS.search(data):
        raise _password()
    if any(name.encode("utf-16-le") in data for name in ("WordDocument", "PowerPoint Document")):
        raise _not_a_workbook()


def _not_a_workbook() -> Refusal:
    return Refusal(
        _("This file is no workbook and no table of text."),
        code="not_a_workbook",
        remedy=_("Send an .xlsx, .xls or .csv file."),
    )


def _refuse_archive(file: BinaryIO, size: int, limits: Limits) -> None:
    """Refuse what is no workbook, and what unpacks to more than a table ever needs, before unpacking it."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise damaged() from None
    if not any(part.filename.replace("\\", "/").startswith("xl/") for part in parts):
        raise _not_a_workbook()
    if any(part.flag_bits & 1 for part in parts):
        raise _password()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked or (unpacked > 50 * MB and unpacked > limits.ratio * size):
        raise Refusal(
            _("The workbook unpacks to %(size)d MB, far more than a table needs."),
            {"size": unpacked // MB},
            code="archive_bomb",
            remedy=_("Copy the table into a new workbook and send that."),
        )


def _refuse_foreign(head: bytes) -> None:
    """Refuse known files of other kinds, and binary data, by how they begin."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head.strip():
        raise Refusal(
            _("The file is empty."),
            code="empty_sheet",
            remedy=_("Save the table once more and send the file that has it."),
        )
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<meta", b"<head", b"<?xml")):
        raise Refusal(
            _("This is a web page or XML with the name of a workbook."),
            code="web_page",
            remedy=_("Open it in Excel or WPS, save it as an .xlsx workbook, and send that."),
        )
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if head.startswith(b"%PDF") or (b"\0" in head and not utf16):
        raise _not_a_workbook()


def empty_sheet(sheet: str) -> Refusal:
    """The refusal of a sheet without any cell."""
    return Refusal(
        _("The sheet “%(sheet)s” is empty."),
        {"sheet": sheet},
        code="empty_sheet",
        remedy=_("Choose the sheet that holds the table."),
    )


def _visible_sheets(source: Path | bytes) -> tuple[str, ...]:
    with _calamine_refusals(), python_calamine.load_workbook(_opened(source)) as book:
        visible = python_calamine.SheetVisibleEnum.Visible
        worksheet = python_calamine.SheetTypeEnum.WorkSheet
        return tuple(s.name for s in book.sheets_metadata if s.visible == visible and s.typ == worksheet)


def _from_first_column(sheet: python_calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """calamine leaves out empty columns on the left; put them back, so that column letters are true."""
    left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    rows = sheet.iter_rows()
    return (left + list(row) for row in rows) if left else (list(row) for row in rows)


def _faults(source: Path | bytes, sheet: str) -> Faults:
    """The sheet's faulty cells; a sheet of formulas nobody has computed is refused as a whole."""
    try:
        with _stream(source) as file, zipfile.ZipFile(file) as archive:
            faults = find_faults(archive, sheet)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError):
        raise damaged() from None
    if sum(fault == "uncomputed" for fault in faults.values()) > MAX_UNCOMPUTED:
        raise Refusal(
            _("The sheet “%(sheet)s” is full of formulas that were never computed."),
            {"sheet": sheet},
            code="formulas",
            remedy=_("Open it in Excel or WPS and save it, or paste the values over the formulas."),
        )
    return faults


def column_letter(column: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# Text


def _text_rows(source: Path | bytes) -> Iterator[list[Cell]]:
    encoding = _encoding(source)
    with _stream(source) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        sample = [line for _number, line in zip(range(50), text, strict=False)]
        text.seek(0)
        reader = csv.reader(text, delimiter=_delimiter(sample), strict=False)
        try:
            for row in reader:
                yield list(row)
        except csv.Error:
            raise damaged() from None


def _encoding(source: Path | bytes) -> str:
    """UTF-8 when every byte allows it, else GB18030, which holds GBK and the rare signs GBK lacks."""
    with _stream(source) as file:
        head = file.read(4)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(source, encoding):
            return encoding
    raise Refusal(
        _("The text is neither UTF-8 nor GB18030."),
        code="encoding",
        remedy=_("Open it in Excel or WPS and save it as an .xlsx workbook."),
    )


def _decodes(source: Path | bytes, encoding: str) -> bool:
    with _stream(source) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        try:
            while text.read(_CHUNK):
                pass
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(sample: list[str]) -> str:
    """The sign that parts most lines into the same number of fields, and the most of them."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter)]
        usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(",\t;|", key=score)
