"""DingTalk's sheet 月度汇总 held against the rows that were read. It is never evidence: it only tells where the two differ."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange.books import Book, Cell
from yigang.exchange.columns import HEADER_WITHIN, ColumnSpec, find_header, match_columns
from yigang.foundation.errors import Problem

MONTHLY = "月度汇总"
TOLD = 100
"""Differences named one by one; beyond it only their number is told."""

COLUMNS = (
    ColumnSpec("name", "姓名", ("员工姓名",), required=True),
    ColumnSpec("job_number", "工号"),
    ColumnSpec("user_id", "UserId", ("用户ID", "userID", "员工UserID")),
    ColumnSpec("days", "出勤天数", ("实际出勤天数",)),
    ColumnSpec("late", "迟到次数"),
    ColumnSpec("serious_late", "严重迟到次数"),
    ColumnSpec("early", "早退次数"),
)
FIGURES = {"days": "出勤天数", "late": "迟到次数", "serious_late": "严重迟到次数", "early": "早退次数"}
KEYS = ("user_id", "job_number", "name")


def differences(book: Book, frame: pl.DataFrame) -> list[Problem]:
    """A warning for each person and figure that 月度汇总 gives otherwise than the rows; none where there is no such sheet.

    Lateness is compared only where the rows carry results: 打卡时间 has none.
    """
    sheet = next((name for name in book.sheets if MONTHLY in name), None)
    if sheet is None or frame.is_empty():
        return []
    told = _told(book, sheet)
    figures = [name for name in FIGURES if name in told.columns]
    judged = frame["result"].drop_nulls().len() > 0
    figures = [name for name in figures if name == "days" or judged]
    key = next((key for key in KEYS if key in told.columns and frame[key].drop_nulls().len()), None)
    if key is None or not figures:
        return [
            Problem(
                "summary_unread",
                _("The sheet 月度汇总 could not be compared with the rows."),
                sheet=sheet,
                severity="note",
            )
        ]
    known = _counted(frame, key)
    found = []
    for row in told.filter(pl.col(key).is_not_null()).iter_rows(named=True):
        for name in figures:
            if row[name] is not None and row[name] != (counted := known.get(row[key], {}).get(name, 0)):
                given = {"name": row["name"], "figure": FIGURES[name], "told": f"{row[name]:g}", "counted": counted}
                sentence = _("%(name)s: 月度汇总 gives %(figure)s %(told)s, the rows give %(counted)d; the rows count.")
                found.append(
                    Problem("summary_differs", sentence, given, row=row["row"], sheet=sheet, severity="warning")
                )
    return _shortened(found, sheet)


def _shortened(found: list[Problem], sheet: str) -> list[Problem]:
    if len(found) <= TOLD:
        return found
    rest = _("%(count)d more figures of 月度汇总 differ from the rows.")
    return [
        *found[:TOLD],
        Problem("summary_differs", rest, {"count": len(found) - TOLD}, sheet=sheet, severity="warning"),
    ]


def _told(book: Book, sheet: str) -> pl.DataFrame:
    """What the sheet says: a line for each person, its figures as numbers, null where a cell has none."""
    grid = book.grid(sheet)
    head = list(islice(grid.rows, HEADER_WITHIN + 1))
    header = find_header(head, COLUMNS, grid.merges)
    if header is None:
        return pl.DataFrame({"row": []})
    columns = match_columns(header.names, COLUMNS, paths=header.paths).columns
    lines: list[dict[str, object]] = []
    for number, row in enumerate([*head[header.bottom + 1 :], *grid.rows], start=header.bottom + 2):
        cells = {key: row[place] if place < len(row) else "" for key, place in columns.items()}
        lines.append(
            {"row": number, **{key: _figure(cell) if key in FIGURES else _words(cell) for key, cell in cells.items()}}
        )
    kinds: Mapping[str, pl.DataType] = {key: pl.Float64() if key in FIGURES else pl.String() for key in columns}
    return pl.DataFrame(lines, schema={"row": pl.Int64(), **kinds})


def _words(cell: Cell) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() or None if cell is not None else None


def _figure(cell: Cell) -> float | None:
    try:
        return float(str(cell).strip())
    except ValueError:
        return None


def _counted(frame: pl.DataFrame, key: str) -> dict[str, dict[str, int]]:
    """By person: days with a punch, and punches late and early."""
    here = pl.col("at").is_not_null()
    counts = (
        frame.filter(pl.col(key).is_not_null())
        .group_by(key)
        .agg(
            days=pl.col("work_date").filter(here).n_unique(),
            late=(here & (pl.col("result") == "late")).sum(),
            serious_late=(here & (pl.col("result") == "serious_late")).sum(),
            early=(here & (pl.col("result") == "early")).sum(),
        )
    )
    return {row[key]: row for row in counts.iter_rows(named=True)}
