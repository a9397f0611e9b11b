"""What a post holder's phone shows of his leave, of the households he answers for, and of what is asked about his evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, Sum

from yigang.duty import leave_account
from yigang.duty.domain.visits import rule_on
from yigang.duty.enums import FlagState, LeaveKind, LeaveLevel, LeaveState
from yigang.duty.leave_account import LeaveAccount
from yigang.duty.models import Flag, LeaveRequest, Pairing
from yigang.people.enums import Relation
from yigang.people.models import Person
from yigang.policy.visits import wanted
from yigang.posts.models import Programme

SHOWN = 50


@dataclass(frozen=True)
class OwnLeave:
    """One request as its person reads it; `record` is the number his phone gave it."""

    id: int
    record: UUID | None
    kind: LeaveKind
    first: date
    last: date
    reason: str
    asked_at: datetime
    state: LeaveState
    waits_for: LeaveLevel | None
    answers: tuple[tuple[LeaveLevel, bool, str], ...]
    """Level, whether it approved, and its words."""
    return_by: date
    returned_on: date | None


@dataclass(frozen=True)
class OwnLeaves:
    """The latest requests, and what the policy leaves of this year; None where it does not speak of leave."""

    requests: Sequence[OwnLeave]
    account: LeaveAccount | None


def leaves(person_id: int, programme: Programme | None, today: date) -> OwnLeaves:
    """For the phone's page of leave. Four queries."""
    rows = LeaveRequest.objects.filter(person_id=person_id).prefetch_related("decisions")[:SHOWN]
    account = leave_account.account(person_id, programme, today.year, on=today) if programme else None
    return OwnLeaves([_leave(row) for row in rows], account)


def _leave(row: LeaveRequest) -> OwnLeave:
    answers = tuple((LeaveLevel(one.level), one.approved, one.reason) for one in row.decisions.all())
    return OwnLeave(
        row.pk, row.record, LeaveKind(row.kind), row.first, row.last, row.reason, row.asked_at, LeaveState(row.state),
        LeaveLevel(row.waits_for) if row.waits_for else None, answers, row.return_by, row.returned_on,
    )  # fmt: skip


@dataclass(frozen=True)
class OwnHousehold:
    """A household that the person answers for, and how its visits of the year stand."""

    id: int
    number: str
    head: str
    address: str
    last_visit: date | None
    due_on: date | None
    overdue: bool
    visits: int
    visits_asked: int
    given_fen: int
    given_asked_fen: int


def households(person_id: int, today: date) -> list[OwnHousehold]:
    """The person's paired households, the most urgent first. Three queries."""
    live, year = Q(visits__withdrawn_at=None), Q(visits__day__year=today.year)
    rows = (
        Pairing.objects.filter(helper=person_id, ends=None, starts__lte=today)
        .select_related("household", "programme")
        .annotate(
            last_visit=Max("visits__day", filter=live),
            given=Sum("visits__given_fen", filter=live & year, default=0),
        )
        .order_by("due_on", "pk")
    )  # fmt: skip
    found = list(rows.prefetch_related("visits"))
    heads = dict(
        Person.objects.filter(household__in=[row.household_id for row in found], relation=Relation.HEAD).values_list(
            "household", "name"
        )
    )
    return [_household(row, heads.get(row.household_id, ""), today) for row in found]


def _household(row: Any, head: str, today: date) -> OwnHousehold:
    """From a pairing with what `households` annotates."""
    rule = rule_on(row.programme, today)
    days = {one.day for one in row.visits.all() if one.withdrawn_at is None and one.day.year == today.year}
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    return OwnHousehold(
        row.household_id, row.household.number, head, row.household.address, row.last_visit, row.due_on,
        bool(row.due_on and row.due_on < today), len(days), wanted(rule, row.starts, first, last) if rule else 0,
        row.given, rule.given_fen or 0 if rule else 0,
    )  # fmt: skip


def questions(person_id: int, first: date, last: date) -> list[Flag]:
    """What is asked about the person's evidence of these days, with what he said to it. Two queries."""
    rows = Flag.objects.filter(person=person_id, day__range=(first, last))
    return list(rows.order_by("day", "pk").prefetch_related("explanations"))


def unexplained(person_id: int) -> list[date]:
    """The days of open questions to which the person has said nothing, latest first. One query."""
    rows = Flag.objects.filter(person=person_id, state=FlagState.OPEN, explanations=None)
    return list(rows.order_by("-day").values_list("day", flat=True))
