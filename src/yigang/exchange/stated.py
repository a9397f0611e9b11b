"""Tables whose rows each say one thing of one person in post: the frame of looking at them, for every kind of such a table.

A kind declares what its rows say (`StatedRows`), what is on record for them and how a difference reads
(`StatedImporter`); order, counts, the fault of a thing said twice, and a plan that falls when anything changed are here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.registry import Applied, Context, Difference, Preview, Touched
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.tables import RawTable, Table, read_raw, values
from yigang.exchange.whom import PeopleRows
from yigang.foundation.access import Capability
from yigang.foundation.errors import Refusal, Text
from yigang.foundation.jobs import Progress
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

Key = tuple[Any, ...]


class Stated(Protocol):
    """What one row says. Two rows with one key say the same thing twice."""

    @property
    def appointment(self) -> Appointment: ...
    @property
    def key(self) -> Key: ...


S = TypeVar("S", bound=Stated)


@dataclass
class StatedRows(PeopleRows, Generic[S]):
    """The rows of one table. `given` is what they say, each with its row."""

    twice: ClassVar[Text]
    """The sentence about a thing said twice, with `name` and `other_row`."""
    given: list[tuple[int, S]] = field(default_factory=list)

    @property
    def said(self) -> list[S]:
        return [one for _row, one in self.given]

    def read(self, table: Table) -> None:
        super().read(table)
        self.complete()
        seen: dict[Key, int] = {}
        for row, one in self.given:
            first = seen.setdefault(one.key, row)
            if first != row:
                self.say(
                    row, "name", "person_twice", self.twice, remedy=_("Delete one of the two rows."),
                    name=one.appointment.person.name, other_row=first,
                )  # fmt: skip

    def complete(self) -> None:
        """What is asked of all rows together, once each is read."""


R = TypeVar("R", bound=StatedRows[Any])
W = TypeVar("W")


class StatedImporter(ABC, Generic[S, R, W]):
    """See `registry.Importer`. The plan is everything to write, beside what was on record for it when it was looked at.

    `S` is what a row says, `R` the rows of a table, `W` what is on record.
    """

    kind: ImportKind
    capability: Capability
    columns: Sequence[ColumnSpec]
    needs_programme = True

    @abstractmethod
    def rows(self, table: Table, context: Context) -> R:
        """Nothing read yet, but knowing whom a row may mean."""

    @abstractmethod
    def known(self, rows: R) -> Mapping[Key, W]:
        """What is on record of the keys that the rows name."""

    @abstractmethod
    def differs(self, one: S, was: W) -> bool:
        """Whether a row says something else than what is on record."""

    @abstractmethod
    def difference(self, row: int, one: S, was: W | None) -> Difference:
        """The same for a person to read."""

    @abstractmethod
    def plan(self, rows: R, changed: Sequence[S], known: Mapping[Key, W]) -> str:
        """What `apply` is given."""

    def remark(self, rows: R, changed: Sequence[S]) -> None:
        """Say what holds of the file as a whole."""

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, self.columns, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table = values(raw, self.columns)
        rows = self.rows(table, context)
        progress(1, 2)
        rows.read(table)
        found = self._compared(raw, rows)
        progress(2, 2)
        return found

    def _compared(self, raw: RawTable, rows: R) -> Preview:
        known = self.known(rows)
        changed = [(row, one) for row, one in rows.given if one.key not in known or self.differs(one, known[one.key])]
        said, new = [one for _row, one in changed], sum(one.key not in known for _row, one in changed)
        self.remark(rows, said)
        return Preview(
            counts={
                "rows": rows.rows, "new": new, "changed": len(changed) - new, "unchanged": len(rows.given) - len(changed),
            },
            problems=sorted(rows.problems, key=lambda one: one.row or 0),
            differences=[self.difference(row, one, known.get(one.key)) for row, one in changed],
            plan="" if rows.errors else self.plan(rows, said, known), mapping=mapping_of(raw), headings=raw.header.names,
            header_digest=header_digest(raw.header.names),
        )  # fmt: skip

    @abstractmethod
    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        """See `registry.Importer`."""

    @abstractmethod
    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        """See `registry.Importer`."""


def held_by(keys: Sequence[int]) -> Mapping[int, Appointment]:
    """The appointments of a plan, with their people; one that is gone is absent."""
    return Appointment.objects.select_related("person").in_bulk(keys)


def touched(given: Sequence[Stated]) -> list[Touched]:
    """Whom a plan wrote about."""
    return [Touched(one.appointment.person_id, one.appointment.region_code, "changed") for one in given]


def programme_of(context: Context) -> Programme:
    """The programme, which such a kind always asks for."""
    assert context.programme is not None
    return context.programme


def data_changed(what: Text) -> Refusal:
    """The plan no longer says what would happen."""
    return Refusal(what, code="data_changed", remedy=_("Read the file again and look at the differences."))
