"""Nobody starts untrained; who falls short of the year puts it right by a day, is reminded, and is told of."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.people.factories import make_person
from tests.posts.factories import make_post
from tests.training.conftest import PHONE, TOWN, at, refused
from tests.training.test_sitting import give

from yigang.foundation.enums import Role
from yigang.policy.training import Learned
from yigang.tenure.domain import Terms, appoint, record_certificate
from yigang.tenure.models import Appointment
from yigang.training import domain
from yigang.training.account import accounts, of_appointments
from yigang.training.enums import RemedialState, Subject
from yigang.training.models import Attendance, RemedialTask
from yigang.training.queries import by_town, lacking_by

pytestmark = pytest.mark.req("P6")
AUGUST = date(2020, 8, 31)


@pytest.fixture
def colleague(make_user):
    return make_user(Role.TOWN_OFFICER, "520403100")


@pytest.fixture
def learn(course, meet, town_officer):
    """`learn(person, "8", "8")`: sessions of so many hours each."""

    def made(person, *hours: str) -> None:
        for number, each in enumerate(hours):
            domain.enter_list(meet(course, each, day=10 + number), [person], actor=town_officer)

    return made


@pytest.mark.req("Z9")
def test_nobody_starts_untrained(plan, programme, county_manager, town_officer, meet):
    person, post = make_person("李四", 9), make_post(programme, "H009")
    before = domain.add_course(plan, "岗前培训", Subject.FOREST, Decimal(8), before_start=True, actor=county_manager)
    terms = Terms(date(2020, 8, 12))
    assert refused(appoint, person, post, terms, actor=town_officer).code == "untrained"
    domain.enter_list(meet(before, "8"), [person], actor=town_officer, hours=Decimal("3.5"))
    assert refused(appoint, person, post, terms, actor=town_officer).code == "untrained", "four hours are asked"
    domain.enter_list(meet(before, "8", day=11), [person], actor=town_officer, hours=Decimal("0.5"))
    assert refused(appoint, person, post, Terms(date(2020, 8, 10)), actor=town_officer).code == "untrained"
    assert appoint(person, post, terms, actor=town_officer).pk


@pytest.mark.req("Z9")
def test_a_certificate_does_as_well_and_attendance_withdrawn_does_not(
    plan, programme, county_manager, town_officer, meet
):
    one, other = make_person("李四", 9), make_person("王五", 10)
    before = domain.add_course(plan, "岗前培训", Subject.FOREST, Decimal(8), before_start=True, actor=county_manager)
    (came,) = domain.enter_list(meet(before), [one], actor=town_officer)
    domain.withdraw_attendance(came, "代签", actor=town_officer)
    terms = Terms(date(2020, 8, 12))
    assert refused(appoint, one, make_post(programme, "H009"), terms, actor=town_officer).code == "untrained"
    record_certificate(other, "岗前培训", date(2020, 8, 1), actor=town_officer)
    assert appoint(other, make_post(programme, "H010"), terms, actor=town_officer).pk


def test_the_year_of_a_person_beside_what_the_policy_asks(programme, holder, learn, set_paper, town_officer):
    person, nobody = holder(1), holder(2)
    learn(person, "8", "7.5")
    domain.enter_score(set_paper(), person, Decimal("59.5"), at=at(), actor=town_officer)
    domain.enter_score(set_paper(), person, Decimal(70), at=at(day=12), actor=town_officer)
    found = accounts(programme, [person.pk, nobody.pk], 2020)
    assert found[person.pk].learned == Learned(Decimal("15.5"), 2, Decimal(70))
    assert (found[person.pk].lacks, found[nobody.pk].lacks) == (("hours",), ("hours", "sessions", "test"))
    assert accounts(programme, [person.pk], 2020, until=date(2020, 8, 11))[person.pk].lacks == ("hours", "test")
    assert accounts(programme, [person.pk], 2021)[person.pk].learned == Learned()


@pytest.mark.req("P6")
def test_failed_then_remedial_then_passed(programme, holder, learn, set_paper, town_officer, county_manager):
    person = holder(1)
    learn(person, "8", "8")
    domain.enter_score(set_paper(), person, Decimal(40), at=at(), actor=town_officer)
    (task,) = domain.open_remedial(programme, [person], 2020, on=AUGUST, actor=town_officer)
    assert (task.lacks, task.due_on, task.why) == (["test"], AUGUST + timedelta(days=15), "测评 40，要求 60 分")
    assert domain.open_remedial(programme, [person], 2020, on=AUGUST, actor=town_officer) == []
    assert refused(domain.hand_in_proof, task, "已补学", actor=town_officer).code == "test_lacking"
    again = set_paper(opens_at=at(month=9, day=1), closes_at=at(month=9, day=9))
    sitting = domain.begin(again, person, PHONE, now=at(month=9, day=2))
    give(sitting, 5)
    domain.hand_in(sitting, at=at("09:10", month=9, day=2), device=PHONE)
    assert domain.look_after(date(2020, 9, 3)) == {"done": 1, "reminded": 0, "escalated": 0}
    task.refresh_from_db()
    assert (task.state, [step.kind for step in task.steps.all()]) == (RemedialState.DONE, ["opened", "done"])


def test_a_task_is_reminded_once_and_told_to_the_county_once(programme, holder, town_officer, plan):
    (task,) = domain.open_remedial(programme, [holder(1)], 2020, on=AUGUST, actor=town_officer)
    due = task.due_on
    days = [due - timedelta(days=4), due - timedelta(days=3), due, due + timedelta(days=1), due + timedelta(days=2)]
    looked = [domain.look_after(day) for day in days]
    assert [(each["reminded"], each["escalated"]) for each in looked] == [(0, 0), (1, 0), (0, 0), (0, 1), (0, 0)]
    task.refresh_from_db()
    assert (task.reminded_on, task.escalated_on) == (days[1], days[3])


def test_a_proof_is_accepted_by_another_or_sent_back(programme, holder, set_paper, town_officer, colleague):
    person = holder(1)
    domain.enter_score(set_paper(), person, Decimal(90), at=at(), actor=town_officer)
    (task,) = domain.open_remedial(programme, [person], 2020, on=AUGUST, actor=town_officer)
    domain.hand_in_proof(task, "9月5日在林场补训两次", actor=town_officer)
    assert refused(domain.decide_proof, task, accept=True, actor=town_officer).code == "own_proof"
    assert refused(domain.decide_proof, task, accept=False, actor=colleague).code == "reason_missing"
    domain.decide_proof(task, accept=False, reason="没有签到表", actor=colleague)
    assert refused(domain.decide_proof, task, accept=True, actor=colleague).code == "task_state"
    domain.hand_in_proof(task, "附签到表", actor=town_officer)
    assert domain.decide_proof(task, accept=True, actor=colleague).state == RemedialState.DONE
    kinds = [step.kind for step in task.steps.all()]
    assert kinds == ["opened", "proven", "sent_back", "proven", "done"]
    assert refused(domain.drop_remedial, task, "已离岗", actor=town_officer).code == "task_state"


@pytest.mark.req("M4")
def test_the_report_of_the_towns_names_who_is_missing(programme, holder, learn, set_paper, town_officer):
    done, missing, _left = holder(1), holder(2), holder(3, ends=date(2020, 2, 1))
    other = holder(4, "520403101201")
    learn(done, "8", "8")
    domain.enter_score(set_paper(), done, Decimal(90), at=at(), actor=town_officer)
    first, second = by_town(programme, "520403", 2020, AUGUST)
    assert (first.code, first.people, first.complete, first.tested, first.percent) == (TOWN, 3, 1, 1, 33)
    assert [one.person for one, _account in first.missing] == [missing, _left]
    assert ([one.person for one, _account in second.missing], second.percent) == ([other], 0)
    assert lacking_by([first, second]) == {"hours": 3, "sessions": 3, "test": 3}


def test_renewals_ask_of_a_year_that_was_planned_and_know_nothing_of_another(
    programme, holder, learn, set_paper, town_officer
):
    done, lacks = holder(1), holder(2)
    learn(done, "8", "8")
    domain.enter_score(set_paper(), done, Decimal(90), at=at(), actor=town_officer)
    held = list(Appointment.objects.order_by("pk"))
    facts = of_appointments(held, date(2020, 12, 31))
    assert [facts[one.pk] for one in held] == [{"学训达标": True}, {"学训达标": False}]
    assert [one.person for one in held] == [done, lacks]
    assert of_appointments(held, date(2021, 12, 31)) == {}
    assert Attendance.objects.count() == 2
    assert not RemedialTask.objects.exists()
