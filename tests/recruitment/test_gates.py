"""What stands between an applicant and the next step: clauses, votes, signatures, marks, kin, objections."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme
from tests.recruitment.world import COUNTY, TOWN, VILLAGE, make_world

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.people.models import Hardship, Kinship
from yigang.recruitment import domain, facts
from yigang.recruitment.domain import Meeting, Tally
from yigang.recruitment.enums import ApplicationState, Verdict
from yigang.recruitment.models import (
    Application,
    DeclaredTie,
    EligibilityResult,
    JointReview,
    PeerReview,
    ReviewMark,
    StepOutcome,
)  # fmt: skip
from yigang.tenure.models import Appointment


def now(application):
    return Application.objects.get(pk=application.pk)


# Eligibility ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def checking(make_user):
    """Pingba's round at 审核 with three applicants: fit, too old, of whom nobody says whether he can work."""
    world = make_world(make_user)
    world.open()
    world.next()
    world.next()
    world.fit = world.apply(world.person("合格"))
    world.old = world.apply(world.person("年长", birth=date(1955, 1, 1)))
    unknown = world.person("不明")
    world.unknown = domain.apply(world.round, unknown, source="clerk", actor=world.clerk, on=world.day)
    world.next()
    return world


@pytest.mark.req("P4")
def test_the_clauses_are_judged_for_everybody_and_kept(checking):
    run = checking.judge()
    assert (run.people, run.failing, run.undetermined) == (3, 1, 1)
    results = {one.application_id: one for one in run.results.all()}
    assert results[checking.fit.pk].verdict == Verdict.HOLDS
    assert results[checking.old.pk].clauses[0]["why"] == "须年满18周岁、不超过60周岁（年龄 65）"
    assert results[checking.unknown.pk].clauses[2]["missing"] == ["劳动能力"]


def test_a_run_can_be_computed_again_and_a_touched_fact_shows(checking):
    run = checking.judge()
    assert domain.recompute(run) == []
    run.facts_digest = "0" * 64
    assert domain.recompute(run) == ["facts"]


def test_clear_cases_are_decided_by_the_clauses_and_the_rest_is_left_to_a_person(checking):
    run = checking.judge()
    assert domain.decide_by_clauses(run, actor=checking.town) == {"on": 1, "out": 1, "left": 1}
    assert now(checking.old).reasons == ["审核：须年满18周岁、不超过60周岁（年龄 65）"]
    assert now(checking.unknown).state == ApplicationState.RUNNING
    with pytest.raises(Refusal, match="劳动能力") as caught:
        domain.decide(checking.unknown, "符合条件", actor=checking.town)
    assert caught.value.code == "blocked"
    assert domain.decide_by_clauses(run, actor=checking.town) == {"on": 0, "out": 0, "left": 1}


def test_nobody_goes_on_before_the_registers_were_looked_into(checking):
    run = domain.run_eligibility(checking.step, actor=checking.town)
    assert domain.decide_by_clauses(run, actor=checking.town) == {"on": 0, "out": 1, "left": 2}


def test_a_step_that_judges_is_not_closed_before_everybody_was_judged(checking):
    with pytest.raises(Refusal, match="3"):
        domain.close_step(checking.step, actor=checking.county, on=checking.day)


def test_who_acts_in_a_step_is_the_policys_word(checking):
    with pytest.raises(Refusal) as caught:
        domain.run_eligibility(checking.step, actor=checking.county)
    assert caught.value.code == "not_your_step"
    with pytest.raises(Refusal) as caught:
        domain.decide(checking.fit, "不符合条件", "无", actor=checking.clerk)
    assert caught.value.code == "not_your_step"


def test_another_towns_officer_does_not_see_the_application(checking, make_user):
    with pytest.raises(Forbidden):
        domain.decide(checking.fit, "不符合条件", "无", actor=make_user(Role.TOWN_OFFICER, "520403101"))


@pytest.mark.req("Z8")
def test_a_post_in_the_household_counts_wherever_it_lies(checking):
    """His wife holds a post in another county: the clerk cannot see it, the clause does."""
    wife = make_person("妻子", 77, household=checking.fit.person.household, region_code="520402100201")
    elsewhere = make_programme("elsewhere", region_code="520402000000")
    Appointment.objects.create(
        region_code="520402100201", person=wife, post=make_post(elsewhere, "X1", region_code="520402100201"),
        programme=elsewhere, starts=date(2020, 1, 1),
    )  # fmt: skip
    checking.judge()
    result = EligibilityResult.objects.get(application=checking.fit)
    assert [clause["why"] for clause in result.clauses if clause["result"] == "fails"] == [
        "同一户已有人在岗（户内在岗人数 1）"
    ]


