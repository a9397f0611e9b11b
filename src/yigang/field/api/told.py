"""What is said to the person and by the person: notices, complaints with their answers, consents."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Schema

from yigang.duty.domain.devices import Signed
from yigang.duty.models import Record
from yigang.field import own
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.home import CapabilityTold, capabilities_of
from yigang.field.api.reading import Token, read, see_towns_of
from yigang.foundation import regioncode
from yigang.foundation.enums import RegionLevel
from yigang.notices import receipts
from yigang.notices.models import Objection
from yigang.people.models import Consent

router = Router(tags=["reading"])


class NoticeTold(Schema):
    """A notice as it hangs out; its list is on the public page."""

    id: int
    number: str
    kind: str
    title: str
    body: str
    issuer: str
    contact: str
    opens: date
    closes: date
    page: str


class Notices(Answer):
    """What hangs out today, newest first."""

    notices: list[NoticeTold]


class Said(Schema):
    """A complaint or suggestion of the person's own phone, with what became of it."""

    record: str
    kind: str
    text: str
    receipt: str
    state: str
    state_name: str
    received_at: datetime
    due_on: date
    answer: str


class Sayings(Answer):
    """One's own complaints and suggestions, newest first."""

    sayings: list[Said]
    without_name: str
    """Where something is said without a name: a page of the public site, which asks for no account."""


class Word(Schema):
    """One yes or no, as it was said."""

    capability: str
    given: bool
    at: datetime
    by: str
    """`phone` or `paper`."""


class Consents(Answer):
    """What is asked, on what basis, what holds, and everything that was said."""

    asked: list[CapabilityTold]
    said: list[Word]


@router.get("notices", response={200: Notices, 401: Trouble, 429: Trouble}, auth=Token())
def notices(request: HttpRequest) -> HttpResponse:
    """Notices of the person's villages, their towns and counties."""
    return read(request, _notices)


def _notices(signed: Signed) -> Notices:
    hanging = own.notices_for(signed.prefixes, timezone.localdate())
    told = [
        NoticeTold(
            id=each.pk, number=each.number, kind=each.get_kind_display(), title=each.title, body=each.body,
            issuer=each.issuer, contact=each.contact, opens=each.opens, closes=each.closes,
            page=reverse("public:notice", args=[each.pk]),
        )
        for each in hanging
    ]  # fmt: skip
    return Notices(notices=told)


@router.get("complaints", response={200: Sayings, 401: Trouble, 429: Trouble}, auth=Token())
def complaints(request: HttpRequest) -> HttpResponse:
    """One's own complaints and suggestions and their answers."""
    return read(request, _complaints)


def _complaints(signed: Signed) -> Sayings:
    mine = Record.objects.filter(person=signed.person_id, kind__in=("complaint", "suggestion"))
    records = list(mine.order_by("-at").values_list("id", flat=True)[:100])
    see_towns_of(signed.prefixes)
    rows = Objection.objects.filter(record_id__in=records).order_by("-received_at")
    town = signed.home[: regioncode.LENGTHS[RegionLevel.TOWN]]
    return Sayings(sayings=[_said(row) for row in rows], without_name=reverse("public:complain", args=[town]))


def _said(row: Objection) -> Said:
    return Said(
        record=str(row.record_id), kind=row.kind, text=row.text,
        receipt=receipts.show(row.receipt), state=row.state, state_name=row.get_state_display(),
        received_at=row.received_at, due_on=row.due_on, answer=row.answer,
    )  # fmt: skip


@router.get("consents", response={200: Consents, 401: Trouble, 429: Trouble}, auth=Token())
def consents(request: HttpRequest) -> HttpResponse:
    """What is kept of the person and why, and what the person said to it."""
    return read(request, _consents)


def _consents(signed: Signed) -> Consents:
    today = timezone.localdate()
    current = own.current_of(own.posts_of(signed.person_id), today)
    said = [
        Word(capability=each.capability, given=each.given, at=each.at, by="phone" if each.record_id else "paper")
        for each in Consent.objects.filter(person=signed.person_id)[:100]
    ]
    return Consents(asked=capabilities_of(current, signed.person_id, today), said=said)
