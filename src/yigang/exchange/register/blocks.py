"""A sheet of half a million rows as string columns: rows are taken in blocks, so that only one copy is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange.books import Cell, Grid, open_book
from yigang.exchange.columns import (
    HEADER_WITHIN,
    ColumnMapping,
    ColumnSpec,
    Header,
    bare,
    find_header,
    match_columns,
    simplify,
)
from yigang.exchange.faults import Faults
from yigang.exchange.tables import FOOTNOTES, TOTALS
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress

BLOCK = 20_000
MOST_ROWS = 2_000_000
BLANKS = " \t\r\n\u3000\u00a0"


@dataclass(frozen=True)
class Sheet:
    """A sheet whose heading is found. `frame`: `row` as Excel numbers it, and a text column for each key that is there."""

    name: str
    header: Header
    mapping: ColumnMapping
    frame: pl.DataFrame
    faults: Faults


def read_sheet(
    path: Path, specs: Sequence[ColumnSpec], remembered: Mapping[str, str], progress: Progress
) -> Sheet:  # fmt: skip
    """The sheet with most of our columns. Refused when none has a heading of ours."""
    book = open_book(path)
    best: Sheet | None = None
    for name in book.sheets:
        found = _sheet(book.grid(name), specs, remembered, progress)
        if found and (best is None or len(found.mapping.columns) > len(best.mapping.columns)):
            best = found
        if best and not best.mapping.missing:
            return best
    if best is None:
        raise Refusal(
            _("No sheet of this file has a heading with names such as %(names)s."),
            {"names": "、".join(spec.label for spec in specs if spec.required)}, code="no_heading",
            remedy=_("Copy the table into the template."),
        )  # fmt: skip
    return best


def _sheet(
    grid: Grid, specs: Sequence[ColumnSpec], remembered: Mapping[str, str], progress: Progress
) -> Sheet | None:  # fmt: skip
    head = list(islice(grid.rows, HEADER_WITHIN + 1))
    known = [ColumnSpec(f"remembered:{heading}", heading) for heading, key in remembered.items() if key]
    header = find_header(head, [*specs, *known], grid.merges)
    if header is None:
        return None
    mapping = match_columns(header.names, specs, remembered, header.paths)
    if mapping.missing:
        return Sheet(grid.sheet, header, mapping, pl.DataFrame(schema={"row": pl.UInt32}), {})
    rows = chain(head[header.bottom + 1 :], grid.rows)
    parts = [_with_data(part, mapping) for part in _blocks(rows, mapping, header.bottom + 2, grid.height, progress)]
    empty = pl.DataFrame(schema={"row": pl.UInt32, **dict.fromkeys(mapping.columns, pl.String)})
    return Sheet(grid.sheet, header, mapping, pl.concat(parts or [empty]), grid.faults)


def _blocks(
    rows: Iterator[list[Cell]], mapping: ColumnMapping, first: int, height: int, progress: Progress
) -> Iterator[pl.DataFrame]:  # fmt: skip
    columns = mapping.columns.items()
    while block := list(islice(rows, BLOCK)):
        series = [_texts(block, column).alias(key) for key, column in columns]
        yield pl.DataFrame([pl.int_range(first, first + len(block), dtype=pl.UInt32, eager=True).alias("row"), *series])
        first += len(block)
        if first > MOST_ROWS:
            raise Refusal(
                _("The sheet has more than %(limit)d rows."), {"limit": MOST_ROWS}, code="too_many_rows",
                remedy=_("A register is loaded county by county."),
            )  # fmt: skip
        progress(first, max(first, height))


def _texts(block: list[list[Cell]], column: int) -> pl.Series:
    """A column as a person would have typed it; null for an empty cell. Most hold nothing but text, which goes at once."""
    cells = [row[column] if column < len(row) else None for row in block]
    try:
        texts = pl.Series(cells, dtype=pl.String)
    except TypeError:
        texts = pl.Series([_text(cell) for cell in cells], dtype=pl.String)
    texts = texts.str.strip_chars(BLANKS)
    return texts.set(texts == "", None)


def _text(cell: Cell) -> str | None:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    return cell.isoformat() if isinstance(cell, date) else None if cell is None else str(cell)


def _with_data(part: pl.DataFrame, mapping: ColumnMapping) -> pl.DataFrame:
    """Without empty rows, totals, footnotes and headings that every printed page repeats."""
    keys = list(mapping.columns)
    part = part.filter(~pl.all_horizontal(pl.col(keys).is_null()))
    nobody = part.filter(pl.col("name").is_null() & pl.col("identity").is_null())
    heading = simplify(mapping.names[mapping.columns["name"]])
    dropped = [row["row"] for row in nobody.iter_rows(named=True) if _is_remark([row[key] for key in keys])]
    repeated = pl.col("name").is_not_null() & (pl.col("name").str.replace_all(r"[\s*＊]", "") == heading)
    return part.filter(~pl.col("row").is_in(dropped) & ~repeated.fill_null(value=False))


def _is_remark(values: Sequence[str | None]) -> bool:
    first = bare(next((value for value in values if value), ""))
    return first in TOTALS or first.startswith(FOOTNOTES)
