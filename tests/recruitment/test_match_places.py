"""A matching counts real distances and months where they are known, and says from where to where it counted."""

from decimal import Decimal

import pytest
from tests.recruitment.pool.world import SECOND, VILLAGE, in_pool
from tests.recruitment.test_match_verbs import matched, proposal, ready, refused

from yigang.people import places
from yigang.people.places import CentrePoint
from yigang.recruitment import domain
from yigang.recruitment.models import MatchLeftOver, MatchProposal

EAST, NORTH = Decimal("106.250000"), Decimal("26.400000")
FAR_NORTH = NORTH + Decimal("0.2")
"""About 22 km away; the presets reach 10 km."""


@pytest.fixture
def world(make_user):
    return ready(make_user)


def put(post, longitude=EAST, latitude=NORTH) -> None:
    post.longitude, post.latitude = longitude, latitude
    post.save()


def centre(world, code: str = VILLAGE, north: Decimal = NORTH) -> None:
    places.set_centre(CentrePoint(code, EAST, north), actor=world.county)


@pytest.mark.req("Z6")
def test_distance_is_counted_from_the_nearest_point_that_is_known(world):
    put(world.posts[0])
    centre(world, north=NORTH + Decimal("0.01"))
    in_pool(world, "甲")
    run = matched(world)
    one = proposal("甲")
    assert (one.post, one.lives, one.works) == (world.posts[0], "village", "post")
    assert 1_100 < one.metres < 1_120, "a hundredth of a degree of latitude is 1,112 m"
    assert one.parts["near"] == 444, "5 points, less the eleventh part of the reach of 10 km"
    assert domain.recompute_matching(run) == []
    household = one.person.household
    places.set_home(household, EAST, NORTH + Decimal("0.02"), actor=world.county)
    matched(world)
    again = MatchProposal.objects.latest("pk")
    assert (again.lives, 2_210 < again.metres < 2_240) == ("household", True)


def test_the_registers_position_goes_before_the_villages(world):
    put(world.posts[0])
    centre(world)
    person = in_pool(world, "甲")
    person.labour_records.update(longitude=EAST, latitude=NORTH + Decimal("0.03"))
    matched(world)
    one = proposal("甲")
    assert (one.lives, 3_320 < one.metres < 3_350) == ("register", True)


def test_a_post_without_a_point_lies_at_its_village(world):
    centre(world)
    in_pool(world, "甲")
    matched(world)
    one = proposal("甲")
    assert (one.post, one.lives, one.works, one.metres) == (world.posts[0], "village", "village", 0)


def test_without_positions_the_region_counts_as_before(world):
    in_pool(world, "甲")
    matched(world)
    one = proposal("甲")
    assert (one.post, one.metres, one.lives, one.works) == (world.posts[0], None, "", "")


@pytest.mark.req("Z6")
def test_who_lives_beyond_the_reach_is_left_over_with_the_point_it_was_counted_from(world):
    put(world.posts[0])
    put(world.posts[1])
    centre(world, north=FAR_NORTH)
    in_pool(world, "远")
    in_pool(world, "无位置", region_code=SECOND)
    matched(world)
    left = MatchLeftOver.objects.get()
    assert (left.person.name, left.figures) == ("远", {"reach": 2, "season": 0, "health": 0, "lives": "village"})
    assert proposal("无位置").metres is None


@pytest.mark.req("Z6")
def test_season_stops_who_is_away_in_a_month_of_work(world):
    for post in world.posts:
        post.months = [1, 2, 3, 12]
        post.save()
    in_pool(world, "春节后外出").labour_records.update(away_months=[3, 4, 5])
    in_pool(world, "冬闲").labour_records.update(free_months=[1, 2, 3, 11, 12])
    in_pool(world, "未说明")
    matched(world)
    left = MatchLeftOver.objects.get()
    assert (left.person.name, left.figures["season"], left.figures["reach"]) == ("春节后外出", 2, 0)
    assert set(MatchProposal.objects.values_list("person__name", flat=True)) == {"冬闲", "未说明"}


def test_a_post_of_another_season_or_too_far_cannot_be_given_instead(world):
    world.posts[0].months = [1]
    put(world.posts[0])
    put(world.posts[1], latitude=FAR_NORTH)
    centre(world)
    in_pool(world, "甲")
    matched(world)
    refusal = refused(domain.accept_proposal, proposal("甲"), actor=world.county, post=world.posts[1], reason="换岗")
    assert refusal.code == "out_of_limits"
    far = world.posts[1]
    put(far)
    far.months = [7]
    far.save()
    MatchProposal.objects.get().person.labour_records.update(away_months=[7])
    matched(world)
    refusal = refused(
        domain.accept_proposal, MatchProposal.objects.latest("pk"), actor=world.county, post=far, reason="换岗"
    )
    assert refusal.code == "out_of_limits"
