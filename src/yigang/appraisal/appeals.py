"""Appeals (申诉): a post holder says that a mark or a result is wrong, once and in time; somebody else decides.

A sealed month does not change. What an upheld appeal means for it, `payment.settlement.appealed` carries into the next one.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import queries, reviews
from yigang.appraisal.access import DECIDE_APPEAL, FILE_APPEAL
from yigang.appraisal.appealable import (
    Target,
    appealed_before,
    gone,
    kind_of,
    last_day,
    made,
    person_of,
    rule_of,
    title_of,
)
from yigang.appraisal.domain import GivenMark, put_right
from yigang.appraisal.enums import AppealState
from yigang.appraisal.models import Appeal, Mark
from yigang.appraisal.points import take_back_points
from yigang.foundation import audit
from yigang.foundation.access import refuse_own, require
from yigang.foundation.calendar import due_day
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.notices.terms import overrides

SHORTEST, LONGEST = 5, 1_000
REASON = 500


@transaction.atomic
def file_appeal(target: Target, text: str, *, actor: User) -> Appeal:
    """Write an appeal down for a post holder who came in person."""
    person = person_of(target)
    require(actor, FILE_APPEAL, target.region_code)
    appeal = _file(target, text, timezone.now(), filed_by=actor)
    audit.record("appraisal.file_appeal", appeal, actor=actor, after={"about": title_of(target), "person": person.name,
                                                                     "due": appeal.due_on})  # fmt: skip
    return appeal


def file_from_phone(target: Target, text: str, *, at: datetime, record: UUID) -> Appeal:
    """The person's own signed record; it counts for the moment at which it was written, however late it arrives."""
    return _file(target, text, at, record=record)


def _file(
    target: Target, text: str, at: datetime, *, filed_by: User | None = None, record: UUID | None = None
) -> Appeal:  # fmt: skip
    text, today = text.strip(), timezone.localdate()
    if not SHORTEST <= len(text) <= LONGEST:
        raise Refusal(
            _("Say what is wrong, in %(least)d to %(most)d signs."), {"least": SHORTEST, "most": LONGEST}, code="text",
            field="text",
        )  # fmt: skip
    if timezone.localdate(at) > (until := last_day(target)):
        raise Refusal(
            _("One could appeal against this until %(day)s."), {"day": until}, code="late", field="text",
            remedy=_("A complaint has no last day."),
        )  # fmt: skip
    if gone(target):
        raise Refusal(
            _("This does not count any more; there is nothing to appeal against."), code="gone", field="text"
        )  # fmt: skip
    once = Refusal(_("This was appealed against before; it is decided once."), code="appealed", field="text")
    if appealed_before(target):
        raise once
    rule = rule_of(target, today)
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                region_code=target.region_code, person=person_of(target), text=text, at=at, record=record, filed_by=filed_by,
                authors=sorted(made(target).authors),
                due_on=due_day(today, rule.answer_days, overrides(target.region_code, today)), **{kind_of(target): target},
            )  # fmt: skip
    except IntegrityError as error:  # somebody else wrote it down in this moment
        raise once from error


def why_not_decide(appeal: Appeal, actor: User) -> Refusal | None:
    """Why this account may not decide, apart from its role."""
    if appeal.state != AppealState.OPEN:
        return Refusal(_("This appeal is decided."), code="decided")
    if actor.pk in appeal.authors:
        return Refusal(
            _("You made what this appeal is about; somebody else decides."), code="own_work",
            remedy=_("Let a colleague or the county decide it."),
        )  # fmt: skip
    if actor.pk == appeal.filed_by_id:
        return Refusal(_("You wrote this appeal down; somebody else decides."), code="own_entry")
    return None


@transaction.atomic
def decide_appeal(
    appeal: Appeal, *, upheld: bool, reason: str, actor: User, points: Decimal | None = None
) -> Appeal:  # fmt: skip
    """Uphold or reject, with a reason that the person reads. An upheld appeal against a mark, or against a review that gave one,
    names the right points, and these are given as a mark of the decider; points appealed against are taken back. A sealed
    month stays as it was.
    """
    appeal = hold(Appeal.objects.filter(pk=appeal.pk)).select_related("person").get()
    require(actor, DECIDE_APPEAL, appeal.region_code)
    if refusal := why_not_decide(appeal, actor):
        raise refusal
    refuse_own(actor, name=appeal.person.name, phone=appeal.person.phone)
    if not reason.strip():
        raise Refusal(_("Say why; the person reads it."), code="reason_missing", field="reason")
    if upheld and (mark := mark_of(appeal)) is not None:
        _put_right(mark, points, reason, actor)
    if upheld and appeal.points is not None:
        take_back_points(appeal.points, reason, actor=actor)
    appeal.state = AppealState.UPHELD if upheld else AppealState.REJECTED
    appeal.reason, appeal.decided_by, appeal.decided_at = reason.strip()[:REASON], actor, timezone.now()
    appeal.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    audit.record("appraisal.decide_appeal", appeal, actor=actor, after=audit.snapshot(appeal, ["state", "reason"]))
    return appeal


def mark_of(appeal: Appeal) -> Mark | None:
    """The mark that an upheld appeal puts right: the one appealed against, or the one that the review gave."""
    if appeal.review is None:
        return appeal.mark
    review, held = appeal.review.review, appeal.review.appointment_id
    mark = queries.latest_marks([held], review.first, review.period).get((held, reviews.mark_asked(review)))
    return None if mark is None else Mark.objects.select_related("appointment__programme").get(pk=mark.pk)


def _put_right(mark: Mark, points: Decimal | None, reason: str, actor: User) -> None:
    if points is None or points == mark.value:
        raise Refusal(
            _("Write the right points; the mark appealed against gave %(points)s."), {"points": mark.value}, code="points",
            field="points",
        )  # fmt: skip
    put_right(mark, GivenMark(mark.appointment, mark.name, points, reason), actor=actor)


def to_carry(appeal: Appeal) -> Appeal:
    """The appeal as it stands, held; refused unless it was upheld and nobody has carried on what follows."""
    appeal = hold(Appeal.objects.filter(pk=appeal.pk)).get()
    if appeal.state != AppealState.UPHELD or appeal.carried_at is not None:
        raise Refusal(_("Nothing waits to be carried on from this appeal."), code="nothing")
    return appeal


@transaction.atomic
def note_carried(appeal: Appeal, what: str, *, actor: User) -> None:
    """What followed from an upheld appeal is done; the caller has checked who may do it, and holds it by `to_carry`."""
    appeal.carried, appeal.carried_at = what[:200], timezone.now()
    appeal.save(update_fields=["carried", "carried_at"])
    audit.record("appraisal.carry_appeal", appeal, actor=actor, after={"carried": appeal.carried})
