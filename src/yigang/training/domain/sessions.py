"""Verbs of sessions: planned, held with a code on the wall, closed, cancelled; and who came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person
from yigang.training import wallcode
from yigang.training.access import TEACH
from yigang.training.enums import SessionKind, SessionState, SignedBy
from yigang.training.models import Attendance, Course, Guess, Session
from yigang.training.queries import is_for

BEFORE = AFTER = timedelta(minutes=30)
"""Sign-in opens before the session and ends after it by so much."""
AT_ONCE = timedelta(minutes=2)
"""A record that takes longer to arrive was sent later."""
MOST_GUESSES = 5
"""Of one person at one session: six digits cannot be found with so few, and a slip of the finger may happen."""


@dataclass(frozen=True)
class Meeting:
    """When and where a session is held, and by whom; moments are aware."""

    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    hours: Decimal
    place: str
    teacher: str


@transaction.atomic
def plan_session(course: Course, region_code: str, meeting: Meeting, *, actor: User) -> Session:
    """A session of a course in one's region. Its hours cannot be more than it lasts."""
    require(actor, TEACH, region_code)
    _refuse_meeting(course, meeting)
    session = Session.objects.create(
        region_code=region_code, course=course, kind=meeting.kind, starts_at=meeting.starts_at, ends_at=meeting.ends_at,
        hours=meeting.hours, place=meeting.place.strip(), teacher=meeting.teacher.strip(), secret=wallcode.new_secret(),
        planned_by=actor,
    )  # fmt: skip
    after = {"course": course.title, "starts_at": meeting.starts_at, "place": session.place}
    audit.record("training.plan_session", session, actor=actor, after=after)
    return session


def _refuse_meeting(course: Course, meeting: Meeting) -> None:
    if meeting.ends_at <= meeting.starts_at:
        raise Refusal(_("The session would end before it begins."), code="dates", field="ends_at")
    lasts = Decimal(int((meeting.ends_at - meeting.starts_at).total_seconds())) / 3600
    if not 0 < meeting.hours <= lasts:
        raise Refusal(
            _("The session lasts %(lasts)s hours; it cannot count for %(hours)s."),
            {"lasts": lasts.quantize(Decimal("0.1")), "hours": meeting.hours}, code="hours", field="hours",
        )  # fmt: skip
    day = timezone.localdate(meeting.starts_at)
    if day.year != course.plan.year:
        raise Refusal(
            _("The plan is of %(year)d; %(day)s lies outside."), {"year": course.plan.year, "day": day},
            code="outside_plan", field="starts_at",
        )  # fmt: skip
    if not meeting.place.strip() or not meeting.teacher.strip():
        raise Refusal(_("Say where it is held and who teaches."), code="place", field="place")


@transaction.atomic
def cancel_session(session: Session, reason: str, *, actor: User) -> Session:
    """A session that is not held. Nobody may have signed in."""
    require(actor, TEACH, session.region_code)
    session = hold(Session.objects.filter(pk=session.pk)).get()
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    if session.attendances.filter(withdrawn_at=None).exists():
        raise Refusal(_("People have signed in to this session; it was held."), code="session_held")
    session.state, session.why_cancelled = SessionState.CANCELLED, reason.strip()[:200]
    session.save(update_fields=["state", "why_cancelled"])
    audit.record("training.cancel_session", session, actor=actor, after={"reason": session.why_cancelled})
    return session


@transaction.atomic
def close_session(session: Session, *, actor: User) -> Session:
    """Nobody signs in any more on the spot; codes read in time and sent later still count."""
    require(actor, TEACH, session.region_code)
    session = hold(Session.objects.filter(pk=session.pk)).get()
    if session.state != SessionState.PLANNED:
        raise Refusal(_("The session is not open."), code="session_state")
    if session.starts_at > timezone.now():
        raise Refusal(_("The session has not begun."), code="session_early")
    session.state = SessionState.CLOSED
    session.save(update_fields=["state"])
    count = session.attendances.filter(withdrawn_at=None).count()
    audit.record("training.close_session", session, actor=actor, after={"count": count})
    return session


@dataclass(frozen=True)
class Seen:
    """The code that somebody read from the wall: when (as judged), when it came here, and the phone's record."""

    code: str
    at: datetime
    received: datetime
    record: UUID | None = None


