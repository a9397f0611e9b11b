"""The frame of such a table: rows read one by one, each known already, new or a change; all are written or none.

A kind says what a row means (`LedgerRows.take`), how it reads (`difference`) and how it is kept in the plan (`as_row`).
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.registry import Context, Difference, Preview
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.roster.notes import Notes
from yigang.exchange.spreadsheet import Column, Format, Sheet, workbook_bytes
from yigang.exchange.tables import RawTable, Table, read_raw, values
from yigang.exchange.whom import Cells
from yigang.foundation.access import Capability
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress

EXAMPLE_SIGN = "示例"
FORMATS: Mapping[str, Format] = {"date": "date", "money": "money"}
WHERE = (
    ColumnSpec("town", "乡镇", ("乡（镇）", "镇", "乡", "镇街", "街道", "所属乡镇", "所在乡镇")),
    ColumnSpec("village", "村", ("行政村", "村居", "社区", "村名", "村委会", "所在村", "所属村")),
)
NOTES = (("错误", "任何一行有错误，整个文件都不导入。"), ("示例", "第一行是示例，导入时自动跳过。"))


class Entry(Protocol):
    """What one row says. Two rows with one key say the same thing twice."""

    @property
    def key(self) -> Hashable: ...
    @property
    def changes(self) -> bool:
        """Whether something stands there that this would write anew."""


E = TypeVar("E", bound=Entry)


@dataclass
class LedgerRows(Notes, ABC, Generic[E]):
    """The rows of one table; `wanted` are those that would be written, with their row."""

    wanted: list[tuple[int, E]] = field(default_factory=list)
    unchanged: int = 0
    rows: int = 0

    def read(self, table: Table) -> None:
        bad, seen = table.bad_rows(), dict[Hashable, int]()
        for row, *given in zip(table.row_numbers, *table.columns.values(), strict=True):
            cells = dict(zip(table.columns, given, strict=True))
            if any(str(cell or "").startswith(EXAMPLE_SIGN) for cell in cells.values()):
                self.problems = [each for each in self.problems if each.row != row]
                self.say(row, "village", "example_row", _("The template's example was left out."), "note")
                continue
            self.rows += 1
            if row in bad:
                continue
            try:
                one = self.take(cells)
            except Refusal as refusal:
                self.note(refusal, row)
            else:
                self._keep(row, one, seen)

    def _keep(self, row: int, one: E | None, seen: dict[Hashable, int]) -> None:
        if one is None:
            self.unchanged += 1
            return
        first = seen.setdefault(one.key, row)
        if first == row:
            self.wanted.append((row, one))
        else:
            self.say(
                row, "", "twice", _("This stands in row %(other_row)d already."), other_row=first,
                remedy=_("Delete one of the two rows."),
            )  # fmt: skip

    @abstractmethod
    def take(self, cells: Cells) -> E | None:
        """What a row says; None when it is on file already. A `Refusal` becomes the row's problem."""


class LedgerImporter(ABC, Generic[E]):
    """See `registry.Importer`. The plan is every row to write."""

    kind: ImportKind
    capability: Capability
    columns: Sequence[ColumnSpec]
    needs_programme = False

    @abstractmethod
    def rows(self, table: Table, context: Context) -> LedgerRows[E]:
        """Nothing read yet, but knowing what is on file."""

    @abstractmethod
    def difference(self, row: int, one: E) -> Difference: ...

    @abstractmethod
    def as_row(self, one: E) -> list[Any]: ...

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, self.columns, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table = values(raw, self.columns)
        rows = self.rows(table, context)
        rows.read(table)
        progress(1, 1)
        return self._preview(raw, rows)

    def _preview(self, raw: RawTable, rows: LedgerRows[E]) -> Preview:
        changed = sum(one.changes for _row, one in rows.wanted)
        plan = json.dumps([self.as_row(one) for _row, one in rows.wanted], ensure_ascii=False)
        return Preview(
            counts={
                "rows": rows.rows, "new": len(rows.wanted) - changed, "changed": changed, "unchanged": rows.unchanged,
            },
            problems=sorted(rows.problems, key=lambda one: one.row or 0),
            differences=[self.difference(row, one) for row, one in rows.wanted], plan="" if rows.errors else plan,
            mapping=mapping_of(raw), headings=raw.header.names, header_digest=header_digest(raw.header.names),
        )  # fmt: skip


def template(
    title: str, columns: Sequence[ColumnSpec], example: Sequence[object], notes: Sequence[tuple[str, str]], created: datetime
) -> bytes:  # fmt: skip
    """An empty table: headings, an example, and a sheet of notes."""
    made = [Column(spec.label, FORMATS.get(spec.kind, "text"), required=spec.required) for spec in columns]
    sheet = Sheet(title, made, [example], [f"{title}登记表"], template=True)
    return workbook_bytes([sheet], created=created, notes=(*notes, *NOTES))