# Peer review ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def voting(make_user):
    """Gaomi's round at 民主评议 with two applicants; 30 representatives are entitled, so 20 must come."""
    world = make_world(make_user, "rural-post-400")
    world.open()
    world.next()
    world.one, world.two = world.applicants(2)
    world.next()
    photo = world.file("会场照片", region_code=f"{VILLAGE}")
    world.meeting = Meeting(
        region_code=VILLAGE, held_on=world.day, place="村委会", chair="王支书", tellers=["计票甲", "计票乙"], entitled=30,
        present=20, minutes="逐一评议", photo=photo,
    )  # fmt: skip
    return world


def vote(world, *, meeting=None, **tallies):
    counts = {world.one: Tally(11, 5, 4), world.two: Tally(10, 10, 0)}
    counts |= {getattr(world, name): tally for name, tally in tallies.items()}
    return domain.record_peer_review(world.step, meeting or world.meeting, counts, actor=world.clerk)


@pytest.mark.req("Z8")
def test_more_than_half_of_those_present_carry_an_applicant(voting):
    vote(voting)
    assert now(voting.one).state == ApplicationState.RUNNING
    assert now(voting.two).state == ApplicationState.OUT
    assert "10" in now(voting.two).reasons[0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"present": 19}, "no_quorum"), ({"present": 31}, "too_many"), ({"tellers": ["计票甲"]}, "tellers"),
        ({"minutes": " "}, "minutes_missing"), ({"held_on": date(2020, 1, 1)}, "dates"), ({"entitled": 0}, "too_many"),
    ],
    ids=["without quorum", "more than entitled", "one teller", "no minutes", "before the step", "nobody entitled"],
)  # fmt: skip
def test_a_meeting_that_does_not_count_is_not_taken_in(voting, change, code):
    with pytest.raises(Refusal) as caught:
        vote(voting, meeting=replace(voting.meeting, **change))
    assert caught.value.code == code
    assert not PeerReview.objects.exists()


@pytest.mark.parametrize("tally", [Tally(11, 5, 3), Tally(21, 0, 0), Tally(25, -5, 0)], ids=["19", "21", "negative"])
def test_a_count_that_does_not_sum_to_those_present_leaves_nothing_behind(voting, tally):
    with pytest.raises(Refusal) as caught:
        vote(voting, two=tally)
    assert caught.value.code == "tally_does_not_sum"
    assert not PeerReview.objects.exists()
    assert not StepOutcome.objects.exists()


def test_a_chair_who_is_kin_of_an_applicant_stands_aside(voting):
    person = voting.one.person
    Kinship.objects.create(
        region_code=person.region_code, person=person, official="王支书", office="村支部", relation="叔父"
    )
    with pytest.raises(Refusal, match="王支书") as caught:
        vote(voting)
    assert caught.value.code == "kin"
    assert not PeerReview.objects.exists()


# Kin -----------------------------------------------------------------------------------------------------------------


@pytest.mark.req("Z8")
@pytest.mark.parametrize("by", ["kinship", "household kinship", "household name", "household phone", "declared"])
def test_a_reviewer_who_is_kin_stands_aside_and_hears_why(checking, by):
    officer, person = checking.town, checking.fit.person
    officer.phone = "13800000001"
    officer.save()
    kin = {"region_code": person.region_code, "official": officer.name, "office": "镇政府", "relation": "兄弟"}
    if by == "kinship":
        Kinship.objects.create(person=person, **kin)
    elif by == "household kinship":
        Kinship.objects.create(person=make_person("家人", 60, household=person.household), **kin)
    elif by == "household name":
        make_person(officer.name, 61, household=person.household)
    elif by == "household phone":
        make_person("家人", 62, household=person.household, phone=officer.phone)
    else:
        domain.declare_tie(person, "同学", actor=officer)
        assert DeclaredTie.objects.get().relation == "同学"
    run = checking.judge()
    with pytest.raises(Refusal, match="合格") as caught:
        domain.decide(checking.fit, "符合条件", actor=officer)
    assert caught.value.code == "kin"
    domain.decide_by_clauses(run, actor=officer)  # the whole batch leaves him to somebody else
    assert not checking.fit.outcomes.exists()
    assert checking.old.outcomes.exists()


# Marks and ranking ---------------------------------------------------------------------------------------------------


def points(a: str, b: str = "30", c: str = "15") -> dict[str, Decimal]:
    return {"身体条件和巡护能力": Decimal(a), "家庭困难程度": Decimal(b), "熟悉林区和群众评价": Decimal(c)}


