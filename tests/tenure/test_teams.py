"""Teams: enough members, one leader, one posting at a time; sending units."""

from datetime import date

import pytest
from tests.posts.factories import make_post, make_programme
from tests.tenure.conftest import JULY, refused

from yigang.tenure import domain
from yigang.tenure.domain import Leaving, Muster
from yigang.tenure.enums import ExitKind, ExitReason
from yigang.tenure.models import Team, TeamMember

VILLAGE = "520403100201"
pytestmark = pytest.mark.req("H2")


@pytest.fixture
def teams(db):
    return make_programme("teams", policy_code="huaihua-team", kind="team")


@pytest.fixture
def unit(town_officer):
    return domain.save_unit("520403100000", "区税务局", kind="机关", actor=town_officer)


@pytest.fixture
def four(teams, hold):
    post = make_post(teams, head_count=4)
    return [hold(post, order, name) for order, name in enumerate(("张三", "李四", "王五", "赵六"), start=1)]


@pytest.fixture
def team(teams, unit, four, town_officer):
    members = [Muster(four[0], leader=True), Muster(four[1]), Muster(four[2])]
    return domain.form_team(teams, VILLAGE, "大坪村工作队", unit, members, starts=JULY, actor=town_officer)


def test_a_team_has_members_a_leader_and_a_unit(team):
    assert [(one.person.name, one.leader) for one in team.members.all()] == [
        ("张三", True), ("李四", False), ("王五", False),
    ]  # fmt: skip


def test_fewer_than_the_policy_asks_for_form_no_team(teams, unit, four, town_officer):
    members = [Muster(four[0], leader=True), Muster(four[1])]
    refusal = refused(domain.form_team, teams, VILLAGE, "队", unit, members, starts=JULY, actor=town_officer)
    assert (refusal.code, "3" in str(refusal)) == ("too_few", True)
    assert not Team.objects.exists()


@pytest.mark.parametrize("leaders", [0, 2])
def test_a_team_has_one_leader(teams, unit, four, town_officer, leaders):
    members = [Muster(one, leader=number < leaders) for number, one in enumerate(four)]
    named = {"starts": JULY, "actor": town_officer}
    assert refused(domain.form_team, teams, VILLAGE, "队", unit, members, **named).code == "leader"
    assert not Team.objects.exists()


def test_nobody_is_in_two_teams_at_a_time(teams, unit, four, team, town_officer):
    members = [Muster(four[3], leader=True), Muster(four[1]), Muster(four[2])]
    refusal = refused(domain.form_team, teams, VILLAGE, "二队", unit, members, starts=JULY, actor=town_officer)
    assert (refusal.code, "大坪村工作队" in str(refusal)) == ("in_a_team", True)
    assert Team.objects.count() == 1


def test_a_new_leader_follows_and_the_old_one_stays_a_member(team, four, town_officer):
    domain.join_team(team, Muster(four[3], leader=True), on=date(2020, 9, 1), actor=town_officer)
    led = TeamMember.objects.filter(person=four[0].person).order_by("starts").values_list("leader", "starts", "ends")
    assert [(leader, starts) for leader, starts, _ends in led] == [(True, JULY), (False, date(2020, 9, 1))]
    assert (
        refused(domain.join_team, team, Muster(four[3]), on=date(2020, 10, 1), actor=town_officer).code == "in_a_team"
    )


def test_who_leaves_the_post_leaves_the_team(team, four, town_officer):
    domain.leave(four[1], Leaving(ExitKind.LAPSE, ExitReason.MOVED, date(2020, 9, 30), "迁走"), actor=town_officer)
    assert TeamMember.objects.get(person=four[1].person).ends == date(2020, 9, 30)


def test_members_and_teams_end_once(team, town_officer):
    member = team.members.get(person__name="李四")
    named = {"actor": town_officer}
    assert domain.leave_team(member, on=date(2020, 9, 30), **named).ends == date(2020, 9, 30)
    assert refused(domain.leave_team, member, on=date(2020, 9, 30), **named).code == "left_already"
    assert refused(domain.end_team, team, on=date(2020, 12, 31), reason="", **named).code == "reason_missing"
    domain.end_team(team, on=date(2020, 12, 31), reason="帮扶期满", **named)
    assert refused(domain.end_team, team, on=date(2021, 1, 31), reason="又", **named).code == "team_ended"


def test_somebody_without_a_post_in_the_programme_is_no_member(programme, team, hold, town_officer):
    ranger = hold(make_post(programme, "R1"), 9, "护林")
    named = {"on": JULY, "actor": town_officer}
    assert refused(domain.join_team, team, Muster(ranger), **named).code == "not_in_post"
