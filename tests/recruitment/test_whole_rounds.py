"""Rounds of other policies from their first step to the last: who acts, what must lie there, what comes of it, no other order.

Pingba's and Hunan's rounds run in `test_hiring.py`; here are Gaomi's seven steps and the selection of Huaihua.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.people.factories import make_person
from tests.posts.factories import make_post
from tests.recruitment.comparison.world import hand_in, line
from tests.recruitment.world import COUNTY, TOWN, VILLAGE, make_world

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.notices.enums import NoticeState
from yigang.people.models import Hardship, Household
from yigang.recruitment import domain, queries
from yigang.recruitment.comparison.queries import compared_in
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.domain import Meeting, Tally
from yigang.recruitment.enums import ApplicationState, RoundState
from yigang.recruitment.models import Application, ComparisonHit, Round, StepRecord
from yigang.tenure.domain import Terms, appoint, prepare_agreement
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Certificate

OUT, RUNNING, HIRED = ApplicationState.OUT, ApplicationState.RUNNING, ApplicationState.HIRED


def refused(deed, *given, **named) -> str:
    with pytest.raises(Refusal) as caught:
        deed(*given, **named)
    return caught.value.code


def now(application) -> Application:
    return Application.objects.get(pk=application.pk)


def path(world) -> list[tuple[str, str]]:
    return [(step.name, step.state) for step in queries.steps_of(world.round)]


def no_other_step(world) -> None:
    """Nothing but the open step: the next is not opened, nobody is hired yet."""
    assert refused(domain.open_step, world.round, actor=world.county, on=world.day) == "step_open"


# Gaomi ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def gaomi(make_user):
    """Three places at one post; the county's second manager did not open the round."""
    world = make_world(make_user, "rural-post-400", heads=(2, 1))
    world.deputy = make_user(Role.COUNTY_MANAGER, COUNTY, username="deputy")
    world.open()
    return world


def meeting(world, **changes) -> Meeting:
    given = {
        "region_code": VILLAGE, "held_on": world.day, "place": "村委会", "chair": "王支书", "tellers": ["计票甲", "计票乙"],
        "entitled": 30, "present": 20, "minutes": "逐一评议", "photo": world.file("会场照片", region_code=VILLAGE),
    }  # fmt: skip
    return Meeting(**(given | changes))


def asked(world) -> list[Application]:
    """申请: five of the village, by its clerk. Nobody takes them in before or after."""
    people = [world.person(f"申请人{number}") for number in range(1, 6)]
    assert refused(world.apply, people[0]) == "not_taking"
    assert world.next().name == "申请"
    found = [world.apply(one, world.posts[0]) for one in people]
    for place, one in enumerate(found):
        one.person.household.income_fen = 500_000 + place
        one.person.household.save()
    no_other_step(world)
    return found


def voted(world, found) -> None:
    """民主评议: by the village's clerk, with its quorum; the last of the five is not carried."""
    assert world.next().name == "民主评议"
    votes = {one: Tally(20 - place, place, 0) for place, one in enumerate(found[:4])} | {found[4]: Tally(10, 10, 0)}
    record, clerk = domain.record_peer_review, {"actor": world.clerk}
    assert refused(record, world.step, meeting(world), votes, actor=world.town) == "not_your_step"
    assert refused(record, world.step, meeting(world, present=19), votes, **clerk) == "no_quorum"
    assert refused(domain.close_step, world.step, actor=world.county, on=world.day) == "step_incomplete"
    record(world.step, meeting(world), votes, **clerk)
    assert [now(one).state for one in found] == [RUNNING] * 4 + [OUT]
    assert now(found[4]).reasons == ["民主评议：到会 20 人，同意 10 票"]


