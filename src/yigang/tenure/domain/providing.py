"""Verbs of certificates and of what post holders are given: insurance, gear, checks, leave."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.access import CERTIFY, PROVIDE
from yigang.tenure.enums import ProvisionKind
from yigang.tenure.models import Appointment, Certificate, Provision

SAID = ("number", "valid_until", "cost_fen", "fund", "note")


@dataclass(frozen=True)
class Issue:
    """What is given out: the same to everybody. The cost is for each person, charged to a fund by its name."""

    kind: ProvisionKind
    item: str
    issued_on: date
    valid_until: date | None = None
    cost_fen: int = 0
    fund: str = ""
    note: str = ""


@dataclass(frozen=True)
class Outlook:
    """What giving out would do, before it is done: who gets it, who has it already, what it costs."""

    new: tuple[Appointment, ...]
    known: tuple[Appointment, ...]
    cost_fen: int


@transaction.atomic
def record_certificate(
    person: Person, subject: str, issued_on: date, *, actor: User, valid_until: date | None = None,
    programme: Programme | None = None, issuer: str = "", file: StoredFile | None = None,
) -> Certificate:  # fmt: skip
    """Training that a person has passed; without a programme it counts for every one."""
    require(actor, CERTIFY, person.region_code)
    if not subject.strip():
        raise Refusal(_("Say what was learned."), code="subject_missing", field="subject")
    if issued_on > timezone.localdate():
        raise Refusal(_("A certificate cannot be issued in the future."), code="dates", field="issued_on")
    if valid_until is not None and valid_until < issued_on:
        raise Refusal(_("It would end before it is issued."), code="dates", field="valid_until")
    try:
        with transaction.atomic():
            made = Certificate.objects.create(
                region_code=person.region_code, person=person, programme=programme, subject=subject.strip(),
                issuer=issuer.strip(), issued_on=issued_on, valid_until=valid_until, file=file, recorded_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        if violated(error) != "certificate_once":
            raise
        raise Refusal(_("This certificate is on file already."), code="known", field="subject") from error
    audit.record("tenure.record_certificate", made, actor=actor, after={"name": person.name, "subject": made.subject})
    return made


def outlook(held: Collection[Appointment], issue: Issue) -> Outlook:
    """Look before giving out; nothing is written. Two queries at most whatever the number."""
    known = set(
        Provision.objects.filter(
            kind=issue.kind, item=issue.item, issued_on=issue.issued_on, person__in=[one.person_id for one in held]
        ).values_list("person_id", flat=True)
    )
    new = tuple(one for one in held if one.person_id not in known)
    return Outlook(new, tuple(one for one in held if one.person_id in known), issue.cost_fen * len(new))


@transaction.atomic
def give_out(
    held: Sequence[Appointment], issue: Issue, *, actor: User, numbers: Sequence[str] = ()
) -> list[Provision]:  # fmt: skip
    """Give the same thing to many people in post at once; whoever has it from that day already is left out.

    `numbers` are policy or serial numbers in the order of the people.
    """
    refuse_issue(issue)
    for region in {one.region_code for one in held}:
        require(actor, PROVIDE, region)
    seen = outlook(held, issue)
    if not seen.new:
        raise Refusal(_("Nobody is left to get it: all of them have it from that day."), code="nobody")
    number = dict(zip((one.pk for one in held), numbers, strict=False))
    batch = str(uuid.uuid4())
    made = Provision.objects.bulk_create(
        (
            Provision(
                region_code=one.region_code, person_id=one.person_id, programme_id=one.programme_id, kind=issue.kind,
                item=issue.item.strip(), number=number.get(one.pk, ""), issued_on=issue.issued_on,
                valid_until=issue.valid_until, cost_fen=issue.cost_fen, fund=issue.fund.strip(), note=issue.note.strip(),
                batch=batch, recorded_by=actor,
            )
            for one in seen.new
        ),
        batch_size=1000,
    )  # fmt: skip
    after = {"item": issue.item, "count": len(made), "total_fen": seen.cost_fen, "fund": issue.fund}
    audit.record(
        "tenure.give_out", ("tenure.provision", batch), actor=actor, region_code=made[0].region_code, after=after
    )
    return made


@dataclass(frozen=True)
class Given:
    """One thing that one person in post got, with its policy or serial number."""

    appointment: Appointment
    issue: Issue
    number: str = ""

    @property
    def key(self) -> tuple[int, str, str, date]:
        """What makes it the same thing as one on file."""
        return self.appointment.person_id, str(self.issue.kind), self.issue.item, self.issue.issued_on

    @property
    def said(self) -> dict[str, Any]:
        """What may be corrected later."""
        issue = self.issue
        return {
            "number": self.number, "valid_until": issue.valid_until, "cost_fen": issue.cost_fen, "fund": issue.fund,
            "note": issue.note,
        }  # fmt: skip


@dataclass(frozen=True)
class Recorded:
    """What recording did: the new entries, and of those that it corrected how they were; `left` is how it leaves all."""

    added: tuple[int, ...]
    before: Mapping[int, Mapping[str, Any]]
    left: Mapping[int, Mapping[str, Any]]


def on_file(given: Iterable[Given]) -> dict[tuple[int, str, str, date], Provision]:
    """The entries that are these very things: same person, kind, name and day. One query."""
    people = {one.appointment.person_id for one in given}
    return {
        (row.person_id, row.kind, row.item, row.issued_on): row for row in Provision.objects.filter(person__in=people)
    }


@transaction.atomic
def record_provisions(given: Sequence[Given], *, actor: User) -> Recorded:
    """Record what people got, each his own; what is on file already is corrected to what is said now."""
    for region in {one.appointment.region_code for one in given}:
        require(actor, PROVIDE, region)
    for one in given:
        refuse_issue(one.issue)
    known, batch = on_file(given), str(uuid.uuid4())
    fresh = [_provision(one, batch, actor) for one in given if one.key not in known]
    made = Provision.objects.bulk_create(fresh, batch_size=1000)
    differing = [
        (known[one.key], one.said) for one in given if one.key in known and said_of(known[one.key]) != one.said
    ]
    before = {row.pk: said_of(row) for row, _said in differing}
    for row, said in differing:
        _write(row, said)
    left = {row.pk: said_of(row) for row in (*made, *(row for row, _said in differing))}
    if left:
        total = sum(row.cost_fen for row in made)
        after = {"count": len(made), "changed": len(before), "total_fen": total}
        audit.record(
            "tenure.record_provisions", ("tenure.provision", batch), actor=actor, after=after,
            region_code=given[0].appointment.region_code,
        )  # fmt: skip
    return Recorded(tuple(row.pk for row in made), before, left)


@transaction.atomic
def take_back_provisions(recorded: Recorded, reason: str, *, actor: User) -> None:
    """Put back what was before; refused when somebody has changed one of the entries since."""
    rows = {row.pk: row for row in hold(Provision.objects.filter(pk__in=recorded.left))}
    for region in {row.region_code for row in rows.values()}:
        require(actor, PROVIDE, region)
    if {pk: said_of(row) for pk, row in rows.items()} != dict(recorded.left):
        raise Refusal(
            _("Some of what was recorded has been changed or removed since."), code="changed_since",
            remedy=_("An undo would lose that. Correct the entries by a new table."),
        )  # fmt: skip
    Provision.objects.filter(pk__in=recorded.added).delete()
    for pk, before in recorded.before.items():
        _write(rows[pk], before)
    after = {"count": len(recorded.added), "changed": len(recorded.before), "reason": reason}
    region = next(iter(rows.values())).region_code if rows else None
    audit.record(
        "tenure.take_back_provisions", ("tenure.provision", "—"), actor=actor, region_code=region, after=after
    )  # fmt: skip


def said_of(row: Provision) -> dict[str, Any]:
    """What may be corrected of an entry."""
    return {name: getattr(row, name) for name in SAID}


def _write(row: Provision, said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        setattr(row, name, value)
    row.save(update_fields=list(said))


def _provision(one: Given, batch: str, actor: User) -> Provision:
    held, issue = one.appointment, one.issue
    return Provision(
        region_code=held.region_code, person_id=held.person_id, programme_id=held.programme_id, kind=issue.kind,
        item=issue.item, issued_on=issue.issued_on, batch=batch, recorded_by=actor, **one.said,
    )  # fmt: skip


def refuse_issue(issue: Issue) -> None:
    """Refuse what nobody can have been given: nameless, of negative cost, paid by nobody, over before it began."""
    if not issue.item.strip():
        raise Refusal(_("Say what is given out."), code="item_missing", field="item")
    if issue.cost_fen < 0:
        raise Refusal(_("A cost is not negative."), code="cost", field="cost_fen")
    if issue.cost_fen and not issue.fund.strip():
        raise Refusal(_("Name the fund that pays for it."), code="fund_missing", field="fund")
    if issue.valid_until is not None and issue.valid_until < issue.issued_on:
        raise Refusal(_("It would end before it is issued."), code="dates", field="valid_until")
