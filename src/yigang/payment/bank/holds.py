"""Holding somebody's pay back: proposed, set, told, answered, lifted by another person. What is sealed stays sealed and is owed.

The database keeps a held line out of every batch, and a hold away from lines that wait for the bank (migration 0007).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, calendar
from yigang.foundation.access import refuse_own, require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold as hold_rows
from yigang.foundation.models import User
from yigang.payment.bank.access import PROPOSE_HOLD, SET_HOLD, TELL_HOLD
from yigang.payment.bank.domain import wait_for_turn
from yigang.payment.enums import BatchState, EntryState, HoldState
from yigang.payment.hold_models import PayHold
from yigang.payment.models import Payment
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.clock import overrides
from yigang.tenure.enums import Delivery
from yigang.tenure.models import Appointment

REVIEW_DAYS = 30
"""Working days after which a hold has to be decided about: a family lives on that money."""
LONGEST, LONGEST_ANSWER = 300, 500


@dataclass(frozen=True, slots=True)
class HoldOrder:
    """Whose pay of which programme is held back from which month on (any day of it), and why."""

    programme: Programme
    person: Person
    from_month: date
    reason: str
    evidence: str
    source: str = ""


@transaction.atomic
def propose_hold(order: HoldOrder, *, actor: User) -> PayHold:
    """Ask those who pay to hold somebody's pay back. Nothing is held yet."""
    row = _row(order, actor)
    require(actor, PROPOSE_HOLD, row.region_code)
    row.state = HoldState.PROPOSED
    _keep(row)
    audit.record("payment.propose_hold", row, actor=actor, after=_told(row))
    return row


@transaction.atomic
def set_hold(order: HoldOrder, *, actor: User) -> PayHold:
    """Hold the pay back from now on. Refused while a batch that waits for the bank pays such a line."""
    row = _row(order, actor)
    require(actor, SET_HOLD, row.region_code)
    return _set(row, actor)


@transaction.atomic
def confirm_hold(row: PayHold, *, actor: User) -> PayHold:
    """Let a proposed hold take effect."""
    require(actor, SET_HOLD, row.region_code)
    wait_for_turn(row.programme)
    row = _held(row, HoldState.PROPOSED)
    refuse_own(actor, name=row.person.name, phone=row.person.phone)
    return _set(row, actor)


@transaction.atomic
def decline_hold(row: PayHold, *, reason: str, actor: User) -> PayHold:
    """A proposed hold is not set."""
    require(actor, SET_HOLD, row.region_code)
    row = _held(row, HoldState.PROPOSED)
    refuse_own(actor, name=row.person.name, phone=row.person.phone)
    return _end(row, HoldState.DECLINED, reason, actor)


@transaction.atomic
def lift_hold(row: PayHold, *, reason: str, actor: User) -> PayHold:
    """The next batch pays what was held, once. By another person than who set it."""
    require(actor, SET_HOLD, row.region_code)
    wait_for_turn(row.programme)
    row = _held(row, HoldState.LIVE)
    refuse_own(actor, name=row.person.name, phone=row.person.phone)
    if row.set_by_id == actor.pk:
        raise Refusal(
            _("You held this pay back yourself; another person lifts it."), code="own_hold",
            remedy=_("Ask a county manager or a colleague of the finance office."),
        )  # fmt: skip
    return _end(row, HoldState.LIFTED, reason, actor)


@transaction.atomic
def tell_hold(row: PayHold, how: Delivery, on: date, *, actor: User) -> PayHold:
    """Note how and when the person was told otherwise than by the phone."""
    require(actor, TELL_HOLD, row.region_code)
    row = _held(row, HoldState.LIVE)
    if not (row.set_at and timezone.localdate(row.set_at) <= on <= timezone.localdate()):
        raise Refusal(_("The person was told between the day of the hold and today."), code="dates", field="on")
    row.told_on, row.told_how = on, how
    row.save(update_fields=["told_on", "told_how"])
    audit.record("payment.tell_hold", row, actor=actor, after={"on": on, "how": how})
    return row


@transaction.atomic
def note_hold_answer(row: PayHold, answer: str, on: date, *, actor: User) -> PayHold:
    """What the person says to it, written down by an officer."""
    require(actor, TELL_HOLD, row.region_code)
    row = _held(row, HoldState.LIVE)
    if row.told_on is None or not row.told_on <= on <= timezone.localdate():
        raise Refusal(_("The person answers after being told."), code="dates", field="on")
    if not answer.strip():
        raise Refusal(_("Write down what the person says."), code="answer", field="answer")
    return _answer(row, answer, on, actor)


@transaction.atomic
def hear_hold(row: PayHold, answer: str = "") -> PayHold:
    """The person read of it on the own phone, and may answer. Whoever calls has found the row by the person."""
    row = _held(row, HoldState.LIVE)
    return _answer(row, answer, timezone.localdate(), None)


