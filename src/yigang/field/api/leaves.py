"""Leave and households of one's own: what was asked and decided, what is left, whom to visit by when."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from yigang.duty.domain.devices import Signed
from yigang.duty.leave_account import KindAccount, account
from yigang.duty.models import LeaveDecision, LeaveRequest, Pairing
from yigang.field import own
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, read
from yigang.people.enums import Relation
from yigang.people.models import Person

router = Router(tags=["reading"])
SHOWN = 50


class Decided(Schema):
    """What one level said."""

    level: str
    approved: bool
    reason: str
    by: str
    at: datetime


class Asked(Schema):
    """A request, with the record it came from if the phone sent it."""

    record: str
    kind: str
    kind_name: str
    first: date
    last: date
    reason: str
    asked_at: datetime
    arrived_at: datetime
    state: str
    state_name: str
    waits_for: str
    decisions: list[Decided]
    return_by: date
    returned_on: date | None


class Kind(Schema):
    """A kind of leave that may be asked for: days at a time, days a year, days left; null: no limit."""

    kind: str
    name: str
    each: int | None
    year: int | None
    taken: int
    waiting: int
    left: int | None
    cites: str


class Leaves(Answer):
    """Requests, newest first, and what may be asked for this year."""

    requests: list[Asked]
    kinds: list[Kind]
    together_left: int | None
    stand_in: bool
    """Whether somebody else may do the work meanwhile."""
    cites: str


class HouseholdTold(Schema):
    """A household that the person answers for. No number, income or illness is told."""

    id: int
    number: str
    head: str
    address: str
    next_visit_by: date | None
    last_visit: date | None


class Households(Answer):
    """Households to be visited, the most pressing first."""

    households: list[HouseholdTold]


@router.get("leaves", response={200: Leaves, 401: Trouble, 429: Trouble}, auth=Token())
def leaves(request: HttpRequest) -> HttpResponse:
    """Leave asked for, what became of it, and what is left."""
    return read(request, _leaves)


def _leaves(signed: Signed) -> Leaves:
    today = timezone.localdate()
    current = own.current_of(own.posts_of(signed.person_id), today)
    rows = LeaveRequest.objects.filter(person=signed.person_id).order_by("-asked_at", "-pk")
    asked = list(rows.prefetch_related("decisions__by")[:SHOWN])
    left = account(signed.person_id, current.programme, today.year, on=today) if current else None
    return Leaves(
        requests=[_asked(each) for each in asked], kinds=[_kind(each) for each in left.kinds] if left else [],
        together_left=left.together_left if left else None, stand_in=bool(left and left.stand_in),
        cites=left.cites if left else "",
    )  # fmt: skip


def _asked(row: LeaveRequest) -> Asked:
    return Asked(
        record=str(row.record or ""), kind=row.kind, kind_name=row.get_kind_display(), first=row.first, last=row.last,
        reason=row.reason, asked_at=row.asked_at, arrived_at=row.arrived_at, state=row.state,
        state_name=row.get_state_display(), waits_for=row.get_waits_for_display() if row.waits_for else "",
        decisions=[_decided(each) for each in row.decisions.all()], return_by=row.return_by, returned_on=row.returned_on,
    )  # fmt: skip


def _decided(row: LeaveDecision) -> Decided:
    return Decided(level=row.get_level_display(), approved=row.approved, reason=row.reason, by=row.by.name, at=row.at)


def _kind(each: KindAccount) -> Kind:
    return Kind(
        kind=each.kind.value, name=str(each.kind.label), each=each.each, year=each.year, taken=each.taken,
        waiting=each.open, left=each.left, cites=each.cites,
    )  # fmt: skip


@router.get("households", response={200: Households, 401: Trouble, 429: Trouble}, auth=Token())
def households(request: HttpRequest) -> HttpResponse:
    """Households paired with the person."""
    return read(request, _households)


def _households(signed: Signed) -> Households:
    made = Max("visits__day", filter=Q(visits__withdrawn_at=None))
    rows = Pairing.objects.filter(helper=signed.person_id, ends=None).select_related("household").annotate(last=made)
    pairings = list(rows.order_by("due_on", "pk")[:SHOWN])
    heads = Person.objects.filter(household__in=[each.household_id for each in pairings], relation=Relation.HEAD)
    names = dict(heads.values_list("household", "name"))
    return Households(
        households=[
            HouseholdTold(
                id=each.household_id, number=each.household.number, head=names.get(each.household_id, ""),
                address=each.household.address, next_visit_by=each.due_on, last_visit=getattr(each, "last", None),
            )
            for each in pairings
        ]
    )  # fmt: skip
