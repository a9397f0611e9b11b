"""Leave from phones: asked for, cancelled, returned from, in whatever order the three arrive.

What speaks of a request that is not here yet is kept as a record; the request looks for it when it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from yigang.duty.domain.leave import LeaveAsked, cancel_leave, post_on, put_request, report_return
from yigang.duty.domain.phone_evidence import Sha256
from yigang.duty.domain.projections import Accepted, projection
from yigang.duty.enums import LeaveKind
from yigang.duty.models import LeaveRequest, Record
from yigang.foundation.errors import Refusal
from yigang.people.models import Person

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
FURTHEST = timedelta(days=366)
"""From the day of asking: leave further away is a slip of the finger."""
FOLLOWING = ("leave_cancel", "leave_return")


class LeaveBody(msgspec.Struct, frozen=True):
    """Leave asked for; days are local."""

    kind: LeaveKind
    first: Day
    last: Day
    reason: Annotated[str, Meta(max_length=200)] = ""
    stand_in: Annotated[str, Meta(max_length=60)] = ""
    media: Annotated[list[Sha256], Meta(max_length=9)] = []


class CancelBody(msgspec.Struct, frozen=True):
    """The request (a record's number) is taken back."""

    leave: UUID
    reason: Annotated[str, Meta(max_length=200)] = ""


class ReturnBody(msgspec.Struct, frozen=True):
    """Back at work, at a moment in milliseconds UTC; without one, when it was said."""

    leave: UUID
    at: int | None = None


_CANCEL, _RETURN = msgspec.json.Decoder(CancelBody), msgspec.json.Decoder(ReturnBody)


@projection("leave", LeaveBody)
def leaves(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one request, judged by the policy as of its own time; then what was said of it before it came."""
    people = Person.objects.in_bulk({each.person_id for each in records})
    verdicts = [_judged(_ask, each, people[each.person_id]) for each in records]
    stored = [each.id for each, no in zip(records, verdicts, strict=True) if no is None]
    _catch_up(records[0].person_id, stored)
    return verdicts


def _judged(work: object, *given: object) -> Refusal | None:
    """A refusal as a value; what was written before it in this record is undone."""
    assert callable(work)
    try:
        with transaction.atomic():
            work(*given)
    except Refusal as refusal:
        return refusal
    return None


def _ask(record: Accepted, person: Person) -> None:
    body: LeaveBody = record.body
    first, last = _day(body.first, "first"), _day(body.last, "last")
    if not record.day - FURTHEST <= first <= record.day + FURTHEST:
        raise Refusal(
            _("%(day)s is too far from the day on which the leave was asked for."),
            {"day": first},
            code="far",
            field="first",
        )
    asked = LeaveAsked(
        body.kind, first, last, body.reason, body.stand_in, None, body.media, at=record.at, record=record.id
    )
    put_request(post_on(person, first), asked, actor=None)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(_("%(day)s is no day of the calendar."), {"day": text}, code="day", field=field) from None


def _catch_up(person_id: int, requests: Iterable[UUID]) -> None:
    """Apply cancellations and returns that were stored before their request, in the order of their own times."""
    wanted = set(requests)
    if not wanted:
        return
    earlier = Record.objects.filter(person_id=person_id, kind__in=FOLLOWING).order_by("at", "seq")
    for kind, body, at in earlier.values_list("kind", "body", "at"):
        said = _RETURN.decode(body) if kind == "leave_return" else _CANCEL.decode(body)
        if said.leave in wanted:
            _judged(_follow, person_id, said, at)


@projection("leave_cancel", CancelBody)
def cancels(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record takes one request back, if it has arrived; else the request finds the record."""
    return [_judged(_follow, each.person_id, each.body, each.at) for each in records]


@projection("leave_return", ReturnBody)
def returns(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record says that the person is back, if the request has arrived; else the request finds the record."""
    return [_judged(_follow, each.person_id, each.body, each.at) for each in records]


def _follow(person_id: int, said: CancelBody | ReturnBody, at: datetime) -> None:
    request = LeaveRequest.objects.filter(record=said.leave, person_id=person_id).first()
    if request is None:
        return
    if isinstance(said, CancelBody):
        cancel_leave(request, reason=said.reason or str(_("taken back by the person")), actor=None, at=at)
        return
    moment = at if said.at is None else datetime.fromtimestamp(said.at / 1000, UTC)
    report_return(request, on=timezone.localdate(moment), actor=None, at=at)
