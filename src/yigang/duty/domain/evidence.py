"""Evidence on its way in: canonical frames, the tables they go to, and what makes two rows the same event.

Every frame has the columns of `WHO` (how the source calls the person; whatever it gives) and those of its target.
Times are aware, in UTC; days are local.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import polars as pl

from yigang.duty.enums import Source, Table
from yigang.foundation.models import StoredFile

Schema = Mapping[str, "pl.DataType | type[pl.DataType]"]

WHO: Schema = {
    "name": pl.String, "key": pl.String, "number": pl.String, "identity": pl.String, "phone": pl.String,
    "department": pl.String,
}  # fmt: skip
"""Name, the source's own key (DingTalk's UserId), job number (工号), identity number, telephone, department (部门)."""
ORIGIN: Schema = {"row": pl.UInt32, "raw": pl.String}
"""The row's number in its file, and the row as it came, as JSON."""
MINUTE_US = 60_000_000
MISSED = ("not_signed", "absent")


@dataclass(frozen=True)
class Target:
    """A table of evidence: its columns, and the text by which an event is known again."""

    table: str
    columns: Schema
    key: Callable[[pl.DataFrame, Source], pl.Series]
    """From rows with `person_id` to their external keys: short ASCII, without a backslash."""
    partitioned: bool = False
    texts: tuple[str, ...] = ()
    """Columns in which nothing is said by empty text."""
    constants: Mapping[str, object] = field(default_factory=dict)
    keeps_raw: bool = True

    @property
    def schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        """All columns of a canonical frame."""
        return {**ORIGIN, **WHO, **self.columns}


def _check_in_key(rows: pl.DataFrame, source: Source) -> pl.Series:
    """Person, minute, and whether the check was missed; further punches within one minute are numbered.

    Not the source's own number: a workbook has none, and the same punch must be known in the workbook and in the API's
    answer. Seconds are left out because workbooks leave them out.
    """
    minute = pl.col("at").dt.timestamp("us") // MINUTE_US
    missed = pl.col("result").is_in(MISSED).fill_null(value=False) | (pl.col("source") == Source.SYSTEM.value)
    same = ["person_id", "minute", "missed", "sort"] if source == Source.SHEET else ["person_id", "minute", "missed"]
    numbered = (
        rows.select("person_id", "at", minute=minute, missed=missed, sort="kind")
        .with_row_index("order")
        .sort("at", "order")
        .with_columns(number=pl.int_range(pl.len()).over(same))
        .sort("order")
    )
    parts = [pl.lit(source.value[0]), "person_id", "minute", pl.when("missed").then(pl.lit("m")).otherwise(pl.lit("s"))]
    if source == Source.SHEET:
        parts.append("sort")
    return numbered.select(pl.concat_str([*parts, "number"], separator=":")).to_series()


def _leave_key(rows: pl.DataFrame, source: Source) -> pl.Series:  # noqa: ARG001 - one leave is one leave in any source
    return rows.select(pl.concat_str(["person_id", "first", "last", "kind", "approved"], separator=":")).to_series()


def _log_key(rows: pl.DataFrame, source: Source) -> pl.Series:  # noqa: ARG001 - the words make the log
    digests = {text: sha256(text.encode()).hexdigest()[:24] for text in rows["text"].unique()}
    digest = pl.col("text").replace_strict(digests, return_dtype=pl.String)
    return rows.select(pl.concat_str(["person_id", "day", digest], separator=":")).to_series()


TARGETS: dict[Table, Target] = {
    Table.CHECK_INS: Target(
        "duty_checkin",
        {
            "at": pl.Datetime("us", "UTC"), "day": pl.Date, "kind": pl.String, "result": pl.String, "place": pl.String,
            "latitude": pl.Float64, "longitude": pl.Float64, "address": pl.String, "source": pl.String,
        },
        _check_in_key,
        partitioned=True,
        texts=("address",),
    ),
    Table.LEAVES: Target(
        "duty_leave",
        {
            "first": pl.Date, "last": pl.Date, "kind": pl.String, "approved": pl.Boolean, "approved_by": pl.String,
            "reason": pl.String, "source": pl.String,
        },
        _leave_key,
        texts=("approved_by", "reason"),
        constants={"cancelled": False},
    ),
    Table.WORK_LOGS: Target(
        "duty_worklog",
        {"day": pl.Date, "text": pl.String, "source": pl.String},
        _log_key,
        texts=("text",),
        constants={"cancelled": False},
    ),
}  # fmt: skip
"""Where each table's evidence goes. Later chapters add theirs with `register`."""


def register(table: Table, target: Target) -> None:
    """A later chapter keeps evidence too."""
    TARGETS[table] = target


@dataclass(frozen=True)
class Evidence:
    """Rows that arrived together, about one region and period. `programme_id` narrows by whose name they are matched."""

    table: Table
    source: Source
    region_code: str
    first: date
    last: date
    frame: pl.DataFrame
    programme_id: int | None = None
    file: StoredFile | None = None
    target: Target = field(init=False)

    @staticmethod
    def schema_of(table: Table) -> dict[str, pl.DataType | type[pl.DataType]]:
        """The columns of a table's canonical frame."""
        return TARGETS[table].schema

    def __post_init__(self) -> None:
        object.__setattr__(self, "target", TARGETS[self.table])
        missing = {name: kind for name, kind in self.target.schema.items() if name not in self.frame.columns}
        filled = self.frame.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in missing.items())
        object.__setattr__(self, "frame", filled.select(pl.col(name).cast(k) for name, k in self.target.schema.items()))
