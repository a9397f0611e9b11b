"""Separate consent to the use of sensitive data: given or withdrawn, by the person's phone or on paper, never forgotten."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
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


@dataclass
class Said:
    """A person's words on each capability, by time: each holds from the moment it was said until the next."""

    words: dict[str, list[tuple[datetime, bool]]] = field(default_factory=dict)

    def add(self, capability: str, at: datetime, *, given: bool) -> None:
        """One more word; of two of one moment the later one in."""
        insort(self.words.setdefault(capability, []), (at, given), key=lambda word: word[0])

    def withdrawn(self, capability: str, at: datetime) -> bool:
        """Whether a no was said before that moment and no yes since, to it or to what it rests on."""
        return any(since < at and (until is None or at <= until) for since, until in self.withdrawals(capability))

    def withdrawals(self, capability: str) -> list[tuple[datetime, datetime | None]]:
        """Spans of time in which a no held, to it or to what it rests on; None: it holds still."""
        found = []
        for code in (capability, *KINDS[capability].needs):
            words = self.words.get(code, [])
            ends = [*(at for at, _given in words[1:]), None]
            found += [(at, until) for (at, given), until in zip(words, ends, strict=False) if not given]
        return found


def said_by(people: Iterable[int], *capabilities: str) -> dict[int, Said]:
    """Person → words on these capabilities and what they rest on; nobody who never said any. One query."""
    codes = {code for each in capabilities for code in (each, *KINDS[each].needs)}
    rows = Consent.objects.filter(person__in=set(people), capability__in=codes).order_by("at", "pk")
    found: dict[int, Said] = {}
    for person, code, at, given in rows.values_list("person", "capability", "at", "given"):
        found.setdefault(person, Said()).add(code, at, given=given)
    return found


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
