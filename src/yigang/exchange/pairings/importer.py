"""A table of helpers and households as a kind of import: look, pair all of them or none, take it back as one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.duty import domain
from yigang.duty.access import PAIR
from yigang.duty.models import Pairing
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.homes import Homes
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.pairings.columns import PAIRINGS
from yigang.exchange.registry import Applied, Context, Difference, Preview, Touched, register
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.stated import programme_of
from yigang.exchange.tables import Table, read_raw, values
from yigang.exchange.whom import Cells, PeopleRows
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.people.models import Household, Person
from yigang.posts.models import Programme
from yigang.tenure.queries import of_programme


@dataclass(frozen=True)
class Wanted:
    """One household and who is to answer for it; a post holder by key, else an official by name."""

    household: Household
    person: Person | None
    official: str
    office: str
    since: date
    row: int

    @property
    def name(self) -> str:
        return self.person.name if self.person else f"{self.official} {self.office}".strip()

    def as_row(self) -> list[Any]:
        person = self.person.pk if self.person else None
        return [self.household.pk, person, self.official, self.office, str(self.since)]


@dataclass
class Rows(PeopleRows):
    """The rows as pairings that are not there yet."""

    homes: Homes = field(default_factory=Homes)
    standing: Mapping[int, Pairing] = field(default_factory=dict)
    """Household → the pairing that holds."""
    wanted: list[Wanted] = field(default_factory=list)
    unchanged: int = 0

    def read(self, table: Table) -> None:
        super().read(table)
        seen: dict[int, int] = {}
        for one in self.wanted:
            first = seen.setdefault(one.household.pk, one.row)
            if first != one.row:
                self.say(
                    one.row, "household", "household_twice", _("Household %(number)s stands in row %(other_row)d already."),
                    remedy=_("Delete one of the two rows."), number=one.household.number, other_row=first,
                )  # fmt: skip

    def take(self, row: int, cells: Cells) -> None:
        home, since = self.homes.find(cells), cells["since"]
        assert isinstance(since, date)  # a row without it has an error
        office = str(cells["office"] or "").strip()
        if office and not cells["name"]:
            raise Refusal(_("The row does not name the official."), code="nobody_named", field="name")
        person = None if office else self.only(cells, f"{since}").person
        one = Wanted(home, person, "" if person else str(cells["name"]).strip(), office, since, row)
        known = self.standing.get(home.pk)
        if known is None:
            self.wanted.append(one)
        elif (known.helper_id, known.official) == (person.pk if person else None, one.official):
            self.unchanged += 1
        else:
            raise Refusal(
                _("Household %(number)s has a helper already."), {"number": home.number}, code="paired",
                field="household", remedy=_("End that pairing first."),
            )  # fmt: skip


class PairingImporter:
    """See `registry.Importer`. The plan is every pairing to make."""

    kind: ImportKind = ImportKind.PAIRING
    capability = PAIR
    columns: Sequence[ColumnSpec] = PAIRINGS
    needs_programme = True

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, PAIRINGS, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table, programme = values(raw, PAIRINGS), programme_of(context)
        rows = Rows(table.sheet, table.mapping, list(table.problems), for_persons=True)
        rows.homes, rows.standing = Homes.below(context.region_code), _standing(programme)
        rows.places, rows.serving = rows.homes.places, of_programme(programme, context.region_code)
        rows.read(table)
        progress(1, 1)
        plan = json.dumps([one.as_row() for one in rows.wanted], ensure_ascii=False)
        return Preview(
            counts={"rows": rows.rows, "new": len(rows.wanted), "changed": 0, "unchanged": rows.unchanged},
            problems=sorted(rows.problems, key=lambda one: one.row or 0), differences=list(_differences(rows.wanted)),
            plan="" if rows.errors else plan, mapping=mapping_of(raw), headings=raw.header.names,
            header_digest=header_digest(raw.header.names),
        )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept, programme = json.loads(plan), programme_of(context)
        homes = Household.objects.in_bulk([row[0] for row in kept])
        people = Person.objects.in_bulk([row[1] for row in kept if row[1]])
        made = []
        for number, (home, person, official, office, since) in enumerate(kept, 1):
            helper = domain.Helper(people.get(person), official, office)
            day = date.fromisoformat(since)
            made.append(domain.pair(programme, homes[home], helper, since=day, actor=context.actor))
            progress(number, len(kept))
        touched = [Touched(one.helper_id, one.region_code, "changed") for one in made if one.helper_id]
        return Applied({"new": len(made)}, json.dumps([one.pk for one in made]), touched=touched)

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        made = Pairing.objects.filter(pk__in=json.loads(applied.journal or "[]"))
        domain.take_back_pairings(list(made), reason=reason, actor=context.actor)


def _standing(programme: Programme) -> dict[int, Pairing]:
    return {one.household_id: one for one in Pairing.objects.filter(programme=programme, ends=None)}


def _differences(wanted: Sequence[Wanted]) -> Iterator[Difference]:
    for one in wanted:
        told = {"结对人": one.name, "结对日期": str(one.since)}
        yield Difference("new", one.household.number, one.row, {}, told, one.household.region_code)


register(PairingImporter())
