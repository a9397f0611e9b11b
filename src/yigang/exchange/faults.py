"""Cells of an xlsx sheet that the parser would silently show as empty: formulas never computed, and error values.

calamine has no word for them, and an empty cell would lose a person's number, so the sheet's XML is searched. Reading the
parts with `zipfile` also verifies their sizes and checksums before calamine unpacks them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Literal, TypeAlias

CellFault = Literal["uncomputed", "error_value"]
Faults: TypeAlias = dict[tuple[int, int], CellFault]
"""By cell, as (row, column) from 0."""

_CHUNK = 1024 * 1024
_LONGEST_CELL = 4 * 1024 * 1024
_CELL = rb'<(?:\w+:)?c(?=\s[^>]*?\br="([A-Z]{1,3})(\d+)")'
_UNCOMPUTED = re.compile(
    _CELL + rb'(?![^>]*\st="str")[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)  # fmt: skip
"""A formula and no value. A formula whose result is the empty text has an empty value too, and type `str`."""
_ERROR_VALUE = re.compile(_CELL + rb'[^>]*\st="e"')


def find_faults(archive: zipfile.ZipFile, sheet: str) -> Faults:
    """The faulty cells of a sheet. Raises what `zipfile` raises when the archive is not what it declares."""
    faults: Faults = {}
    part = _part_of(archive, sheet)
    for window in _windows(archive, part) if part else ():
        _search(window, faults)
    _verify(archive, except_for=part)
    return faults


def _verify(archive: zipfile.ZipFile, except_for: str) -> None:
    """Unpack what calamine will unpack, to see that sizes and checksums are what the archive declares."""
    for member in archive.infolist():
        name = member.filename
        if name != except_for and (name == "xl/sharedStrings.xml" or (not except_for and name.endswith(".xml"))):
            with archive.open(member) as stream:
                while stream.read(_CHUNK):
                    pass


def _search(window: bytes, faults: Faults) -> None:
    if b"<f" in window or b":f" in window:
        for match in _UNCOMPUTED.finditer(window):
            faults[_coordinates(match)] = "uncomputed"
    if b' t="e"' in window:
        for match in _ERROR_VALUE.finditer(window):
            faults.setdefault(_coordinates(match), "error_value")


def _coordinates(match: re.Match[bytes]) -> tuple[int, int]:
    return int(match[2]) - 1, column_number(match[1].decode())


def _windows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that end at the end of a cell, so that no cell is cut."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            whole, end, rest = (rest + chunk).rpartition(b"c>")
            if whole:
                yield whole + end
            elif len(rest) > _LONGEST_CELL:
                rest = b""
    yield rest


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The archive member that holds a sheet, by workbook.xml and its relations; empty when they are unusual."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target") for tag in re.findall(r"<Relationship [^>]*>", relations)
    }
    for tag in re.findall(r"<(?:\w+:)?sheet [^>]*>", book):
        if unescape(_attribute(tag, "name")) == sheet:
            target = targets.get(_attribute(tag, r"\w+:id"), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.namelist() else ""
    return ""


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return match[1] if match else ""


def column_number(letters: str) -> int:
    """A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
