"""Training of one's own: the year beside what is asked, sessions, tests to sit, what is to be made up, what there is to read.

Answers and handing in come as records, which need no signal; only beginning a test does, since the server's clock begins it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from yigang.duty.domain.devices import Signed, signed_in
from yigang.field import own
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, read, token_of
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.people.models import Person
from yigang.tenure.models import Appointment
from yigang.training import domain
from yigang.training.account import Account, accounts
from yigang.training.enums import Lack, RemedialState, SessionState, SittingState
from yigang.training.models import Material, Paper, Question, RemedialTask, Session, Sitting
from yigang.training.queries import group_of, questions

router = Router(tags=["training"])
SHOWN = 30


class Year(Schema):
    """What was learned this year and what is asked; null: not asked. `lacks` are words."""

    year: int
    hours: float
    hours_asked: float | None
    sessions: int
    sessions_asked: int | None
    score: float | None
    score_asked: float | None
    lacks: list[str]
    cites: str


class SessionTold(Schema):
    """A session that is still to come or was held lately; `came` whether the person was there."""

    number: int
    course: str
    starts_at: datetime
    ends_at: datetime
    place: str
    hours: float
    came: bool


class PaperTold(Schema):
    """A test that can be sat now, or what came of it."""

    id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    pass_mark: float
    closed_book: bool
    attempts_left: int
    sitting: int | None
    """The one that runs."""
    score: float | None


class TaskTold(Schema):
    """What is to be made up."""

    why: str
    due_on: date
    state: str
    state_name: str


class MaterialTold(Schema):
    id: int
    title: str
    course: str
    size: int


class Training(Answer):
    """Everything about the person's training this year."""

    year: Year | None
    sessions: list[SessionTold]
    papers: list[PaperTold]
    tasks: list[TaskTold]
    materials: list[MaterialTold]


class QuestionTold(Schema):
    """A question as it is asked; its right answer is not in it."""

    id: int
    kind: str
    text: str
    options: list[str]
    points: str
    picture: bool


class Begun(Answer):
    """A test that runs: its questions in order, and when time is up by the server's clock."""

    sitting: int
    title: str
    started_at: datetime
    deadline: datetime
    questions: list[QuestionTold]


class BeginSent(Schema):
    """The code on the wall, for a test with closed books."""

    code: str = ""


@router.get("training", response={200: Training, 401: Trouble, 429: Trouble}, auth=Token())
def training(request: HttpRequest) -> HttpResponse:
    """The year, sessions, tests, what is to be made up and what there is to read."""
    return read(request, _training)


def _training(signed: Signed) -> Training:
    today = timezone.localdate()
    current = own.current_of(own.posts_of(signed.person_id), today)
    if current is None:
        return Training(year=None, sessions=[], papers=[], tasks=_tasks(signed.person_id), materials=[])
    account = accounts(current.programme, [signed.person_id], today.year, until=today)[signed.person_id]
    return Training(
        year=_year(account, today.year), sessions=_sessions(signed.person_id, current), papers=_papers(signed.person_id, current),
        tasks=_tasks(signed.person_id), materials=_materials(signed.person_id, current, today),
    )  # fmt: skip


def _year(account: Account, year: int) -> Year:
    learned, rule = account.learned, account.rule
    return Year(
        year=year, hours=float(learned.hours), sessions=learned.sessions,
        score=None if learned.score is None else float(learned.score),
        hours_asked=float(rule.hours) if rule and rule.hours is not None else None,
        sessions_asked=rule.sessions if rule else None,
        score_asked=float(rule.test_score) if rule and rule.test_score is not None else None,
        lacks=[str(Lack(one).label) for one in account.lacks], cites=rule.cites if rule else "",
    )  # fmt: skip


def _sessions(person_id: int, held: Appointment) -> list[SessionTold]:
    """Of the programme, where the person or the offices above are; the newest first."""
    rows = Session.objects.filter(course__plan__programme=held.programme_id).exclude(state=SessionState.CANCELLED)
    chosen = list(rows.select_related("course").order_by("-starts_at")[:SHOWN])
    came = set(
        Session.objects.filter(attendances__person=person_id, attendances__withdrawn_at=None).values_list(
            "pk", flat=True
        )
    )
    return [
        SessionTold(
            number=one.pk, course=one.course.title, starts_at=one.starts_at, ends_at=one.ends_at, place=one.place,
            hours=float(one.hours), came=one.pk in came,
        )
        for one in chosen
    ]  # fmt: skip


def _papers(person_id: int, held: Appointment) -> list[PaperTold]:
    now = timezone.now()
    mine: dict[int, list[Sitting]] = {}
    for one in Sitting.objects.filter(person=person_id).exclude(state=SittingState.VOID):
        mine.setdefault(one.paper_id, []).append(one)
    open_or_mine = Q(opens_at__lte=now, closes_at__gt=now) | Q(pk__in=mine)
    rows = Paper.objects.filter(open_or_mine, plan__programme=held.programme_id).order_by("-opens_at")[:SHOWN]
    return [_paper(row, mine.get(row.pk, []), now) for row in rows]


