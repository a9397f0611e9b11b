"""Columns of values as PostgreSQL's own binary arrays, for statements that write many rows with `unnest`.

psycopg writes an array element by element as text and escapes each; for a row of twenty columns that costs more than the
database's whole work. `Bigints(values)` and its kin are taken by `statements.run`; None is NULL.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from struct import Struct
from typing import Any, ClassVar

from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

NULL = b"\xff\xff\xff\xff"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST_DAY = date(2000, 1, 1).toordinal()
_head = Struct("!iiIii").pack
_size = Struct("!i").pack
_bigint = Struct("!iq").pack
_float = Struct("!id").pack
_day = Struct("!ii").pack


class Column(ABC):
    """Values of one type, written together. `TypeError`, `OverflowError` or `struct.error` where one does not fit."""

    __slots__ = ("values",)
    array: ClassVar[int]
    """The array type's number in PostgreSQL."""
    element: ClassVar[int]

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    @staticmethod
    @abstractmethod
    def one(value: Any) -> bytes:
        """A value with its length before it."""

    def written(self) -> bytes:
        """As PostgreSQL receives it."""
        one, values = self.one, self.values
        if not values:
            return _head(0, 0, self.element, 0, 1)[:12]
        parts = [NULL if value is None else one(value) for value in values]
        return _head(1, int(NULL in parts), self.element, len(parts), 1) + b"".join(parts)


class Bigints(Column):
    __slots__ = ()
    array, element = 1016, 20

    @staticmethod
    def one(value: int) -> bytes:
        return _bigint(8, value)


class Floats(Column):
    __slots__ = ()
    array, element = 1022, 701

    @staticmethod
    def one(value: float) -> bytes:
        return _float(8, value)


class Texts(Column):
    __slots__ = ()
    array, element = 1009, 25

    @staticmethod
    def one(value: str) -> bytes:
        content = value.encode()
        return _size(len(content)) + content


class Byteas(Column):
    __slots__ = ()
    array, element = 1001, 17

    @staticmethod
    def one(value: bytes) -> bytes:
        return _size(len(value)) + value


class Uuids(Column):
    """Written with hyphens, as `str(UUID)` does."""

    __slots__ = ()
    array, element = 2951, 2950

    @staticmethod
    def one(value: str) -> bytes:
        return b"\x00\x00\x00\x10" + bytes.fromhex(value.replace("-", ""))


class Moments(Column):
    """Aware times."""

    __slots__ = ()
    array, element = 1185, 1184

    @staticmethod
    def one(value: datetime) -> bytes:
        return _bigint(8, (value - EPOCH) // MICROSECOND)


class Days(Column):
    __slots__ = ()
    array, element = 1182, 1082

    @staticmethod
    def one(value: date) -> bytes:
        return _day(4, value.toordinal() - FIRST_DAY)


def _dumper(kind: type[Column]) -> type[Dumper]:
    class ColumnDumper(Dumper):
        format = Format.BINARY
        oid = kind.array

        def dump(self, obj: Column) -> bytes:
            return obj.written()

    return ColumnDumper


_DUMPERS = {kind: _dumper(kind) for kind in (Bigints, Floats, Texts, Byteas, Uuids, Moments, Days)}


def teach(context: AdaptContext) -> None:
    """Let a connection take these as arguments."""
    for kind, dumper in _DUMPERS.items():
        context.adapters.register_dumper(kind, dumper)
