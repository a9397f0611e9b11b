"""Separate consent to the use of sensitive data: given or withdrawn, by the person's phone or on paper, never forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people.access import NOTE_CONSENTS
from yigang.people.models import Consent, Person
from yigang.policy.capabilities import KINDS, Capability

AHEAD = timedelta(minutes=10)
"""How far a clerk's clock may be before ours."""


@dataclass(frozen=True)
class Word:
    """What a phone's record said: `region_code` is the person's, as the record's."""

    person_id: int
    region_code: str
    capability: str
    given: bool
    text_version: str
    at: datetime
    record_id: UUID


def standing(person_id: int) -> dict[str, Consent]:
    """The newest word on each capability. One query."""
    rows = Consent.objects.filter(person=person_id).order_by("capability", "-at", "-pk").distinct("capability")
    return {row.capability: row for row in rows.select_related("noted_by")}


def holds(consent: Consent | None, capability: Capability) -> bool:
    """Whether the newest word is a yes to the words and the basis that hold now."""
    return consent is not None and consent.given and consent.text_version == capability.text_version


def agreed_to(capability: Capability, people: Iterable[int]) -> set[int]:
    """Those whose newest word is a yes to the words and the basis that hold now. One query."""
    rows = Consent.objects.filter(person__in=list(people), capability=capability.kind.code)
    newest = rows.order_by("person", "-at", "-pk").distinct("person")
    return {row.person_id for row in newest if holds(row, capability)}


def keep_words(words: Iterable[Word]) -> None:
    """Keep what phones said; a record that is known adds nothing. The records themselves are the trail."""
    Consent.objects.bulk_create(
        (
            Consent(
                person_id=word.person_id, region_code=word.region_code, capability=word.capability, given=word.given,
                text_version=word.text_version, at=word.at, record_id=word.record_id,
            )
            for word in words
        ),
        ignore_conflicts=True,
    )  # fmt: skip


@transaction.atomic
def note_on_paper(
    person: Person, capability: Capability, *, given: bool, at: datetime | None = None, actor: User
) -> Consent:
    """A clerk notes what somebody without a phone has signed or said."""
    require(actor, NOTE_CONSENTS, person.region_code)
    said = at or timezone.now()
    if not KINDS[capability.kind.code].sensitive:
        raise Refusal(_("No separate consent is needed for this."), code="not_sensitive", field="capability")
    if said > timezone.now() + AHEAD:
        raise Refusal(_("This day is still to come."), code="future", field="at")
    consent = Consent.objects.create(
        person=person, region_code=person.region_code, capability=capability.kind.code, given=given, at=said,
        text_version=capability.text_version, noted_by=actor,
    )  # fmt: skip
    after = {"person": person.name, "capability": capability.kind.name.zh, "given": given}
    audit.record("people.note_consent", consent, actor=actor, after=after)
    return consent
