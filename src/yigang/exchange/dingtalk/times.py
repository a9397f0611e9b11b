"""DingTalk's sheet 打卡时间: a line for each person, a column for each day, the day's times in the cell.

It says when somebody was there and neither what a time was for nor what was missed: an empty cell is no missed check. An
even number of times of a day is taken as pairs of beginning and end. It is read only where 原始记录 and the times of 每日统计
are absent, since all three are made from the same punches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange.books import Cell, column_letter
from yigang.exchange.columns import Header
from yigang.foundation.errors import Problem, Refusal

TIMES = "打卡时间"
_FULL = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})[-/.月](\d{1,2})(?!\d)")
_DAY = re.compile(r"(?:[一二三四五六日]|星期.|周.)?\s*(\d{1,2})\s*日?\s*(?:[一二三四五六日]|星期.|周.)?")
_TIME = re.compile(r"(次日|第二天)?\s*(\d{1,2})[:：](\d{2})(?::\d{2})?\s*((?:(?!次日|第二天)[^\d\s:：,，;；])*)")

SCHEMA = {
    "work_date": pl.Date(), "at": pl.Datetime("us", "UTC"), "kind": pl.String(), "place": pl.String(),
    "raw": pl.String(), "row": pl.UInt32(),
}  # fmt: skip


def heading(head: Sequence[Sequence[Cell]], found: Header, name_column: int) -> Header:
    """The heading, with the line below it when that names nobody: the days may stand under the days of the week."""
    bottom = found.bottom
    below = head[bottom + 1] if bottom + 1 < len(head) else []
    if below and not _text(below[name_column]) and any(_text(cell) for cell in below):
        bottom += 1
    rows = head[found.top : bottom + 1]
    paths = ["/".join(filter(None, (_text(row[column]) if column < len(row) else "" for row in rows)))
             for column in range(max(len(row) for row in rows))]  # fmt: skip
    return Header(found.top, bottom, found.names, tuple(paths))


def day_columns(header: Header, above: Sequence[Sequence[Cell]], taken: Collection[int], sheet: str) -> dict[int, date]:
    """Column → day, from headings such as 2020-07-01, 7月1日 or 1, with the year and month from the lines above."""
    period = [found for row in above for cell in row for found in _FULL.finditer(_text(cell))]
    begins = _date(*map(int, period[0].groups())) if period else None
    free = {column: path for column, path in enumerate(header.paths) if column not in taken and path}
    days = {column: day for column, path in free.items() if (day := _day_of(path, begins)) is not None}
    if not days and any(_DAY.fullmatch(part) for path in free.values() for part in path.split("/")):
        raise Refusal(
            _("The sheet “%(sheet)s” has days without a month, and no line above them tells the month."),
            {"sheet": sheet}, code="no_month", remedy=_("Keep the line 统计日期 of DingTalk's report above the heading."),
        )  # fmt: skip
    return days


def _day_of(heading: str, begins: date | None) -> date | None:
    """A heading as a day; a month or a day smaller than the period's first lies in the following year or month."""
    if found := _FULL.search(heading):
        return _date(*map(int, found.groups()))
    if begins is None:
        return None
    if found := _MONTH_DAY.search(heading):
        month, day = map(int, found.groups())
        return _date(begins.year + (month < begins.month), month, day)
    for part in heading.split("/"):
        if (found := _DAY.fullmatch(part.strip())) and 1 <= int(found[1]) <= 31:
            day = int(found[1])
            later = begins.replace(day=1) + timedelta(days=32) if day < begins.day else begins
            return _date(later.year, later.month, day)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def punches(
    cells: Sequence[Cell], days: dict[int, date], header: Header, row: int, sheet: str, problems: list[Problem]
) -> Iterator[dict[str, object]]:
    """The times of one person's line; what is no time in a day's cell is reported at its place."""
    for column, day in days.items():
        text = _text(cells[column]) if column < len(cells) else ""
        if not text:
            continue
        found = [(match, _moment(day, match)) for match in _TIME.finditer(text)]
        bad = any(moment is None for _match, moment in found) or re.search(r"\d", _TIME.sub("", text))
        if bad:
            sentence = _("“%(text)s” is no list of times such as 07:28 17:31.")
            place = f"{column_letter(column)} {header.paths[column]}"
            problems.append(Problem("not_times", sentence, {"text": text[:40]}, row=row, column=place, sheet=sheet))
            continue
        raw = json.dumps({"日期": f"{day}", TIMES: text}, ensure_ascii=False, separators=(",", ":"))
        for turn, (match, moment) in enumerate(found):
            kind = "other" if len(found) % 2 else "off" if turn % 2 else "on"
            outside = "外勤" in match[4] or "范围外" in match[4]
            yield {
                "work_date": day, "at": moment, "kind": kind, "place": "outside" if outside else None, "raw": raw,
                "row": row,
            }  # fmt: skip


def _text(cell: Cell) -> str:
    """A cell as a person would have typed it: Excel's dates, times and fractions of a day."""
    if isinstance(cell, datetime) and cell.time() == time():
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, datetime | time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, float) and 0 < cell < 1:
        minutes = round(cell * 1440)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(cell).strip() if cell is not None else ""


def _moment(day: date, match: re.Match[str]) -> datetime | None:
    hour, minute = int(match[2]), int(match[3])
    if hour > 23 or minute > 59:
        return None
    return datetime(day.year, day.month, day.day) + timedelta(days=bool(match[1]), hours=hour - 8, minutes=minute)  # noqa: DTZ001 - made UTC by the schema
