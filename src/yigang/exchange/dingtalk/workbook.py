"""DingTalk's exported workbook, columnar: a sheet of 680,000 rows takes less than a minute and about a gigabyte.

calamine holds the sheet parsed; its rows are taken in blocks, each block becomes string columns at once, and dates,
times and results are read once for each distinct text by the same readers as every other table. Finished blocks wait
in a temporary file, so that only one copy of the data is in memory beside the sheet.

Three sheets are understood. 原始记录 has one row for each punch; 每日统计 has one row for each person and day with
pairs of columns 上班1打卡时间 / 上班1打卡结果; 打卡时间 has a line for each person and a column for each day. All are made
from the same punches, so that one is read: the first of the three that is there with times in it. 月度汇总 is no
evidence; where it says otherwise than the rows, that is told.
"""

from __future__ import annotations

import ctypes
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange.books import LIMITS, Book, Cell, Grid, Limits, open_book
from yigang.exchange.columns import HEADER_WITHIN, ColumnMapping, ColumnSpec, find_header, match_columns
from yigang.exchange.dingtalk import columnar, times
from yigang.exchange.dingtalk.shape import CHECK_INS, MOMENT, CheckIns, external_ids, finish
from yigang.exchange.dingtalk.summary import differences
from yigang.exchange.dingtalk.times import TIMES
from yigang.foundation.errors import Problem, Refusal

RECORDS, DAILY = "原始记录", "每日统计"
BLOCK = 20_000
SLOTS = tuple((kind, word, turn) for turn in (1, 2, 3) for kind, word in (("on", "上班"), ("off", "下班")))

_PEOPLE = (
    ColumnSpec("name", "姓名", ("员工姓名",), required=True),
    ColumnSpec("group", "考勤组", ("考勤组名称",)),
    ColumnSpec("department", "部门", ("所属部门",)),
    ColumnSpec("job_number", "工号"),
    ColumnSpec("user_id", "UserId", ("用户ID", "userID", "员工UserID")),
)
RECORD_COLUMNS = (
    *_PEOPLE,
    ColumnSpec("work_date", "考勤日期", ("日期",)),
    ColumnSpec("planned", "考勤时间", ("应打卡时间",)),
    ColumnSpec("time", "打卡时间", ("实际打卡时间",), required=True),
    ColumnSpec("result", "打卡结果"),
    ColumnSpec("address", "打卡地址", ("打卡地点",)),
    ColumnSpec("position", "打卡位置", ("经纬度", "打卡经纬度", "打卡坐标", "位置坐标")),
    ColumnSpec("longitude", "经度", ("打卡经度",)),
    ColumnSpec("latitude", "纬度", ("打卡纬度",)),
    ColumnSpec("remark", "打卡备注"),
    ColumnSpec("reason", "异常打卡原因"),
    ColumnSpec("device", "打卡设备", ("设备", "设备号")),
    ColumnSpec("admin_remark", "管理员修改备注"),
    ColumnSpec("check_type", "打卡类型", ("考勤类型",)),
    ColumnSpec("source_type", "数据来源", ("打卡方式",)),
)
DAILY_COLUMNS = (
    *_PEOPLE,
    ColumnSpec("work_date", "日期", ("考勤日期",), required=True),
    ColumnSpec("shift", "班次"),
    *(ColumnSpec(f"{kind}{n}_time", f"{word}{n}打卡时间", (f"{word}{n}/打卡时间",)) for kind, word, n in SLOTS),
    *(ColumnSpec(f"{kind}{n}_result", f"{word}{n}打卡结果", (f"{word}{n}/打卡结果",)) for kind, word, n in SLOTS),
)

Progress = Callable[[int, int], None]
"""Called with rows done and rows in all."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a sheet as string columns, by our key; `raw` is the row as JSON, `row` its number in Excel."""

    frame: pl.DataFrame
    mapping: ColumnMapping
    sheet: str
    problems: list[Problem]


def read_workbook(
    source: Path | bytes | Book, *, sheet: str | None = None, progress: Progress | None = None, limits: Limits = LIMITS
) -> CheckIns:
    """Read 原始记录, else 每日统计, else 打卡时间; `sheet` names one to be read in any case."""
    book = source if isinstance(source, Book) else open_book(source, limits=limits)
    name = sheet or _attendance_sheet(book)
    problems: list[Problem] = []
    frame = _grid_of_times(book, name, problems) if _is_grid(name) else _rows(book, name, problems, progress)
    if frame.is_empty() and not problems:
        raise Refusal(
            _("The sheet “%(sheet)s” has a heading and no rows."), {"sheet": name}, code="no_rows", field=name
        )
    found = finish(frame if frame.width else pl.DataFrame(schema=CHECK_INS), problems, name)
    compared = [] if sheet else differences(book, found.frame)
    return replace(found, problems=[*found.problems, *compared])


