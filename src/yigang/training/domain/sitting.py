"""Verbs of sitting a test: begun, answered, handed in, entered from paper, released, void.

Time is the server's: a sitting ends so many minutes after the server began it. An answer carries the moment at which it
was given as the phone's running clock tells it, so a lost signal costs nobody anything, and a turned clock gains nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person
from yigang.tenure.models import Appointment
from yigang.training import wallcode
from yigang.training.access import ENTER_SCORES
from yigang.training.drawing import Known, draw, rows_of
from yigang.training.enums import SittingState
from yigang.training.models import Answer, Paper, Question, Sitting
from yigang.training.queries import is_for
from yigang.training.scoring import Given, score

NAMED = 20
"""Names of a list that the audit trail keeps."""


@transaction.atomic
def begin(paper: Paper, person: Person, device: UUID, *, now: datetime, code: str = "") -> Sitting:
    """Start a test on a phone, or go on with the one that runs there. The person is the actor.

    Refused: without a post in the programme there, or outside the group of the session's course; outside the paper's
    days, after the last attempt, on a second phone while it runs on a first, and of a closed book without the code on the
    wall.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    attempts = list(Sitting.objects.filter(paper=paper, person=person).order_by("attempt"))
    for running in (one for one in attempts if one.state == SittingState.RUNNING):
        if now <= running.deadline:
            return _gone_on(running, device)
        finish(running, now=now)
    _refuse_stranger(paper, person, timezone.localdate(now))
    _refuse_begin(paper, [one for one in attempts if one.state != SittingState.VOID], now)
    if paper.closed_book:
        _refuse_unwatched(paper, code, now)
    return Sitting.objects.create(
        region_code=person.region_code, paper=paper, person=person, attempt=len(attempts) + 1, state=SittingState.RUNNING,
        questions=[[key, str(points)] for key, points in drawn_for(paper, person)], device=device, started_at=now,
        deadline=min(now + timedelta(minutes=paper.minutes), paper.closes_at),
    )  # fmt: skip


def drawn_for(paper: Paper, person: Person) -> list[tuple[int, Decimal]]:
    """The questions of one person: from the bank as it stood, by the rule and the seed."""
    known = {
        key: Known(key, subject, kind)
        for key, subject, kind in Question.objects.filter(pk__in=paper.bank).values_list("pk", "subject", "kind")
    }
    seed = paper.seed if paper.same_for_all else f"{paper.seed}:{person.pk}"
    return draw(rows_of(paper.rule), [known[key] for key in paper.bank], seed)


def _gone_on(running: Sitting, device: UUID) -> Sitting:
    if running.device is None:  # released by an officer: the next phone that asks goes on with it
        running.device = device
        running.save(update_fields=["device"])
    if running.device != device:
        raise Refusal(
            _("This test runs on another phone since %(time)s."), {"time": _clock(running.started_at)}, code="other_phone",
            remedy=_("Go on on that phone; if it is lost or broken, the office can release the test."),
        )  # fmt: skip
    return running


def _refuse_stranger(paper: Paper, person: Person, day: date) -> None:
    """A test is for whoever holds a post of its plan; one that is written in a session, for the group of that course."""
    plan = paper.plan
    here = Appointment.objects.filter(
        programme=plan.programme_id, region_code__startswith=regioncode.prefix_of(plan.region_code)
    )
    if not here.filter(person=person, days__contains=day).exists():
        raise Refusal(
            _("This test is for people in a post of “%(plan)s”."), {"plan": plan.title}, code="other_programme"
        )
    if paper.session and not is_for(paper.session.course, person, day):
        raise Refusal(
            _("“%(course)s” is for another group: its land, post or season is not yours."),
            {"course": paper.session.course.title}, code="other_group", remedy=_("Ask the teacher which course is yours."),
        )  # fmt: skip


