"""Tables of attendance, leave, logs and findings as offices keep them: who, when, what, in columns of any order."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.duty.domain import WHO
from yigang.exchange import tables
from yigang.exchange.books import Cell
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.duty_imports.reading import About
from yigang.foundation import identity
from yigang.foundation.errors import Problem
from yigang.foundation.identity import Identity

PEOPLE = (
    ColumnSpec("name", "姓名", ("员工姓名", "护林员姓名", "人员姓名", "队员姓名"), required=True, kind="name"),
    ColumnSpec("identity", "身份证号", ("身份证号码", "身份证", "公民身份号码"), kind="identity"),
    ColumnSpec("number", "工号", ("编号", "人员编号")),
    ColumnSpec("phone", "手机号", ("手机", "手机号码", "联系电话", "电话"), kind="phone"),
    ColumnSpec("department", "部门", ("所属部门", "所在部门", "所在村", "行政村")),
)
"""How a table may name somebody. The identity number decides; of several people of a name, the department."""

_MONTHS = re.compile(r"(20\d\d)\s*[-年._]?\s*(0?[1-9]|1[0-2])(?!\d)\s*月?")


@dataclass(frozen=True)
class Sheet:
    """A table read: one row of `frame` for each good row, with `row`, `raw`, the columns of `WHO` and the table's own."""

    frame: pl.DataFrame
    problems: list[Problem]
    table: tables.Table
    headings: Sequence[str]


def read(source: Path | bytes, specs: Sequence[ColumnSpec], remembered: Mapping[str, str]) -> Sheet:
    """Read the table that has these columns; rows with an error are left out and are among the problems."""
    raw = tables.read_raw(source, specs, remembered=remembered)
    if raw.mapping.missing:
        tables.read(source, specs, remembered=remembered)
    table = tables.values(raw, specs)
    bad = table.bad_rows()
    good = [place for place, number in enumerate(table.row_numbers) if number not in bad]
    columns = {
        spec.key: pl.Series(
            [_plain(table.columns[spec.key][place]) for place in good], dtype=_DTYPES.get(spec.kind, pl.String)
        )
        for spec in specs
    }
    origin = {
        "row": pl.Series([table.row_numbers[place] for place in good], dtype=pl.UInt32),
        "raw": pl.Series([_raw(raw, place) for place in good], dtype=pl.String),
    }
    return Sheet(_with_key(pl.DataFrame(origin | columns)), list(table.problems), table, raw.header.names)


_DTYPES: dict[str, type[pl.DataType]] = {
    "date": pl.Date, "time": pl.Time, "yes_no": pl.Boolean, "integer": pl.Int64,
}  # fmt: skip


def _plain(value: object) -> object:
    return value.number18 if isinstance(value, Identity) else value


def _with_key(frame: pl.DataFrame) -> pl.DataFrame:
    """Tables know job numbers only, which are no keys by themselves."""
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in WHO if name not in frame.columns)


def _raw(raw: tables.RawTable, place: int) -> str:
    """The filled cells of a row by heading; an identity number is masked, since this text is kept as it is."""
    hidden = raw.mapping.columns.get("identity")
    cells: dict[str, str] = {}
    for column, cell in enumerate(raw.rows[place]):
        if cell not in ("", None):
            heading = raw.header.names[column] if column < len(raw.header.names) else ""
            cells[heading or f"#{column + 1}"] = identity.mask(str(cell)) if column == hidden else _written(cell)
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def _written(cell: Cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def with_period(about: About, file_name: str, days: pl.Series) -> About:
    """Which days a table speaks about that lists only what happened: its stated months, else the months of its rows.

    A list of July's leave names three people; it says of all others that they had none. The file's name tells the
    months best (2020年7月请假.xlsx); without one, every month in which a row begins is taken as told whole.
    """
    if about.period:
        return about
    stated = [date(int(year), int(month), 1) for year, month in _MONTHS.findall(file_name)]
    months = stated or [day.replace(day=1) for day in days.drop_nulls()]
    if not months:
        return about
    return replace(about, period=(min(months), _last_day(max(months))))


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def speaks_about(about: About) -> Problem:
    """Tells who hands the file in what it will be taken to say."""
    first, last = about.period or (date.min, date.max)
    return Problem(
        "speaks_about",
        _("This table is taken as complete from %(first)s to %(last)s: whoever is not in it had none."),
        {"first": first, "last": last},
        remedy=_("If that is wrong, write the month into the file's name, such as 2020年7月."),
        severity="note",
    )