@pytest.fixture
def visiting(make_user):
    """Pingba's round at 考察 with three applicants, two reviewers."""
    world = make_world(make_user)
    world.open()
    world.next()
    world.next()
    world.all = world.applicants(3, world.posts[0])
    world.next()
    domain.decide_by_clauses(world.judge(), actor=world.town)
    world.next()
    world.second = make_user(Role.STATION_OFFICER, TOWN, username="second")
    return world


def mark_all(world, *firsts: str) -> None:
    for application, first in zip(world.all, firsts, strict=True):
        for reviewer in (world.station, world.second):
            domain.give_marks(application, points(first), "入户查看", actor=reviewer)


def test_fewer_reviewers_than_asked_do_not_let_anybody_pass(visiting):
    domain.give_marks(visiting.all[0], points("30"), "入户查看", actor=visiting.station)
    with pytest.raises(Refusal, match="2") as caught:
        domain.decide(visiting.all[0], "考察合格", actor=visiting.station)
    assert caught.value.code == "blocked"


def test_a_mean_below_the_pass_mark_does_not_pass(visiting):
    for reviewer, first in ((visiting.station, "14.99"), (visiting.second, "15")):
        domain.give_marks(visiting.all[0], points(first), "入户查看", actor=reviewer)
    assert domain.decide(visiting.all[0], "考察合格", actor=visiting.station).goes_on  # 59.995 is 60.00, half up
    mark = {"actor": visiting.station}
    domain.give_marks(visiting.all[1], points("14"), "入户查看", **mark)
    domain.give_marks(visiting.all[1], points("15"), "入户查看", actor=visiting.second)
    with pytest.raises(Refusal, match=r"59\.50"):
        domain.decide(visiting.all[1], "考察合格", actor=visiting.station)


@pytest.mark.parametrize(
    ("given", "code"),
    [(points("41"), "points"), (points("-1"), "points"), (points("1.001"), "points"), ({"身体": Decimal(1)}, "items")],
    ids=["too many", "negative", "too fine", "unknown item"],
)
def test_points_outside_their_item_are_refused(visiting, given, code):
    with pytest.raises(Refusal) as caught:
        domain.give_marks(visiting.all[0], given, "入户查看", actor=visiting.station)
    assert caught.value.code == code
    assert not ReviewMark.objects.exists()


def test_a_reviewer_marks_once_and_with_a_reason(visiting):
    with pytest.raises(Refusal) as caught:
        domain.give_marks(visiting.all[0], points("30"), " ", actor=visiting.station)
    assert caught.value.code == "no_reason"
    domain.give_marks(visiting.all[0], points("30"), "入户查看", actor=visiting.station)
    with pytest.raises(Refusal) as caught:
        domain.give_marks(visiting.all[0], points("40"), "再看", actor=visiting.station)
    assert caught.value.code == "marked_already"


@pytest.mark.req("M2")
def test_equals_are_parted_by_the_stated_rule_and_the_rank_says_how(visiting):
    """Two have 80 points; the poorer household comes first. The third has no income on file and gets no rank."""
    for application, income in zip(visiting.all, (900_000, 500_000, None), strict=True):
        application.person.household.income_fen = income
        application.person.household.save()
    mark_all(visiting, "35", "35", "40")
    for application in visiting.all:
        domain.decide(application, "考察合格", actor=visiting.station)
    visiting.next()
    domain.rank_applicants(visiting.step, actor=visiting.county)
    first, second, unranked = now(visiting.all[1]), now(visiting.all[0]), now(visiting.all[2])
    assert (first.rank, second.rank, unranked.rank) == (1, 2, None)
    assert first.rank_reason == "考察得分 80 + 首次上岗加分 2 = 82.00；同分按家庭年收入 5000"
    assert unranked.rank_reason == "缺少家庭年收入"


@pytest.mark.req("P4")
def test_a_ranking_is_of_the_day_it_is_asked_for(visiting):
    """A post held from 20 June on: ranked for the day before, all are new; for the 20th, one is not."""
    for application in visiting.all:
        application.person.household.income_fen = 500_000
        application.person.household.save()
    mark_all(visiting, "35", "35", "35")
    for application in visiting.all:
        domain.decide(application, "考察合格", actor=visiting.station)
    visiting.next()
    programme = make_programme("elsewhere", region_code="520402000000")
    Appointment.objects.create(
        region_code="520402100201", person=visiting.all[0].person, programme=programme, starts=date(2020, 6, 20),
        post=make_post(programme, "X1", region_code="520402100201"),
    )  # fmt: skip
    for day, code in ((visiting.step.opens_on - timedelta(days=1), "dates"), (date(2999, 1, 1), "future")):
        with pytest.raises(Refusal) as caught:
            domain.rank_applicants(visiting.step, actor=visiting.county, on=day)
        assert caught.value.code == code
    scores = [
        [now(one).score for one in visiting.all]
        for day in (None, date(2020, 6, 19), date(2020, 6, 20))
        if domain.rank_applicants(visiting.step, actor=visiting.county, on=day)
    ]
    assert scores == [[82, 82, 82], [82, 82, 82], [80, 82, 82]]
    days = visiting.round.entries.filter(what="ranked").values_list("on", flat=True)
    assert list(days)[1:] == [date(2020, 6, 19), date(2020, 6, 20)]


