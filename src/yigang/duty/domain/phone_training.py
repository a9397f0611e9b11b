"""Training from phones: signing in to a session by the code on its wall, answers of a test, handing it in.

All three may be recorded without signal. What speaks of a session or a test that the person does not have is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from yigang.duty.domain.projections import Accepted, projection
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.people.models import Person
from yigang.training import domain
from yigang.training.models import Session, Sitting


class SignInBody(msgspec.Struct, frozen=True):
    """The two numbers on the wall."""

    session: Annotated[int, Meta(gt=0)]
    code: Annotated[str, Meta(min_length=6, max_length=6)]


class AnswerBody(msgspec.Struct, frozen=True):
    """Letters chosen for one question of a test."""

    sitting: Annotated[int, Meta(gt=0)]
    question: Annotated[int, Meta(gt=0)]
    chosen: Annotated[list[Annotated[str, Meta(min_length=1, max_length=1)]], Meta(min_length=1, max_length=8)]


class HandInBody(msgspec.Struct, frozen=True):
    """The person is done with a test."""

    sitting: Annotated[int, Meta(gt=0)]


@projection("session_sign_in", SignInBody)
def sign_ins(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one presence; a wrong code is kept and refused."""
    people = Person.objects.in_bulk({each.person_id for each in records})
    return [_sign_in(each, people[each.person_id]) for each in records]


def _sign_in(record: Accepted, person: Person) -> Refusal | None:
    body: SignInBody = record.body
    with rls.everywhere("a session may be held by the county or another town; only its code is compared"):
        session = Session.objects.select_related("course__plan__programme").filter(pk=body.session).first()
    if session is None:
        return Refusal(_("There is no session %(number)d."), {"number": body.session}, code="no_session")
    answer = domain.sign_in(session, person, domain.Seen(body.code, record.at, record.received, record.id))
    return answer if isinstance(answer, Refusal) else None


@projection("test_answer", AnswerBody)
def answers(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one answer; a late one is kept by the test itself and is no refusal."""
    return [_judged(_answer, each) for each in records]


@projection("test_hand_in", HandInBody)
def hand_ins(records: Sequence[Accepted]) -> list[Refusal | None]:
    return [_judged(_hand_in, each) for each in records]


def _judged(work: Callable[[Accepted], None], record: Accepted) -> Refusal | None:
    """A refusal as a value; what was written before it in this record is undone."""
    try:
        with transaction.atomic():
            work(record)
    except Refusal as refusal:
        return refusal
    return None


def _answer(record: Accepted) -> None:
    body: AnswerBody = record.body
    chosen = domain.Chosen(body.question, body.chosen, record.at, record.received, record.id)
    domain.answer(_sitting(body.sitting, record), chosen, device=record.device_id)


def _hand_in(record: Accepted) -> None:
    domain.hand_in(_sitting(record.body.sitting, record), at=record.at, device=record.device_id)


def _sitting(key: int, record: Accepted) -> Sitting:
    """The person's own test."""
    found = Sitting.objects.filter(pk=key, person=record.person_id).first()
    if found is None:
        raise Refusal(_("There is no such test of yours."), code="no_sitting")
    return found
