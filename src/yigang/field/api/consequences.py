"""What follows for the person from inspections and results, and held pay: told on the phone, and answered from it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from yigang.duty.domain.devices import Signed, signed_in
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, read, token_of
from yigang.oversight import domain, queries
from yigang.oversight.models import Proposal
from yigang.payment.bank import holds
from yigang.payment.hold_models import PayHold

router = Router(tags=["reading"])
SHOWN = 30


class ConsequenceTold(Schema):
    """A clause that was confirmed for a year. Who wrote the evidence is not told."""

    id: int
    year: int
    programme: str
    clause: str
    cites: str
    do: list[str]
    because: list[str]
    """The policy's words with what they came to."""
    decided_on: date | None
    told_on: date | None
    answer: str
    answered_on: date | None


class HoldTold(Schema):
    """Pay that is held back. Who asked for it is not told."""

    id: int
    programme: str
    from_month: str
    """`2020-07`: this month and those after it."""
    reason: str
    set_on: date | None
    review_by: date | None
    told_on: date | None
    answer: str
    answered_on: date | None


class Consequences(Answer):
    """Newest first; held pay as long as it is held."""

    consequences: list[ConsequenceTold]
    holds: list[HoldTold]


class Heard(Schema):
    """Read; with words, answered."""

    answer: Annotated[str, Field(max_length=500)] = ""


@router.get("consequences", response={200: Consequences, 401: Trouble, 429: Trouble}, auth=Token())
def consequences(request: HttpRequest) -> HttpResponse:
    """Confirmed consequences of the person's own."""
    return read(request, _consequences)


def _consequences(signed: Signed) -> Consequences:
    return Consequences(
        consequences=[_told(row) for row in queries.told_to(signed.person_id)[:SHOWN]],
        holds=[_held(row) for row in holds.holds_of(signed.person_id)],
    )


def _held(row: PayHold) -> HoldTold:
    return HoldTold(
        id=row.pk, programme=row.programme.name, from_month=f"{row.from_month:%Y-%m}", reason=row.reason,
        set_on=timezone.localdate(row.set_at) if row.set_at else None, review_by=row.review_by, told_on=row.told_on,
        answer=row.answer, answered_on=row.answered_on,
    )  # fmt: skip


def _told(row: Proposal) -> ConsequenceTold:
    return ConsequenceTold(
        id=row.pk, year=row.year, programme=row.appointment.programme.name, clause=row.clause, cites=row.cites,
        do=queries.deeds(row), because=[f"{word}：{value}" for word, value in row.facts.items() if value is not True]
        + [word for word, value in row.facts.items() if value is True],
        decided_on=timezone.localdate(row.decided_at) if row.decided_at else None, told_on=row.told_on, answer=row.answer,
        answered_on=row.answered_on,
    )  # fmt: skip


@router.post(
    "consequences/{int:key}", response={200: Consequences, 401: Trouble, 404: Trouble, 422: Trouble}, auth=Token()
)
def hear(request: HttpRequest, key: int, sent: Heard) -> Consequences:
    """The person has read of it, and may say something to it."""
    with transaction.atomic():
        signed = signed_in(token_of(request))
        row = queries.told_to(signed.person_id).filter(pk=key).first()
        if row is None:
            raise Http404
        domain.hear(row, sent.answer)
        return _consequences(signed)


@router.post("holds/{int:key}", response={200: Consequences, 401: Trouble, 404: Trouble, 422: Trouble}, auth=Token())
def hear_hold(request: HttpRequest, key: int, sent: Heard) -> Consequences:
    """The person has read that pay is held back, and may say something to it."""
    with transaction.atomic():
        signed = signed_in(token_of(request))
        row = holds.holds_of(signed.person_id).filter(pk=key).first()
        if row is None:
            raise Http404
        holds.hear_hold(row, sent.answer)
        return _consequences(signed)