# Joint review --------------------------------------------------------------------------------------------------------


@pytest.fixture
def joint(make_user):
    """Hunan's round at 审核, where three offices sign."""
    world = make_world(make_user, "yongzhou-ranger")
    world.programme.policy_code = "yongzhou-ranger"
    world.day = date(2025, 3, 3)
    world.open()
    world.next()
    world.next()
    (world.one,) = world.applicants(1)
    world.next()
    world.finance = make_user(Role.FINANCE, COUNTY, username="finance")
    world.seats = {"乡镇林业站": world.station, "乡镇人民政府": world.town, "县财政局": world.finance}
    for office, user in world.seats.items():
        domain.give_seat(world.round, office, user, actor=world.county)
    world.judge(actor=world.county)
    return world


@pytest.mark.req("Z8")
def test_each_office_signs_for_its_own_part_and_only_then_one_goes_on(joint):
    domain.sign(joint.one, "乡镇林业站", agrees=True, actor=joint.station)
    domain.sign(joint.one, "乡镇人民政府", agrees=True, actor=joint.town)
    with pytest.raises(Refusal, match="县财政局"):
        domain.decide(joint.one, "通过", actor=joint.county)
    domain.sign(joint.one, "县财政局", agrees=True, actor=joint.finance)
    assert domain.decide(joint.one, "通过", actor=joint.county).goes_on


def test_nobody_signs_for_another_office(joint):
    with pytest.raises(Refusal) as caught:
        domain.sign(joint.one, "县财政局", agrees=True, actor=joint.town)
    assert caught.value.code == "not_your_office"
    with pytest.raises(Refusal) as caught:
        domain.give_seat(joint.round, "县财政局", joint.town, actor=joint.county)
    assert caught.value.code == "seat"
    assert not JointReview.objects.exists()


def test_an_office_signs_once(joint):
    domain.sign(joint.one, "乡镇林业站", agrees=True, actor=joint.station)
    with pytest.raises(Refusal) as caught:
        domain.sign(joint.one, "乡镇林业站", agrees=False, reason="再议", actor=joint.station)
    assert caught.value.code == "signed_already"


def test_an_office_that_objects_says_why_and_holds_the_applicant_up(joint):
    with pytest.raises(Refusal) as caught:
        domain.sign(joint.one, "县财政局", agrees=False, actor=joint.finance)
    assert caught.value.code == "no_reason"
    domain.sign(joint.one, "县财政局", agrees=False, reason="工资表中有此人", actor=joint.finance)
    with pytest.raises(Refusal, match="工资表中有此人"):
        domain.decide(joint.one, "通过", actor=joint.county)


def test_who_brought_an_application_in_does_not_review_or_approve_it(joint):
    application = Application.objects.get(pk=joint.one.pk)
    application.created_by = joint.station
    application.save()
    with pytest.raises(Refusal) as caught:
        domain.sign(joint.one, "乡镇林业站", agrees=True, actor=joint.station)
    assert caught.value.code == "approver_is_author"


def test_hardship_in_force_on_the_day_counts_and_an_expired_one_does_not(voting):
    person = voting.one.person
    Hardship.objects.create(
        region_code=person.region_code, person=person, kind="disabled", evidence="残疾证", since=date(2019, 1, 1),
        until=date(2020, 5, 31),
    )  # fmt: skip
    before, after = (
        facts.applicants(voting.round, VILLAGE, day).row(0, named=True) for day in (date(2020, 5, 31), date(2020, 6, 1))
    )
    assert (before["disabled"], before["hardship_category"]) == (True, "农村残")
    assert (after["disabled"], after["hardship_category"], after["in_hardship"]) == (False, None, False)


def test_a_household_that_is_not_on_file_is_missing_not_poor(voting):
    person = voting.two.person
    person.household = None
    person.save()
    rows = {row["applicant"]: row for row in facts.applicants(voting.round, VILLAGE, voting.day).iter_rows(named=True)}
    assert rows[voting.two.pk]["registered_poor"] is None
    assert rows[voting.one.pk]["registered_poor"] is True