def _refuse_begin(paper: Paper, attempts: Collection[Sitting], now: datetime) -> None:
    if not paper.opens_at <= now < paper.closes_at:
        raise Refusal(
            _("The test is open from %(first)s to %(last)s."),
            {"first": _clock(paper.opens_at), "last": _clock(paper.closes_at)}, code="paper_closed",
        )  # fmt: skip
    if len(attempts) >= paper.attempts:
        raise Refusal(
            _("This test can be taken %(count)d times; that was done."),
            {"count": paper.attempts},
            code="no_attempt_left",
        )


def _refuse_unwatched(paper: Paper, code: str, now: datetime) -> None:
    assert paper.session is not None  # the database asks for it
    if not wallcode.fits(bytes(paper.session.secret), code, now):
        raise Refusal(
            _("This test is written with closed books in the session; type the code on the wall."), code="closed_book",
            field="code",
        )  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """An answer as it came: the moment is judged by the phone's running clock."""

    question: int
    letters: Collection[str]
    at: datetime
    received: datetime
    record: UUID | None = None


@transaction.atomic
def answer(sitting: Sitting, chosen: Chosen, *, device: UUID) -> Answer:
    """Keep an answer; one after the end, or after handing in, is marked late and does not count."""
    sitting = hold(Sitting.objects.filter(pk=sitting.pk)).get()
    if sitting.device != device:
        raise Refusal(_("This test runs on another phone."), code="other_phone")
    if chosen.question not in {key for key, _points in sitting.questions}:
        raise Refusal(_("This question is not in your paper."), code="other_question")
    question = Question.objects.defer("picture").get(pk=chosen.question)
    offered = {"A", "B"} if not question.options else set("ABCDEFGH"[: len(question.options)])
    if not chosen.letters or set(chosen.letters) - offered:
        raise Refusal(_("The answer is none of the options."), code="other_option")
    end = min(sitting.deadline, sitting.handed_in_at or sitting.deadline)
    made = Answer.objects.create(
        region_code=sitting.region_code, sitting=sitting, question=question, chosen=sorted(set(chosen.letters)),
        at=chosen.at, received_at=chosen.received, late=not sitting.started_at <= chosen.at <= end, record=chosen.record,
    )  # fmt: skip
    if sitting.state in (SittingState.HANDED_IN, SittingState.OVER) and not made.late:
        _score(sitting)  # it was given in time and is here only now
    return made


@transaction.atomic
def hand_in(sitting: Sitting, *, at: datetime, device: UUID) -> Sitting:
    """The person is done. Answers of before, on their way still, are counted when they come."""
    sitting = hold(Sitting.objects.filter(pk=sitting.pk)).get()
    if sitting.device != device:
        raise Refusal(_("This test runs on another phone."), code="other_phone")
    if sitting.state == SittingState.VOID:
        raise Refusal(_("This test is void."), code="void")
    if sitting.state == SittingState.RUNNING or sitting.handed_in_at is None:
        sitting.state = SittingState.HANDED_IN if at <= sitting.deadline else SittingState.OVER
        sitting.handed_in_at = max(sitting.started_at, min(at, sitting.deadline))
        late = sitting.answers.filter(late=False, at__gt=sitting.handed_in_at)
        late.update(late=True)
        _score(sitting)
    return sitting


def finish(sitting: Sitting, *, now: datetime) -> Sitting:
    """End a sitting whose time is up, with what was answered."""
    assert now > sitting.deadline
    sitting.state = SittingState.OVER
    _score(sitting)
    return sitting


@transaction.atomic
def finish_due(now: datetime) -> int:
    """End every sitting whose time is up; how many. For the nightly job and before results are read."""
    waiting = hold(Sitting.objects.filter(state=SittingState.RUNNING, deadline__lt=now))
    return len([finish(one, now=now) for one in waiting])


def _score(sitting: Sitting) -> None:
    drawn = [(key, Decimal(points)) for key, points in sitting.questions]
    right = dict(Question.objects.filter(pk__in=[key for key, _points in drawn]).values_list("pk", "right"))
    sitting.score = score(drawn, right, _given(sitting.answers.all()))
    sitting.save(update_fields=["state", "handed_in_at", "score"])


def _given(answers: Iterable[Answer]) -> list[Given]:
    return [Given(one.question_id, frozenset(one.chosen), one.at, one.late) for one in answers]


