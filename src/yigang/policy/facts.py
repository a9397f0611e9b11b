"""The engine's input: tables of facts as Polars frames, checked against one declaration (`facts.yaml`).

`None` means that a table was not loaded, which is not the same as an empty table. Corrected and superseded rows are
removed before facts come here. Structure (tables, columns, types) is checked and refused as a whole with `FactsError`;
what is wrong in one row is kept, marked in the column `unreadable`, and becomes that person's problem alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import yaml

UNREADABLE = "unreadable"
"""Added column: what could not be read in this row, as `column=text`; null when all could."""

ZONE_HOURS = 8
"""Asia/Shanghai is UTC+8 without daylight saving since 1992: a constant, so days are integer arithmetic."""


class FactsError(ValueError):
    """A table whose structure cannot be used; names table and column and says what to do."""

    def __init__(self, table: str, column: str | None, zh: str, en: str) -> None:
        where = f"{table}.{column}" if column else table
        super().__init__(f"{where}：{zh} / {en}")
        self.table = table
        self.column = column


@dataclass(frozen=True)
class Column:
    """One declared column. `type` is id, text, date, time, moment, number or truth."""

    name: str
    type: str
    zh: str
    en: str
    required: bool = False
    needed: bool = False
    unit: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    name: str
    zh: str
    en: str
    speaks: Mapping[str, str]
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class Facts:
    """One month's facts (and what lies before it, for history). `None`: that table was not loaded."""

    appointments: pl.DataFrame
    check_ins: pl.DataFrame | None = None
    leaves: pl.DataFrame | None = None
    work_logs: pl.DataFrame | None = None
    patrols: pl.DataFrame | None = None
    marks: pl.DataFrame | None = None
    points: pl.DataFrame | None = None
    findings: pl.DataFrame | None = None
    appraisals: pl.DataFrame | None = None
    calendar: pl.DataFrame | None = None
    coverage: pl.DataFrame | None = None

    def tables(self) -> dict[str, pl.DataFrame]:
        """The loaded tables by name."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: frame for name, frame in found.items() if frame is not None}


@cache
def tables() -> Mapping[str, Table]:
    """The declared tables in the order of the documentation."""
    declared = yaml.safe_load(files("yigang.policy").joinpath("facts.yaml").read_text("utf-8"))
    return {name: _declared(name, body) for name, body in declared.items()}


def _declared(name: str, body: dict[str, Any]) -> Table:
    columns = {
        each: Column(**{"name": each, **given, "values": tuple(given.get("values", ()))})
        for each, given in body["columns"].items()
    }
    return Table(name, body["zh"], body["en"], body["speaks"], columns)


def checked(facts: Facts) -> Facts:
    """The same facts with canonical columns and types. Raises `FactsError` for what has the wrong structure."""
    made = {name: _conform(tables()[name], frame) for name, frame in facts.tables().items()}
    _same_ids(made)
    return Facts(**made)


def read_facts(folder: Path | str) -> Facts:
    """Read `<table>.parquet` or `<table>.csv` for every table in a folder. In CSV everything is text: ids stay text.

    Raises `FactsError` when `appointments` is absent, a table is there twice, or a structure is wrong.
    """
    folder = Path(folder)
    loaded = {name: frame for name in tables() if (frame := _read(folder, name)) is not None}
    if "appointments" not in loaded:
        raise FactsError(
            "appointments", None, f"{folder} 中没有 appointments.csv 或 .parquet", "the table is not there"
        )
    if _id_types(loaded) > {pl.Int64}:
        loaded = {name: _ids_as_text(tables()[name], frame) for name, frame in loaded.items()}
    return checked(Facts(**loaded))


def _read(folder: Path, name: str) -> pl.DataFrame | None:
    csv, parquet = folder / f"{name}.csv", folder / f"{name}.parquet"
    if csv.exists() and parquet.exists():
        raise FactsError(name, None, "CSV 和 Parquet 各有一份，只留一份", "there as CSV and as Parquet; keep one")
    try:
        if parquet.exists():
            return pl.read_parquet(parquet)
        if csv.exists():
            return _from_text(tables()[name], pl.read_csv(csv, infer_schema=False, encoding="utf8"))
    except pl.exceptions.NoDataError:
        raise FactsError(
            name, None, "文件是空的，至少要有表头", "the file is empty; it needs at least a header"
        ) from None
    except pl.exceptions.PolarsError as error:
        raise FactsError(name, None, "文件读不出来", f"the file cannot be read: {error}") from error
    return None


def _from_text(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """CSV text to declared types; what cannot be read becomes null and is named in `unreadable`."""
    frame = frame.rename({name: name.strip().lstrip("\ufeff") for name in frame.columns})
    present = [column for name, column in table.columns.items() if name in frame.columns]
    trimmed = frame.with_columns(_blank_to_null(pl.col(column.name)) for column in present)
    parsed = trimmed.select(_parse(column).alias(column.name) for column in present)
    bad = [
        pl.when(trimmed[column.name].is_not_null() & parsed[column.name].is_null()).then(
            pl.lit(f"{column.name}=") + trimmed[column.name]
        )
        for column in present
    ]
    return parsed.with_columns(
        pl.concat_str(bad, separator="，", ignore_nulls=True).replace("", None).alias(UNREADABLE)
    )


def _blank_to_null(text: pl.Expr) -> pl.Expr:
    stripped = text.str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def _parse(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    match column.type:
        case "date":
            return text.str.to_date("%Y-%m-%d", strict=False)
        case "moment":
            return text.str.replace(r"^(\d{4}-\d\d-\d\d) ", "${1}T").str.to_datetime(
                "%+", time_unit="us", time_zone="UTC", strict=False
            )
        case "number":
            return text.cast(pl.Decimal(18, 6), strict=False)
        case "truth":
            known = {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}
            return text.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.Boolean)
        case _:
            return text


def _conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    for name, column in table.columns.items():
        if column.required and name not in frame.columns:
            raise FactsError(table.name, name, f"缺少这一列（{column.zh}）", f"the column is missing ({column.en})")
    marked = pl.col(UNREADABLE) if UNREADABLE in frame.columns else pl.lit(None, dtype=pl.String).alias(UNREADABLE)
    return frame.select(*(_typed(table, column, frame.schema) for column in table.columns.values()), marked)


def _typed(table: Table, column: Column, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    canonical = _CANONICAL[column.type]
    found = schema.get(column.name)
    if found is None or found == pl.Null:
        return pl.lit(None, dtype=canonical).alias(column.name)
    it = pl.col(column.name)
    if column.type == "id" and (found.is_integer() or _is_text(found)):
        return it.cast(pl.Int64 if found.is_integer() else pl.String)
    if column.type in {"text", "time"} and _is_text(found):
        return it.cast(pl.String)
    if column.type == "moment" and isinstance(found, pl.Datetime) and found.time_zone:
        return it.dt.convert_time_zone("UTC").dt.cast_time_unit("us")
    if column.type == "number" and (found.is_numeric() or found.is_decimal()):
        return it
    if found == canonical:
        return it
    raise FactsError(
        table.name,
        column.name,
        f"类型是 {found}，应为 {_WANTED[column.type]}",
        f"its type is {found}, it should be {_WANTED[column.type]}",
    )


def _is_text(found: pl.DataType) -> bool:
    return isinstance(found, pl.String | pl.Categorical | pl.Enum)


_CANONICAL: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.Int64,
    "text": pl.String,
    "time": pl.String,
    "date": pl.Date,
    "moment": pl.Datetime("us", "UTC"),
    "number": pl.Float64,
    "truth": pl.Boolean,
}
_WANTED = {
    "id": "Int64 | String",
    "text": "String",
    "time": "String HH:MM",
    "date": "Date",
    "moment": "Datetime with time zone",
    "number": "Decimal | Float | Int",
    "truth": "Boolean",
}


def _id_types(loaded: Mapping[str, pl.DataFrame]) -> set[Any]:
    return {
        frame.schema[column.name]
        for name, frame in loaded.items()
        for column in tables()[name].columns.values()
        if column.type == "id" and column.name in frame.columns and frame.schema[column.name] != pl.Null
    }


def _ids_as_text(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    ids = [column.name for column in table.columns.values() if column.type == "id" and column.name in frame.columns]
    return frame.with_columns(pl.col(ids).cast(pl.String))


def _same_ids(made: dict[str, pl.DataFrame]) -> None:
    """Ids must have one type in all tables, or nothing would join; a column of nulls takes that type."""
    for key in ("person_id", "appointment_id"):
        wanted = made["appointments"].schema[key]
        for name, frame in made.items():
            if key not in frame.columns or frame.schema[key] == wanted:
                continue
            if frame[key].null_count() < frame.height:
                raise FactsError(
                    name,
                    key,
                    f"类型是 {frame.schema[key]}，appointments 中是 {wanted}",
                    f"its type is {frame.schema[key]}, in appointments it is {wanted}",
                )
            made[name] = frame.with_columns(pl.col(key).cast(wanted))
