"""Blocks of a sheet as string columns, and the readers that work on whole columns.

A reader runs once for each distinct text: a month of attendance has 31 dates, some thousand times and a dozen results.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange import cells
from yigang.exchange.books import Cell, column_letter
from yigang.exchange.columns import ColumnMapping
from yigang.exchange.dingtalk import places
from yigang.exchange.dingtalk.shape import BEHIND_CHINA, result_of
from yigang.foundation.errors import Problem, Refusal, Severity

OPTIONAL = (
    "name", "group", "department", "job_number", "user_id", "work_date", "planned", "time", "result", "address",
    "remark", "reason", "device", "admin_remark", "check_type", "source_type", "shift", "position", "longitude",
    "latitude",
)  # fmt: skip
"""Keys that every block has, empty where the sheet lacks the column."""

_ESCAPES = {sign: json.dumps(sign)[1:-1] for sign in ('"', "\\", *map(chr, range(0x20)))}
_MIDNIGHT = time()


def block_frame(rows: list[list[Cell]], mapping: ColumnMapping, paths: Sequence[str], first_row: int) -> pl.DataFrame:
    """Rows as string columns by key, with `raw` (JSON of the filled cells) and `row`; empty rows are left out."""
    width = len(paths)
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    sheet = pl.DataFrame([_strings([row[column] for row in rows], f"c{column}") for column in range(width)])
    sheet = sheet.with_columns(row=pl.int_range(first_row, first_row + len(rows), dtype=pl.UInt32))
    named = {key: pl.col(f"c{column}") for key, column in mapping.columns.items()}
    absent = {key: pl.lit(None, pl.String) for key in OPTIONAL if key not in named}
    return sheet.select("row", _raw(paths), **named, **absent).filter(pl.col("raw") != "{}")


def with_somebody(frame: pl.DataFrame, mapping: ColumnMapping, sheet: str, problems: list[Problem]) -> pl.DataFrame:
    """Leave out rows that name nobody (each is reported) and headings repeated further down."""
    nobody = pl.all_horizontal(pl.col("name", "user_id", "job_number").is_null())
    for row in frame.filter(nobody)["row"]:
        refusal = Refusal(_("This row names nobody."), code="no_name")
        problems.append(Problem.of(refusal, row=row, column=mapping.place("name"), field="name", sheet=sheet))
    heading = mapping.names[mapping.columns["name"]]
    return frame.filter(~nobody & (pl.col("name").ne_missing(heading)))


def _strings(column: list[Cell], name: str) -> pl.Series:
    """Cells as trimmed text, null where empty. Most columns hold nothing but text and are taken as they are."""
    try:
        series = pl.Series(name, column, dtype=pl.String, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        series = pl.Series(name, [_text(cell) for cell in column], dtype=pl.String)
    stripped = series.str.strip_chars(" \t\r\n\u3000\u00a0")
    return stripped.set(stripped == "", None)


def _text(cell: Cell) -> str:
    """A cell as a person would have typed it: Excel's moments and fractions of a day become dates and times."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}" if cell.time() != _MIDNIGHT else f"{cell:%Y-%m-%d}"
    if isinstance(cell, timedelta):
        days, rest = divmod(round(cell.total_seconds()), 86400)
        return "次日 " * days + f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return "" if cell is None else str(cell)


def _raw(paths: Sequence[str]) -> pl.Expr:
    """The filled cells of a row as a JSON object, heading → text."""
    members = []
    for column, path in enumerate(paths):
        heading = json.dumps(path or column_letter(column), ensure_ascii=False)
        text = pl.col(f"c{column}").str.replace_many(_ESCAPES)
        members.append(pl.concat_str(pl.lit(f'{heading}:"'), text, pl.lit('"')))
    return pl.concat_str(pl.lit("{"), pl.concat_str(members, separator=",", ignore_nulls=True), pl.lit("}")).alias(
        "raw"
    )


def joined(*keys: str) -> pl.Expr:
    """Several remarks as one, null when all are empty."""
    text = pl.concat_str([pl.col(key) for key in keys], separator="；", ignore_nulls=True)
    return pl.when(text != "").then(text)


