"""A round is matched with the register; an official accepts, changes or rejects; an application begins, nobody is hired."""

import threading

import pytest
from django.db import connections
from tests.posts.factories import make_post
from tests.recruitment.pool.world import SECOND, VILLAGE, in_pool
from tests.recruitment.world import TOWN, make_world

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.people.models import Kinship
from yigang.people.register.lists import ensure_lists
from yigang.recruitment import domain
from yigang.recruitment.enums import ApplicationState, ProposalState, Source
from yigang.recruitment.models import Application, MatchLeftOpen, MatchLeftOver, MatchProposal, MatchRun
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.models import Appointment

POOR, EASY = 100_000, 900_000


def ready(make_user):
    """Two places in two villages; the round takes applications."""
    world = make_world(make_user, heads=(1, 1))
    ensure_lists("520403")
    world.open()
    world.next()
    world.next()
    return world


@pytest.fixture
def world(make_user):
    return ready(make_user)


def matched(world) -> MatchRun:
    return domain.match_round(world.round, actor=world.county)


def proposal(name: str) -> MatchProposal:
    return MatchProposal.objects.get(person__name=name)


def refused(verb, *arguments, **named) -> Refusal:
    with pytest.raises(Refusal) as caught:
        verb(*arguments, **named)
    return caught.value


@pytest.mark.req("Z6")
def test_proposals_left_over_and_left_open_each_with_its_reason(world):
    in_pool(world, "甲贫", income=POOR)
    in_pool(world, "乙富", income=EASY)
    in_pool(world, "丙超龄", birth=world.day.replace(year=1950))
    run = matched(world)
    assert (run.people, run.places, run.placed) == (3, 2, 2)
    assert proposal("甲贫").post == world.posts[0]
    assert proposal("乙富").post == world.posts[1]  # the next village, rather than nothing
    assert proposal("甲贫").parts == {"same_village": 4000, "urgency": 3000, "abilities": 1500, "wish": 0, "near": 0}
    left = MatchLeftOver.objects.get()
    assert (left.person.name, left.reason) == ("丙超龄", "not_eligible")
    assert left.figures["why"] == ["须年满18周岁、不超过60周岁（年龄 76）"]
    assert not MatchLeftOpen.objects.exists()
    assert domain.recompute_matching(run) == []


def test_who_holds_a_post_has_applied_or_is_on_no_list_is_not_asked(world):
    in_pool(world, "在岗")
    appoint(world.people[0], world.posts[0], Terms(world.day), actor=world.town)
    world.apply(in_pool(world, "已申报"))
    busy = in_pool(world, "不愿意")
    busy.labour_records.update(willing=False)
    assert refused(matched, world).code == "nobody"
    in_pool(world, "可安置")
    assert matched(world).people == 1


def test_a_state_of_health_that_the_policy_names_leaves_somebody_over(world):
    in_pool(world, "大病").labour_records.update(health="severe")
    matched(world)
    left = MatchLeftOver.objects.get()
    assert (left.reason, left.figures) == ("no_post", {"reach": 0, "season": 0, "health": 2, "lives": ""})
    assert {(one.post.number, one.reason) for one in MatchLeftOpen.objects.all()} == {
        ("P0", "nobody"),
        ("P1", "nobody"),
    }


@pytest.mark.req("Z6")
def test_an_accepted_proposal_becomes_an_application_and_nobody_is_hired(world):
    in_pool(world, "甲贫")
    matched(world)
    done = domain.accept_proposal(proposal("甲贫"), actor=world.town)
    application = Application.objects.get()
    assert (done.state, done.application) == (ProposalState.ACCEPTED, application)
    assert (application.source, application.state) == (Source.MATCHING, ApplicationState.RUNNING)
    assert application.post_wanted == world.posts[0]
    assert not Appointment.objects.exists()
    assert refused(domain.accept_proposal, done, actor=world.town).code == "decided_already"


def test_another_post_needs_a_reason_and_keeps_to_the_limits(world):
    in_pool(world, "甲贫")
    matched(world)
    one = proposal("甲贫")
    assert refused(domain.accept_proposal, one, actor=world.town, post=world.posts[1]).code == "no_reason"
    done = domain.accept_proposal(one, actor=world.town, post=world.posts[1], reason="本人要求")
    assert (done.state, done.given, done.application.post_wanted) == (
        ProposalState.CHANGED, world.posts[1], world.posts[1],
    )  # fmt: skip