def enter_score(
    paper: Paper, person: Person, value: Decimal, *, at: datetime, actor: User, file: StoredFile | None = None
) -> Sitting:  # fmt: skip
    """The result of one person's test written on paper; a scan of it may be kept."""
    (made,) = enter_scores(paper, [(person, value)], at=at, actor=actor, file=file)
    return made


@transaction.atomic
def enter_scores(
    paper: Paper, results: Sequence[tuple[Person, Decimal]], *, at: datetime, actor: User, file: StoredFile | None = None
) -> list[Sitting]:  # fmt: skip
    """Results of a test written on paper by many at one time, all or none."""
    for region in {person.region_code for person, _value in results}:
        require(actor, ENTER_SCORES, region)
    _refuse_written(paper, [value for _person, value in results], at)
    people = hold(Person.objects.filter(pk__in=[person.pk for person, _value in results]))
    taken: dict[int, list[Sitting]] = {person.pk: [] for person in people}
    for one in Sitting.objects.filter(paper=paper, person__in=taken):
        taken[one.person_id].append(one)
    for person, _value in results:
        _refuse_again(paper, person, taken[person.pk])
    made = Sitting.objects.bulk_create(
        Sitting(
            region_code=person.region_code, paper=paper, person=person, attempt=len(taken[person.pk]) + 1,
            state=SittingState.PAPER, started_at=at, deadline=at, handed_in_at=at, score=value, file=file, entered_by=actor,
        )
        for person, value in results
    )  # fmt: skip
    if made:
        names = "、".join(person.name for person, _value in results[:NAMED])
        after = {"title": paper.title, "count": len(made), "name": names}
        audit.record("training.enter_scores", made[0], actor=actor, after=after)
    return made


def _refuse_written(paper: Paper, values: Iterable[Decimal], at: datetime) -> None:
    if any(not 0 <= value <= 100 or value != round(value, 2) for value in values):
        raise Refusal(_("A score lies between 0 and 100, with two places at most."), code="score_range", field="score")
    if at > timezone.now() or at < paper.opens_at:
        raise Refusal(
            _("The test was not written at %(time)s."), {"time": _clock(at)}, code="dates", field="at",
            remedy=_("It opens at %(first)s.") % {"first": _clock(paper.opens_at)},
        )  # fmt: skip


def _refuse_again(paper: Paper, person: Person, attempts: Collection[Sitting]) -> None:
    told = {"name": person.name}
    if any(one.state == SittingState.RUNNING for one in attempts):
        raise Refusal(_("%(name)s is sitting this test on the phone."), told, code="running", field="person")
    if len([one for one in attempts if one.state != SittingState.VOID]) >= paper.attempts:
        raise Refusal(_("%(name)s has taken this test already."), told, code="no_attempt_left", field="person")


@transaction.atomic
def release(sitting: Sitting, reason: str, *, actor: User) -> Sitting:
    """The phone is lost or broken: the next phone that asks goes on. The end stays where it was."""
    return _set_aside(sitting, reason, actor, "training.release", device=None)


@transaction.atomic
def void(sitting: Sitting, reason: str, *, actor: User) -> Sitting:
    """An attempt that does not count, such as one written by somebody else; it may be taken again."""
    return _set_aside(sitting, reason, actor, "training.void", state=SittingState.VOID, void_why=reason.strip()[:200])


def _set_aside(sitting: Sitting, reason: str, actor: User, verb: str, **fields: object) -> Sitting:
    require(actor, ENTER_SCORES, sitting.region_code)
    sitting = hold(Sitting.objects.select_related("person").filter(pk=sitting.pk)).get()
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    if sitting.state == SittingState.VOID or ("device" in fields and sitting.state != SittingState.RUNNING):
        raise Refusal(_("This test does not run."), code="not_running")
    for name, value in fields.items():
        setattr(sitting, name, value)
    sitting.save(update_fields=list(fields))
    audit.record(verb, sitting, actor=actor, after={"name": sitting.person.name, "reason": reason.strip()[:200]})
    return sitting


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
