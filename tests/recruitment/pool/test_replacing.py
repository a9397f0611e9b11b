"""A dismissal leaves a vacancy; the pool proposes at once; a town proposes, the county confirms, the place is held again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.recruitment.pool.world import SECOND, VILLAGE, dismiss, in_pool, labour, renewed
from tests.recruitment.world import COUNTY, make_world

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.people.enums import HardshipKind
from yigang.people.models import Hardship, Kinship
from yigang.recruitment.enums import ReplacementState
from yigang.recruitment.models import PoolMember, Replacement
from yigang.recruitment.pool.candidates import candidates_for
from yigang.recruitment.pool.renew import renew_pool
from yigang.recruitment.pool.replace import (
    Offer,
    confirm_replacement,
    propose_replacement,
    reject_replacement,
    take_back_replacement,
)
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.models import Appointment, LedgerEntry


@pytest.fixture
def world(make_user):
    """A post in 塘约村 whose ranger will be dismissed, a post in 高田村, a second county manager."""
    made = make_world(make_user, heads=(1, 1))
    made.deputy = make_user(Role.COUNTY_MANAGER, COUNTY, username="deputy")
    return made


def starting() -> Offer:
    return Offer(timezone.localdate() + timedelta(days=1))


@pytest.fixture
def pool(world):
    """Four who wait: two of the village, one of them in hardship; one of the next village, one of the next town."""
    people = {
        name: in_pool(world, name, region_code=region)
        for name, region in (("平常", VILLAGE), ("困难", VILLAGE), ("邻村", SECOND), ("邻镇", "520403101201"))
    }
    Hardship.objects.create(
        region_code=VILLAGE, person=people["困难"], kind=HardshipKind.WEAK, evidence="认定表", since=date(2020, 1, 1)
    )
    people["离岗"] = world.person("离岗")
    renewed(world)
    return people


def proposed(world, person, vacancy, **offer) -> Replacement:
    return propose_replacement(vacancy, person, Offer(starting().starts, **offer), actor=world.town)


def refused(verb, *arguments, **named) -> str:
    with pytest.raises(Refusal) as caught:
        verb(*arguments, **named)
    return caught.value.code


@pytest.mark.req("P3")
def test_dismissing_a_ranger_lists_ranked_replacements_of_the_same_village(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    found = candidates_for(vacancy)
    assert [(one.rank, one.member.person.name, one.near) for one in found] == [
        (1, "困难", "village"), (2, "平常", "village"), (3, "邻村", "town"),
    ]  # fmt: skip
    today = timezone.localdate()
    assert found[0].why == f"同村；六类人员 40 + 家庭人均收入 30 = 70.00；{today} 起在库"


def test_equal_points_go_by_who_has_waited_longest(world, pool):
    late = in_pool(world, "后来")
    renewed(world)
    PoolMember.objects.exclude(person=late).update(since=date(2020, 6, 1))
    PoolMember.objects.filter(person=pool["困难"]).update(since=date(2026, 1, 1))
    _held, vacancy = dismiss(world, pool["离岗"])
    assert [one.member.person.name for one in candidates_for(vacancy)[:3]] == ["困难", "平常", "后来"]


@pytest.mark.req("P3")
def test_who_cannot_be_proposed_today_is_named_last_with_the_reason(world, pool):
    appoint(pool["困难"], world.posts[1], Terms(date(2020, 7, 1)), actor=world.town)
    record = pool["邻村"].labour_records.get()
    record.health = "severe"
    record.save()
    _held, vacancy = dismiss(world, pool["离岗"])
    found = candidates_for(vacancy)
    assert [(one.rank, one.member.person.name) for one in found] == [(1, "平常"), (None, "困难"), (None, "邻村")]
    assert found[1].stops == ("本人已在岗（本人在岗 是）",)
    assert found[2].stops == ("不适合这类岗位：患大病",)


@pytest.mark.req("P3")
def test_from_the_vacancy_to_the_appointment(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    row = propose_replacement(vacancy, pool["困难"], starting(), actor=world.town)
    row = confirm_replacement(row, actor=world.county)
    vacancy.refresh_from_db()
    assert row.state == ReplacementState.CONFIRMED
    assert vacancy.filled_by == row.appointment == Appointment.objects.get(person=pool["困难"])
    assert "储备库递补：同村" in LedgerEntry.objects.filter(person_id=pool["困难"].pk).get().reason
    assert refused(proposed, world, pool["平常"], vacancy) == "vacancy_filled"


def test_passing_over_who_stands_before_needs_a_reason(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    assert refused(proposed, world, pool["平常"], vacancy) == "passed_over"
    row = proposed(world, pool["平常"], vacancy, remark="困难本人书面放弃")
    assert (row.rank, row.remark) == (2, "困难本人书面放弃")


def test_nobody_confirms_what_he_has_proposed(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    row = propose_replacement(vacancy, pool["困难"], starting(), actor=world.county)
    assert refused(confirm_replacement, row, actor=world.county) == "approver_is_author"
    with pytest.raises(Forbidden):
        confirm_replacement(row, actor=world.town)
    assert confirm_replacement(row, actor=world.deputy).appointment is not None


def test_a_rejected_proposal_leaves_the_vacancy_open_for_another(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    row = proposed(world, pool["困难"], vacancy)
    assert refused(proposed, world, pool["平常"], vacancy, remark="另有人选") == "proposed_already"
    assert refused(reject_replacement, row, " ", actor=world.county) == "no_reason"
    reject_replacement(row, "本人外出务工", actor=world.county)
    assert refused(confirm_replacement, row, actor=world.county) == "decided_already"
    assert proposed(world, pool["平常"], vacancy, remark="困难外出务工").state == ReplacementState.OPEN


def test_a_proposal_can_be_taken_back_until_it_is_decided(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    row = take_back_replacement(proposed(world, pool["困难"], vacancy), "选错人", actor=world.town)
    assert row.state == ReplacementState.TAKEN_BACK
    assert refused(take_back_replacement, row, "再来", actor=world.town) == "decided_already"
    assert proposed(world, pool["困难"], vacancy).rank == 1


def test_who_took_a_post_between_proposal_and_confirmation_is_not_appointed_twice(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    row = proposed(world, pool["困难"], vacancy)
    appoint(pool["困难"], world.posts[1], Terms(date(2020, 7, 1)), actor=world.town)
    assert refused(confirm_replacement, row, actor=world.county) == "not_now"
    assert Appointment.objects.filter(person=pool["困难"]).count() == 1


def test_a_place_that_was_filled_a_second_ago_is_refused_in_words(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    row = proposed(world, pool["困难"], vacancy)
    appoint(pool["平常"], world.posts[0], Terms(date(2020, 10, 8)), actor=world.town)
    with pytest.raises(Refusal) as caught:
        confirm_replacement(row, actor=world.county)
    assert caught.value.code == "vacancy_filled"
    assert "平常" in str(caught.value)


def test_outside_the_pool_before_the_vacancy_and_by_kin_nobody_is_proposed(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    stranger = world.person("未入库")
    labour(world, stranger)
    assert refused(proposed, world, stranger, vacancy) == "not_in_pool"
    early = Offer(date(2020, 9, 1))
    assert refused(propose_replacement, vacancy, pool["困难"], early, actor=world.town) == "dates"
    Kinship.objects.create(
        region_code=VILLAGE, person=pool["困难"], official=world.town.name, office="乡镇干部", relation="父子"
    )
    assert refused(proposed, world, pool["困难"], vacancy) == "kin"
    assert not Replacement.objects.exists()


def test_the_form_asks_what_the_policy_wants_to_know(world, pool):
    """Eligibility may ask what the pool does not: here one clause of the policy fails for somebody who waits in it."""
    _held, vacancy = dismiss(world, pool["离岗"])
    assert refused(proposed, world, pool["困难"], vacancy, declared={"favourite_colour": True}) == "unknown"


def test_a_programme_without_a_pool_says_so(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    world.programme.policy_code = "rural-post-400"
    world.programme.save()
    vacancy.refresh_from_db()
    assert refused(candidates_for, vacancy) == "no_pool"


def test_renewing_after_an_appointment_takes_the_person_out(world, pool):
    _held, vacancy = dismiss(world, pool["离岗"])
    row = confirm_replacement(proposed(world, pool["困难"], vacancy), actor=world.county)
    assert row.appointment is not None
    renew_pool(world.programme, actor=world.county)
    assert PoolMember.objects.get(person=pool["邻村"]).state == "in"
