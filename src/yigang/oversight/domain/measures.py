"""Verbs of interviews, warnings and recalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.oversight.access import INTERVIEW, ORDER_RECALL
from yigang.oversight.enums import InterviewKind
from yigang.oversight.models import Interview, InterviewPart, RecallOrder
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure import domain as tenure
from yigang.tenure.domain import Leaving
from yigang.tenure.enums import ExitKind, ExitReason
from yigang.tenure.models import Appointment, SendingUnit, TeamMember


@dataclass(frozen=True)
class Called:
    """Somebody called to an interview, with the cause: a post holder, or by name somebody who answers for a unit."""

    cause: str
    person: Person | None = None
    unit: SendingUnit | None = None
    name: str = ""
    office: str = ""


@dataclass(frozen=True)
class Talk:
    """An interview or warning as it was held. Several people make it a collective one (集体约谈)."""

    kind: InterviewKind
    on: date
    place: str
    held_by: str
    said: str
    called: Sequence[Called]
    asked: str = ""


@transaction.atomic
def record_interview(programme: Programme, region_code: str, talk: Talk, *, actor: User) -> Interview:
    """Keep an interview with everybody who was called and each one's cause."""
    require(actor, INTERVIEW, region_code)
    _refuse_talk(talk)
    row = Interview.objects.create(
        region_code=region_code, programme=programme, kind=talk.kind, on=talk.on, place=talk.place.strip(),
        held_by=talk.held_by.strip(), said=talk.said.strip(), asked=talk.asked.strip(), recorded_by=actor,
    )  # fmt: skip
    InterviewPart.objects.bulk_create(
        InterviewPart(
            region_code=region_code, interview=row, person=one.person, unit=one.unit,
            name=one.person.name if one.person else one.name.strip(), office=one.office.strip(), cause=one.cause.strip(),
        )
        for one in talk.called
    )  # fmt: skip
    after = {"kind": talk.kind, "on": talk.on, "people": len(talk.called)}
    audit.record("oversight.record_interview", row, actor=actor, after=after)
    return row


def _refuse_talk(talk: Talk) -> None:
    if talk.on > timezone.localdate():
        raise Refusal(_("An interview is recorded after it was held."), code="future", field="on")
    if not talk.said.strip():
        raise Refusal(_("Write down what was said."), code="said", field="said")
    if not talk.called:
        raise Refusal(_("Say who was called."), code="nobody", field="people")
    people = [one.person.pk for one in talk.called if one.person]
    if len(people) != len(set(people)):
        raise Refusal(_("Somebody was called twice."), code="twice", field="people")
    for one in talk.called:
        if not one.cause.strip() or not (one.person or one.name.strip()):
            raise Refusal(_("Everybody called has a name and a cause."), code="cause", field="people")


@transaction.atomic
def order_recall(
    appointment: Appointment, on: date, cause: ExitReason, *, reason: str, clause: str, actor: User
) -> RecallOrder:  # fmt: skip
    """Order a recall: tenure's exit waits for another official's word, then the vacancy's clock for the replacement runs.

    Refused for whoever has left or is about to, by tenure's own rules.
    """
    require(actor, ORDER_RECALL, appointment.region_code)
    leaving = Leaving(ExitKind.RECALL, cause, on, reason, clause=clause)
    row = tenure.leave(appointment, leaving, actor=actor)
    order = RecallOrder.objects.create(
        region_code=row.region_code, appointment=row.appointment, exit=row, unit=unit_of(row.appointment, on),
        ordered_by=actor,
    )  # fmt: skip
    audit.record("oversight.order_recall", order, actor=actor, after={"on": on, "reason": reason, "clause": clause})
    return order


def unit_of(appointment: Appointment, day: date) -> SendingUnit | None:
    """The unit that sent somebody, by the team on a day."""
    member = (
        TeamMember.objects.filter(appointment=appointment, starts__lte=day)
        .exclude(ends__lt=day)
        .select_related("team__unit")
        .first()
    )
    return member.team.unit if member else None


@transaction.atomic
def hold_unit_to_account(order: RecallOrder, talk: Talk, *, actor: User) -> RecallOrder:
    """“Ask the first level” (问第一层): the leader of the sending unit is interviewed about the recall."""
    require(actor, INTERVIEW, order.region_code)
    order = hold(RecallOrder.objects.select_related("appointment__programme", "unit").filter(pk=order.pk)).get()
    if order.unit is None or not any(one.unit == order.unit for one in talk.called):
        raise Refusal(
            _("Nobody of the unit that sent the person was called."), code="other_unit", field="people",
            remedy=_("Name the leader of the sending unit. Without a team no unit is on file."),
        )  # fmt: skip
    if order.interview_id is not None:
        raise Refusal(_("The unit was interviewed about this recall already."), code="interviewed")
    order.interview = record_interview(order.appointment.programme, order.region_code, talk, actor=actor)
    order.save(update_fields=["interview"])
    return order
