"""From PostgreSQL to Polars columns, and back, through COPY: whole tables at once, in the caller's transaction and scope."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import connection
from psycopg import sql


@dataclass(frozen=True)
class Selection:
    """Whose facts, and of which days: a programme, a region's prefix, first and last day inclusive; all people, or some."""

    programme_id: int
    region_prefix: str
    first: date
    last: date
    people: tuple[int, ...] | None = None


def read(
    query: str, parameters: Sequence[object], schema: Mapping[str, pl.DataType | type[pl.DataType]]
) -> pl.DataFrame:
    """Run a SELECT and return its rows with the given column names and types, in the order of the SELECT.

    Times must be selected as text or numbers that Polars parses; booleans as `::int`.
    """
    with connection.cursor() as cursor, connection.wrap_database_errors:
        raw = cursor.cursor if hasattr(cursor, "cursor") else cursor
        bound = sql.SQL(query.replace("%s", "{}")).format(*(sql.Literal(value) for value in parameters))
        buffer = io.BytesIO()
        with raw.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(bound)) as copy:
            for block in copy:
                buffer.write(block)
    if not buffer.tell():
        return pl.DataFrame(schema=dict(schema))
    buffer.seek(0)
    return pl.read_csv(buffer, has_header=False, schema=dict(schema))


def write(table: str, frame: pl.DataFrame, *, skip_known: bool = False) -> int:
    """Append the frame's columns, named as the table's; returns how many rows were added.

    The rows go by COPY into a passing table and from there by INSERT, because PostgreSQL checks row-level security on
    INSERT only. With `skip_known`, rows that break a unique constraint are left out. Nulls are empty, empty text is
    quoted, lists are PostgreSQL's array text.
    """
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in frame.columns)
    target, stage = sql.Identifier(table), sql.Identifier(f"stage_{table}")
    with connection.cursor() as cursor, connection.wrap_database_errors:
        raw = cursor.cursor if hasattr(cursor, "cursor") else cursor
        raw.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(stage))
        raw.execute(sql.SQL("CREATE TEMP TABLE {} AS SELECT {} FROM {} WITH NO DATA").format(stage, columns, target))
        with raw.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(stage, columns)) as copy:
            for part in frame.iter_slices(50_000):
                copy.write(part.write_csv(include_header=False, quote_style="necessary").encode())
        known = sql.SQL(" ON CONFLICT DO NOTHING" if skip_known else "")
        raw.execute(sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM {2}").format(target, columns, stage) + known)
        added: int = raw.rowcount
        raw.execute(sql.SQL("DROP TABLE pg_temp.{}").format(stage))
    return added


def array_text(name: str) -> pl.Expr:
    """A list column as PostgreSQL writes an array: `{"出勤天数","日志篇数"}`."""
    escaped = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    quoted = pl.col(name).list.eval(pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))).list.join(",")
    return pl.concat_str(pl.lit("{"), quoted, pl.lit("}")).alias(name)
