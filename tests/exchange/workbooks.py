"""Workbooks for tests, small and awkward, made in memory."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwt
from openpyxl.worksheet.worksheet import Worksheet
from xlwt.CompoundDoc import XlsDoc

OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def xlsx(
    rows: Sequence[Sequence[Any]], sheet: str = "Sheet1", change: Callable[[Worksheet], object] | None = None
) -> bytes:
    """One sheet with these rows from A1 on; `change` may merge cells and set formats."""
    return xlsx_of({sheet: rows}, change)


def xlsx_of(sheets: dict[str, Sequence[Sequence[Any]]], change: Callable[[Worksheet], object] | None = None) -> bytes:
    """Several sheets, in order."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if change:
            change(sheet)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Sequence[Sequence[Any]], sheet: str = "Sheet1") -> bytes:
    """The same in the format of Excel 97."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            page.write(r, c, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def encrypted() -> bytes:
    """What Office writes under a password: an OLE file with a stream EncryptedPackage (MS-OFFCRYPTO 2.3.4)."""
    entry = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0")
    return OLE_HEAD + b"\0" * 504 + entry + b"\0" * 4096


def csv(text: str, encoding: str) -> bytes:
    """A text table in an encoding."""
    return text.encode(encoding)


def written(folder: Path, name: str, data: bytes) -> Path:
    """The bytes as a file."""
    path = folder / name
    path.write_bytes(data)
    return path


def encrypted_xls() -> bytes:
    """An Excel 97 workbook whose globals name a cipher: record FILEPASS after the first BOF (MS-XLS 2.4.117)."""
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("Sheet1")
    stream = book.get_biff_data()
    first = 4 + int.from_bytes(stream[2:4], "little")
    filepass = b"\x2f\x00" + (54).to_bytes(2, "little") + b"\x01\x00\x01\x00\x01\x00" + b"\0" * 48
    out = io.BytesIO()
    XlsDoc().save(out, stream[:first] + filepass + stream[first:])
    return out.getvalue()
