"""Each form of oversight sent once, with what it refuses; points brought to their owners' minds; many at once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.oversight.conftest import VILLAGES, absent, days_ago, holder_of, sheet_of
from tests.people.factories import identity_number, make_person

from yigang.appraisal.enums import FindingKind
from yigang.appraisal.findings import record_finding
from yigang.console import today as waiting
from yigang.foundation.enums import Role
from yigang.oversight import domain
from yigang.oversight.domain import Point
from yigang.oversight.models import Interview, Plan, Proposal, RecallOrder, Rectification
from yigang.people.models import Kinship
from yigang.tenure import domain as tenure
from yigang.tenure.domain import Leaving, Terms
from yigang.tenure.enums import ExitKind, ExitReason, TrainingBasis
from yigang.tenure.models import Team, TeamMember

pytestmark = pytest.mark.usefixtures("regions")
RECALL = {"cause": ExitReason.ABSENT, "reason": "三次暗访不在岗", "clause": "旷工超过三次"}
TALK = {"kind": "interview", "place": "县委", "held_by": "王部长", "said": "要求一周内到岗"}


def sent(client, name: str, /, *args: object, query: str = "", **given: object) -> str:
    """The page one lands on, or the form again with what is wrong."""
    response = client.post(reverse(f"console:{name}", args=args) + query, given, follow=True)
    assert response.status_code == 200, response
    return response.content.decode()


def both(client, name: str, rows, **given: object) -> str:
    """A bulk action: its preview, then done."""
    chosen = {"selected": [row.pk for row in rows], "asked": "1", **given}
    preview = sent(client, name, **chosen)
    digest = re.search('name="previewed" value="([0-9a-f]+)"', preview)
    return sent(client, name, **chosen, previewed=digest[1]) if digest else preview


@pytest.fixture
def deputy(make_user):
    return make_user(Role.COUNTY_MANAGER, "520403")


@pytest.mark.req("H8", "H9")
def test_a_recall_is_ordered_replaced_in_time_and_its_unit_answers(
    held, programme, sign_in, county_manager, deputy, town_officer
):
    unit = tenure.save_unit("520403000000", "县财政局", kind="机关", actor=county_manager)
    team = Team.objects.create(
        region_code=VILLAGES[0], programme=programme, name="芝麻村队", unit=unit, starts=held[0].starts
    )
    TeamMember.objects.create(
        region_code=VILLAGES[0],
        team=team,
        appointment=held[0],
        person=held[0].person,
        leader=True,
        starts=held[0].starts,
    )
    county = sign_in(county_manager)
    gone = {"number": identity_number(2), "on": f"{days_ago(2)}", **RECALL}
    tenure.leave(held[1], Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, days_ago(3), "外出务工"), actor=town_officer)
    assert "cannot be recalled" in sent(county, "oversight-recall-add", **gone)
    sent(county, "oversight-recall-add", number=identity_number(1), on=f"{days_ago(2)}", **RECALL)
    order = RecallOrder.objects.get()
    tenure.confirm_exit(order.exit, actor=deputy)
    assert "Waits for the replacement" in sent(
        county, "oversight-recall-unit", order.pk, name="张局长", office="局长", cause="派出干部被召回",
        on=f"{days_ago(0)}", **TALK,
    )  # fmt: skip
    follower = make_person("接替", 99, region_code=VILLAGES[0])
    tenure.appoint(
        follower, held[0].post, Terms(days_ago(0), None, training=TrainingBasis.TAKEN_OVER), actor=town_officer
    )
    shown = county.get(reverse("console:oversight-recall", args=[order.pk])).content.decode()
    assert ("Replaced in time" in shown, "张局长" in shown, Interview.objects.count()) == (True, True, 1)


@pytest.mark.req("H7")
def test_absent_twice_is_confirmed_told_and_answered_and_stands_in_the_person_s_story(
    held, programme, sign_in, county_manager, town_officer, inspectors
):
    for day in (1, 2):
        record_finding(held[0], FindingKind.ABSENT, days_ago(day), "无人在岗", actor=inspectors[1])
        record_finding(held[1], FindingKind.ABSENT, days_ago(day), "无人在岗", actor=county_manager)
    domain.propose(programme, timezone.localdate().year)
    first, own = (Proposal.objects.get(appointment=one) for one in held[:2])
    county = sign_in(county_manager)
    assert "somebody else has to decide" in both(county, "oversight-proposals-confirm", [first, own])
    assert Proposal.objects.filter(state="confirmed").count() == 0
    both(county, "oversight-proposals-confirm", [first], reason="属实")
    assert "somebody else has to decide" in sent(county, "oversight-proposal-dismiss", own.pk, reason="请假已批")
    town = sign_in(town_officer)
    sent(town, "oversight-proposal-tell", first.pk, how="in_person", on=f"{days_ago(0)}")
    assert "有病历" in sent(town, "oversight-proposal-answer", first.pk, answer="有病历", on=f"{days_ago(0)}")
    story = town.get(reverse("console:person", args=[held[0].person_id]), {"chapter": "oversight"}).content.decode()
    assert ("两次旷工" in story, "有病历" in story) == (True, True)


@pytest.mark.req("M7")
def test_an_interview_of_several_is_written_down_each_with_a_cause(held, programme, sign_in, county_manager):
    county, given = sign_in(county_manager), {"programme": programme.pk, "on": f"{days_ago(0)}", **TALK}
    sent(county, "oversight-interview-add", **given, people=f"{identity_number(1)}，")
    assert not Interview.objects.exists()
    sent(
        county,
        "oversight-interview-add",
        **given,
        people=f"{identity_number(1)}，两次不在岗\n{identity_number(2)}，日志代写",
    )
    assert Interview.objects.get().parts.count() == 2


@pytest.mark.req("H6")
def test_more_visits_than_villages_and_own_kin_are_refused_on_the_page(
    held, programme, inspectors, monday, sign_in, hold
):
    head, one, *_others = inspectors
    given = {"programme": programme.pk, "week": f"{monday}", "kinds": ["on_site"],
             "groups": "\n".join(each.username for each in inspectors[1:])}  # fmt: skip
    client = sign_in(head)
    offered = client.get(reverse("console:oversight-draw")).content.decode()
    assert all(f"{each.username}（{each.name}）" in offered for each in inspectors), "whose accounts can be named"
    assert "6 villages can be drawn" in sent(client, "oversight-draw", **given, visits="7")
    assert not Plan.objects.exists()
    sent(client, "oversight-draw", **given, visits="3")
    visit = Plan.objects.get().inspections.get(group__number=1)
    absentee = holder_of(visit)
    Kinship.objects.create(
        region_code=visit.region_code, person=absentee.person, official=one.name, office="督查组", relation="外甥"
    )
    client = sign_in(one)
    sent(client, "oversight-begin", visit.pk)
    checks = {f"{absentee.pk}-{check}": "good" for check in ("log", "knowledge", "publicity", "account", "villagers")}
    sheet = {"id": "0190c7a1-0000-7000-8000-000000000001", f"{absentee.pk}-presence": "present", **checks}
    assert "must stand aside" in sent(client, "oversight-sheet", visit.pk, **sheet)


@pytest.mark.req("T9", "M6")
def test_a_point_waits_for_its_owner_is_brought_to_mind_and_passed_on(
    held, programme, inspectors, sign_in, make_user, town_officer, county_manager
):
    owner, stranger = make_user(Role.TOWN_OFFICER, "520403100"), make_user(Role.TOWN_OFFICER, "520403101")
    client = sign_in(inspectors[0])
    given = {"programme": programme.pk, "region_code": VILLAGES[0], "finding": "值班室无人", "found_on": f"{days_ago(0)}",
             "unit": "白云镇"}  # fmt: skip
    far = make_user(Role.TOWN_OFFICER, "520402100")
    offered = client.get(reverse("console:oversight-point-add")).content.decode()
    assert (f">{owner.name}<" in offered, f">{far.name}<" in offered) == (True, False), "accounts of another county"
    assert "cannot answer for this" in sent(client, "oversight-point-add", **given, owner_account=stranger.pk)
    sent(client, "oversight-point-add", **given, owner_account=owner.pk)
    sent(client, "oversight-point-add", **given, owner="李镇长")
    mine, by_name = Rectification.objects.order_by("pk")
    assert (mine.owner, mine.owner_account, by_name.owner_account) == (owner.name, owner, None)

    def waits(user) -> list[tuple[str, int]]:
        return [
            (one.url.partition("?")[2], one.count)
            for one in waiting.dues_of(user, "520403")
            if one.chapter == "oversight"
        ]

    assert waits(owner) == [("mine=yes&state=open", 1), ("state=open", 1)]
    assert waits(town_officer) == [("state=open", 1)]
    assert "2 brought to mind" in both(client, "oversight-points-remind", [mine, by_name], text="请抓紧")
    assert "today already" in both(client, "oversight-points-remind", [mine])
    assert list(mine.steps.values_list("deed", flat=True)) == ["opened", "reminded"]
    domain.remind(mine.due + timedelta(days=1))
    assert ("escalated=yes&state=open", 2) in waits(county_manager)
    town = sign_in(owner)
    for due in waiting.dues_of(owner, "520403"):
        if "mine=" in due.url:
            listed = town.get(due.url).content.decode()
            assert (reverse("console:oversight-point", args=[mine.pk]) in listed, "李镇长" in listed) == (True, False)
    for row in (mine, by_name):
        sent(town, "oversight-point-done", row.pk, text="已排班")
    client = sign_in(inspectors[0])
    assert "2 closed" in both(client, "oversight-points-close", [mine, by_name], text="属实")
    sent(client, "oversight-point-reopen", mine.pk, reason="又无人", due=f"{timezone.localdate() + timedelta(days=5)}")
    sent(sign_in(owner), "oversight-point-done", mine.pk, text="换人值守")
    sent(sign_in(inspectors[0]), "oversight-point-back", mine.pk, reason="照片不清")
    mine.refresh_from_db()
    assert (mine.state, mine.escalated_on) == ("open", None)


def test_a_begun_visit_offers_the_phone_and_a_lost_one_is_signed_out(visit, inspectors, sign_in):
    domain.begin(visit, actor=inspectors[1])
    client = sign_in(inspectors[1])
    address = reverse("console:oversight-visit", args=[visit.pk])
    assert "/field/#/inspector" in client.get(address).content.decode()
    assert "telephones are signed out" in sent(client, "oversight-phones-end")
    other = sign_in(inspectors[2]).get(address).content.decode()
    assert "/field/#/inspector" not in other
    domain.hand_in_sheet(visit, sheet_of(visit, absent(holder_of(visit))), actor=inspectors[1])


@pytest.mark.parametrize("points", [1, 3])
def test_the_list_of_points_costs_the_same_however_many(
    points, held, programme, inspectors, sign_in, django_assert_num_queries
):
    row = Point(VILLAGES[0], "值班室无人", "白云镇", "李镇长", days_ago(0))
    domain.open_points(programme, [row] * points, actor=inspectors[0])
    client = sign_in(inspectors[0])
    with django_assert_num_queries(10):
        client.get(reverse("console:oversight-points"))
