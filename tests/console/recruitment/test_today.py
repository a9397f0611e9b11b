"""The first page says to the role that must act what waits in the open steps, how many, and until when; to nobody else."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from tests.people.factories import make_person
from tests.recruitment.comparison.world import hand_in, line
from tests.recruitment.world import COUNTY, SECOND, TOWN, VILLAGE, make_world

from yigang.console import today
from yigang.console.recruitment import today as recruiting
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.people.domain import add_kinship
from yigang.recruitment import domain
from yigang.recruitment.comparison.decide import decide_hit
from yigang.recruitment.comparison.enums import HitState
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.domain import Meeting, Tally
from yigang.recruitment.models import ComparisonHit

POINTS = {"身体条件和巡护能力": Decimal(30), "家庭困难程度": Decimal(30), "熟悉林区和群众评价": Decimal(15)}


@pytest.fixture
def world(make_user):
    made = make_world(make_user)
    made.auditor = make_user(Role.AUDITOR, COUNTY)
    made.elsewhere = make_user(Role.TOWN_OFFICER, "520403101")
    made.open()
    return made


def waits(user, prefix: str = "") -> dict[str, tuple[str, int]]:
    """Title → address and count of what waits for an account in recruitment, seen in its own scope."""
    with rls.scope(user), translation.override("en"):
        found = today.dues_of(user, prefix or user.prefixes[0])
    return {one.title: (one.url, one.count) for one in found if one.chapter == "recruitment"}


def titles(user) -> list[str]:
    return sorted(waits(user))


def round_page(world) -> str:
    return reverse("console:round", args=[world.round.pk])


def running(world) -> str:
    return f"{reverse('console:recruitment-applicants')}?round={world.round.pk}&state=running"


def nobody_else(world, *but: str) -> None:
    users = {"county": world.county, "town": world.town, "station": world.station, "clerk": world.clerk}
    users |= {"auditor": world.auditor, "elsewhere": world.elsewhere}
    for name, user in users.items():
        if name not in but:
            assert waits(user) == {}, name


@pytest.mark.req("P4", "P5")
def test_a_step_that_runs_tells_whoever_steers_the_day_it_ends(world):
    """公告 of today: the county is told its last day, later that it can be closed; then that the next waits."""
    world.round.opened_on = timezone.localdate()
    world.round.save()
    domain.open_step(world.round, actor=world.county)
    with rls.scope(world.county), translation.override("en"):
        (due,) = [one for one in today.dues_of(world.county, COUNTY) if one.chapter == "recruitment"]
    assert (due.title, due.due_on) == ("“公告” of 2020年选聘 ends", world.step.last_day)
    nobody_else(world, "county")


def test_a_step_whose_days_are_over_is_to_be_closed_and_the_next_to_be_opened(world):
    assert waits(world.county) == {"Open the next step of 2020年选聘": (round_page(world), 1)}
    world.next()
    assert waits(world.county) == {"Close “公告” of 2020年选聘": (round_page(world), 1)}
    nobody_else(world, "county")
    world.close()
    assert titles(world.county) == ["Open the next step of 2020年选聘"]


@pytest.mark.req("P5")
def test_applications_wait_for_the_village_clerk(world):
    world.next()
    world.next()
    address = reverse("console:round-apply", args=[world.round.pk])
    assert waits(world.clerk) == {"Take applications for 2020年选聘": (address, 1)}
    assert titles(world.county) == ["Close “申报” of 2020年选聘"]
    nobody_else(world, "clerk", "county")


@pytest.fixture
def checking(world):
    """At 审核: three applicants, one of whom has an uncle in office, one of whom is dead by a register."""
    world.next()
    world.next()
    world.all = [world.apply(world.person(name), world.posts[0]) for name in ("周大勇", "吴桂香", "郑文斌")]
    world.next()
    hand_in(world, "deaths", line(1, "周大勇"))
    add_kinship(world.all[1].person, official="何镇长", office="齐伯镇", relation="叔侄", actor=world.county)
    compare_round(world.round, on=world.day, actor=world.county)
    return world


@pytest.mark.req("P4", "P5")
def test_outcomes_and_hits_wait_for_the_town_that_checks(checking):
    world = checking
    hits = f"{reverse('console:comparison-hits')}?state=open&round={world.round.pk}"
    assert waits(world.town) == {
        "Decide about applicants in “审核” of 2020年选聘": (running(world), 3),
        "Decide what the comparison with registers has found": (hits, 2),
    }
    nobody_else(world, "town")
    decide_hit(ComparisonHit.objects.get(kind="deaths"), HitState.CONFIRMED, reason="派出所已注销", actor=world.town)
    domain.decide(world.all[0], "不符合条件", "已故", actor=world.town)
    assert [count for _url, count in waits(world.town).values()] == [2, 1]


def test_a_hit_that_nobody_decided_in_its_step_waits_for_whoever_may_decide_it(checking):
    """Found again in a later step, which the town does not act in: county and town are both told."""
    world = checking
    for hit in ComparisonHit.objects.all():
        decide_hit(hit, HitState.DISMISSED, reason="不是同一人", actor=world.town)
    domain.decide_by_clauses(domain.run_eligibility(world.step, actor=world.town), actor=world.town)
    world.next()
    hand_in(world, "payroll", line(3, "郑文斌"))
    compare_round(world.round, on=world.day, actor=world.county)
    found = "Decide what the comparison with registers has found"
    assert waits(world.county)[found][1] == waits(world.town)[found][1] == 1
    assert found not in waits(world.station)
    assert waits(world.elsewhere) == {}


@pytest.mark.req("P5")
def test_marks_wait_for_each_reviewer_and_then_the_outcome(checking, make_user):
    world = checking
    for hit in ComparisonHit.objects.all():
        decide_hit(hit, HitState.DISMISSED, reason="不是同一人", actor=world.town)
    domain.decide_by_clauses(domain.run_eligibility(world.step, actor=world.town), actor=world.town)
    world.next()
    second = make_user(Role.STATION_OFFICER, TOWN)
    mark, decide = "Mark applicants in “考察” of 2020年选聘", "Decide about applicants in “考察” of 2020年选聘"
    assert waits(world.station) == waits(second) == {mark: (running(world), 3)}
    for one in world.all:
        domain.give_marks(one, POINTS, "入户查看", actor=world.station)
    assert waits(world.station) == {decide: (running(world), 3)}
    assert waits(second) == {mark: (running(world), 3)}
    nobody_else(world, "station")


@pytest.mark.req("P5", "Z8")
def test_the_vote_waits_for_its_villages_clerk_and_the_list_for_its_term(make_user):
    world = make_world(make_user, "rural-post-400")
    neighbour = make_user(Role.VILLAGE_CLERK, SECOND, username="neighbour")
    world.open()
    world.next()
    one = world.apply(world.person("申请人"), world.posts[0])
    world.next()
    vote = reverse("console:round-vote", args=[world.round.pk])
    assert waits(world.clerk) == {"Enter the village's vote for 2020年选聘": (vote, 1)}
    assert waits(neighbour) == waits(world.town) == {}
    photo = world.file("会场照片", region_code=VILLAGE)
    meeting = Meeting(VILLAGE, world.day, "村委会", "王支书", ["甲", "乙"], 30, 20, "逐一评议", photo)
    domain.record_peer_review(world.step, meeting, {one: Tally(20, 0, 0)}, actor=world.clerk)
    assert waits(world.clerk) == {}
    world.next()
    over = "The term of “村公示” of 2020年选聘 is over: let pass who has no objection"
    assert waits(world.clerk) == {over: (round_page(world), 1)}
    domain.settle_publicity(world.step, actor=world.clerk)
    assert waits(world.clerk) == {}
    assert titles(world.county) == ["Close “村公示” of 2020年选聘"]


def test_a_deputy_looks_at_one_town_only(checking):
    """Looking at the other town, nothing of this one waits."""
    with rls.scope(checking.county):
        assert not today.dues_of(checking.county, "520403101")
    make_person("旁人", 99, region_code="520403101201")
    assert len(waits(checking.town)) == 2


@pytest.mark.parametrize("rounds", [1, 3])
def test_many_rounds_ask_as_many_questions_as_one(world, rounds):
    for number in range(1, rounds + 1):
        world.open(f"N{number}")
        world.next()
        world.day = date(2020, 6, 1)
    with rls.scope(world.county), CaptureQueriesContext(connection) as asked:
        found = list(recruiting.to_do(world.county, COUNTY))
    assert len(found) == rounds + 1
    assert len(asked) == 5, [query["sql"][:120] for query in asked]
