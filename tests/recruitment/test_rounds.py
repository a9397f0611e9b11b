"""A round follows its policy's steps: none skipped, none out of order, each closed when what it asks is there."""

from datetime import date

import pytest
from tests.recruitment.world import SECOND, make_world

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry, CalendarOverride
from yigang.recruitment import domain, queries
from yigang.recruitment.enums import ApplicationState, RoundState, StepState
from yigang.recruitment.models import Application, RoundEntry


@pytest.fixture
def world(make_user):
    return make_world(make_user)


@pytest.mark.req("P4")
def test_a_round_has_the_seven_steps_of_its_policy(world):
    one = world.open()
    assert [step.name for step in queries.steps_of(one)] == ["公告", "申报", "审核", "考察", "评定", "公示", "聘用"]
    assert AuditEntry.objects.get(verb="recruitment.open_round").after["places"] == 3


@pytest.mark.req("P4")
def test_one_step_is_open_at_a_time_and_the_next_comes_next(world):
    one = world.open()
    assert domain.open_step(one, actor=world.county, on=world.day).name == "公告"
    with pytest.raises(Refusal) as caught:
        domain.open_step(one, actor=world.county, on=world.day)
    assert caught.value.code == "step_open"
    assert world.next().name == "申报"


def test_the_announcement_stays_for_its_working_days_by_the_countys_calendar(world):
    """公告 from Monday 1 June 2020: five working days after it, one of which the county takes off."""
    CalendarOverride.objects.create(region_code="520403000000", date=date(2020, 6, 3), working=False, name="本地节日")
    world.open()
    step = world.next()
    assert step.last_day == date(2020, 6, 9)
    world.attach_all()
    with pytest.raises(Refusal) as caught:
        domain.close_step(step, actor=world.county, on=date(2020, 6, 9))
    assert caught.value.code == "step_incomplete"
    assert domain.close_step(step, actor=world.county, on=date(2020, 6, 10)).state == StepState.CLOSED


def test_nobody_enters_a_day_that_is_to_come(world):
    one = world.open()
    with pytest.raises(Refusal) as caught:
        domain.open_step(one, actor=world.county, on=date(2999, 1, 1))
    assert caught.value.code == "future"


def test_applications_are_taken_in_their_step_only(world):
    world.open()
    world.next()
    with pytest.raises(Refusal) as caught:
        world.apply(world.person("张三"))
    assert caught.value.code == "not_taking"
    world.next()
    assert world.apply(world.people[0]).state == ApplicationState.RUNNING
    with pytest.raises(Refusal) as caught:
        world.apply(world.people[0])
    assert caught.value.code == "applied_already"
    with pytest.raises(Forbidden):  # the clerk of one village brings nobody in from another
        world.apply(world.person("李四", region_code=SECOND))


def test_a_step_with_people_closes_when_everybody_has_an_outcome(world):
    world.open()
    world.next()
    world.next()
    world.applicants(2)
    step = world.next()
    with pytest.raises(Refusal, match="2"):
        domain.close_step(step, actor=world.county, on=world.day)


@pytest.mark.req("P4")
def test_going_back_is_an_entry_with_a_reason_and_undoes_what_came_after(world):
    one = world.open()
    world.next()
    world.next()
    (application,) = world.applicants(1)
    check = world.next()
    domain.decide(application, "不符合条件", "材料不全", actor=world.town)
    assert Application.objects.get(pk=application.pk).state == ApplicationState.OUT
    with pytest.raises(Refusal) as caught:
        domain.go_back(one, check, " ", actor=world.county, on=world.day)
    assert caught.value.code == "no_reason"
    again = domain.go_back(one, check, "材料另有存放，重新审核", actor=world.county, on=world.day)
    assert (again.name, again.state) == ("审核", StepState.WAITING)
    assert Application.objects.get(pk=application.pk).state == ApplicationState.RUNNING
    assert RoundEntry.objects.get(what="went_back").reason == "材料另有存放，重新审核"
    assert application.outcomes.get().step.state == StepState.UNDONE  # history stays


def test_a_cancelled_round_goes_no_further(world):
    one = world.open()
    domain.cancel_round(one, "计划取消", actor=world.county, on=world.day)
    with pytest.raises(Refusal) as caught:
        domain.open_step(one, actor=world.county, on=world.day)
    assert caught.value.code == "round_over"
    one.refresh_from_db()
    assert one.state == RoundState.CANCELLED


@pytest.mark.parametrize(("role", "prefix"), [(Role.VILLAGE_CLERK, "520403"), (Role.COUNTY_MANAGER, "520402")])
def test_a_round_is_opened_by_the_county_or_town_of_its_place(world, make_user, role, prefix):
    world.county = make_user(role, prefix)
    with pytest.raises(Forbidden):
        world.open()


def test_no_more_places_are_sought_than_a_post_has(world):
    with pytest.raises(Refusal) as caught:
        domain.open_round(world.programme, "1", "轮", {world.posts[1]: 2}, actor=world.county, on=world.day)
    assert caught.value.code == "too_many_places"
