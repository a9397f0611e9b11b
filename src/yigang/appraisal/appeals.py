"""Appeals (申诉): a post holder says that a mark or a result is wrong, once and in time; somebody else decides.

A sealed month does not change. What an upheld appeal means for it, `payment.settlement.appealed` carries into the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.access import DECIDE_APPEAL, FILE_APPEAL
from yigang.appraisal.domain import GivenMark, put_right
from yigang.appraisal.enums import AppealState, Period
from yigang.appraisal.models import Appeal, Appraisal, Mark, PeriodResult, PointEntry, ReviewResult, YearResult
from yigang.appraisal.models.appeals import ABOUT
from yigang.appraisal.points import take_back_points
from yigang.foundation import audit, rls
from yigang.foundation.access import refuse_own, require
from yigang.foundation.calendar import add_working_days
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.notices.terms import overrides
from yigang.people.models import Person
from yigang.policy.review import AppealRule, appeal_rule
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on

Target: TypeAlias = Mark | Appraisal | PeriodResult | YearResult | ReviewResult | PointEntry
SHORTEST, LONGEST = 5, 1_000
REASON = 500


@dataclass(frozen=True)
class Made:
    """When something was made known, and the accounts that made it."""

    at: datetime | None
    authors: frozenset[int]


SealedBy: TypeAlias = Callable[[Appraisal], Made]
_sealed_by: list[SealedBy] = []


def ask_who_sealed(question: SealedBy) -> None:
    """Register who knows by whom and when a month was computed, approved and sealed."""
    _sealed_by.append(question)


def kind_of(target: Target) -> str:
    """The column of an appeal that holds it."""
    kinds: dict[type, str] = dict(
        zip((Mark, Appraisal, PeriodResult, YearResult, ReviewResult, PointEntry), ABOUT, strict=True)
    )
    return kinds[type(target)]


def made(target: Target) -> Made:
    """When the target was made and by whom: they do not decide about it."""
    if isinstance(target, Mark | YearResult | PointEntry):
        return Made(target.given_at, frozenset({target.given_by_id}))
    if isinstance(target, ReviewResult):
        review = target.review
        return Made(review.closed_at, frozenset(pk for pk in (review.opened_by_id, review.closed_by_id) if pk))
    if isinstance(target, PeriodResult):
        return Made(target.closing.closed_at, frozenset({target.closing.closed_by_id}))
    known = [question(target) for question in _sealed_by]
    marks = Mark.objects.filter(appointment=target.appointment_id, month=target.first)
    authors = frozenset(marks.values_list("given_by", flat=True)).union(*(one.authors for one in known))
    return Made(next((one.at for one in known if one.at), None), authors)


def person_of(target: Target) -> Person:
    return target.person if isinstance(target, YearResult) else target.appointment.person


def programme_of(target: Target) -> Programme:
    return target.programme if isinstance(target, YearResult) else target.appointment.programme


def rule_of(target: Target, day: date) -> AppealRule:
    """What the text in force on a day says of appeals."""
    try:
        return appeal_rule(text_on(policy_from(policy_file(programme_of(target).policy_code)), day).text)
    except Refusal:
        return AppealRule()  # no text is in force any more: the presets hold


def last_day(target: Target) -> date:
    """Until when one may appeal; of what nobody knows when it was made, always."""
    at = made(target).at
    if at is None:
        return date.max
    told = timezone.localdate(at)
    return told + timedelta(days=rule_of(target, told).days)


def open_to_appeal(person: Person) -> list[Target]:
    """What this person may still appeal against, the newest first of each kind."""
    since = timezone.now() - timedelta(days=366)
    found: list[Target] = [
        *Mark.objects.filter(appointment__person=person, withdrawal=None, given_at__gte=since)
        .select_related("appointment__person", "appointment__programme").order_by("-pk")[:12],
        *Appraisal.objects.filter(appointment__person=person, period=Period.MONTH)
        .select_related("appointment__person", "appointment__programme")[:6],
        *PeriodResult.objects.filter(person=person, closing__reopened_at=None)
        .select_related("closing", "appointment__person", "appointment__programme")[:3],
        *YearResult.objects.filter(person=person, withdrawn_at=None).select_related("person", "programme")[:3],
        *PointEntry.objects.filter(person=person, reverses=None, reversed_by=None, given_at__gte=since)
        .select_related("appointment__person", "appointment__programme")[:12],
        *ReviewResult.objects.filter(appointment__person=person, review__closed_at__gte=since)
        .select_related("review", "appointment__person", "appointment__programme").order_by("-pk")[:6],
    ]  # fmt: skip
    known = Appeal.objects.filter(person=person).values_list(*ABOUT)
    appealed = {(kind, key) for row in known for kind, key in zip(ABOUT, row, strict=True) if key}
    today = timezone.localdate()
    return [one for one in found if (kind_of(one), one.pk) not in appealed and today <= last_day(one)]


def title_of(target: Target) -> str:
    """What an appeal is about, in words: 乡镇评定 2020-07 18.00, 2020-07 合格, 2020 优秀."""
    if isinstance(target, Mark):
        return f"{target.name} {target.month:%Y-%m} {target.value}"
    if isinstance(target, Appraisal):
        return f"{target.first:%Y-%m} {target.grade}"
    if isinstance(target, PeriodResult):
        return str(target)
    if isinstance(target, PointEntry):
        return f"{target.label} {target.day} {target.points:+}"
    if isinstance(target, YearResult):
        return f"{target.year} {target.grade}"
    return f"{target.review} {target.value if target.value is not None else target.get_missing_display()}"


def month_of(target: Target) -> date | None:
    """The first day of the month that it is about; None of a year, or of a review of several months."""
    if isinstance(target, Mark):
        return target.month if target.rhythm == Period.MONTH else None
    if isinstance(target, Appraisal):
        return target.first
    return target.review.first if isinstance(target, ReviewResult) and target.review.period == Period.MONTH else None


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
    kind = kind_of(target)
    if Appeal.objects.filter(**{kind: target.pk}).exists():
        raise Refusal(_("This was appealed against before; it is decided once."), code="appealed", field="text")
    rule = rule_of(target, today)
    return Appeal.objects.create(
        region_code=target.region_code, person=person_of(target), text=text, at=at, record=record, filed_by=filed_by,
        authors=sorted(made(target).authors),
        due_on=add_working_days(today, rule.answer_days, overrides(target.region_code, today)), **{kind: target},
    )  # fmt: skip


def target_of(appeal: Appeal) -> Target:
    """What it is about."""
    found = appeal.mark or appeal.month or appeal.period or appeal.year or appeal.review or appeal.points
    assert found is not None, "the database keeps appeals about one thing"
    return found


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
    """Uphold or reject, with a reason that the person reads. An upheld appeal against a mark names the right points, and these
    are given as a mark of the decider; points appealed against are taken back. A sealed month stays as it was.
    """
    appeal = hold(Appeal.objects.filter(pk=appeal.pk)).select_related("person").get()
    require(actor, DECIDE_APPEAL, appeal.region_code)
    if refusal := why_not_decide(appeal, actor):
        raise refusal
    refuse_own(actor, name=appeal.person.name, phone=appeal.person.phone)
    if not reason.strip():
        raise Refusal(_("Say why; the person reads it."), code="reason_missing", field="reason")
    if upheld and appeal.mark is not None:
        _put_right(appeal.mark, points, reason, actor)
    if upheld and appeal.points is not None:
        take_back_points(appeal.points, reason, actor=actor)
    appeal.state = AppealState.UPHELD if upheld else AppealState.REJECTED
    appeal.reason, appeal.decided_by, appeal.decided_at = reason.strip()[:REASON], actor, timezone.now()
    appeal.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    audit.record("appraisal.decide_appeal", appeal, actor=actor, after=audit.snapshot(appeal, ["state", "reason"]))
    return appeal


def _put_right(mark: Mark, points: Decimal | None, reason: str, actor: User) -> None:
    if points is None or points == mark.value:
        raise Refusal(
            _("Write the right points; the mark appealed against gave %(points)s."), {"points": mark.value}, code="points",
            field="points",
        )  # fmt: skip
    put_right(mark, GivenMark(mark.appointment, mark.name, points, reason), actor=actor)


@transaction.atomic
def note_carried(appeal: Appeal, what: str, *, actor: User) -> None:
    """What followed from an upheld appeal is done; the caller has checked who may do it."""
    appeal = hold(Appeal.objects.filter(pk=appeal.pk)).get()
    if appeal.state != AppealState.UPHELD or appeal.carried_at is not None:
        raise Refusal(_("Nothing waits to be carried on from this appeal."), code="nothing")
    appeal.carried, appeal.carried_at = what[:200], timezone.now()
    appeal.save(update_fields=["carried", "carried_at"])
    audit.record("appraisal.carry_appeal", appeal, actor=actor, after={"carried": appeal.carried})


def sealed_months(person_id: int, month: date) -> Iterable[Appraisal]:
    """The sealed results of a person's month; seen from a phone, whose scope is the village."""
    rows = Appraisal.objects.filter(appointment__person=person_id, period=Period.MONTH, first=month)
    with rls.everywhere("a phone asks about the own result"):
        return list(rows.select_related("appointment__person", "appointment__programme"))
