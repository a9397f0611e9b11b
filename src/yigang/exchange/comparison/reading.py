"""From an office's file of up to a million rows to columns: only the columns that are needed, in parts, then as a whole.

The general reader (`exchange.tables`) keeps every cell and judges one at a time; a register of 500,000 rows would take it
minutes and gigabytes. Here rows pass once, cells become text, and Polars judges columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange import cells
from yigang.exchange.books import Book, Cell, Grid, open_book
from yigang.exchange.columns import HEADER_WITHIN, ColumnMapping, ColumnSpec, Header, find_header, match_columns
from yigang.exchange.comparison.columns import COLUMNS
from yigang.exchange.tables import TOTALS
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.jobs import Progress

PART = 20_000
"""Rows that are held as Python values at once."""
MOST_ROWS = 1_100_000
"""More than a sheet of Excel can hold."""


@dataclass
class Raw:
    """The table as text: `row` as the table program numbers it, and a column for each key that was found."""

    sheet: str
    header: Header
    mapping: ColumnMapping
    frame: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)


def read(source: Path | bytes, remembered: Mapping[str, str], progress: Progress) -> Raw:
    """The sheet with the most of our columns. Refused when no sheet has a heading that names two of them."""
    book = open_book(source)
    found = [best for name in book.sheets if (best := _header_of(book, name, remembered))]
    if not found:
        raise _no_table(book)
    sheet, header, mapping = max(found, key=lambda one: len(one[2].columns))
    grid = book.grid(sheet)
    rows = islice(grid.rows, header.bottom + 1, None)
    frame = pl.concat(_parts(rows, header.bottom + 2, mapping, grid.height, progress))
    problems = _faults(grid, mapping, header.bottom)
    kept = _data_only(frame, problems, sheet)
    return Raw(sheet, header, mapping, kept, problems)


def _header_of(book: Book, name: str, remembered: Mapping[str, str]) -> tuple[str, Header, ColumnMapping] | None:
    grid = book.grid(name)
    known = [ColumnSpec(f"remembered:{heading}", heading) for heading, key in remembered.items() if key]
    header = find_header(list(islice(grid.rows, HEADER_WITHIN + 1)), [*COLUMNS, *known], grid.merges)
    if header is None:
        return None
    return name, header, match_columns(header.names, COLUMNS, remembered, header.paths)


def _no_table(book: Book) -> Refusal:
    return Refusal(
        _("No heading was found in the first %(rows)d rows of %(sheets)s; expected columns such as %(labels)s."),
        {"rows": HEADER_WITHIN, "sheets": "、".join(book.sheets), "labels": "、".join(one.label for one in COLUMNS[:3])},
        code="no_header", remedy=_("Check that this is the right file and the right sheet, or start from the template."),
    )  # fmt: skip


def _parts(
    rows: Iterable[list[Cell]], first: int, mapping: ColumnMapping, height: int, progress: Progress
) -> Iterator[pl.DataFrame]:
    """Frames of at most `PART` rows; at least one, so that columns are there when rows are not."""
    places = [(key, column) for key, column in mapping.columns.items() if not key.startswith("remembered:")]
    done = 0
    rows = iter(rows)
    while part := list(islice(rows, PART)) or (None if done else [[]]):
        columns = {
            key: pl.Series([_text(row[column]) if column < len(row) else None for row in part], dtype=pl.String)
            for key, column in places
        }
        numbers = pl.Series(range(first + done, first + done + len(part)), dtype=pl.UInt32)
        yield pl.DataFrame({"row": numbers, **columns})
        done += len(part)
        progress(done, max(height, done))
        if done > MOST_ROWS:
            raise Refusal(_("The table has more than %(limit)d rows."), {"limit": MOST_ROWS}, code="too_many_rows")


def _text(cell: Cell) -> str | None:
    if isinstance(cell, str):
        return cell.strip() or None
    return cells.text(cell)


def _faults(grid: Grid, mapping: ColumnMapping, bottom: int) -> list[Problem]:
    """Cells of our columns whose formula has no value."""
    ours = {column: key for key, column in mapping.columns.items()}
    return [
        Problem(
            "formula", _("This formula was never computed, so its result is not in the file."), row=row + 1,
            column=mapping.place_of(column), field=ours[column], sheet=grid.sheet,
            remedy=_("Open the file in Excel or WPS and save it, or paste the value over the formula."),
        )
        for (row, column) in sorted(grid.faults) if row > bottom and column in ours
    ]  # fmt: skip


def _data_only(frame: pl.DataFrame, problems: list[Problem], sheet: str) -> pl.DataFrame:
    """Without empty rows and rows of totals; the latter are told."""
    ours = [name for name in frame.columns if name != "row"]
    filled = frame.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in ours))
    total = pl.any_horizontal(pl.col(name).is_in(list(TOTALS)) for name in ours).fill_null(value=False)
    problems += [
        Problem("total_row", _("A row of totals was left out."), row=row, sheet=sheet, severity="note")
        for row in filled.filter(total)["row"].head(20)
    ]
    return filled.filter(~total)