def test_a_post_out_of_reach_cannot_be_given_instead(world):
    in_pool(world, "甲贫")
    far = world.posts[1]
    far.region_code = "520403101201"
    far.save()
    matched(world)
    refusal = refused(domain.accept_proposal, proposal("甲贫"), actor=world.county, post=far, reason="换岗")
    assert refusal.code == "out_of_limits"
    assert not Application.objects.exists()


def test_a_rejection_needs_a_reason(world):
    in_pool(world, "甲贫")
    matched(world)
    assert refused(domain.reject_proposal, proposal("甲贫"), "", actor=world.town).code == "no_reason"
    assert domain.reject_proposal(proposal("甲贫"), "本人外出", actor=world.town).state == ProposalState.REJECTED


@pytest.mark.req("Z6")
def test_a_place_taken_meanwhile_is_refused_in_words(world):
    in_pool(world, "甲贫", income=POOR)
    in_pool(world, "乙富", income=EASY)
    matched(world)
    domain.accept_proposal(proposal("甲贫"), actor=world.town)
    refusal = refused(domain.accept_proposal, proposal("乙富"), actor=world.town, post=world.posts[0], reason="近")
    assert refusal.code == "place_taken"
    assert "甲贫" in str(refusal)


def test_matching_again_makes_earlier_proposals_lapse(world):
    in_pool(world, "甲贫")
    matched(world)
    old = proposal("甲贫")
    matched(world)
    assert refused(domain.accept_proposal, old, actor=world.town).code == "matched_again"


def test_outside_the_step_of_applications_nothing_is_accepted(world):
    in_pool(world, "甲贫")
    matched(world)
    world.next()
    assert refused(domain.accept_proposal, proposal("甲贫"), actor=world.town).code == "not_taking"
    assert proposal("甲贫").state == ProposalState.OPEN


def test_kin_stand_aside_and_strangers_see_nothing(world, make_user):
    person = in_pool(world, "甲贫")
    matched(world)
    Kinship.objects.create(
        region_code=VILLAGE, person=person, official=world.town.name, office="乡镇干部", relation="兄弟"
    )
    assert refused(domain.accept_proposal, proposal("甲贫"), actor=world.town).code == "kin"
    with pytest.raises(Forbidden):
        domain.reject_proposal(proposal("甲贫"), "不合适", actor=make_user(Role.TOWN_OFFICER, "520403101"))
    with pytest.raises(Forbidden):
        domain.match_round(world.round, actor=make_user(Role.VILLAGE_CLERK, SECOND))


def test_without_a_place_or_in_a_round_that_is_over_nobody_is_matched(world):
    in_pool(world, "甲贫", income=POOR)
    in_pool(world, "乙富", income=EASY)
    matched(world)
    for one in MatchProposal.objects.all():
        domain.accept_proposal(one, actor=world.county)
    in_pool(world, "丙后来")
    assert refused(matched, world).code == "no_places"
    domain.cancel_round(world.round, "不再选聘", actor=world.county)
    world.round.refresh_from_db()
    assert refused(matched, world).code == "round_over"


def test_a_changed_input_or_rule_is_noticed_when_it_is_computed_again(world):
    in_pool(world, "甲贫")
    run = matched(world)
    run.rules["weights"]["same_village"] = 1
    assert domain.recompute_matching(run) == ["rules", "result"]


@pytest.mark.req("Z6")
def test_two_officials_give_the_last_place_at_once_and_one_is_told(committed_db, make_user):
    world = ready(make_user)
    second = make_user(Role.TOWN_OFFICER, TOWN, username="second")
    for name in ("甲", "乙"):
        in_pool(world, name)
    matched(world)
    here, waiting = world.posts[0], threading.Barrier(2)
    said: list[str] = []

    def give(one: MatchProposal, actor) -> None:
        try:
            with rls.scope(actor):
                waiting.wait()
                domain.accept_proposal(one, actor=actor, post=here, reason="就近")
                said.append("done")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    pairs = zip(MatchProposal.objects.all(), (world.town, second), strict=True)
    threads = [threading.Thread(target=give, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "place_taken"]
    assert Application.objects.count() == 1


def test_a_proposal_for_a_post_of_another_town_is_decided_by_the_county(world):
    in_pool(world, "甲贫")
    matched(world)
    one = proposal("甲贫")
    MatchProposal.objects.filter(pk=one.pk).update(post=make_post(world.programme, "远岗", region_code="520403101201"))
    with rls.scope(world.town), pytest.raises(Forbidden, match=r"county|县"):
        domain.reject_proposal(one, "太远", actor=world.town)
    with rls.scope(world.county):
        assert domain.reject_proposal(one, "太远", actor=world.county).state == ProposalState.REJECTED
