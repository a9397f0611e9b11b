"""Leave asked for, decided level by level, cancelled, returned from. What is granted becomes evidence in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.duty import leave_account
from yigang.duty.access import ASK_LEAVE, DECIDE_AT_COUNTY, DECIDE_AT_TOWN, DECIDE_AT_VILLAGE
from yigang.duty.domain.corrections import LeaveTerms, grant_leave, replace_leave
from yigang.duty.enums import LeaveKind, LeaveLevel, LeaveState
from yigang.duty.models import Leave, LeaveDecision, LeaveRequest
from yigang.foundation import audit
from yigang.foundation.access import refuse_own, require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person
from yigang.policy.leave import Answer, LeaveRules, Level, judge
from yigang.tenure.models import Appointment
from yigang.tenure.queries import current

DECIDES = {
    LeaveLevel.VILLAGE: DECIDE_AT_VILLAGE,
    LeaveLevel.TOWN: DECIDE_AT_TOWN,
    LeaveLevel.COUNTY: DECIDE_AT_COUNTY,
}
REASON_LENGTH = 200
SHOWN = ("kind", "first", "last", "reason", "stand_in", "state")
FAULTS = {
    "kind": (_("The policy knows no leave of this kind."), _("Choose one of the kinds that may be asked for.")),
    "long": (_("One request covers at most %(limit)d days."), _("Ask for the rest later.")),
    "stand_in": (_("The policy forbids that somebody else does the work meanwhile."), _("Leave the field empty.")),
    "late": (
        _("This leave is asked for at most %(limit)d days after its first day."),
        _("Bring the paper to the town, which can enter the leave."),
    ),
    "each": (
        _("Leave of this kind lasts at most %(limit)d days at a time, adjoining leave included."),
        _("Ask for fewer days."),
    ),
    "year": (
        _("Of %(limit)d days of this kind in a year %(left)d are left."),
        _("Ask for fewer days, or for another kind of leave."),
    ),
    "together": (
        _("Of %(limit)d days in a year that count together %(left)d are left."),
        _("Ask for fewer days, or for another kind of leave."),
    ),
    "paper": (_("Leave of this kind of more than %(limit)d days needs a paper."), _("Add a photo of the paper.")),
}  # fmt: skip


@dataclass(frozen=True)
class LeaveAsked:
    """What is asked. `at` is when the person asked by his own time; `media` are digests of photos that may come later."""

    kind: LeaveKind
    first: date
    last: date
    reason: str
    stand_in: str = ""
    document: StoredFile | None = None
    media: Sequence[str] = ()
    at: datetime | None = None
    record: UUID | None = None


@transaction.atomic
def ask_leave(person: Person, asked: LeaveAsked, *, actor: User) -> LeaveRequest:
    """Ask for a person who has come to the office or keeps paper."""
    held = post_on(person, asked.first)
    require(actor, ASK_LEAVE, held.region_code)
    return put_request(held, asked, actor=actor)


@transaction.atomic
def put_request(held: Appointment, asked: LeaveAsked, *, actor: User | None) -> LeaveRequest:
    """Check the request against the policy of the post and keep it. `actor` None: the person himself, by phone."""
    person = hold(Person.objects.filter(pk=held.person_id)).get()
    at = asked.at or timezone.now()
    rules = leave_account.rules_of(held.programme, asked.first)
    if rules is None:
        raise Refusal(
            _("The policy of %(programme)s does not say how leave is asked for."), {"programme": held.programme},
            code="no_rules", remedy=_("Bring the leave on paper; the town enters it."),
        )  # fmt: skip
    levels = _decided_by(person, asked, rules, at)
    request = LeaveRequest(
        region_code=held.region_code, person=person, programme=held.programme, kind=asked.kind, first=asked.first,
        last=asked.last, asked_last=asked.last, reason=asked.reason.strip()[:REASON_LENGTH],
        stand_in=asked.stand_in.strip()[:60], document=asked.document, media=list(asked.media), asked_at=at,
        asked_by=actor, record=asked.record, levels=list(levels), waits_for=levels[0],
        return_by=asked.last + timedelta(days=max(1, rules.return_days)),
    )  # fmt: skip
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as error:
        if violated(error) != "one_request_a_day":
            raise
        raise _overlaps() from error
    if actor:  # a phone's record is its own proof
        audit.record("duty.ask_leave", request, actor=actor, after=audit.snapshot(request, SHOWN))
    return request


def post_on(person: Person, day: date) -> Appointment:
    """The post that the leave is from."""
    held = current(person, day)
    if held is None:
        raise Refusal(
            _("%(person)s holds no post on %(day)s."),
            {"person": person.name, "day": day},
            code="no_post",
            field="first",
        )
    return held


def _decided_by(person: Person, asked: LeaveAsked, rules: LeaveRules, at: datetime) -> tuple[Level, ...]:
    """The levels that decide, or the refusal in the policy's words."""
    if asked.last < asked.first:
        raise Refusal(_("The last day lies before the first."), code="period", field="last")
    if not asked.reason.strip():
        raise Refusal(_("Say what the leave is for."), code="reason", field="reason")
    known = leave_account.known_days(person.pk, asked.first, asked.last)
    wanted = set(leave_account.days_between(asked.first, min(asked.last, asked.first + timedelta(days=400))))
    if any(days & wanted for days in known.values()):
        raise _overlaps()
    after = (timezone.localdate(at) - asked.first).days
    answer = judge(
        rules,
        leave_account.asked_now(
            rules, asked.kind, asked.first, asked.last, known, days_after=max(0, after),
            paper=bool(asked.document or asked.media), stand_in=bool(asked.stand_in.strip()),
        ),
    )  # fmt: skip
    if answer.fault:
        raise _against(answer)
    return answer.levels