def hung_out(world) -> None:
    """村公示: three working days on the wall, with a photo; then the village's clerk lets pass who has no objection."""
    step = world.next()
    assert (step.name, step.last_day) == ("村公示", date(2020, 6, 4))
    assert step.text == "平坝区生态护林员村级公示（2020-1）：评议通过 4 人，2020-06-01 至 2020-06-04。"
    assert (step.notice.state, step.notice.rows.count()) == (NoticeState.PUBLISHED, 4)
    assert refused(domain.settle_publicity, step, actor=world.town) == "not_your_step"
    assert domain.settle_publicity(step, actor=world.clerk) == {"on": 4, "out": 0, "left": 0}
    after = {"actor": world.county, "on": date(2020, 6, 5)}
    assert refused(domain.close_step, step, **after) == "step_incomplete"  # the photo is not there
    world.attach_all()
    assert refused(domain.close_step, step, actor=world.county, on=step.last_day) == "step_incomplete"


def checked(world, found) -> None:
    """镇审: registers, clauses and ranking by the town; who cannot work is out with the clause's sentence."""
    assert world.next().name == "镇审"
    run = world.judge()
    assert refused(domain.run_eligibility, world.step, actor=world.county) == "not_your_step"
    assert refused(domain.decide, found[3], "审核通过", actor=world.town) == "blocked"
    assert domain.decide_by_clauses(run, actor=world.town) == {"on": 3, "out": 1, "left": 0}
    assert now(found[3]).reasons == ["镇审：须有劳动能力（劳动能力 否）"]
    placed = domain.rank_applicants(world.step, actor=world.county, on=world.day)
    assert [(one.applicant, one.rank) for one in placed] == [(found[1].pk, 1), (found[0].pk, 2), (found[2].pk, 3)]
    assert placed[0].why == "民主评议 57 + 六类人员 30 + 首次上岗 10 = 97.00"


def approved(world, found) -> None:
    """县批: by the county; whoever took part before does not approve."""
    assert world.next().name == "县批"
    assert refused(domain.decide, found[0], "批准", actor=world.town) == "not_your_step"
    assert refused(domain.decide, found[2], "不批准", actor=world.county) == "no_reason"
    for one in found[:2]:
        domain.decide(one, "批准", actor=world.county)
    domain.decide(found[2], "不批准", "名额两人", actor=world.deputy)
    assert now(found[2]).reasons == ["县批：名额两人"]


def signed(world, found) -> None:
    """协议: with the town; nobody is appointed in this step."""
    agree = {"actor": world.town, "starts": JUNE.starts, "ends": JUNE.ends}
    assert refused(domain.draft_agreement, found[0], **{**agree, "actor": world.county}) == "wrong_step"
    assert world.next().name == "协议"
    assert refused(domain.hire, found[1], JUNE, actor=world.town) == "wrong_step"
    assert refused(domain.decide, found[0], "已签协议", actor=world.town) == "blocked"
    assert refused(domain.draft_agreement, found[0], **{**agree, "actor": world.county}) == "not_your_step"
    assert refused(domain.draft_agreement, found[0], **agree, post=make_post(world.programme, "X9")) == "foreign_post"
    assert refused(domain.draft_agreement, found[0], **{**agree, "ends": date(2020, 6, 1)}) == "dates"
    for number, one in enumerate(found[:2], 1):
        draft = domain.draft_agreement(one, **agree)
        assert draft.number == domain.draft_agreement(one, **agree).number == f"公岗协〔2020〕{number:04d}号"
        assert refused(domain.decide, one, "已签协议", actor=world.town) == "blocked"
        paper = {"name": "签署件.pdf", "on": world.day, "actor": world.town}
        assert refused(domain.file_signed_draft, draft, b"word", **paper) == "no_paper"
        domain.file_signed_draft(draft, b"%PDF-1.7 signed", **paper)
        assert refused(domain.file_signed_draft, draft, b"%PDF-1.7 other", **paper) == "signed_already"
        assert refused(domain.draft_agreement, one, **agree) == "signed_already"
        domain.decide(one, "已签协议", actor=world.town)


JUNE = Terms(date(2020, 6, 15), date(2021, 6, 14))


