"""Interviews with one person or many, and recalls whose replacement has a clock."""

from datetime import timedelta

import pytest
from tests.oversight.conftest import COUNTY, VILLAGES, days_ago
from tests.people.factories import make_person
from tests.tenure.conftest import refused

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.oversight import domain
from yigang.oversight.domain import Called, Talk
from yigang.oversight.enums import InterviewKind
from yigang.oversight.models import Interview, RecallOrder
from yigang.tenure import domain as tenure
from yigang.tenure.domain import Leaving, Terms
from yigang.tenure.enums import ExitKind, ExitReason, ExitState, TrainingBasis
from yigang.tenure.models import Team, TeamMember, Vacancy


def talk(called: list[Called], **columns: object) -> Talk:
    values = {"kind": InterviewKind.INTERVIEW, "on": days_ago(0), "place": "县委会议室", "held_by": "王部长（组织部）",
              "said": "通报暗访情况，要求一周内到岗到位。", "called": called}  # fmt: skip
    return Talk(**{**values, **columns})


@pytest.mark.req("M7")
def test_several_people_are_interviewed_together_each_for_his_own_cause(programme, held, county_manager):
    called = [Called("两次不在岗", held[0].person), Called("日志代写", held[1].person)]
    row = domain.record_interview(programme, COUNTY, talk(called), actor=county_manager)
    assert list(row.parts.values_list("name", "cause")) == [("队员1", "两次不在岗"), ("队员2", "日志代写")]


@pytest.mark.req("M3")
def test_a_warning_is_kept_like_an_interview(programme, held, town_officer):
    called = [Called("基本称职", held[0].person)]
    row = domain.record_interview(programme, VILLAGES[0], talk(called, kind=InterviewKind.WARNING), actor=town_officer)
    assert held[0].person.interviews.get().interview == row


@pytest.mark.req("M7")
@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (lambda one: talk([]), "nobody"),
        (lambda one: talk([one, one]), "twice"),
        (lambda one: talk([Called(" ", one.person)]), "cause"),
        (lambda one: talk([Called("缺岗")]), "cause"),
        (lambda one: talk([one], said=" "), "said"),
        (lambda one: talk([one], on=days_ago(-1)), "future"),
    ],
)
def test_what_is_no_interview_is_refused(programme, held, county_manager, bend, code):
    bent = bend(Called("缺岗", held[0].person))
    assert refused(domain.record_interview, programme, COUNTY, bent, actor=county_manager).code == code
    assert Interview.objects.count() == 0


@pytest.fixture
def team(programme, held, county_manager):
    """The county office whose team the first holder leads."""
    unit = tenure.save_unit(COUNTY, "县财政局", kind="机关", actor=county_manager)
    starts = held[0].starts
    sent = Team.objects.create(
        region_code=VILLAGES[0], programme=programme, name="芝麻村工作队", unit=unit, starts=starts
    )
    TeamMember.objects.create(region_code=VILLAGES[0], team=sent, appointment=held[0], person=held[0].person,
                              leader=True, starts=starts)  # fmt: skip
    return unit


@pytest.fixture
def deputy(make_user):
    return make_user(Role.COUNTY_MANAGER, "520403")


def order(held, actor, **columns) -> RecallOrder:
    values = {"reason": "三次暗访不在岗", "clause": "办法：旷工超过三次"}
    return domain.order_recall(held, days_ago(2), ExitReason.ABSENT, **{**values, **columns}, actor=actor)


@pytest.mark.req("H8", "H9")
def test_a_recall_is_confirmed_by_another_replaced_within_a_week_and_the_unit_answers(
    programme, held, team, county_manager, deputy, town_officer
):
    made = order(held[0], county_manager)
    assert (made.exit.state, made.unit, Vacancy.objects.count()) == (ExitState.PROPOSED, team, 0)
    assert refused(tenure.confirm_exit, made.exit, actor=county_manager).code == "same_person"
    tenure.confirm_exit(made.exit, actor=deputy)
    vacancy = Vacancy.objects.get()
    assert (vacancy.fill_by, vacancy.filled_on) == (days_ago(2) + timedelta(days=7), None)
    follower = make_person("接替", 99, region_code=VILLAGES[0])
    terms = Terms(days_ago(0), None, training=TrainingBasis.TAKEN_OVER)
    tenure.appoint(follower, held[0].post, terms, actor=town_officer)
    vacancy.refresh_from_db()
    assert vacancy.filled_on <= vacancy.fill_by

    leader = Called("派出干部被召回", unit=team, name="张局长", office="局长")
    answered = domain.hold_unit_to_account(made, talk([leader]), actor=county_manager)
    assert team.interviews.get().interview == answered.interview
    assert refused(domain.hold_unit_to_account, made, talk([leader]), actor=county_manager).code == "interviewed"


@pytest.mark.req("H8")
def test_whoever_is_gone_cannot_be_recalled(held, county_manager, deputy, town_officer):
    tenure.leave(held[0], Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, days_ago(2), "外出务工"), actor=town_officer)
    assert refused(order, held[0], county_manager).code == "left_already"
    order(held[1], county_manager)
    assert refused(order, held[1], deputy).code == "proposed_already"
    assert refused(order, held[2], county_manager, clause=" ").code == "clause_missing"
    with pytest.raises(Forbidden):
        order(held[2], town_officer)
    assert RecallOrder.objects.count() == 1


@pytest.mark.req("H9")
def test_another_unit_does_not_answer_for_the_one_that_sent_him(held, team, county_manager):
    stranger = Called("派出干部被召回", name="赵局长", office="局长")
    made = order(held[0], county_manager)
    assert refused(domain.hold_unit_to_account, made, talk([stranger]), actor=county_manager).code == "other_unit"
    assert Interview.objects.count() == 0