def _against(answer: Answer) -> Refusal:
    sentence, remedy = FAULTS[answer.fault or "kind"]
    params = {"limit": answer.limit, "left": answer.left}
    fields = {"kind": "kind", "stand_in": "stand_in", "late": "first", "paper": "document"}
    used = params if "%(" in str(sentence) else None
    return Refusal(
        sentence, used, code=f"leave_{answer.fault}", remedy=remedy, field=fields.get(answer.fault or "", "last")
    )


def _overlaps() -> Refusal:
    return Refusal(
        _("There is leave on some of these days already."), code="overlap", field="first",
        remedy=_("Choose other days, or cancel the earlier request."),
    )  # fmt: skip


@transaction.atomic
def decide_leave(request: LeaveRequest, *, approve: bool, reason: str = "", actor: User) -> LeaveRequest:
    """One level's word. The last approval makes the leave evidence; a refusal ends the request."""
    request = _held(request)
    if request.state != LeaveState.ASKED:
        raise Refusal(_("This request is decided: %(state)s."), {"state": request.get_state_display()}, code="decided")
    level = LeaveLevel(request.waits_for)
    require(actor, DECIDES[level], request.region_code)
    _refuse_decider(request, actor)
    if not approve and not reason.strip():
        raise Refusal(_("Say why the leave is refused."), code="reason", field="reason")
    LeaveDecision.objects.create(
        region_code=request.region_code, request=request, level=level, approved=approve,
        reason=reason.strip()[:REASON_LENGTH], author_id=request.asked_by_id, by=actor,
    )  # fmt: skip
    rest = request.levels[request.levels.index(level) + 1 :]
    request.waits_for = rest[0] if approve and rest else ""
    if not approve:
        request.state = LeaveState.REFUSED
    elif not rest:
        request.state, request.leave = LeaveState.APPROVED, _granted(request, actor)
    request.save()
    after = {**audit.snapshot(request, ("state", "waits_for")), "level": level, "approved": approve, "reason": reason}
    audit.record("duty.decide_leave", request, actor=actor, after=after)
    return request


def _refuse_decider(request: LeaveRequest, actor: User) -> None:
    refuse_own(actor, name=request.person.name, phone=request.person.phone)
    if request.asked_by_id == actor.pk:
        raise Refusal(_("You have entered this request yourself; another person decides it."), code="own_request")
    if request.decisions.filter(by=actor).exists():
        raise Refusal(
            _("You have decided this request for another level; somebody else decides for this one."), code="twice"
        )


def _granted(request: LeaveRequest, actor: User) -> Leave:
    names = request.decisions.order_by("at", "pk").values_list("by__name", flat=True)
    terms = LeaveTerms(
        LeaveKind(request.kind), request.first, request.last, "、".join(names)[:60], request.reason, request.document
    )
    return grant_leave(
        request.person, request.region_code, terms, key=f"q:{request.pk}", by_phone=request.record is not None,
        actor=actor,
    )  # fmt: skip


