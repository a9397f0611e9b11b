"""Areas, key points and coverage, against figures that a ruler gives."""

from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.duty.tracks.test_tracks import DEGREE_M, START, track, walk

from yigang.duty.tracks import clean
from yigang.duty.tracks.places import Area, KeyPoint, NoArea, reached, seconds_inside, share_seen

BEGIN = START.timestamp()
COSINE = np.cos(np.radians(26))


def corner(east, north):
    return 106 + east / DEGREE_M / COSINE, 26 + north / DEGREE_M


def rectangle(west, south, east, north, *holes):
    outer = [corner(west, south), corner(east, south), corner(east, north), corner(west, north)]
    return Area(((outer, *holes),))


def point(name, east, north, radius=100.0):
    lng, lat = corner(east, north)
    return KeyPoint(name, lat, lng, radius)


FIELD = rectangle(-500, 0, 500, 1000)
"""A square kilometre, whose southern side the walk starts from."""


def test_an_area_is_as_large_as_its_sides_say():
    assert FIELD.square_metres == pytest.approx(1_000_000, rel=0.002)


def test_time_inside_is_that_of_the_way_inside():
    north_of_it = clean(track(*walk(30)))
    assert seconds_inside(north_of_it, FIELD) == pytest.approx(1000, abs=30)


def test_a_hole_is_outside():
    hole = [corner(-100, 200), corner(100, 200), corner(100, 400), corner(-100, 400)]
    assert seconds_inside(clean(track(*walk(30))), rectangle(-500, 0, 500, 1000, hole)) == pytest.approx(800, abs=60)


def test_a_silence_spent_elsewhere_is_not_time_inside():
    assert seconds_inside(clean(track(*walk(5), *walk(5, begins=7200))), FIELD) == pytest.approx(600, abs=31)


def test_key_points_are_reached_in_their_order_and_between_two_fixes_too():
    way = clean(track(*[(second, second * 2.0, 0.0) for second in range(0, 601, 60)]))
    found = reached(way, [point("桥头", 0, 390, 10.0), point("瞭望塔", 60, 900), point("水源", 400, 600)])
    assert list(found) == ["桥头", "瞭望塔"]
    assert found["桥头"] == pytest.approx(BEGIN + 195, abs=5)


def test_a_key_point_within_a_silence_was_not_reached():
    way = clean(track((0, 0, 0), (30, 30, 0), (4000, 4000, 0), (4030, 4030, 0)))
    assert reached(way, [point("桥头", 0, 2000)]) == {}


def test_a_straight_way_through_shows_its_swath():
    way = clean(track(*walk(20)))
    assert share_seen([way], FIELD, swath=100) == pytest.approx(0.1, rel=0.02)


def test_what_is_seen_twice_counts_once():
    way, again = clean(track(*walk(20))), clean(track(*walk(20, begins=90_000)))
    assert share_seen([way, again], FIELD, swath=100) == pytest.approx(share_seen([way], FIELD, swath=100))


def test_one_fix_shows_a_circle():
    assert share_seen([clean(track((0, 500, 0)))], FIELD, swath=200) == pytest.approx(pi * 100**2 / 1e6, rel=0.02)


def test_nobody_there_shows_nothing():
    assert share_seen([], FIELD, swath=100) == 0
    assert share_seen([clean(track((0, 9000, 0), (30, 9030, 0)))], FIELD, swath=100) == 0


@pytest.mark.parametrize(
    "ring",
    [[corner(0, 0), corner(100, 100), corner(100, 0), corner(0, 100)], [corner(0, 0), corner(100, 0), corner(200, 0)]],
    ids=["crosses itself", "a line"],
)
def test_rings_that_enclose_nothing_are_refused(ring):
    with pytest.raises(NoArea):
        seconds_inside(clean(track(*walk(1))), Area(((ring,),)))


@settings(max_examples=60, deadline=None)
@given(
    ways=st.lists(
        st.lists(st.tuples(st.floats(-800, 800), st.floats(-300, 1300)), min_size=1, max_size=8), min_size=1, max_size=4
    ),
    swath=st.floats(10, 300),
)  # fmt: skip
def test_laws_of_coverage(ways, swath):
    tracks = [clean(track(*[(60 * turn, north, east) for turn, (east, north) in enumerate(way)])) for way in ways]
    seen = share_seen(tracks, FIELD, swath=swath)
    assert 0 <= seen <= 1 + 1e-9
    assert share_seen(tracks[::-1], FIELD, swath=swath) == pytest.approx(seen), "the order of patrols does not matter"
    assert share_seen(tracks[:1], FIELD, swath=swath) <= seen + 1e-9, "one more patrol never shows less"