@pytest.mark.req("Z8", "P4", "Z9")
def test_gaomis_seven_steps_from_the_application_to_the_first_day(gaomi):
    world = gaomi
    names = ["申请", "民主评议", "村公示", "镇审", "县批", "协议", "岗前培训"]
    assert path(world) == [(name, "waiting") for name in names]
    found = asked(world)
    second = found[1].person
    Hardship.objects.create(
        region_code=VILLAGE, person=second, kind="disabled", evidence="残疾证", since=date(2019, 1, 1)
    )
    Application.objects.filter(pk=found[3].pk).update(declared=found[3].declared | {"able_to_work": False})
    voted(world, found)
    hung_out(world)
    checked(world, found)
    approved(world, found)
    signed(world, found)

    assert world.next().name == "岗前培训"
    first, better = found[0], found[1]
    assert refused(domain.hire, better, JUNE, actor=world.town) == "not_decided"
    for one in (first, better):
        domain.decide(one, "培训合格", actor=world.town)
    assert refused(domain.hire, first, JUNE, actor=world.town) == "out_of_rank"
    Certificate.objects.filter(person=better.person).delete()
    assert refused(domain.hire, better, JUNE, actor=world.town) == "untrained"
    Certificate.objects.create(
        region_code=VILLAGE,
        person=better.person,
        subject="岗前培训",
        issued_on=date(2020, 6, 8),
        recorded_by=world.county,
    )
    earlier, longer = replace(JUNE, starts=date(2020, 6, 14)), replace(JUNE, ends=None)
    assert {refused(domain.hire, better, terms, actor=world.town) for terms in (earlier, longer)} == {"not_as_signed"}
    for one in (better, first):
        domain.hire(one, JUNE, actor=world.town)
    world.close()

    assert [now(one).state for one in found] == [HIRED, HIRED, OUT, OUT, OUT]
    held = [now(one).appointment for one in found[:2]]
    assert {one.starts for one in held} == {date(2020, 6, 15)}
    assert [one.agreement_number for one in held] == ["公岗协〔2020〕0001号", "公岗协〔2020〕0002号"]
    assert {(one.agreement.signed_on, one.agreement.signed_file.size) for one in held} == {
        (held[0].application.agreement.signed_on, len(b"%PDF-1.7 signed"))
    }  # fmt: skip
    later = make_person("后来人", 99)
    other = appoint(later, world.posts[1], replace(JUNE, training=TrainingBasis.CONTINUES), actor=world.town)
    assert prepare_agreement(other, actor=world.town).sequence == 3, "one series for both ways"
    assert Round.objects.get().state == RoundState.CLOSED
    assert path(world) == [(name, "closed") for name in names]


@pytest.mark.req("Z8")
def test_who_decided_about_an_applicant_before_does_not_approve(gaomi, make_user):
    """The county's manager of today was the town's officer when the town checked: another manager approves."""
    world = gaomi
    found = asked(world)
    voted(world, found)
    world.next()
    domain.settle_publicity(world.step, actor=world.clerk)
    world.next()
    checker = make_user(Role.TOWN_OFFICER, TOWN, username="checker")
    domain.decide_by_clauses(world.judge(), actor=checker)
    domain.rank_applicants(world.step, actor=world.county, on=world.day)
    world.next()
    checker.role = Role.COUNTY_MANAGER
    checker.save()
    checker.scopes.update(prefix=COUNTY)
    checker = type(checker).objects.get(pk=checker.pk)
    assert refused(domain.decide, found[0], "批准", actor=checker) == "approver_is_author"
    assert refused(domain.decide, found[0], "不批准", "名额已满", actor=checker) == "approver_is_author"
    assert not found[0].outcomes.filter(step=world.step).exists()
    assert domain.decide(found[0], "批准", actor=world.county).goes_on


