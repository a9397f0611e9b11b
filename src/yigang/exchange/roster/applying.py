"""Writes the plan of a roster: a few statements for each table, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils import timezone

from yigang.exchange.registry import Touched
from yigang.exchange.roster.known import Known
from yigang.exchange.roster.lines import Line
from yigang.exchange.roster.plan import AppointmentWrite, HouseholdKey, KinshipWrite, PersonWrite, Plan
from yigang.exchange.roster.rows import Journal, Model, Row, keys_in, rows_of
from yigang.foundation import identity, names
from yigang.foundation.jobs import Progress
from yigang.people.domain import account_columns, identity_columns, name_columns
from yigang.people.enums import Relation
from yigang.people.holding import hold_members
from yigang.people.models import BankAccount, Hardship, Household, HouseholdCause, Kinship, Person
from yigang.posts.models import Post, Programme
from yigang.posts.queries import kinds_by_name
from yigang.tenure.domain import places_exchanged
from yigang.tenure.models import Appointment

MODELS: tuple[Model, ...] = (
    Household, HouseholdCause, Person, BankAccount, Hardship, Kinship, Post, Appointment,
)  # fmt: skip
"""Every table a roster writes, in the order in which rows depend on each other."""
BELONGINGS: tuple[Model, ...] = (BankAccount, Hardship, Kinship)


@dataclass
class Writer:
    """Runs the plan's steps in order; later steps find the rows of earlier ones by the roster's own names."""

    plan: Plan
    known: Known
    programme: Programme
    journal: Journal = field(default_factory=Journal)
    households: dict[HouseholdKey, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    """Id by identity number, of people this import adds."""
    posts: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Id and region by post number."""
    now: datetime = field(default_factory=timezone.now)

    def run(self, progress: Progress) -> Journal:
        hold_members(
            [write.known.pk for write in self.plan.people if write.known],
            [household.pk for household in self.known.households.values()],
        )
        steps = (
            self.write_households, self.write_causes, self.write_people, self.move_belongings, self.write_accounts,
            self.write_hardships, self.write_kinships, self.write_posts, self.write_appointments,
        )  # fmt: skip
        for done, step in enumerate(steps, start=1):
            step()
            progress(done, len(steps) + 1)
        self.journal.close(MODELS)
        return self.journal

    def write_households(self) -> None:
        new = [write for write in self.plan.households if write.known is None]
        rows = [{"region_code": write.key[0], "number": write.key[1], **write.columns} for write in new]
        keys = self.journal.add(Household, rows)
        changed = {write.known.pk: write.columns for write in self.plan.households if write.known and write.columns}
        self.journal.change(Household, changed)
        self.households = {key: household.pk for key, household in self.known.households.items()}
        self.households |= {write.key: key for write, key in zip(new, keys, strict=True)}

    def write_causes(self) -> None:
        replaced = [write for write in self.plan.households if write.causes is not None]
        old = HouseholdCause.objects.filter(household__in=keys_in(write.known.pk for write in replaced if write.known))
        self.journal.remove(HouseholdCause, list(old.values_list("pk", flat=True)))
        rows = [
            {
                "region_code": write.key[0], "household_id": self.households[write.key], "cause": code, "text": text[:40],
                "main": position == 0,
            }
            for write in replaced for position, (code, text) in enumerate(write.causes or ())
        ]  # fmt: skip
        self.journal.add(HouseholdCause, rows)

    def write_people(self) -> None:
        self._change_people()
        new = [write for write in self.plan.people if write.known is None]
        keys = self.journal.add(Person, [self._person(write) for write in new])
        self.people = {write.line.number: key for write, key in zip(new, keys, strict=True)}

    def _person(self, write: PersonWrite) -> Row:
        columns = write.columns | identity_columns(identity.parse(write.line.number)) | name_columns(write.line.name)
        return {
            **columns, "identity_converted": write.line.converted, "household_id": self._household_id(write),
            "created_at": self.now,
        }  # fmt: skip

    def _change_people(self) -> None:
        changes: dict[int, dict[str, Any]] = {}
        for write in self.plan.people:
            if write.known is not None:
                columns = {**write.columns, **(name_columns(write.line.name) if "name" in write.columns else {})}
                if write.household is not None:
                    columns["household_id"] = self._household_id(write)
                changes[write.known.pk] = columns
        # A household has one head at any moment: former heads step down before new ones are written.
        former = {
            write.known.pk: {"relation": str(Relation.OTHER)} for write in self.plan.people
            if write.known and write.known.relation == Relation.HEAD and ("relation" in write.columns or write.household)
        }  # fmt: skip
        self.journal.change(Person, former)
        for key in former:
            changes[key].setdefault("relation", str(Relation.HEAD))
        self.journal.change(Person, changes)

    def _household_id(self, write: PersonWrite) -> int | None:
        return self.households[write.household] if write.household else None

    def move_belongings(self) -> None:
        """What belongs to a person who moved is seen where the person is."""
        moved = {
            write.known.pk: write.line.region for write in self.plan.people
            if write.known and "region_code" in write.columns
        }  # fmt: skip
        for model in BELONGINGS:
            found = rows_of(model).filter(person__in=keys_in(moved)).values_list("pk", "person_id")
            self.journal.change(model, {key: {"region_code": moved[person]} for key, person in found})

    def write_accounts(self) -> None:
        changed: dict[int, dict[str, Any]] = {}
        new: list[Row] = []
        for write in self.plan.accounts:
            line = write.line
            holder = names.normalise(line.holder or line.name)
            if write.old is not None and write.same_card:
                changed[write.old.pk] = {"bank": line.bank, "holder": holder}
                continue
            if write.old is not None:
                changed[write.old.pk] = {"active": False}
            new.append({
                "region_code": line.region, "person_id": self._person_id(write.person, line.number), "bank": line.bank,
                "holder": holder, "active": True, "created_at": self.now, **account_columns(line.card or ""),
            })  # fmt: skip
        self.journal.change(BankAccount, changed)
        self.journal.add(BankAccount, new)

    def write_hardships(self) -> None:
        known = {
            write.known.pk: {"evidence": write.line.hardship_evidence} for write in self.plan.hardships if write.known
        }  # fmt: skip
        self.journal.change(Hardship, known)
        rows = [
            {
                "region_code": write.line.region, "person_id": self._person_id(write.person, write.line.number),
                "kind": write.line.hardship, "evidence": write.line.hardship_evidence, "since": write.line.hardship_since,
            }
            for write in self.plan.hardships if write.known is None
        ]  # fmt: skip
        self.journal.add(Hardship, rows)

    def write_kinships(self) -> None:
        old = chain.from_iterable(write.old for write in self.plan.kinships)
        self.journal.remove(Kinship, [tie.pk for tie in old])
        self.journal.add(Kinship, list(chain.from_iterable(self._ties(write) for write in self.plan.kinships)))

    def _ties(self, write: KinshipWrite) -> Iterator[Row]:
        person = self._person_id(write.person, write.line.number)
        for official, office, relation in write.line.kinships or ():
            yield {
                "region_code": write.line.region, "person_id": person, "official": official, "office": office,
                "relation": relation,
            }  # fmt: skip

    def write_posts(self) -> None:
        kinds = {name: kind.pk for name, kind in kinds_by_name().items()}
        new = [write for write in self.plan.posts if write.known is None]
        rows = [
            {
                "programme_id": self.programme.pk, "number": write.number, "region_code": write.region_code,
                **_with_category(write.columns, kinds),
            }
            for write in new
        ]  # fmt: skip
        keys = self.journal.add(Post, rows)
        changed = {write.known.pk: _with_category(write.columns, kinds) for write in self.plan.posts if write.known}
        self.journal.change(Post, changed)
        self.posts = {number: (post.pk, post.region_code) for number, post in self.known.posts.items()}
        self.posts |= {write.number: (key, write.region_code) for write, key in zip(new, keys, strict=True)}

    def write_appointments(self) -> None:
        known = {write.known.pk: _terms(write) for write in self.plan.appointments if write.known is not None}
        new = [self._appointment(write) for write in self.plan.appointments if write.known is None]
        with places_exchanged():
            self.journal.change(Appointment, known)
            self.journal.change(Appointment, {key: {"place": place} for key, place in self.plan.moved.items()})
            self.journal.add(Appointment, new)

    def _appointment(self, write: AppointmentWrite) -> Row:
        line = write.line
        post, region_code = self.posts[line.post_number or ""]
        return {
            "region_code": region_code, "person_id": self._person_id(write.person, line.number), "post_id": post,
            "programme_id": self.programme.pk, "place": write.place, "starts": write.starts, "ends": write.ends,
            "agreement_number": line.agreement or "", "plan_start": line.plan_start, "plan_end": line.plan_end,
            "exit_kind": "", "exit_reason": "",
        }  # fmt: skip

    def touched(self, lines: Iterable[Line]) -> Iterator[Touched]:
        """Everybody of whom something was written."""
        for line in lines:
            if line.row in self.plan.shown:
                person = self.known.people.get(line.number)
                yield Touched(self._person_id(person, line.number), line.region, "changed" if person else "new")

    def _person_id(self, person: Person | None, number: str) -> int:
        return person.pk if person is not None else self.people[number]


def _with_category(columns: Mapping[str, Any], kinds: Mapping[str, int]) -> Row:
    """A post that is called otherwise belongs to the kind of its new name, or to none yet."""
    return {**columns, "category_id": kinds.get(columns["kind"].strip())} if "kind" in columns else {**columns}


def _terms(write: AppointmentWrite) -> Mapping[str, Any]:
    changed = {name: value if value is None else str(value) for name, value in write.columns.items()}
    return {**changed, "place": write.place}
