"""Whole rows of the database as JSON and back: what lets an import be taken back exactly, type by type.

PostgreSQL makes the JSON (`to_jsonb`) and reads it (`jsonb_populate_recordset`), so bytes, arrays and moments come back
as they were. Row-level security holds for all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db import connection, models
from django.db.models import GeneratedField
from django.db.models.expressions import RawSQL
from psycopg import sql

from yigang.foundation import facts

Model = type[models.Model]
Row = dict[str, Any]
REKEYED = ("_cipher", "_index")
"""Columns that a change of keys writes anew; that is no change of the row."""


def columns_of(model: Model) -> list[str]:
    """The columns that can be written."""
    return [each.column or "" for each in model._meta.concrete_fields if not isinstance(each, GeneratedField)]


def rows_of(model: Model) -> models.Manager[Any]:
    """The rows of any table."""
    return model._default_manager  # noqa: SLF001 - Django's own way to a model's rows when only its class is known


def snapshot(model: Model, keys: Iterable[int]) -> dict[int, Row]:
    """Rows as they stand, by key."""
    query = sql.SQL("SELECT id, to_jsonb(t) FROM {} AS t WHERE id = ANY(%s)").format(_table(model))
    return {key: json.loads(row) if isinstance(row, str) else row for key, row in _fetch(query, [list(keys)])}


def digests(model: Model, keys: Iterable[int], columns: Sequence[str]) -> dict[int, str]:
    """Digest of each row's named columns, by key; a later version's further columns do not count."""
    query = sql.SQL("SELECT id, md5(ROW({})::text) FROM {} WHERE id = ANY(%s)").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), _table(model)
    )
    return dict(_fetch(query, [list(keys)]))


def insert(model: Model, rows: Sequence[Row]) -> list[int]:
    """Add rows by COPY; their new keys, in order. Every column without a default of the database must be given."""
    if not rows:
        return []
    keys = _new_keys(model, len(rows))
    columns = {name: [as_text(row[name]) for row in rows] for name in rows[0]}
    frame = pl.DataFrame(
        {"id": [str(key) for key in keys], **columns}, schema_overrides=dict.fromkeys(columns, pl.String)
    )
    facts.write(model._meta.db_table, frame)
    return keys


def _new_keys(model: Model, count: int) -> list[int]:
    query = sql.SQL("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)")
    return [key for (key,) in _fetch(query, [model._meta.db_table, count])]


def as_text(value: Any) -> str | None:
    """A value as COPY reads it."""
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, list):
        quoted = ('"' + str(each).replace("\\", "\\\\").replace('"', '\\"') + '"' for each in value)
        return "{" + ",".join(quoted) + "}"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def keys_in(keys: Iterable[int]) -> RawSQL:
    """For `…__in`: thousands of keys as one parameter, where a list would be thousands of them."""
    return RawSQL("SELECT unnest(string_to_array(%s, ','))::bigint", [",".join(map(str, keys))])


def texts_in(texts: Iterable[str]) -> RawSQL:
    """For `…__in`: texts without line breaks."""
    return RawSQL("SELECT unnest(string_to_array(%s, E'\\n'))", ["\n".join(texts)])


def bytes_in(values: Iterable[bytes]) -> RawSQL:
    """For `…__in`: digests."""
    return RawSQL("SELECT decode(unnest(string_to_array(%s, ',')), 'hex')", [",".join(value.hex() for value in values)])


def update(model: Model, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Write these columns of rows that are there, by their `id`."""
    if not rows:
        return
    sets = sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(sql.Identifier(name)) for name in columns)
    query = sql.SQL(
        "UPDATE {0} AS t SET {1} FROM jsonb_populate_recordset(NULL::{0}, %s::jsonb) AS v WHERE t.id = v.id"
    ).format(_table(model), sets)
    _run(query, [json.dumps(rows, default=str)])


def overlay(model: Model, rows: Mapping[int, Row], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Write some columns of each row, not the same ones everywhere; `rows` are all of them as they stand."""
    columns = sorted({name for each in changes.values() for name in each})
    if columns:
        update(model, [{**rows[key], **each} for key, each in changes.items()], columns)


def restore(model: Model, rows: Sequence[Row]) -> None:
    """Put deleted rows back, their keys as they were."""
    if not rows:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns_of(model)))
    query = sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM jsonb_populate_recordset(NULL::{0}, %s::jsonb)").format(
        _table(model), names
    )
    _run(query, [json.dumps(rows)])


def delete(model: Model, keys: Iterable[int]) -> None:
    """Delete rows by key; references to them are looked for before, the database has the last word."""
    _run(sql.SQL("DELETE FROM {} WHERE id = ANY(%s)").format(_table(model)), [list(keys)])


def _table(model: Model) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _run(query: sql.Composable, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)


def _fetch(query: sql.Composable, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@dataclass
class Journal:
    """What an import did to which rows, by model label: enough to take it back, and to see whether others built on it."""

    added: dict[str, list[int]] = field(default_factory=dict)
    changed: dict[str, dict[int, Row]] = field(default_factory=dict)
    """The changed columns of each row, as they were."""
    removed: dict[str, list[Row]] = field(default_factory=dict)
    left: dict[str, dict[int, str]] = field(default_factory=dict)
    """Digest of every row added or changed, as the import left it."""
    columns: dict[str, list[str]] = field(default_factory=dict)
    """The columns those digests cover."""

    def add(self, model: Model, rows: Sequence[Row]) -> list[int]:
        """Insert rows; their keys."""
        keys = insert(model, rows)
        if keys:
            self.added.setdefault(model._meta.label, []).extend(keys)
        return keys

    def change(self, model: Model, changes: Mapping[int, Mapping[str, Any]]) -> None:
        """Write columns of rows by key, and keep how the rows were before, the first time."""
        if not changes:
            return
        before = snapshot(model, changes)
        kept = self.changed.setdefault(model._meta.label, {})
        for key, row in before.items():
            first = kept.setdefault(key, {})
            for name in changes[key]:
                first.setdefault(name, row[name])
        overlay(model, before, changes)

    def remove(self, model: Model, keys: Iterable[int]) -> None:
        """Delete rows, and keep them."""
        rows = snapshot(model, keys)
        if rows:
            self.removed.setdefault(model._meta.label, []).extend(rows.values())
            delete(model, rows)

    def close(self, models_: Iterable[Model]) -> None:
        """Note how the import leaves every row."""
        for model in models_:
            label = model._meta.label
            keys = [*self.added.get(label, []), *self.changed.get(label, {})]
            if keys:
                self.columns[label] = [name for name in columns_of(model) if not name.endswith(REKEYED)]
                self.left[label] = digests(model, keys, self.columns[label])

    def dump(self) -> str:
        return json.dumps(self.__dict__)

    @classmethod
    def load(cls, text: str) -> Journal:
        """The journal of `dump`; JSON has made text of the keys."""
        data = json.loads(text)
        for part in ("changed", "left"):
            data[part] = {
                label: {int(key): row for key, row in rows.items()} for label, rows in data[part].items()
            }  # fmt: skip
        return cls(**data)