def kind_of(*keys: str) -> pl.Expr:
    """on or off where the words 上班 or 下班 stand in one of these columns, else other."""
    text = pl.concat_str([pl.col(key) for key in keys], ignore_nulls=True)
    return (
        pl.when(text.str.contains("上班")).then(pl.lit("on"))
        .when(text.str.contains("下班")).then(pl.lit("off"))
        .otherwise(pl.lit("other"))
    )  # fmt: skip


class Place:
    """Where problems of a column are reported."""

    def __init__(
        self, mapping: ColumnMapping, sheet: str, key: str, problems: list[Problem], severity: Severity = "error"
    ) -> None:
        self.column = mapping.place(key)
        self.sheet = sheet
        self.key = key
        self.problems = problems
        self.severity = severity

    def report(self, frame: pl.DataFrame, texts: pl.Expr, bad: dict[str, Refusal]) -> None:
        """One problem for every row whose text could not be read."""
        hits = frame.select("row", text=texts).filter(pl.col("text").is_in(list(bad)))
        for row, text in hits.iter_rows():
            self.add(bad[text], row)

    def add(self, refusal: Refusal, row: int) -> None:
        """One problem in this column."""
        where = {"column": self.column, "field": self.key, "sheet": self.sheet}
        self.problems.append(Problem.of(refusal, row=row, severity=self.severity, **where))


def read_distinct(
    frame: pl.DataFrame, texts: pl.Expr, reader: Callable[[str], object], dtype: pl.DataType, place: Place
) -> pl.Series:
    """Read a string column by its distinct texts; what cannot be read is null and reported row by row."""
    column = frame.select(text=texts).to_series()
    known: dict[str, object] = {}
    bad: dict[str, Refusal] = {}
    for text in column.unique().drop_nulls():
        try:
            known[text] = reader(text)
        except Refusal as refusal:
            bad[text] = refusal
    if bad:
        place.report(frame, texts, bad)
    if not known:
        return pl.Series([None] * frame.height, dtype=dtype)
    table = pl.DataFrame(
        {"text": pl.Series(list(known), dtype=pl.String), "value": pl.Series(list(known.values()), dtype=dtype)}
    )
    return column.to_frame().join(table, on="text", how="left", maintain_order="left")["value"]


_TWO_DIGIT_YEAR = r"^(\d{2})([-/.年]\d{1,2}[-/.月]\d{1,2})"
_DAY_PART = r"^(\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?|\d{8}\b|\d{5}(?:\.\d+)?$)"
_CLOCK_PART = r"((?:上午|下午)?\s*\d{1,2}\s*[:：时点]\s*\d{1,2}.*)$"
_FRACTION = r"^(0?\.\d+|0)$"
_SERIAL = r"^\d{5}\.\d+$"


def with_days(frame: pl.DataFrame, mapping: ColumnMapping, sheet: str, problems: list[Problem]) -> pl.DataFrame:
    """`work_date` as days: 2020-07-01, 20-07-01 星期三, 2020年7月1日, Excel's numbers."""
    texts = pl.col("work_date").str.replace(_TWO_DIGIT_YEAR, "20$1$2")
    place = Place(mapping, sheet, "work_date", problems)
    days = read_distinct(frame, texts, cells.date_, pl.Date(), place)
    return (
        frame.with_columns(days.alias("day"))
        .filter(~(pl.col("work_date").is_not_null() & pl.col("day").is_null()))
        .with_columns(work_date=pl.col("day"))
        .drop("day")
    )


def with_moments(frame: pl.DataFrame, mapping: ColumnMapping, sheet: str, problems: list[Problem]) -> pl.DataFrame:
    """`at` and `planned_at` in UTC from `time` and `planned`; rows whose time cannot be read are left out and reported."""
    time_place = Place(mapping, sheet, "time", problems)
    at = _local(frame, "time", time_place)
    unreported: list[Problem] = []  # a plan such as 休息 is no evidence, and no error
    planned = _local(frame, "planned", Place(mapping, sheet, "planned", unreported))
    moved = frame.with_columns(_utc(at, "at"), _utc(planned, "planned_at"), local_day=at.dt.date())
    readable = pl.col("time").is_null() | pl.col("at").is_not_null()
    return moved.filter(readable).with_columns(work_date=pl.coalesce("work_date", "local_day")).drop("local_day")