def _rows(book: Book, name: str, problems: list[Problem], progress: Progress | None) -> pl.DataFrame:
    """原始记录 or 每日统计, block by block."""
    grid = book.grid(name)
    head = list(islice(grid.rows, HEADER_WITHIN + 1))
    specs, convert = _form(head, grid)
    with tempfile.TemporaryDirectory(prefix="yigang-") as folder:
        for number, block in enumerate(_blocks(grid, head, specs, problems, progress)):
            convert(block).write_parquet(Path(folder) / f"{number:05d}.parquet", compression="lz4")
        del grid, head
        _return_memory()
        parts = sorted(Path(folder).glob("*.parquet"))
        return pl.read_parquet(parts, memory_map=False) if parts else pl.DataFrame()


def _return_memory() -> None:
    """

    ive the parsed sheet's memory back to the system before the result is loaded; glibc alone would keep 270 MB of it.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _attendance_sheet(book: Book) -> str:
    """The sheet to be read, by precedence; a 每日统计 whose columns of times were left out of the report is passed over."""
    for wanted in (RECORDS, DAILY, TIMES):
        for name in book.sheets:
            if wanted in name and (wanted != DAILY or not _named(book, TIMES) or _has_times(book, name)):
                return name
    if len(book.sheets) == 1:
        return book.sheets[0]
    raise Refusal(
        _("This workbook has neither a sheet 原始记录 nor 每日统计 nor 打卡时间; it has %(sheets)s."),
        {"sheets": "、".join(book.sheets)},
        code="no_such_sheet",
        remedy=_("Export the attendance report again in DingTalk and keep all its sheets."),
    )


def _named(book: Book, word: str) -> bool:
    return any(word in name for name in book.sheets)


def _has_times(book: Book, name: str) -> bool:
    """Whether 每日统计 has a column of times."""
    grid = book.grid(name)
    header = find_header(list(islice(grid.rows, HEADER_WITHIN + 1)), DAILY_COLUMNS, grid.merges)
    found = match_columns(header.names, DAILY_COLUMNS, paths=header.paths).columns if header else {}
    return any(key.endswith("_time") for key in found)


def _is_grid(name: str) -> bool:
    return TIMES in name and RECORDS not in name and DAILY not in name


def _grid_of_times(book: Book, name: str, problems: list[Problem]) -> pl.DataFrame:
    """The punches of 打卡时间, whose people are named as in the other sheets."""
    grid = book.grid(name)
    head = list(islice(grid.rows, HEADER_WITHIN + 1))
    header = find_header(head, _PEOPLE, grid.merges)
    mapping = match_columns(header.names, _PEOPLE, paths=header.paths) if header else None
    if header is None or mapping is None or mapping.missing:
        raise _no_heading(name, _PEOPLE)
    header = times.heading(head, header, mapping.columns["name"])
    days = times.day_columns(header, head[: header.bottom + 1], mapping.columns.values(), name)
    if not days:
        raise _no_heading(name, _PEOPLE)
    mapping = replace(mapping, names=header.paths)
    first = header.bottom + 2
    lines = [list(row) for part in (head[header.bottom + 1 :], grid.rows) for row in part]
    people = columnar.with_somebody(
        columnar.block_frame([list(row) for row in lines], mapping, header.paths, first), mapping, name, problems
    )
    whose = people.select("row", "name", "group", "department", "job_number", "user_id")
    found = [
        punch for row in whose["row"]
        for punch in times.punches(lines[row - first], days, header, row, name, problems)
    ]  # fmt: skip
    frame = pl.DataFrame(found, schema=times.SCHEMA).join(whose, on="row", how="left", maintain_order="left")
    absent = {key: pl.lit(None, pl.String) for key in ("address", "datum", "source_type", "device", "remark", "result")}
    empty = {"lat": pl.lit(None, pl.Float64), "lng": pl.lit(None, pl.Float64), "planned_at": pl.lit(None, MOMENT)}
    return _identified(frame.with_columns(**absent, **empty, slot=pl.lit("other")))


Convert = Callable[[Block], pl.DataFrame]


def _form(head: Sequence[Sequence[Cell]], grid: Grid) -> tuple[Sequence[ColumnSpec], Convert]:
    """Which of the two forms the heading has; a sheet may be called as it likes."""
    forms: tuple[tuple[Sequence[ColumnSpec], Convert], ...] = ((RECORD_COLUMNS, _records), (DAILY_COLUMNS, _daily))
    return max(forms, key=lambda form: _matched(head, form[0], grid))


def _matched(head: Sequence[Sequence[Cell]], specs: Sequence[ColumnSpec], grid: Grid) -> int:
    header = find_header(head, specs, grid.merges)
    return len(match_columns(header.names, specs, paths=header.paths).columns) if header else 0


def _blocks(
    grid: Grid,
    head: list[list[Cell]],
    specs: Sequence[ColumnSpec],
    problems: list[Problem],
    progress: Progress | None,
) -> Iterator[Block]:
    header = find_header(head, specs, grid.merges)
    if header is None:
        raise _no_heading(grid.sheet, specs)
    mapping = replace(match_columns(header.names, specs, paths=header.paths), names=header.paths)
    if mapping.missing or not any(key.endswith("time") for key in mapping.columns):
        raise _no_heading(grid.sheet, specs)
    first = header.bottom + 1
    rows = (row for part in (head[first:], grid.rows) for row in part)
    total = max(grid.height - first, 0)
    done = 0
    while block := list(islice(rows, BLOCK)):
        frame = columnar.block_frame(block, mapping, header.paths, first + done + 1)
        done += len(block)
        frame = columnar.with_somebody(frame, mapping, grid.sheet, problems)
        if frame.height:
            yield Block(frame, mapping, grid.sheet, problems)
        if progress:
            progress(done, max(total, done))


def _no_heading(sheet: str, specs: Sequence[ColumnSpec]) -> Refusal:
    return Refusal(
        _("No heading of a DingTalk report was found in the sheet “%(sheet)s”; expected columns such as %(labels)s."),
        {"sheet": sheet, "labels": "、".join(spec.label for spec in specs if spec.required)},
        code="no_header",
        remedy=_("Export the attendance report again in DingTalk and do not change its headings."),
    )


def _records(block: Block) -> pl.DataFrame:
    """One check-in for each row of 原始记录."""
    frame = block.frame.with_columns(
        remark=columnar.joined("remark", "reason", "admin_remark"),
        kind=columnar.kind_of("check_type", "planned"),
    ).with_columns(slot=pl.col("kind"))
    frame = columnar.with_days(frame, block.mapping, block.sheet, block.problems)
    frame = columnar.with_moments(frame, block.mapping, block.sheet, block.problems)
    frame = columnar.with_results(frame, block.mapping, block.sheet, block.problems)
    return _identified(frame)


def _daily(block: Block) -> pl.DataFrame:
    """

    he punches and the missed ones of each person's day in 每日统计; a slot without time and result is no check-in.
    """
    days = columnar.with_days(block.frame, block.mapping, block.sheet, block.problems)
    parts = []
    for place, (kind, _word, turn) in enumerate(SLOTS):
        time, result = f"{kind}{turn}_time", f"{kind}{turn}_result"
        if time not in block.mapping.columns:
            continue
        slot = days.with_columns(
            time=pl.col(time),
            result=pl.col(result) if result in block.mapping.columns else pl.lit(None, pl.String),
            planned=pl.col("shift").str.extract_all(r"(?:次日)?\s*\d{1,2}[:：]\d{2}").list.get(place, null_on_oob=True),
            kind=pl.lit(kind),
            slot=pl.lit(f"{kind}{turn}"),
        ).filter(pl.col("time").is_not_null() | pl.col("result").is_not_null())
        renamed = {"time": block.mapping.columns[time], "result": block.mapping.columns.get(result, 0)}
        mapping = ColumnMapping({**block.mapping.columns, **renamed}, block.mapping.names)
        slot = columnar.with_moments(slot, mapping, block.sheet, block.problems)
        parts.append(columnar.with_results(slot, mapping, block.sheet, block.problems))
    punches = pl.concat(parts).filter(pl.col("at").is_not_null() | (pl.col("result") == "not_signed"))
    return _identified(punches)


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    who = pl.coalesce("user_id", "job_number", pl.concat_str("name", pl.lit("/"), pl.col("department").fill_null("")))
    frame = frame.with_columns(source=pl.lit("dingtalk.workbook"), who=who)
    ids = external_ids(frame, "source", "who", "work_date", "planned_at", "at", "slot")
    keep = [
        "name", "job_number", "user_id", "department", "group", "at", "planned_at", "work_date", "kind", "result",
        "place", "address", "lat", "lng", "datum", "source_type", "device", "remark", "raw", "row",
    ]  # fmt: skip
    return frame.select(ids, *keep)
