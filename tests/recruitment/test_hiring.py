"""The end of a round: the list hangs out, objections are decided, people are appointed, and the figures add up."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from tests.recruitment.world import COUNTY, TOWN, make_world

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.notices import domain as notices
from yigang.notices.enums import Decision, NoticeState
from yigang.notices.models import Notice, Objection
from yigang.recruitment import domain, queries
from yigang.recruitment.enums import ApplicationState, RoundState, Source
from yigang.recruitment.models import Application, Round, StepOutcome, StepRecord
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.models import Appointment, Certificate

JULY = Terms(date(2020, 7, 13), date(2021, 7, 12))


def now(application):
    return Application.objects.get(pk=application.pk)


def through(world, count: int, *, wanted: bool = True) -> list[Application]:
    """Pingba's round with `count` applicants, at 评定: judged, visited by two, ranked, all proposed."""
    world.open()
    world.next()
    world.next()
    found = world.applicants(count, world.posts[0] if wanted else None)
    for place, one in enumerate(found):
        one.person.household.income_fen = 500_000 + place
        one.person.household.save()
    return assessed(world, found)


def assessed(world, found) -> list[Application]:
    """From the applications to 评定, where all of them are proposed."""
    world.next()
    domain.decide_by_clauses(world.judge(), actor=world.town)
    world.next()
    visit(world, found)
    world.next()
    domain.rank_applicants(world.step, actor=world.county)
    for one in found:
        domain.decide(one, "拟聘", actor=world.town)
    return found


def hung_out(world) -> None:
    """From 评定 to 聘用: the list hung out, nobody said anything against it."""
    world.next()
    world.attach_all()
    world.day = world.step.last_day + timedelta(days=1)
    domain.settle_publicity(world.step, actor=world.town)
    world.next()


def visit(world, found) -> None:
    points = {"身体条件和巡护能力": Decimal(30), "家庭困难程度": Decimal(30), "熟悉林区和群众评价": Decimal(15)}
    for one in found:
        for reviewer in (world.station, world.second):
            domain.give_marks(one, points, "入户查看", actor=reviewer)
        domain.decide(one, "考察合格", actor=world.station)


@pytest.fixture
def world(make_user):
    made = make_world(make_user)
    made.second = make_user(Role.STATION_OFFICER, TOWN, username="second")
    return made


@pytest.fixture
def hiring(world):
    """Three came through to 聘用; the first post has two places."""
    world.all = through(world, 3)
    hung_out(world)
    return world


# Publicity -----------------------------------------------------------------------------------------------------------


@pytest.mark.req("P4")
def test_the_list_is_published_with_names_and_ranks_and_nothing_else(world):
    through(world, 2)
    step = world.next()
    notice = Notice.objects.get(pk=step.notice_id)
    assert (notice.state, notice.working_days, notice.closes) == (NoticeState.PUBLISHED, 5, step.last_day)
    assert [(row.position, row.name, row.extra["rank"]) for row in notice.rows.all()] == [
        (1, "申报人1", 1),
        (2, "申报人2", 2),
    ]
    assert notice.fields == ["name", "village", "post", "rank", "score"]
    assert {row.village for row in notice.rows.all()} == {"塘约村"}
    assert "拟聘 2 名" in notice.body


@pytest.fixture
def objecting(world, make_user):
    """The list of a round that is entered today, so that an objection still comes in time."""
    world.all = through(world, 2)
    world.close()
    world.day = timezone.localdate()
    world.next()
    row = world.step.notice.rows.get(subject_id=world.all[0].pk)
    world.inspector = make_user(Role.INSPECTOR, COUNTY, username="inspector")
    world.objection = notices.object_to(world.step.notice, row, "他家已有两人在岗，请核实。")
    return world


def decided(world, decision: Decision):
    notices.assign(world.objection, world.inspector, actor=world.county)
    notices.recheck(world.objection, "入户核实，情况属实。", actor=world.inspector)
    notices.answer(world.objection, decision, "经核实，情况属实，取消资格。", actor=world.county)


@pytest.mark.req("P4")
def test_an_open_objection_stops_the_applicant_and_the_step(objecting):
    assert queries.objected([one.pk for one in objecting.all]) == {objecting.all[0].pk}
    with pytest.raises(Refusal, match=objecting.objection.receipt) as caught:
        domain.decide(objecting.all[0], "无异议", actor=objecting.town)
    assert caught.value.code == "blocked"
    assert domain.decide(objecting.all[1], "无异议", actor=objecting.town).goes_on
    with pytest.raises(Refusal) as caught:
        domain.close_step(objecting.step, actor=objecting.county)
    assert caught.value.code == "step_incomplete"