@pytest.mark.req("Z8")
def test_who_brought_an_application_in_does_not_approve_it(gaomi):
    """The county writes one application down itself: its second manager approves that one, either approves the others."""
    world = gaomi
    world.next()
    own = domain.apply(
        world.round, world.person("县里代报"), source="clerk", actor=world.county, post_wanted=world.posts[0], on=world.day,
        declared={"able_to_work": True},
    )  # fmt: skip
    other = world.apply(world.person("村里申报"), world.posts[0])
    world.next()
    domain.record_peer_review(
        world.step, meeting(world), {own: Tally(20, 0, 0), other: Tally(20, 0, 0)}, actor=world.clerk
    )
    world.next()
    domain.settle_publicity(world.step, actor=world.clerk)
    world.next()
    domain.decide_by_clauses(world.judge(), actor=world.town)
    world.next()
    assert refused(domain.decide, own, "批准", actor=world.county) == "approver_is_author"
    assert domain.decide(other, "批准", actor=world.county).goes_on
    assert domain.decide(own, "批准", actor=world.deputy).goes_on


# Huaihua -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def huaihua(make_user):
    """A county's teams seek two members; the city's office for teams decides, two more officers of the town mark."""
    world = make_world(make_user, "huaihua-team", heads=(2, 1))
    world.city = make_user(Role.COUNTY_MANAGER, COUNTY[:4], username="city")
    world.reviewers = [world.town, *(make_user(Role.TOWN_OFFICER, TOWN, username=f"reviewer{n}") for n in (2, 3))]
    world.open()
    return world


def recommended(world) -> list[Application]:
    """单位推荐: by the sending units' officers, with the opinion of the party committee."""
    assert world.next().name == "单位推荐"
    found = [
        domain.apply(
            world.round, world.person(f"干部{number}"), source="clerk", actor=world.town, post_wanted=world.posts[0],
            declared={"able_to_work": number != 4}, on=world.day,
        )
        for number in range(1, 5)
    ]  # fmt: skip
    assert refused(domain.close_step, world.step, actor=world.county, on=world.day) == "step_incomplete"
    assert (
        refused(domain.attach, world.step, "身份证", world.file(region_code=VILLAGE), actor=world.town) == "not_wanted"
    )
    no_other_step(world)
    return found


def marked(world, found) -> None:
    """比选: three mark each for himself; below 70 nobody is sent on, the others are ranked by their marks."""
    assert world.next().name == "比选"
    run = domain.run_eligibility(world.step, actor=world.town)
    assert domain.decide_by_clauses(run, actor=world.town) == {"on": 0, "out": 1, "left": 3}  # marks are a person's
    assert now(found[3]).reasons == ["比选：身体条件不能坚持驻村（劳动能力 否）"]
    for one, points in zip(found[:3], (25, 28, 19), strict=True):
        for extra, reviewer in enumerate(world.reviewers):
            if extra == 2:
                assert refused(domain.decide, one, "推荐上报", actor=world.town) == "blocked"
            domain.give_marks(one, points_of(points - extra), "座谈了解", actor=reviewer)
    assert refused(domain.give_marks, found[0], points_of(25), "再打", actor=world.town) == "marked_already"
    assert refused(domain.give_marks, found[0], points_of(25), "县里打分", actor=world.county) == "not_your_step"
    for one in found[:2]:
        domain.decide(one, "推荐上报", actor=world.town)
    assert refused(domain.decide, found[2], "推荐上报", actor=world.town) == "blocked"
    domain.decide(found[2], "不推荐", "平均分不到七十", actor=world.town)
    placed = domain.rank_applicants(world.step, actor=world.county, on=world.day)
    assert [(one.applicant, one.rank, one.why) for one in placed] == [
        (found[1].pk, 1, "比选得分 86 = 86.00"), (found[0].pk, 2, "比选得分 80 = 80.00")
    ]  # fmt: skip


def points_of(first: int) -> dict[str, Decimal]:
    """`first` of 30 for the first two items, 16 of 20 for the others."""
    names = ("政治素质好", "工作能力强", "善于做群众工作", "作风扎实不怕苦")
    return dict(zip(names, map(Decimal, (first, first, 16, 16)), strict=True))