def _paper(row: Paper, sittings: list[Sitting], now: datetime) -> PaperTold:
    running = next((one.pk for one in sittings if one.state == SittingState.RUNNING and one.deadline >= now), None)
    scores = [one.score for one in sittings if one.score is not None]
    return PaperTold(
        id=row.pk, title=row.title, opens_at=row.opens_at, closes_at=row.closes_at, minutes=row.minutes,
        pass_mark=float(row.pass_mark), closed_book=row.closed_book, attempts_left=max(0, row.attempts - len(sittings)),
        sitting=running, score=float(max(scores)) if scores else None,
    )  # fmt: skip


def _tasks(person_id: int) -> list[TaskTold]:
    rows = RemedialTask.objects.filter(person=person_id, state__in=(RemedialState.OPEN, RemedialState.PROVEN))
    return [
        TaskTold(why=one.why, due_on=one.due_on, state=one.state, state_name=one.get_state_display()) for one in rows
    ]


def _readable(person_id: int, held: Appointment, today: date) -> list[Material]:
    """Of the courses that are for the person; none while a test with closed books runs."""
    watched = Sitting.objects.filter(
        person=person_id, state=SittingState.RUNNING, deadline__gte=timezone.now(), paper__closed_book=True
    )
    if watched.exists():
        return []
    rows = Material.objects.filter(
        retired_at=None, course__plan__programme=held.programme_id, course__plan__year=today.year
    ).select_related("course__plan")
    mine = {
        course.pk: any(one.person_id == person_id for one in group_of(course, today, held.region_code))
        for course in {row.course for row in rows}
    }
    return [row for row in rows if mine[row.course_id]]


def _materials(person_id: int, held: Appointment, today: date) -> list[MaterialTold]:
    return [
        MaterialTold(id=row.pk, title=row.title, course=row.course.title, size=row.size)
        for row in _readable(person_id, held, today)
    ]


@router.get("training/materials/{int:key}", auth=Token(), response={200: None, 401: Trouble, 404: Trouble})
def material(request: HttpRequest, key: int) -> HttpResponse:
    """A course's file, for whom the course is."""
    with transaction.atomic():
        signed = signed_in(token_of(request))
        today = timezone.localdate()
        held = own.current_of(own.posts_of(signed.person_id), today)
        row = next((one for one in _readable(signed.person_id, held, today) if one.pk == key), None) if held else None
        if row is None:
            raise Refusal(_("There is nothing to read here for you now."), code="no_material")
        with rls.everywhere("a course's material lies with the county and is read by those it is for"):
            stored = Material.objects.select_related("file").get(pk=row.pk).file
            content = stored.content.read()
    return _saved(content, stored.content_type)


@router.get("training/pictures/{int:key}", auth=Token(), response={200: None, 401: Trouble, 404: Trouble})
def picture(request: HttpRequest, key: int) -> HttpResponse:
    """The picture of a question that one was asked."""
    with transaction.atomic():
        signed = signed_in(token_of(request))
        asked = Sitting.objects.filter(person=signed.person_id).values_list("questions", flat=True)
        mine = any(key == question for drawn in asked for question, _points in drawn)
        found = Question.objects.filter(pk=key, picture__isnull=False).first() if mine else None
        if found is None or found.picture is None:
            raise Refusal(_("There is no such picture for you."), code="no_picture")
    return _saved(bytes(found.picture), "image/jpeg")


def _saved(content: bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@router.post("training/papers/{int:key}/begin", response={200: Begun, 401: Trouble, 422: Trouble}, auth=Token())
def begin(request: HttpRequest, key: int, sent: BeginSent) -> Begun:
    """Begin a test, or go on with the one that runs on this phone."""
    with transaction.atomic():
        signed = signed_in(token_of(request))
        held = own.current_of(own.posts_of(signed.person_id), timezone.localdate())
        paper = Paper.objects.filter(pk=key, plan__programme=held.programme_id).first() if held else None
        if paper is None:
            raise Refusal(_("There is no such test for you."), code="no_paper")
        person = Person.objects.get(pk=signed.person_id)
        sitting = domain.begin(paper, person, UUID(str(signed.device_id)), now=timezone.now(), code=sent.code)
        return _begun(sitting, paper)


def _begun(sitting: Sitting, paper: Paper) -> Begun:
    asked = questions().in_bulk([key for key, _points in sitting.questions])
    return Begun(
        sitting=sitting.pk, title=paper.title, started_at=sitting.started_at, deadline=sitting.deadline,
        questions=[
            QuestionTold(
                id=key, kind=asked[key].kind, text=asked[key].text, options=asked[key].options, points=points,
                picture=asked[key].has_picture,  # type: ignore[attr-defined] # annotated by the query
            )
            for key, points in sitting.questions
        ],
    )  # fmt: skip