def test_an_upheld_objection_puts_the_applicant_out_with_the_published_answer(objecting, monkeypatch):
    decided(objecting, Decision.UPHELD)
    with pytest.raises(Refusal, match="取消资格"):
        domain.decide(objecting.all[0], "无异议", actor=objecting.town)
    with pytest.raises(Refusal) as caught:  # the term is still running
        domain.settle_publicity(objecting.step, actor=objecting.town)
    assert caught.value.code == "step_incomplete"
    after = objecting.step.notice.closes + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda: after)
    assert domain.settle_publicity(objecting.step, actor=objecting.town) == {"on": 1, "out": 1, "left": 0}
    assert now(objecting.all[0]).reasons == ["公示：经核实，情况属实，取消资格。"]


def test_a_town_that_cannot_see_the_countys_objections_is_stopped_by_them_all_the_same(objecting, monkeypatch):
    """The notice is the county's, so its objections lie outside the scope of the town that decides."""
    with rls.scope(objecting.town):
        assert not Objection.objects.exists()
        assert queries.objected([objecting.all[0].pk]) == {objecting.all[0].pk}
        with pytest.raises(Refusal, match=objecting.objection.receipt):
            domain.decide(objecting.all[0], "无异议", actor=objecting.town)
    decided(objecting, Decision.UPHELD)
    after = objecting.step.notice.closes + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda: after)
    with rls.scope(objecting.town):
        assert domain.settle_publicity(objecting.step, actor=objecting.town) == {"on": 1, "out": 1, "left": 0}


def test_a_dismissed_objection_lets_the_applicant_go_on(objecting):
    decided(objecting, Decision.DISMISSED)
    assert domain.decide(objecting.all[0], "无异议", actor=objecting.town).goes_on


def test_going_back_takes_the_list_down(world):
    through(world, 1)
    step = world.next()
    domain.go_back(world.round, step, "名单有误", actor=world.county, on=world.day)
    assert Notice.objects.get(pk=step.notice_id).state == NoticeState.TAKEN_DOWN


# Hiring --------------------------------------------------------------------------------------------------------------


@pytest.mark.req("P4")
def test_who_came_through_is_appointed_and_the_application_keeps_the_appointment(hiring):
    application = domain.hire(hiring.all[0], JULY, actor=hiring.town)
    assert application.state == ApplicationState.HIRED
    assert application.appointment.post == hiring.posts[0]
    assert application.appointment.starts == JULY.starts


@pytest.mark.req("Z9")
def test_nobody_is_hired_into_a_start_before_the_training(hiring):
    Certificate.objects.all().delete()
    with pytest.raises(Refusal, match="培训"):
        domain.hire(hiring.all[0], JULY, actor=hiring.town)
    assert now(hiring.all[0]).state == ApplicationState.RUNNING


def test_people_are_hired_in_the_order_of_their_rank(hiring):
    with pytest.raises(Refusal, match="申报人1") as caught:
        domain.hire(hiring.all[1], JULY, actor=hiring.town)
    assert caught.value.code == "out_of_rank"
    domain.hire(hiring.all[0], JULY, actor=hiring.town)
    assert domain.hire(hiring.all[1], JULY, actor=hiring.town).appointment.place == 2


def test_no_more_are_hired_than_the_round_sought(hiring):
    for one in hiring.all[:2]:
        domain.hire(one, JULY, actor=hiring.town)
    with pytest.raises(Refusal) as caught:
        domain.hire(hiring.all[2], JULY, actor=hiring.town)
    assert caught.value.code == "places_filled"


def test_a_place_that_was_filled_a_second_ago_is_refused_in_words_and_changes_nothing(hiring):
    for number in (1, 2):
        appoint(hiring.person(f"捷足先登{number}"), hiring.posts[0], JULY, actor=hiring.county)
    with pytest.raises(Refusal, match="捷足先登1") as caught:
        domain.hire(hiring.all[0], JULY, actor=hiring.town)
    assert caught.value.code == "post_full"
    assert now(hiring.all[0]).state == ApplicationState.RUNNING
    assert now(hiring.all[0]).appointment is None