@transaction.atomic
def cancel_leave(
    request: LeaveRequest, *, reason: str, actor: User | None, at: datetime | None = None
) -> LeaveRequest:  # fmt: skip
    """Take a request back before its first day, approved or not. `actor` None: the person himself, by phone."""
    if actor is not None:
        require(actor, ASK_LEAVE, request.region_code)
    request, moment = _held(request), at or timezone.now()
    if not reason.strip():
        raise Refusal(_("Say why the leave is cancelled."), code="reason", field="reason")
    if request.state not in (LeaveState.ASKED, LeaveState.APPROVED):
        raise Refusal(_("This request is decided: %(state)s."), {"state": request.get_state_display()}, code="decided")
    if request.state == LeaveState.APPROVED and timezone.localdate(moment) >= request.first:
        raise Refusal(
            _("The leave has begun on %(day)s."), {"day": request.first}, code="begun",
            remedy=_("Report the return; the days from then on count as days at work."),
        )  # fmt: skip
    if request.leave:
        replace_leave(_standing(request.leave), None, reason=reason.strip(), actor=actor)
    before = audit.snapshot(request, ("state",))
    request.state, request.waits_for = LeaveState.CANCELLED, ""
    request.cancelled_at, request.cancelled_by, request.cancel_reason = moment, actor, reason.strip()[:REASON_LENGTH]
    request.save()
    if actor:
        after = {"state": request.state, "reason": reason}
        audit.record("duty.cancel_leave", request, actor=actor, before=before, after=after)
    return request


@transaction.atomic
def report_return(
    request: LeaveRequest, *, on: date, actor: User | None, at: datetime | None = None
) -> LeaveRequest:  # fmt: skip
    """The person is back at work on a day (销假). Back early, the leave ends on the day before, and so does its evidence."""
    if actor is not None:
        require(actor, ASK_LEAVE, request.region_code)
    request, moment = _held(request), at or timezone.now()
    _refuse_return(request, on, moment)
    before = audit.snapshot(request, ("last", "state"))
    request.returned_on, request.return_said_at, request.return_said_by = on, moment, actor
    if on <= request.last:
        _shorten(request, on, actor)
    request.save()
    if actor:
        after = audit.snapshot(request, ("last", "returned_on", "state"))
        audit.record("duty.report_return", request, actor=actor, before=before, after=after)
    return request


def _refuse_return(request: LeaveRequest, on: date, moment: datetime) -> None:
    if request.state not in (LeaveState.ASKED, LeaveState.APPROVED):
        raise Refusal(
            _("This request is decided: %(state)s."), {"state": request.get_state_display()}, code="decided"
        )  # fmt: skip
    if request.returned_on:
        raise Refusal(
            _("The return on %(day)s is reported already."), {"day": request.returned_on}, code="returned", field="on"
        )
    if on < request.first:
        raise Refusal(
            _("The leave begins only on %(day)s."), {"day": request.first}, code="not_begun", field="on",
            remedy=_("Cancel the leave instead."),
        )  # fmt: skip
    if on > timezone.localdate(moment):
        raise Refusal(_("%(day)s is still to come."), {"day": on}, code="future", field="on")


def _shorten(request: LeaveRequest, on: date, actor: User | None) -> None:
    """The leave as it really was; whoever came back on the first day was not away. Not decided yet, it has no evidence."""
    why, terms = _now("back on %(day)s") % {"day": on}, None
    entry = _standing(request.leave) if request.leave else None
    if on == request.first:
        request.state, request.waits_for, request.cancel_reason = LeaveState.CANCELLED, "", why
        request.cancelled_at, request.cancelled_by = request.return_said_at, actor
    else:
        request.last = on - timedelta(days=1)
    if entry:
        if on != request.first:
            terms = LeaveTerms(LeaveKind(entry.kind), entry.first, request.last, entry.approved_by, entry.reason)
        replace_leave(entry, terms, reason=why, actor=actor)


def _standing(leave: Leave) -> Leave:
    """The entry that counts now, after corrections by hand."""
    while later := Leave.objects.filter(corrects=leave).first():
        leave = later
    return leave


def _held(request: LeaveRequest) -> LeaveRequest:
    return hold(
        LeaveRequest.objects.select_related("person", "programme", "leave", "document").filter(pk=request.pk)
    ).get()