@transaction.atomic
def sign_in(session: Session, person: Person, seen: Seen) -> Attendance | Refusal:
    """Presence by the wall's code; a refusal as a value, since a wrong code is kept and counted. Only for the course's group.

    The person is the actor: the phone's record or this row is the trace, no audit entry stands beside it.
    """
    if why := _stands_against(session, person, seen):
        return why
    if known := there(session, person):
        return known
    if not wallcode.fits(bytes(session.secret), seen.code, seen.at):
        Guess.objects.create(
            region_code=person.region_code, session=session, person=person, record=seen.record, at=seen.at
        )
        return Refusal(
            _("The code was not on the wall of this session then."), code="code_wrong",
            remedy=_("Read it again; it changes every thirty seconds. Or sign the list on paper."),
        )  # fmt: skip
    return Attendance.objects.create(
        region_code=person.region_code, session=session, person=person, at=seen.at, hours=session.hours, record=seen.record,
        how=SignedBy.CODE if seen.received - seen.at <= AT_ONCE else SignedBy.OFFLINE,
    )  # fmt: skip


def _stands_against(session: Session, person: Person, seen: Seen) -> Refusal | None:
    if session.state == SessionState.CANCELLED:
        return Refusal(_("This session was cancelled."), code="session_cancelled")
    opens, closes = session.starts_at - BEFORE, session.ends_at + AFTER
    if not opens <= seen.at <= closes:
        return Refusal(
            _("Sign-in was open from %(first)s to %(last)s."), {"first": _clock(opens), "last": _clock(closes)},
            code="outside_session",
        )  # fmt: skip
    if not is_for(session.course, person, timezone.localdate(seen.at)):
        return Refusal(
            _("“%(course)s” is for another group: its land, post or season is not yours."),
            {"course": session.course.title}, code="other_group", remedy=_("Ask the teacher which course is yours."),
        )  # fmt: skip
    if session.guesses.filter(person=person).count() >= MOST_GUESSES:
        return Refusal(
            _("Too many wrong codes; this session takes none from you any more."), code="too_many_guesses",
            remedy=_("Sign the list on paper."),
        )  # fmt: skip
    return None


def there(session: Session, person: Person) -> Attendance | None:
    """The presence that counts, if somebody was there."""
    return session.attendances.filter(person=person, withdrawn_at=None).first()


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


@transaction.atomic
def enter_list(
    session: Session, people: Collection[Person], *, actor: User, file: StoredFile | None = None,
    hours: Decimal | None = None,
) -> list[Attendance]:  # fmt: skip
    """Who signed the list on paper; whoever is known to have been there already is left out. All or nothing."""
    require(actor, TEACH, session.region_code)
    session = hold(Session.objects.filter(pk=session.pk)).get()
    if session.state == SessionState.CANCELLED:
        raise Refusal(_("This session was cancelled."), code="session_cancelled")
    if session.starts_at > timezone.now():
        raise Refusal(_("The session has not begun."), code="session_early")
    if hours is not None and not 0 < hours <= session.hours:
        raise Refusal(
            _("The session counts for %(most)s hours at most."), {"most": session.hours}, code="hours", field="hours"
        )
    known = set(session.attendances.filter(withdrawn_at=None).values_list("person_id", flat=True))
    for person in people:
        require(actor, TEACH, person.region_code)
    made = Attendance.objects.bulk_create(
        Attendance(
            region_code=person.region_code, session=session, person=person, how=SignedBy.LIST, at=session.starts_at,
            hours=hours or session.hours, file=file, entered_by=actor,
        )
        for person in {one.pk: one for one in people}.values() if person.pk not in known
    )  # fmt: skip
    audit.record("training.enter_list", session, actor=actor, after={"count": len(made)})
    return made


@transaction.atomic
def withdraw_attendance(attendance: Attendance, reason: str, *, actor: User) -> Attendance:
    """Somebody was not there after all; the entry stays and no longer counts."""
    require(actor, TEACH, attendance.region_code)
    attendance = hold(Attendance.objects.filter(pk=attendance.pk)).get()
    if attendance.withdrawn_at is not None:
        raise Refusal(_("This entry was withdrawn already."), code="withdrawn")
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    attendance.withdrawn_at, attendance.withdrawn_by = timezone.now(), actor
    attendance.withdrawn_why = reason.strip()[:200]
    attendance.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    audit.record("training.withdraw_attendance", attendance, actor=actor, after={"reason": attendance.withdrawn_why})
    return attendance
