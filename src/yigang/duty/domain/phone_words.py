"""What a person says by the phone: consents, complaints, suggestions, explanations of what is asked about the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from yigang.duty.domain.projections import Accepted, projection
from yigang.duty.domain.withholding import withhold
from yigang.duty.models import Flag, FlagExplanation
from yigang.foundation.errors import Refusal
from yigang.notices.domain import Sender, complain
from yigang.notices.enums import ObjectionKind
from yigang.people.consents import Word, keep_words
from yigang.people.models import Person
from yigang.policy.capabilities import KINDS


class ConsentBody(msgspec.Struct, frozen=True):
    """Yes or no to one use of sensitive data, and the version of the words that were shown."""

    capability: Annotated[str, Meta(max_length=20)]
    given: bool
    text_version: Annotated[str, Meta(min_length=1, max_length=40)]


class SayingBody(msgspec.Struct, frozen=True):
    """A complaint or a suggestion, with the name of who signed it. `anonymous` asks for what a signed record cannot give."""

    text: Annotated[str, Meta(max_length=4_000)]
    anonymous: bool = False


class ExplanationBody(msgspec.Struct, frozen=True):
    """The person's own words to a question about the evidence."""

    flag: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    text: Annotated[str, Meta(max_length=1_000)]


@projection("consent", ConsentBody)
def consents(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one word; what needs no separate consent is none. A no reaches what was recorded after it and came before."""
    verdicts = [_no_consent(each.body) for each in records]
    keep_words(
        Word(
            each.person_id,
            each.region_code,
            each.body.capability,
            each.body.given,
            each.body.text_version,
            each.at,
            each.id,
        )
        for each, why in zip(records, verdicts, strict=True)
        if why is None
    )
    refusing = {
        each.person_id for each, why in zip(records, verdicts, strict=True) if why is None and not each.body.given
    }
    if refusing:
        withhold(refusing, before=records[0].received, actor=None)
    return verdicts


def _no_consent(body: ConsentBody) -> Refusal | None:
    kind = KINDS.get(body.capability)
    if kind is not None and kind.sensitive:
        return None
    return Refusal(
        _("“%(what)s” needs no separate consent."), {"what": body.capability}, code="not_sensitive", field="capability"
    )


@projection("complaint", SayingBody)
def complaints(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one complaint about the work of the person's region."""
    return _said(ObjectionKind.COMPLAINT, records)


@projection("suggestion", SayingBody)
def suggestions(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one suggestion."""
    return _said(ObjectionKind.SUGGESTION, records)


def _said(kind: ObjectionKind, records: Sequence[Accepted]) -> list[Refusal | None]:
    named = Person.objects.filter(pk__in={each.person_id for each in records})
    people = {person.pk: Sender(person.name, person.phone) for person in named}
    return [_one(kind, each, people[each.person_id]) for each in records]


def _one(kind: ObjectionKind, record: Accepted, sender: Sender) -> Refusal | None:
    """One is taken as from the public site, with a term and an answer; people say such things one at a time."""
    if record.body.anonymous:
        return Refusal(
            _("What this phone sends is signed by you, so it is not without a name."), code="signed", field="anonymous",
            remedy=_("The public page takes it without a name and does not know who you are."),
        )  # fmt: skip
    try:
        complain(kind, record.region_code, record.body.text, sender=sender, record_id=record.id)
    except Refusal as refusal:
        return refusal
    return None


@projection("explanation", ExplanationBody)
def explanations(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one word about a question that the evidence of this person raised. An answered question is heard too."""
    wanted = Flag.objects.filter(pk__in=[each.body.flag for each in records])
    asked = {(pk, person): region for pk, person, region in wanted.values_list("pk", "person", "region_code")}
    verdicts = [_no_explanation(each, asked) for each in records]
    FlagExplanation.objects.bulk_create(
        FlagExplanation(
            region_code=asked[each.body.flag, each.person_id], flag_id=each.body.flag, record=each.id,
            text=each.body.text.strip(), at=each.at, received_at=each.received,
        )
        for each, why in zip(records, verdicts, strict=True)
        if why is None
    )  # fmt: skip
    return verdicts


def _no_explanation(record: Accepted, asked: Mapping[tuple[int, int], str]) -> Refusal | None:
    if (record.body.flag, record.person_id) not in asked:
        return Refusal(
            _("No such question was asked about your records."), code="no_question", field="flag",
            remedy=_("Open the month again and answer what stands there."),
        )  # fmt: skip
    return None if record.body.text.strip() else Refusal(_("Say why."), code="reason", field="text")
