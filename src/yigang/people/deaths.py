"""The death of a person: recorded with what proves it, and taken back when it was somebody else. Never by a list."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, monthlocks
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.people.access import KEEP_PEOPLE
from yigang.people.models import Person

FIELDS = ("died_on", "death_evidence", "death_file_id")


@transaction.atomic
def record_death(
    person: Person, on: date, *, evidence: str, file: StoredFile | None = None, actor: User
) -> Person:  # fmt: skip
    """The person died on this day. Whoever holds a post is recorded by `tenure.deaths`, which ends it as well.

    Refused: a day to come or before the birth, nothing that proves it, a death that is on file.
    """
    require(actor, KEEP_PEOPLE, person.region_code)
    monthlocks.write_register(person.region_code)
    person = Person.objects.select_for_update().get(pk=person.pk)
    _refuse(person, on, evidence)
    before = audit.snapshot(person, FIELDS)
    person.died_on, person.death_evidence, person.death_file = on, evidence.strip(), file
    person.save(update_fields=["died_on", "death_evidence", "death_file"])
    audit.record("people.record_death", person, actor=actor, before=before, after=audit.snapshot(person, FIELDS))
    return person


@transaction.atomic
def take_back_death(person: Person, *, reason: str, actor: User) -> Person:
    """The death on file was wrong."""
    require(actor, KEEP_PEOPLE, person.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the death is taken back."), code="reason_missing", field="reason")
    monthlocks.write_register(person.region_code)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.died_on is None:
        raise Refusal(_("No death of %(name)s is on file."), {"name": person.name}, code="alive")
    before = audit.snapshot(person, FIELDS)
    person.died_on, person.death_evidence, person.death_file = None, "", None
    person.save(update_fields=["died_on", "death_evidence", "death_file"])
    audit.record("people.take_back_death", person, actor=actor, before=before, after={"reason": reason.strip()})
    return person


def _refuse(person: Person, on: date, evidence: str) -> None:
    if person.died_on is not None:
        raise Refusal(
            _("%(name)s died on %(day)s by what is on file."), {"name": person.name, "day": person.died_on},
            code="died_already", field="on", remedy=_("Take that back first, with the reason."),
        )  # fmt: skip
    if on > timezone.localdate():
        raise Refusal(_("This day is still to come."), code="future", field="on")
    if on < person.birth:
        raise Refusal(
            _("%(name)s was born on %(birth)s, after this day."), {"name": person.name, "birth": person.birth},
            code="before_birth", field="on",
        )  # fmt: skip
    if not evidence.strip():
        raise Refusal(
            _("Name what proves the death."), code="evidence_missing", field="evidence",
            remedy=_("For instance the number of the death certificate, or the cancelled household registration."),
        )  # fmt: skip