def test_two_rounds_cannot_hire_one_person(hiring):
    appoint(hiring.all[0].person, hiring.posts[1], JULY, actor=hiring.county)
    with pytest.raises(Refusal, match="P1") as caught:
        domain.hire(hiring.all[0], JULY, actor=hiring.town)
    assert caught.value.code == "person_busy"
    assert now(hiring.all[0]).state == ApplicationState.RUNNING


def test_nobody_is_hired_before_the_last_step(world):
    (application,) = through(world, 1)
    with pytest.raises(Refusal) as caught:
        domain.hire(application, JULY, actor=world.town)
    assert caught.value.code == "wrong_step"


def test_a_round_with_somebody_hired_does_not_go_back(hiring):
    domain.hire(hiring.all[0], JULY, actor=hiring.town)
    with pytest.raises(Refusal) as caught:
        domain.go_back(hiring.round, hiring.step, "重来", actor=hiring.county, on=hiring.day)
    assert caught.value.code == "hired_already"


def test_a_round_ends_when_everybody_is_hired_or_told_why_not(hiring):
    for one in hiring.all[:2]:
        domain.hire(one, JULY, actor=hiring.town)
    with pytest.raises(Refusal):
        domain.close_step(hiring.step, actor=hiring.county, on=hiring.day)
    domain.decide(hiring.all[2], "未聘用", "名额已满，进入储备库", actor=hiring.town)
    hiring.close()
    assert Round.objects.get().state == RoundState.CLOSED


# Taken back, public ---------------------------------------------------------------------------------------------------


def test_an_outcome_is_taken_back_with_a_reason_and_stays_on_file(world):
    (application,) = through(world, 1)
    outcome = StepOutcome.objects.get(application=application, step=world.step)
    with pytest.raises(Refusal) as caught:
        domain.take_back(outcome, "", actor=world.town)
    assert caught.value.code == "no_reason"
    domain.take_back(outcome, "评定会重新讨论", actor=world.town)
    domain.decide(application, "不拟聘", "身体不适合巡山", actor=world.town)
    assert [one.outcome for one in application.outcomes.filter(step=world.step)] == ["拟聘", "不拟聘"]
    with pytest.raises(Refusal) as caught:
        domain.take_back(outcome, "再来一次", actor=world.town)
    assert caught.value.code == "undone_already"


def test_the_public_site_applies_with_the_phone_that_is_on_file(world):
    world.open()
    world.next()
    world.next()
    person = world.person("网上申报", phone="13900000000")
    with pytest.raises(Forbidden):
        domain.apply(world.round, person, source=Source.PUBLIC, actor=None, phone="13900000001", on=world.day)
    made = domain.apply(world.round, person, source=Source.PUBLIC, actor=None, phone="13900000000", on=world.day)
    assert (made.source, made.created_by) == (Source.PUBLIC, None)


def test_who_has_died_or_declares_what_the_form_does_not_ask_is_refused(world):
    world.open()
    world.next()
    world.next()
    with pytest.raises(Refusal) as caught:
        world.apply(world.person("已故", died_on=date(2020, 1, 1)))
    assert caught.value.code == "dead"
    with pytest.raises(Refusal) as caught:
        world.apply(world.person("张三"), rich=True)
    assert caught.value.code == "unknown"


# The funnel ----------------------------------------------------------------------------------------------------------