def reviewed(world, found) -> None:
    """驻村办审核: the city's office, not the county, with the record of its talks."""
    step = world.next()
    assert (step.name, step.text) == ("驻村办审核", "平坝区生态护林员（2020-1）：推荐 4 人，比选后 2 人送审。")
    assert refused(domain.decide, found[0], "同意派驻", actor=world.county) == "not_your_step"
    assert refused(domain.decide, found[1], "退回重新选派", actor=world.city) == "no_reason"
    for one in found[:2]:
        domain.decide(one, "同意派驻", actor=world.city)
    assert refused(domain.close_step, step, actor=world.city, on=world.day) == "step_incomplete"  # without the record


@pytest.mark.req("H1")
def test_huaihua_selects_by_recommendation_comparison_and_review_of_the_citys_office(huaihua):
    world = huaihua
    found = recommended(world)
    marked(world, found)
    reviewed(world, found)
    term = Terms(date(2020, 6, 8), date(2022, 6, 7))
    assert refused(domain.hire, found[1], term, actor=world.city) == "wrong_step"
    assert world.next().name == "派驻"
    assert refused(domain.hire, found[1], term, actor=world.county) == "not_your_step"
    assert refused(domain.hire, found[0], term, actor=world.city) == "out_of_rank"
    for one in (found[1], found[0]):
        domain.hire(one, term, actor=world.city)
    world.close()
    assert [now(one).state for one in found] == [HIRED, HIRED, OUT, OUT]
    assert Round.objects.get().state == RoundState.CLOSED
    assert not StepRecord.objects.exclude(state="closed").exists()


# A round of the county, seen by its towns --------------------------------------------------------------------------------

NEXT_TOWN, NEXT_VILLAGE = "520403101", "520403101201"


@pytest.fixture
def countywide(make_user):
    """One round for two towns; the county writes an application down for somebody of the other town, for a post here."""
    world = make_world(make_user, "rural-post-400", heads=(1, 1))
    world.posts.append(make_post(world.programme, "N0", region_code=NEXT_VILLAGE))
    world.next_town = make_user(Role.TOWN_OFFICER, NEXT_TOWN, username="next")
    world.open()
    world.next()
    world.here = world.apply(world.person("本镇人"), world.posts[1])
    world.there = domain.apply(
        world.round, world.person("邻镇人", region_code=NEXT_VILLAGE), source="clerk", actor=world.county, on=world.day,
        post_wanted=world.posts[1], declared={"able_to_work": True},
    )  # fmt: skip
    return world


@pytest.mark.req("P5")
def test_a_town_sees_the_countys_round_with_its_own_places_and_people_only(countywide):
    world = countywide
    for user, posts, people in (
        (world.county, {"P0", "P1", "N0"}, {"本镇人", "邻镇人"}), (world.town, {"P0", "P1"}, {"本镇人"}),
        (world.next_town, {"N0"}, {"邻镇人"}),
    ):  # fmt: skip
        with rls.scope(user):
            one = Round.objects.get()
            assert one.steps.count() == 7
            assert {row.post.number for row in one.posts.select_related("post")} == posts
            assert {row.person.name for row in one.applications.select_related("person")} == people


@pytest.mark.req("P5")
def test_a_town_brings_nobody_in_for_another_towns_post(countywide):
    world = countywide
    person, wanted = world.person("想去邻镇"), world.posts[2]
    given = {"source": "clerk", "post_wanted": wanted, "on": world.day}
    with rls.scope(world.town):
        assert refused(domain.apply, world.round, person, actor=world.town, **given) == "foreign_post"
    with rls.scope(world.county):
        assert domain.apply(world.round, person, actor=world.county, **given).post_wanted == wanted