def _utc(local: pl.Series, name: str) -> pl.Series:
    return (local.cast(pl.Datetime("us")) - BEHIND_CHINA).dt.replace_time_zone("UTC").alias(name)


def _local(frame: pl.DataFrame, key: str, place: Place) -> pl.Series:
    """Local moments of `2020-07-01 07:30`, of `07:30` and `次日 02:10` on the row's `work_date`, and of Excel's numbers."""
    text = pl.col(key).str.replace(_TWO_DIGIT_YEAR, "20$1$2")
    serial = text.str.contains(_SERIAL) | text.str.contains(_FRACTION)
    number = pl.when(serial).then(text.cast(pl.Float64, strict=False))
    day_text = pl.when(~serial).then(text.str.extract(_DAY_PART))
    clock_text = pl.when(~serial).then(text.str.extract(_CLOCK_PART).str.replace("：", ":"))
    parts = frame.with_columns(
        read_distinct(frame, day_text, cells.date_, pl.Date(), place).alias("_day"),
        read_distinct(frame, clock_text, cells.time_, pl.Time(), place).alias("_clock"),
    )
    next_day = pl.col(key).str.contains("次日|第二天").fill_null(value=False).cast(pl.Int64)
    day = pl.when(day_text.is_null()).then("work_date").otherwise("_day").cast(pl.Datetime("us"))
    seconds = (number.fill_null(0) * 86400).round().cast(pl.Int64)
    of_number = pl.when(number >= 1).then(pl.lit(cells.EXCEL_EPOCH)).otherwise(
        pl.col("work_date").cast(pl.Datetime("us"))
    ) + pl.duration(seconds=seconds)
    of_text = day + pl.duration(days=next_day) + pl.col("_clock").cast(pl.Duration("us"))
    local = parts.select(pl.when(number.is_not_null()).then(of_number).otherwise(of_text)).to_series()
    read_before = (clock_text.is_not_null() & pl.col("_clock").is_null()) | (
        day_text.is_not_null() & pl.col("_day").is_null()
    )
    _report_unread(parts.with_columns(local.alias("_local")).filter(~read_before), key, place)
    return local


def _report_unread(frame: pl.DataFrame, key: str, place: Place) -> None:
    """Texts without a time, and times without a day, which no distinct reader has seen."""
    unread = frame.filter(pl.col(key).is_not_null() & pl.col("_local").is_null())
    for row, text, clock, day in unread.select("row", key, "_clock", pl.coalesce("_day", "work_date")).iter_rows():
        if clock is not None and day is None:
            refusal = Refusal(
                _("“%(text)s” has no date, and the row has none either."), {"text": text[:40]}, code="no_day"
            )
        else:
            refusal = Refusal(
                _("“%(text)s” is no date and time."),
                {"text": text[:40]},
                code="not_a_time",
                remedy=_("Expected such as 2020-07-01 07:30."),
            )
        place.add(refusal, row)


def with_results(frame: pl.DataFrame, mapping: ColumnMapping, sheet: str, problems: list[Problem]) -> pl.DataFrame:
    """

    result` in our words and `place`; a missed check has no `at`, and a row without a time is a missed check or nothing.
    """
    place = Place(mapping, sheet, "result", problems, "warning")
    known = read_distinct(frame, pl.col("result"), _result_or_empty, pl.String(), place)
    return (
        places.with_positions(frame).with_columns(known.replace("", None).alias("read"))
        .with_columns(
            at=pl.when(pl.col("read").ne_missing("not_signed") & (pl.col("source_type").ne_missing("SYSTEM"))).then("at"),
        )
        .with_columns(place=places.placed(pl.col("result")))
        .with_columns(result=pl.when(pl.col("at").is_null() & pl.col("read").is_null() & pl.col("result").is_null())
                      .then(pl.lit("not_signed")).otherwise(pl.col("read")))
        .drop("read")
    )  # fmt: skip


def _result_or_empty(word: str) -> str:
    try:
        return result_of(word) or ""
    except KeyError:
        raise Refusal(
            _("The result “%(text)s” is not known; the time counts, the result does not."),
            {"text": word[:40]},
            code="unknown_result",
        ) from None
