"""A year of training of a small programme: people in post, a plan with courses, a bank, a paper."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation.errors import Refusal
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment
from yigang.training import domain
from yigang.training.drawing import Row
from yigang.training.enums import QuestionKind, SessionKind, Subject
from yigang.training.models import Course, Paper, Plan, Session

CHINA = timezone(timedelta(hours=8))
COUNTY, TOWN, VILLAGE = "520403000000", "520403100000", "520403100201"
PHONE, OTHER_PHONE = UUID(int=1), UUID(int=2)


def at(clock: str = "09:00", day: int = 10, month: int = 8) -> datetime:
    """A moment of 2020, local time."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2020, month, day, hour, minute, tzinfo=CHINA)


@pytest.fixture
def programme(db) -> Programme:
    return make_programme()


@pytest.fixture
def holder(programme) -> Callable[..., Person]:
    """`holder(2, village)`: the second person in a post of the programme since 2020-01-01."""

    def made(order: int = 1, village: str = VILLAGE, *, ends: date | None = None, **columns: object) -> Person:
        person = make_person(f"张{chr(0x4E00 + order)}", order, region_code=village)
        post = make_post(programme, f"H{order:03d}", region_code=village, **columns)
        Appointment.objects.create(
            region_code=village, person=person, post=post, programme=programme, starts=date(2020, 1, 1), ends=ends
        )
        return person

    return made


@pytest.fixture
def plan(programme, county_manager) -> Plan:
    return domain.make_plan(programme, COUNTY, 2020, "2020年护林员培训计划", actor=county_manager)


@pytest.fixture
def course(plan, county_manager) -> Course:
    return domain.add_course(plan, "森林防火", Subject.FIRE, Decimal(8), actor=county_manager)


@pytest.fixture
def meet(town_officer) -> Callable[..., Session]:
    """`meet(course, hours="8")`: a session of a course in the town, on 10 August 2020 at nine."""

    def made(course: Course, hours: str = "8", day: int = 10) -> Session:
        meeting = domain.Meeting(
            SessionKind.LECTURE, at("09:00", day), at("18:00", day), Decimal(hours), "镇政府会议室", "李老师"
        )
        return domain.plan_session(course, TOWN, meeting, actor=town_officer)

    return made


def asked(number: int, kind: QuestionKind = QuestionKind.SINGLE, subject: Subject = Subject.FIRE) -> domain.Asked:
    """A sound question. The right answer is A, of several answers A and B."""
    options = [] if kind == QuestionKind.TRUTH else ["甲", "乙", "丙", "丁"]
    right = ["A", "B"] if kind == QuestionKind.MULTIPLE else ["A"]
    return domain.Asked(subject, kind, f"第{number}题", options, right, "《森林防火条例》第二十五条")


@pytest.fixture
def bank(county_manager) -> None:
    """Six questions with one answer, two with several."""
    made = [asked(number) for number in range(6)] + [asked(number, QuestionKind.MULTIPLE) for number in (6, 7)]
    domain.add_questions(COUNTY, made, actor=county_manager)


RULE = [
    Row(Subject.FIRE, QuestionKind.SINGLE, 4, Decimal(15)), Row(Subject.FIRE, QuestionKind.MULTIPLE, 2, Decimal(20)),
]  # fmt: skip


@pytest.fixture
def set_paper(plan, bank, county_manager) -> Callable[..., Paper]:
    """A paper of six questions, open on 10 and 11 August, 30 minutes, 60 to pass."""

    def made(rows: list[Row] | None = None, **terms: object) -> Paper:
        usual = {"opens_at": at("08:00"), "closes_at": at("20:00", 11), "minutes": 30, "pass_mark": Decimal(60)}
        named = domain.Terms(**{**usual, "seed": "8月测评", **terms})  # type: ignore[arg-type] # of the test's choosing
        return domain.set_paper(plan, "8月测评", rows or RULE, named, actor=county_manager)

    return made


def refused(verb: Callable[..., object], *arguments: object, **named: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        verb(*arguments, **named)
    return caught.value