@pytest.mark.req("T2")
def test_the_funnel_of_the_source_thirty_four_to_seventeen(make_user):
    """达来胡硕苏木 2020: 34 applied, 5 did not meet the conditions, 12 gave it up, 17 signed."""
    world = make_world(make_user, heads=(17, 1))
    world.programme.policy_code = "yongzhou-ranger"
    world.programme.save()
    world.day = date(2025, 3, 3)
    world.open()
    world.next()
    world.next()
    people = [world.person(f"报名{number}", birth=date(1980, 1, 1)) for number in range(1, 35)]
    found = [world.apply(person, world.posts[0], public_payroll=number < 5) for number, person in enumerate(people)]
    world.next()
    seats = {"乡镇林业站": world.station, "乡镇人民政府": world.town,
             "县财政局": make_user(Role.FINANCE, COUNTY, username="finance")}  # fmt: skip
    for office, user in seats.items():
        domain.give_seat(world.round, office, user, actor=world.county)
    run = world.judge(actor=world.county)
    domain.decide_by_clauses(run, actor=world.county)
    for one in found[5:17]:
        domain.withdraw(one, "自愿放弃，外出务工", actor=world.clerk)
    for one in found[17:]:
        one.person.household.income_fen = one.pk
        one.person.household.save()
        for office, user in seats.items():
            domain.sign(one, office, agrees=True, actor=user)
        domain.decide(one, "通过", actor=world.county)
    domain.rank_applicants(world.step, actor=world.county)
    hung_out(world)
    for one in found[17:]:
        domain.hire(one, Terms(date(2025, 4, 1)), actor=world.town)
    world.close()

    funnel = queries.funnel(world.round)
    assert (funnel.applied, funnel.not_eligible, funnel.withdrew, funnel.hired) == (34, 5, 12, 17)
    assert (funnel.running, funnel.not_chosen) == (0, 0)
    assert {reason for one in found[:5] for reason in now(one).reasons} == {"审核：财政供养人员不得担任（财政供养 是）"}
    assert {reason for one in found[5:17] for reason in now(one).reasons} == {"自愿放弃，外出务工"}


# Two at once ---------------------------------------------------------------------------------------------------------


def side_by_side(*deeds):
    """Run deeds in threads with connections of their own, released together; what each gave or raised."""
    ready, found = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        try:
            with rls.everywhere("the test"):
                ready.wait(10)
                found[place] = deed()
        except (Refusal, Forbidden) as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.req("P4")
def test_two_officers_decide_about_one_applicant_and_one_is_told_who_was_faster(committed_db, make_user):
    world = make_world(make_user)
    world.second = make_user(Role.STATION_OFFICER, TOWN, username="second")
    other = make_user(Role.TOWN_OFFICER, TOWN, username="other")
    (application,) = through(world, 1)
    outcome = StepOutcome.objects.get(application=application, step=world.step)
    domain.take_back(outcome, "重新评定", actor=world.town)
    seen = now(application).version
    found = side_by_side(
        lambda: domain.decide(application, "拟聘", actor=world.town, version=seen),
        lambda: domain.decide(application, "不拟聘", "名额不足", actor=other, version=seen),
    )
    (refused,) = [one for one in found if isinstance(one, Refusal)]
    assert refused.code == "changed_meanwhile"
    kept = StepOutcome.objects.get(application=application, step=world.step, undone_at=None)
    assert kept.by.name in str(refused)
    assert kept.outcome in str(refused)


def test_two_rounds_hire_one_person_at_once_and_one_is_refused(committed_db, make_user):
    """The person came through to 聘用 in both; the round that was slower keeps the application as it was."""
    world = make_world(make_user)
    world.second = make_user(Role.STATION_OFFICER, TOWN, username="second")
    person, found = world.person("两头申报"), []
    person.household.income_fen = 500_000
    person.household.save()
    for number, post in zip(("2020-1", "2020-2"), world.posts, strict=True):
        world.open(number)
        world.next()
        world.next()
        found += assessed(world, [world.apply(person, post)])
        hung_out(world)
    other = make_user(Role.TOWN_OFFICER, TOWN, username="other")
    said = side_by_side(
        lambda: domain.hire(found[0], JULY, actor=world.town), lambda: domain.hire(found[1], JULY, actor=other)
    )
    (refused,) = [one for one in said if isinstance(one, Refusal)]
    (held,) = Appointment.objects.filter(person=person)
    assert refused.code == "person_busy"
    assert held.post.number in str(refused)
    assert {(now(one).state, now(one).appointment) for one in found} == {
        (ApplicationState.HIRED, held), (ApplicationState.RUNNING, None),
    }  # fmt: skip


def test_a_step_is_opened_once_when_two_press_the_button(committed_db, make_user):
    world = make_world(make_user)
    world.open()
    found = side_by_side(
        *[lambda: domain.open_step(world.round, actor=world.county, on=world.day) for _each in range(2)]
    )
    assert [one.code for one in found if isinstance(one, Refusal)] == ["step_open"]
    assert StepRecord.objects.filter(state="open").count() == 1


def test_the_database_refuses_a_step_out_of_order_whatever_the_program_does(world):
    one = world.open()
    last = queries.steps_of(one)[-1]
    with pytest.raises(DatabaseError, match="out of order"), transaction.atomic():
        StepRecord.objects.filter(pk=last.pk).update(state="open")
