"""Verbs of review: each difference is looked at, by somebody, on a day; only what is accepted reaches a person's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.access import REVIEW_REGISTER
from yigang.people.domain import name_columns
from yigang.people.enums import ReviewState
from yigang.people.holding import hold_members
from yigang.people.models import Household, Person, RegisterChange, RegisterEdition

PART = 1_000
WRITTEN = ("name", "pinyin", "initials", "region_code", "phone", "household", "relation", "residence")


@dataclass(frozen=True)
class Reviewed:
    """How many differences were decided, and those that stayed open with the reason."""

    done: int
    left: Sequence[tuple[RegisterChange, str]] = ()


@transaction.atomic
def accept(change: RegisterChange, *, actor: User) -> RegisterChange:
    """Take the register's word: write its proposals to the person's file. Refused when the file was changed since."""
    change = _locked(change, actor)
    _hold_people(RegisterChange.objects.filter(pk=change.pk))
    person = Person.objects.select_related("household").get(pk=change.person_id)
    before = audit.snapshot(person, ("name", "region_code", "phone", "household_id", "relation", "residence"))
    if change.proposals:
        _write(change, person)
    _decide(RegisterChange.objects.filter(pk=change.pk), ReviewState.ACCEPTED, actor)
    after = {**{name: new for name, (_old, new) in change.proposals.items()}, "state": ReviewState.ACCEPTED}
    audit.record("people.accept_change", person, actor=actor, before=before if change.proposals else None, after=after)
    return RegisterChange.objects.get(pk=change.pk)


@transaction.atomic
def keep(change: RegisterChange, *, actor: User) -> RegisterChange:
    """The difference was looked at; the person's file stays as it is."""
    change = _locked(change, actor)
    _decide(RegisterChange.objects.filter(pk=change.pk), ReviewState.KEPT, actor)
    audit.record("people.keep_change", change.person, actor=actor, after={"state": ReviewState.KEPT})
    return RegisterChange.objects.get(pk=change.pk)


@transaction.atomic
def decide_all(
    edition: RegisterEdition, rows: QuerySet[RegisterChange], state: ReviewState, *, actor: User,
    progress: Progress = silent,
) -> Reviewed:  # fmt: skip
    """Decide everything that is open among these rows (a filter of one edition's differences).

    Rows whose person's file was changed since, or that would give a household a second head, stay open and are named.
    One entry of the audit trail counts them; each difference keeps who decided it, when, and both values.
    """
    require(actor, REVIEW_REGISTER)
    open_rows = rows.filter(edition=edition, state=ReviewState.OPEN)
    left: list[tuple[RegisterChange, str]] = []
    done = 0
    if state == ReviewState.ACCEPTED:
        proposing = open_rows.exclude(proposals={}).order_by("pk").select_for_update(of=("self",))
        keys = list(proposing.values_list("pk", flat=True))
        _hold_people(edition.changes.filter(pk__in=keys))
        for part in _parts(keys):
            left += _accept_part(edition.changes.filter(pk__in=part), actor)
            done += len(part)
            progress(done, len(keys))
    stay = [change.pk for change, _why in left]
    count = _decide(open_rows.exclude(pk__in=stay), state, actor)
    after = {"quarter": edition.quarter, "state": state, "count": count + done - len(left), "left": len(left)}
    audit.record("people.review_register", edition, actor=actor, after=after)
    return Reviewed(count + done - len(left), left)


def _hold_people(rows: QuerySet[RegisterChange]) -> None:
    """Nobody else writes these files now, nor the households that would be left and entered."""
    people, numbers = set(), set()
    for person, home, proposals in rows.values_list("person_id", "person__region_code", "proposals"):
        people.add(person)
        if number := proposals.get("household", ("", None))[1]:
            numbers.add((proposals.get("region_code", ("", home))[1], number))
    hold_members(people, numbers=numbers)


def _parts(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), PART):
        yield keys[start : start + PART]


def _accept_part(rows: QuerySet[RegisterChange], actor: User) -> list[tuple[RegisterChange, str]]:
    """Write some changes; those that cannot be written, with why."""
    left: list[tuple[RegisterChange, str]] = []
    accepted: list[int] = []
    for change in rows.select_related("person__household"):
        try:
            _write(change, change.person)
            accepted.append(change.pk)
        except Refusal as refusal:
            left.append((change, str(refusal)))
    _decide(RegisterChange.objects.filter(pk__in=accepted), ReviewState.ACCEPTED, actor)
    return left


def _locked(change: RegisterChange, actor: User) -> RegisterChange:
    row = hold(RegisterChange.objects.select_related("person__household").filter(pk=change.pk)).get()
    require(actor, REVIEW_REGISTER, row.region_code)
    if row.state != ReviewState.OPEN:
        raise Refusal(
            _("This difference was decided already: %(state)s."), {"state": row.get_state_display()}, code="decided"
        )  # fmt: skip
    return row


def _decide(rows: QuerySet[RegisterChange], state: ReviewState, actor: User) -> int:
    return rows.update(state=state, reviewed_by=actor, reviewed_at=timezone.now())


def _write(change: RegisterChange, person: Person) -> None:
    """The proposals to the person, whose file must be as it was when the register was loaded."""
    now = _on_file(person)
    for name, (before, _new) in change.proposals.items():
        if now[name] != before:
            raise Refusal(
                _("The file of %(name)s was changed since the register was loaded."), {"name": person.name},
                code="changed_since", remedy=_("Compare both, and correct the file by hand or keep it as it is."),
            )  # fmt: skip
    for name, (_before, new) in change.proposals.items():
        if name == "name":
            for column, value in name_columns(new).items():
                setattr(person, column, value)
        elif name != "household":
            setattr(person, name, new)
    if {"household", "region_code"} & change.proposals.keys():
        number = change.proposals["household"][1] if "household" in change.proposals else now["household"]
        person.household = _household(person, number)
    _save(person)


def _on_file(person: Person) -> dict[str, Any]:
    plain = {name: getattr(person, name) for name in ("name", "region_code", "phone", "relation", "residence")}
    return plain | {"household": person.household.number if person.household else None}


def _household(person: Person, number: str | None) -> Household | None:
    if number is None:
        return None
    household, _new = Household.objects.get_or_create(region_code=person.region_code, number=number)
    return household


def _save(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save(update_fields=WRITTEN)
    except IntegrityError as error:
        raise Refusal(
            _("The household of %(name)s has a head already."), {"name": person.name}, code="second_head",
            remedy=_("Change the other person's relation first, or keep the file as it is."),
        ) from error  # fmt: skip
    for belongings in (person.accounts, person.hardships, person.kinships):
        belongings.exclude(region_code=person.region_code).update(region_code=person.region_code)