def holds_of(person_id: int) -> QuerySet[PayHold]:
    """Holds that somebody is told of: those that are live, the newest first."""
    return PayHold.objects.filter(person=person_id, state=HoldState.LIVE).select_related("programme")


def _answer(row: PayHold, answer: str, on: date, actor: User | None) -> PayHold:
    before = {"answer": row.answer}
    row.told_on = row.told_on or on
    if answer.strip():
        row.answer, row.answered_on = answer.strip()[:LONGEST_ANSWER], on
    row.save(update_fields=["told_on", "answer", "answered_on"])
    audit.record("payment.answer_hold", row, actor=actor, before=before, after={"answer": row.answer, "on": on})
    return row


def _row(order: HoldOrder, actor: User) -> PayHold:
    """The hold as it would stand, in the village of the person's newest post of the programme."""
    served = Appointment.objects.filter(programme=order.programme, person=order.person).order_by("starts").last()
    if served is None:
        raise Refusal(
            _("%(name)s has no post of %(programme)s, so there is no pay to hold back."),
            {"name": order.person.name, "programme": order.programme.name}, code="no_post",
        )  # fmt: skip
    if not order.reason.strip() or not order.evidence.strip():
        raise Refusal(_("Say why the pay is held back, and by what evidence."), code="reason_missing", field="reason")
    refuse_own(actor, name=order.person.name, phone=order.person.phone)
    return PayHold(
        region_code=served.region_code, programme=order.programme, person=order.person, proposed_by=actor,
        from_month=order.from_month.replace(day=1), reason=order.reason.strip()[:LONGEST],
        evidence=order.evidence.strip()[:LONGEST], source=order.source,
    )  # fmt: skip


def _set(row: PayHold, actor: User) -> PayHold:
    wait_for_turn(row.programme)
    _refuse_paying(row)
    today = timezone.localdate()
    row.state, row.set_by, row.set_at = HoldState.LIVE, actor, timezone.now()
    row.review_by = calendar.due_day(today, REVIEW_DAYS, overrides(row.region_code, today))
    _keep(row)
    audit.record("payment.set_hold", row, actor=actor, after=_told(row))
    return row


def _refuse_paying(row: PayHold) -> None:
    """Say which batch pays such a line, and what can be done: a draft is cancelled; what has gone to the bank stays."""
    lines = Payment.objects.filter(
        live=True, line__person=row.person, line__settlement__programme=row.programme,
        line__settlement__month__gte=row.from_month,
    ).exclude(entry__state=EntryState.PAID, line__settlement__month__gt=row.from_month)  # fmt: skip
    paying = lines.select_related("entry__batch", "line__settlement").order_by("line__settlement__month", "pk").first()
    if paying is None:
        return
    batch = paying.entry.batch
    said = {"number": batch.number, "month": f"{paying.line.settlement.month:%Y-%m}"}
    if batch.state in (BatchState.DRAFT, BatchState.APPROVED):
        raise Refusal(
            _("Batch %(number)s, which has not gone to the bank yet, pays %(month)s."), said, code="in_a_batch",
            remedy=_("Cancel that batch, hold the pay back, then make the batch again for everybody else."),
        )  # fmt: skip
    raise Refusal(
        _("%(month)s has gone to the bank in batch %(number)s; what was sent stays as it is."), said, code="sent",
        field="from_month", remedy=_("Hold the pay back from a later month on."),
    )  # fmt: skip


def _keep(row: PayHold) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if violated(error) == "held_line_is_not_paid":
            raise Refusal(
                _("Somebody has just put this pay into a batch."), code="in_a_batch",
                remedy=_("Look at the list of batches."),
            ) from error  # fmt: skip
        if violated(error) != "one_hold_at_a_time":
            raise
        raise Refusal(
            _("The pay of %(name)s is held back already, or it is proposed."), {"name": row.person.name}, code="held"
        ) from error


def _held(row: PayHold, state: HoldState) -> PayHold:
    row = hold_rows(PayHold.objects.filter(pk=row.pk).select_related("person", "programme")).get()
    if row.state != state:
        raise Refusal(
            _("This stands at “%(state)s”; it needs “%(needed)s”."),
            {"state": row.get_state_display(), "needed": state.label}, code="hold_state",
        )  # fmt: skip
    return row


def _end(row: PayHold, state: HoldState, reason: str, actor: User) -> PayHold:
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    before = {"state": row.state}
    row.state, row.ended_by, row.ended_at, row.ended_because = state, actor, timezone.now(), reason.strip()[:LONGEST]
    row.save(update_fields=["state", "ended_by", "ended_at", "ended_because"])
    verb = "payment.lift_hold" if state == HoldState.LIFTED else "payment.decline_hold"
    audit.record(verb, row, actor=actor, before=before, after={"state": state, "reason": row.ended_because})
    return row


def _told(row: PayHold) -> dict[str, object]:
    return {
        "programme": row.programme.code, "from_month": f"{row.from_month:%Y-%m}", "state": row.state, "reason": row.reason,
        "evidence": row.evidence,
    }  # fmt: skip
