"""A track's distance pays people: copies, jumps and drift add nothing, and the order of arrival does not matter."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigang.config.paths import ROOT
from yigang.duty.tracks import FIXES, clean, measure
from yigang.exchange.tracks import read

START = datetime(2020, 7, 1, 0, 0, tzinfo=UTC)
DEGREE_M = 111_195.0
"""A degree of latitude on the mean sphere."""
REAL = ROOT.parent / "shared" / "data" / "tracks"


def track(*fixes, accuracy=None):
    """Fixes as (second, metres north, metres east) of 26°N 106°E."""
    rows = [
        (
            START + timedelta(seconds=second),
            26 + north / DEGREE_M,
            106 + east / DEGREE_M / np.cos(np.radians(26)),
            accuracy,
        )
        for second, north, east in fixes
    ]
    return pl.DataFrame(rows, schema=FIXES, orient="row")


def walk(minutes, *, every=30, metres_a_second=1.0, begins=0):
    """Straight north at an even pace."""
    return [(begins + second, second * metres_a_second, 0.0) for second in range(0, minutes * 60 + 1, every)]


def measured(fixes):
    return measure(clean(fixes))


@pytest.mark.req("H3")
def test_an_even_walk_is_as_long_as_it_is():
    found = measured(track(*walk(60)))
    assert found.distance_m == pytest.approx(3600, rel=0.001)
    assert (found.walked_m, found.ridden_m) == (found.distance_m, 0)
    assert (found.moving_s, found.resting_s, found.silent_s) == (3600, 0, 0)


def test_copies_of_a_track_count_once():
    fixes = track(*walk(30))
    found = measured(pl.concat([fixes, fixes, fixes]))
    assert found.distance_m == measured(fixes).distance_m
    assert found.left_out["repeated"] == 2 * fixes.height


def test_hours_of_standing_still_are_no_way_however_the_receiver_drifts():
    dice = np.random.default_rng(1)
    drift = [(second, *dice.normal(0, 8, 2)) for second in range(0, 9 * 3600, 30)]
    steps = clean(track(*drift))
    assert measure(steps).distance_m == 0
    assert measure(steps).resting_s == pytest.approx(9 * 3600, abs=60)


def test_a_walk_before_and_after_a_rest_keeps_its_length():
    dice = np.random.default_rng(2)
    there = walk(20)
    rest = [(1200 + second, 1200 + dice.normal(0, 5), dice.normal(0, 5)) for second in range(30, 3 * 3600, 30)]
    back = [(12_000 + second, 1200 - second, 0.0) for second in range(0, 1201, 30)]
    assert measured(track(*there, *rest, *back)).distance_m == pytest.approx(2400, rel=0.03)


def test_jitter_of_a_fix_a_second_does_not_lengthen_the_way():
    dice = np.random.default_rng(3)
    jitter = [(second, second + dice.normal(0, 4), dice.normal(0, 4)) for second in range(3600)]
    naive = sum(np.hypot(b[1] - a[1], b[2] - a[2]) for a, b in pairwise(jitter))
    assert naive > 18_000
    assert measured(track(*jitter)).distance_m == pytest.approx(3600, rel=0.03)


def test_a_turning_point_is_no_rest():
    out_and_back = [(second, second if second <= 900 else 1800 - second, 0.0) for second in range(0, 1801, 30)]
    assert measured(track(*out_and_back)).distance_m == pytest.approx(1800, rel=0.01)


def test_a_fix_that_nobody_can_reach_is_left_out():
    fixes = walk(30)
    fixes.insert(20, (585, 9000.0, 40.0))
    found = measured(track(*fixes))
    assert found.left_out["impossible"] == 1
    assert found.distance_m == pytest.approx(1800, rel=0.001)


def test_a_jump_to_another_place_is_not_walked():
    there, elsewhere = walk(10), [(640 + second, 50_000 + second, 0.0) for second in range(0, 601, 30)]
    found = measured(track(*there, *elsewhere))
    assert (found.jumps, found.gaps) == (1, 0)
    assert found.distance_m == pytest.approx(1200, rel=0.001)


def test_a_silence_is_not_bridged_and_its_time_is_said():
    found = measured(track(*walk(10), *[(4200 + second, 600 + second, 0.0) for second in range(0, 601, 30)]))
    assert (found.gaps, found.silent_s) == (1, 3600)
    assert found.distance_m == pytest.approx(1200, rel=0.001)


def test_a_device_that_writes_every_twelve_minutes_has_no_gaps():
    seldom = [(720 * number, 700.0 * number, 0.0) for number in range(20)]
    found = measured(track(*seldom))
    assert found.gaps == 0
    assert found.distance_m == pytest.approx(19 * 700, rel=0.001)


def test_a_vehicle_is_told_from_a_walk():
    ride = [(1800 + second, 1800 + 12.0 * second, 0.0) for second in range(30, 601, 30)]
    found = measured(track(*walk(30), *ride))
    assert found.ridden_m == pytest.approx(7200, rel=0.05)
    assert found.walked_m == pytest.approx(1800, rel=0.05)


def test_wide_fixes_and_nowhere_are_left_out_with_their_reason():
    good, wide = track(*walk(10)), track((605, 0, 0), accuracy=800.0)
    nowhere = pl.DataFrame(
        [(START, 0.0, 0.0, None), (START, 91.0, 106.0, None), (None, 26.0, 106.0, None), (START, None, 106.0, None)],
        schema=FIXES, orient="row",
    )  # fmt: skip
    found = measured(pl.concat([good, wide, nowhere]))
    assert found.left_out == {
        "no_time": 1, "no_place": 3, "repeated": 0, "same_time": 0, "inaccurate": 1, "impossible": 0,
    }  # fmt: skip
    assert found.distance_m == measured(good).distance_m


@pytest.mark.parametrize("count", [0, 1, 2])
def test_almost_nothing_is_no_distance_and_no_error(count):
    assert measured(track(*walk(1)[:count])).distance_m == pytest.approx(30.0 * max(0, count - 1), abs=0.1)


FIX = st.tuples(
    st.integers(0, 7200), st.floats(-3000, 3000, allow_nan=False), st.floats(-3000, 3000, allow_nan=False)
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(fixes=st.lists(FIX, max_size=60), order=st.randoms(use_true_random=False))
def test_laws_of_any_set_of_fixes(fixes, order):
    given_once = track(*fixes)
    found = measured(given_once)
    shuffled = list(fixes)
    order.shuffle(shuffled)
    assert measured(track(*shuffled)) == found, "the order of arrival does not matter"
    doubled = measured(track(*fixes, *shuffled))
    assert doubled.distance_m == found.distance_m, "what comes twice counts once"
    assert found.kept + sum(found.left_out.values()) == len(fixes), "every fix is kept or left out for one reason"
    assert found.walked_m + found.ridden_m == pytest.approx(found.distance_m)
    assert found.moving_s + found.resting_s + found.silent_s == pytest.approx(found.duration_s)


@pytest.mark.skipif(not REAL.exists(), reason="the real tracks are not beside the checkout")
def test_real_patrols_count_once_and_rests_are_none():
    """`docs/algorithms/tracks.md` states these figures."""
    found = {name: measured(fixes) for name, fixes in read(Path(REAL, "smart_mara_patrols_2024-01.csv")).items()}
    assert {name: round(one.distance_m / 1000, 1) for name, one in found.items()} == {
        "MTri_008241": 84.9, "MTri_008242": 66.6, "MTri_008244": 7.1, "MTri_008245": 2.2, "MTri_008246": 38.3,
        "MTri_008248": 42.0, "MTri_008256": 10.6, "MTri_008257": 16.2,
    }  # fmt: skip
    assert found["MTri_008245"].resting_s > 8.7 * 3600
    assert found["MTri_008257"].left_out["repeated"] == 4025
