"""Pages of matching: proposals with their reasons, accepted one by one or many at once; who is left over, what is left open."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.recruitment.pool.world import in_pool
from tests.recruitment.world import make_world

from yigang.foundation.models import JobRun
from yigang.people.register.lists import ensure_lists
from yigang.recruitment import domain
from yigang.recruitment.models import Application, MatchProposal

QUERIES = {"matchings": 9, "match-proposals": 10, "match-left-over": 10, "match-left-open": 10}


@pytest.fixture
def world(make_user):
    """A place in each of three posts; the round takes applications."""
    made = make_world(make_user, heads=(1, 1, 1))
    ensure_lists("520403")
    made.open()
    made.next()
    made.next()
    return made


def matched(world, *names: str) -> None:
    for name in names:
        in_pool(world, name)
    domain.match_round(world.round, actor=world.county)


def html(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def asked_at(client, name: str) -> int:
    client.get(reverse(f"console:{name}"))
    with CaptureQueriesContext(connection) as asked:
        html(client.get(reverse(f"console:{name}")))
    return len(asked)


@pytest.mark.parametrize("rows", [1, 3])
def test_proposals_and_runs_ask_as_many_questions_at_one_row_as_at_three(world, sign_in, rows):
    matched(world, *[f"人{number}" for number in range(rows)])
    for _again in range(rows - 1):
        domain.match_round(world.round, actor=world.county)
    client = sign_in(world.county)
    found = {name: asked_at(client, name) for name in ("matchings", "match-proposals")}
    assert found == {name: QUERIES[name] for name in found}


@pytest.mark.parametrize("rows", [1, 3])
def test_people_left_over_and_places_left_open_ask_as_many_questions(world, sign_in, rows):
    for number in range(rows):
        in_pool(world, f"病{number}").labour_records.update(health="severe")
    for post in world.posts[rows:]:
        world.round.posts.filter(post=post).delete()
    matched(world)
    client = sign_in(world.county)
    found = {name: asked_at(client, name) for name in ("match-left-over", "match-left-open")}
    assert found == {name: QUERIES[name] for name in found}


@pytest.mark.req("Z6")
def test_every_proposal_and_everybody_left_over_says_why(world, sign_in):
    in_pool(world, "大病").labour_records.update(health="severe")
    matched(world, "甲")
    client = sign_in(world.county, "zh-hans")
    text = html(client.get(reverse("console:match-proposals")))
    assert "本村岗位 40 + 困难程度 18 + 会做所需的事 15 = 73" in text
    text = html(client.get(reverse("console:match-left-over")))
    assert "没有合适的空余岗位：超出距离 0 个、季节不合 0 个、健康不合 3 个" in text
    assert "可胜任人数" in html(client.get(reverse("console:match-left-open")))


@pytest.mark.req("Z6")
def test_many_are_accepted_at_once_after_a_look(world, sign_in):
    matched(world, "甲", "乙")
    client = sign_in(world.county, "zh-hans")
    address = reverse("console:match-accept")
    chosen = {"selected": [one.pk for one in MatchProposal.objects.all()], "query": ""}
    text = html(client.post(address, chosen))
    assert not Application.objects.exists()
    digest = text.split('name="previewed" value="')[1].split('"')[0]
    html(client.post(address, {**chosen, "previewed": digest, "asked": "1"}, follow=True))
    assert Application.objects.count() == 2


def test_rejecting_many_needs_a_reason(world, sign_in):
    matched(world, "甲")
    client = sign_in(world.county, "zh-hans")
    chosen = {"selected": [MatchProposal.objects.get().pk], "query": "", "asked": "1"}
    assert "previewed" not in html(client.post(reverse("console:match-reject"), {**chosen, "reason": ""}))
    assert 'name="previewed"' in html(client.post(reverse("console:match-reject"), {**chosen, "reason": "外出"}))


def test_one_proposal_is_accepted_changed_or_rejected_on_its_page(world, sign_in):
    matched(world, "甲", "乙", "丙")
    first, second, third = MatchProposal.objects.order_by("pk")
    client = sign_in(world.county, "zh-hans")
    html(client.get(reverse("console:match-proposal", args=[first.pk])))
    html(client.post(reverse("console:match-reject-one", args=[first.pk]), {"reason": "外出"}, follow=True))
    html(client.post(reverse("console:match-accept-one", args=[second.pk]), follow=True))
    change = reverse("console:match-accept-one", args=[third.pk])
    html(client.post(change, {"post": first.post_id, "reason": ""}, follow=True))
    assert Application.objects.count() == 1
    html(client.post(change, {"post": first.post_id, "reason": "就近"}, follow=True))
    assert [one.state for one in MatchProposal.objects.order_by("pk")] == ["rejected", "accepted", "changed"]


def test_matching_is_a_job_and_a_village_reads_why_it_may_not(world, sign_in):
    client = sign_in(world.county, "zh-hans")
    assert client.post(reverse("console:match-start"), {"round": world.round.pk}).status_code == 302
    assert JobRun.objects.get().kind == "recruitment.match"
    assert "人岗匹配并处理推荐" in html(sign_in(world.clerk, "zh-hans").get(reverse("console:matchings")))