@pytest.mark.req("P5", "Z8")
def test_a_better_rank_in_another_town_is_not_passed_over_because_it_is_not_seen(countywide):
    """At the last step: who stands first lives in the next town, wants this town's post, and is not seen here."""
    world = countywide
    for step in queries.steps_of(world.round):
        step.state, step.opens_on = ("open" if step.position == 7 else "closed"), world.day
        step.save(update_fields=["state", "opens_on"])
    for place, one in enumerate((world.there, world.here), 1):
        Application.objects.filter(pk=one.pk).update(rank=place)
        actor = world.town if one == world.here else world.next_town
        with rls.scope(actor):
            domain.decide(one, "培训合格", actor=actor)
    with rls.scope(world.town), pytest.raises(Refusal, match=r"邻\*\*") as caught:
        domain.hire(world.here, JUNE, actor=world.town)
    assert caught.value.code == "out_of_rank"
    with rls.scope(world.next_town):
        domain.withdraw(world.there, "另有工作", actor=world.next_town)
    with rls.scope(world.town):
        assert domain.hire(world.here, JUNE, actor=world.town).state == HIRED


@pytest.mark.req("P5", "Z8")
def test_in_a_countys_round_each_town_compares_and_ranks_its_own_part(countywide):
    """The town's review: each town its own applicants and posts; the county sees and orders everybody."""
    world = countywide
    own = domain.apply(
        world.round, world.person("邻镇本岗", region_code=NEXT_VILLAGE), source="clerk", actor=world.county, on=world.day,
        post_wanted=world.posts[2], declared={"able_to_work": True},
    )  # fmt: skip
    world.apply(world.person("本镇另一人"), world.posts[0])
    Household.objects.update(income_fen=900_000)
    dead = [line(order, "某人", detail="死亡") for order in (1, 3)]
    hand_in(world, "deaths", *dead, as_of=date(2020, 5, 30))

    lines = [text for text in world.round.policy_text.splitlines(keepends=True) if "score: 评议同意率" not in text]
    Round.objects.update(policy_text="".join(lines))
    world.round.refresh_from_db()

    def compare(actor):
        with rls.scope(actor):
            return compare_round(world.round, on=world.day, actor=actor)

    def place(actor) -> list[tuple[int, int]]:
        with rls.scope(actor):
            return [(one.applicant, one.rank) for one in domain.rank_applicants(world.step, actor=actor, on=world.day)]

    assert {refused(compare, world.town), refused(place, world.town)} == {"wrong_step"}
    for step in queries.steps_of(world.round)[:4]:
        step.state, step.opens_on = ("open" if step.position == 4 else "closed"), world.day
        step.opened_at = timezone.now() if step.position == 4 else step.opened_at
        step.save(update_fields=["state", "opens_on", "opened_at"])
    done = compare(world.town)
    assert (done.region_code, done.applicants, done.found) == (TOWN.ljust(12, "0"), 2, 1)
    assert [hit.application for hit in ComparisonHit.objects.all()] == [world.here]
    assert compared_in(world.here, world.step)
    assert not compared_in(own, world.step)
    assert compare(world.county).found == 2
    found = list(ComparisonHit.objects.values_list("application", "gone").order_by("pk"))
    assert compare(world.next_town).fresh == compare(world.town).fresh == 0
    assert list(ComparisonHit.objects.values_list("application", "gone").order_by("pk")) == found

    first = place(world.town)
    assert [rank for _pk, rank in first] == [1, 2]
    assert place(world.next_town) == [(own.pk, 1)], "who wants another town's post is the county's to place"
    assert (place(world.town), now(world.there).rank) == (first, None)
    assert sorted(rank for _pk, rank in place(world.county)) == [1, 2, 3, 4]
    with rls.scope(world.next_town):
        assert world.round.entries.filter(what="ranked").count() == 2, "the county's and its own"

    kind = "kind: check\n          by: "
    theirs = world.round.policy_text.replace(
        f"{kind}{{role: town_officer, level: town}}", f"{kind}{{role: county_manager, level: county}}"
    )
    assert theirs != world.round.policy_text
    Round.objects.update(policy_text=theirs)
    world.round.refresh_from_db()
    assert {refused(compare, world.town), refused(place, world.town)} == {"not_your_step"}
