"""Training on the phone: signing in to a session by the code on its wall, a test with loss of signal, what is one's own."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils import timezone
from tests.duty.sync.conftest import now_ms
from tests.field.test_reading import as_app
from tests.training.conftest import COUNTY, TOWN, asked

from yigang.people.models import Person
from yigang.training import domain, wallcode
from yigang.training.drawing import Row
from yigang.training.enums import QuestionKind, SessionKind, SittingState, Subject
from yigang.training.models import Answer, Attendance, Guess, Paper, Plan, Question, Session, Sitting

pytestmark = pytest.mark.req("P6")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ranger(hold) -> Person:
    return hold("张大山")


@pytest.fixture
def plan(programme, county_manager) -> Plan:
    return domain.make_plan(programme, COUNTY, timezone.localdate().year, "培训计划", actor=county_manager)


@pytest.fixture
def course(plan, county_manager):
    return domain.add_course(plan, "森林防火", Subject.FIRE, Decimal(8), actor=county_manager)


@pytest.fixture
def session(course, town_officer) -> Session:
    """One that is held now."""
    now = timezone.now()
    return Session.objects.create(
        region_code=TOWN, course=course, kind=SessionKind.LECTURE, starts_at=now - MINUTE, ends_at=now + 60 * MINUTE, hours=1,
        place="镇政府", teacher="李老师", secret=wallcode.new_secret(), planned_by=town_officer,
    )  # fmt: skip


@pytest.fixture
def set_paper(plan, county_manager):
    def made(session: Session | None = None) -> Paper:
        domain.add_questions(COUNTY, [asked(number) for number in range(3)], actor=county_manager)
        now = timezone.now()
        terms = domain.Terms(now - 60 * MINUTE, now + 60 * MINUTE, 30, Decimal(60), session=session)
        rule = [Row(Subject.FIRE, QuestionKind.SINGLE, 2, Decimal(50))]
        return domain.set_paper(plan, "测评", rule, terms, actor=county_manager)

    return made


def read(session: Session) -> str:
    """The code on the wall now."""
    return wallcode.code_at(bytes(session.secret), timezone.now())


def test_a_code_read_without_signal_counts_when_it_arrives_and_a_wrong_one_is_told(ranger, phone_of, session):
    phone = phone_of(ranger)
    phone.make("session_sign_in", {"session": session.pk, "code": "00000x"})
    phone.make("session_sign_in", {"session": session.pk, "code": read(session)})
    phone.make("session_sign_in", {"session": 0, "code": "123456"})
    phone.make("session_sign_in", {"session": 987654, "code": "123456"})
    answers = phone.deliver()
    assert [(one["outcome"], one["code"]) for one in answers] == [
        ("refused", "code_wrong"), ("stored", ""), ("refused", "body"), ("refused", "no_session"),
    ]  # fmt: skip
    came = Attendance.objects.get()
    assert (came.person, came.session, came.hours, Guess.objects.count()) == (ranger, session, 1, 1)
    told = as_app(phone).get("training").json()
    assert [(one["number"], one["came"]) for one in told["sessions"]] == [(session.pk, True)]
    assert (told["year"]["sessions"], told["year"]["hours_asked"]) == (1, 16.0)


def test_a_test_is_begun_with_signal_and_answered_without(ranger, phone_of, set_paper):
    phone, paper = phone_of(ranger), set_paper()
    begun = as_app(phone).post(f"training/papers/{paper.pk}/begin", {}).json()
    assert ("right" in str(begun), len(begun["questions"])) == (False, 2)
    phone.clock.wall = now_ms()
    for question in begun["questions"]:
        phone.make("test_answer", {"sitting": begun["sitting"], "question": question["id"], "chosen": ["A"]})
    phone.make("test_hand_in", {"sitting": begun["sitting"]})
    assert {one["outcome"] for one in phone.deliver()} == {"stored"}
    sitting = Sitting.objects.get()
    assert (sitting.score, sitting.state, sitting.device) == (100, SittingState.HANDED_IN, UUID(phone.device))
    (told,) = as_app(phone).get("training").json()["papers"]
    assert (told["score"], told["attempts_left"], told["sitting"]) == (100.0, 0, None)


def test_an_answer_after_time_is_kept_late_and_another_phone_cannot_answer(ranger, phone_of, set_paper):
    phone, other, paper = phone_of(ranger), phone_of(ranger), set_paper()
    begun = as_app(phone).post(f"training/papers/{paper.pk}/begin", {}).json()
    assert as_app(other).post(f"training/papers/{paper.pk}/begin", {}).json()["code"] == "other_phone"
    key = begun["questions"][0]["id"]
    other.make("test_answer", {"sitting": begun["sitting"], "question": key, "chosen": ["A"]})
    assert [one["code"] for one in other.deliver()] == ["other_phone"]
    start = timezone.now() - 50 * MINUTE
    domain.void(Sitting.objects.get(), "换一次", actor=paper.drawn_by)
    again = domain.begin(paper, ranger, UUID(phone.device), now=start)
    phone.clock.wall = now_ms()
    phone.make("test_answer", {"sitting": again.pk, "question": again.questions[0][0], "chosen": ["A"]})
    assert [one["outcome"] for one in phone.deliver()] == ["stored"]
    assert Answer.objects.get().late
    assert domain.finish_due(timezone.now()) == 1
    again.refresh_from_db()
    assert again.score == 0


def test_what_there_is_to_read_is_put_away_while_closed_books_are_written(ranger, phone_of, course, session, set_paper):
    material = domain.add_material(course, "手册", b"%PDF-1.4", "手册.pdf", actor=course.plan.made_by)
    app, paper = as_app(phone_of(ranger)), set_paper(session)
    assert app.get(f"training/materials/{material.pk}").content == b"%PDF-1.4"
    assert app.post(f"training/papers/{paper.pk}/begin", {}).json()["code"] == "closed_book"
    assert app.post(f"training/papers/{paper.pk}/begin", {"code": read(session)}).status_code == 200
    assert app.get("training").json()["materials"] == []
    assert app.get(f"training/materials/{material.pk}").json()["code"] == "no_material"


def test_a_picture_is_shown_to_whom_it_was_asked(ranger, hold, phone_of, set_paper):
    paper = set_paper()
    Question.objects.update(picture=b"\xff\xd8picture")
    asked_of, stranger = as_app(phone_of(ranger)), as_app(phone_of(hold("李四")))
    begun = asked_of.post(f"training/papers/{paper.pk}/begin", {}).json()
    address = f"training/pictures/{begun['questions'][0]['id']}"
    assert begun["questions"][0]["picture"] is True
    assert asked_of.get(address).content == b"\xff\xd8picture"
    assert stranger.get(address).json()["code"] == "no_picture"
