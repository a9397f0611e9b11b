"""Patrols: kept once in whatever order they come, measured from the set, a past month's difference noted."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.duty.conftest import VILLAGE
from tests.duty.ground import area_of, spot, square, way

from yigang.duty import domain, ground, queries, tasks
from yigang.duty.domain import measuring
from yigang.duty.domain.patrols import Happened, Walked
from yigang.duty.enums import PatrolEvent, PatrolSource, Table
from yigang.duty.models import KeyPoint, Patrol, PatrolChange, PatrolPiece, PointReached
from yigang.duty.tracks import FIXES
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.facts import Selection
from yigang.payment.settlement.reading import gather
from yigang.people.models import Consent

NOW = datetime(2020, 7, 20, 4, 0, tzinfo=UTC)
MORNING = datetime(2020, 7, 20, 0, 0, tzinfo=UTC)
"""Eight o'clock in China."""
ONE, OTHER = UUID(int=1), UUID(int=2)
ROUND = ((100, 100), (900, 100), (900, 900), (100, 900), (100, 100))


@pytest.fixture
def forest(programme, county_manager):
    """The square with a look-out in it that the round passes, and one that it does not."""
    for name, east, north in (("瞭望塔", 900, 500), ("泉眼", 500, 500)):
        lng, lat = spot(east, north)
        KeyPoint.objects.create(
            region_code="520403100000", programme=programme, name=name, longitude=lng, latitude=lat, radius=50,
            valid_from=date(2020, 1, 1), set_by=county_manager,
        )  # fmt: skip
    return area_of(programme, county_manager)


def parts(person, fixes: pl.DataFrame, size: int = 60) -> list:
    """A patrol as the phone sends it: its beginning, fixes a piece at a time, its end."""
    begin, end = fixes["time"].min(), fixes["time"].max()
    pieces = [Walked(ONE, person.pk, fixes[start : start + size]) for start in range(0, fixes.height, size)]
    first = Happened(ONE, person.pk, PatrolEvent.START, begin)
    return [first, *pieces, Happened(ONE, person.pk, PatrolEvent.END, end)]


def figures(patrol: Patrol) -> tuple:
    patrol.refresh_from_db()
    return (patrol.fixes, patrol.distance_m, patrol.moving_s, patrol.inside_s, patrol.points_reached, patrol.day,
            patrol.started_at, patrol.ended_at, bytes(patrol.track or b""), patrol.share_seen)  # fmt: skip


def test_a_patrol_is_the_same_in_whatever_order_and_however_often_its_pieces_come(hold, forest):
    """Also one piece for each request, and everything twice."""
    person = hold("张大山")
    given = parts(person, way(MORNING, *ROUND), 160)
    assert domain.take(given, now=NOW) == [None] * len(given)
    patrol = Patrol.objects.get()
    expected = figures(patrol)
    assert expected[1] == pytest.approx(3200, rel=0.01)
    assert patrol.inside_s == pytest.approx(3200, rel=0.02)
    assert (patrol.points_due, patrol.points_reached) == (2, 1)
    assert 0.1 < patrol.share_seen < 0.2  # 3.2 km of a strip 50 m wide in a square kilometre
    assert len(bytes(patrol.track)) <= 6 * patrol.fixes
    assert PointReached.objects.get().point.name == "瞭望塔"
    for seed in range(2):
        PointReached.objects.all().delete()
        Patrol.objects.all().delete()
        shuffled = given * 2
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order, not a secret
        for one in shuffled:
            assert domain.take([one], now=NOW) == [None]
        assert figures(Patrol.objects.get()) == expected
        assert not PatrolPiece.objects.exists()


def test_what_is_not_asked_for_and_what_is_somebody_elses_is_refused(hold, forest, programme):
    person, other = hold("张大山"), hold("李小河", ends=date(2020, 6, 30))
    fixes = way(MORNING, *ROUND)
    assert domain.take(parts(person, fixes), now=NOW)[0] is None
    (not_yours,) = domain.take([Walked(ONE, other.pk, fixes)], now=NOW)
    assert not_yours.code == "not_yours"
    (no_post,) = domain.take([Walked(OTHER, other.pk, fixes)], now=NOW)
    assert no_post.code == "no_post"
    programme.policy_code = "huaihua-team"  # keeps no tracks
    programme.save()
    (not_asked,) = domain.take([Walked(OTHER, person.pk, fixes)], now=NOW)
    assert not_asked.code == "not_asked"
    assert Patrol.objects.count() == 1


def test_fixes_in_a_pause_and_impossible_times_are_kept_and_do_not_count(hold, forest):
    """Called to a meeting in the middle: the way there is not the patrol's. A clock that says 1970 or 2099 gives no time."""
    person = hold("张大山")
    walk = way(MORNING, (100, 100), (900, 100))
    ride = way(MORNING + timedelta(seconds=900), (900, 100), (9000, 100), (900, 100), speed=15)
    back = way(MORNING + timedelta(seconds=2400), (900, 100), (900, 900))
    mad = pl.DataFrame(
        [(datetime(year, 1, 1, tzinfo=UTC), *reversed(spot(1, 1)), 5.0) for year in (1970, 2099)],
        schema=FIXES, orient="row",
    )  # fmt: skip
    at = [MORNING + timedelta(seconds=seconds) for seconds in (800, 2400)]
    given = parts(person, pl.concat([walk, back, ride]))
    given[1:1] = [
        Happened(ONE, person.pk, PatrolEvent.PAUSE, at[0], "开会"), Happened(ONE, person.pk, PatrolEvent.RESUME, at[1]),
        Walked(ONE, person.pk, mad),
    ]  # fmt: skip
    assert not any(domain.take(given, now=NOW))
    patrol = Patrol.objects.get()
    assert patrol.distance_m == pytest.approx(1600, rel=0.03)
    assert patrol.left_out["no_time"] == 1  # the two are one and the same once they have no time
    assert patrol.left_out["not_during"] > 90
    assert patrol.fixes == patrol.kept + sum(patrol.left_out.values())
    assert [reason for _ms, _event, reason in patrol.events] == ["", "开会", "", ""]


@pytest.mark.req("H4")
def test_late_points_change_a_past_day_and_the_difference_is_noted(hold, forest):
    """The second half of a patrol of July comes in August: July's figures follow, before and after stand beside it."""
    person = hold("张大山")
    begin, *pieces, end = parts(person, way(MORNING, *ROUND))
    domain.take([begin, *pieces[:3], end], now=NOW)
    before = Patrol.objects.get().distance_m
    assert not PatrolChange.objects.exists()
    august = datetime(2020, 8, 9, tzinfo=UTC)
    domain.take(pieces[3:], now=august)
    change, patrol = PatrolChange.objects.get(), Patrol.objects.get()
    assert (change.before["distance_m"], change.after["distance_m"]) == (before, patrol.distance_m)
    assert patrol.distance_m > before + 1000
    assert (change.month, change.at) == (date(2020, 7, 1), august)
    domain.take(pieces, now=august)  # once more: nothing new, nothing to look at
    assert PatrolChange.objects.count() == 1


def test_queries_do_not_grow_with_what_is_sent(hold, forest):
    person = hold("张大山")
    counts = []
    for number, size in enumerate((400, 20), 10):
        day = MORNING - timedelta(days=number)
        given = [
            Walked(one.patrol, one.person_id, one.fixes) if isinstance(one, Walked) else one
            for one in parts(person, way(day, *ROUND), size)
        ]  # fmt: skip
        Patrol.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            domain.take(given, now=NOW)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 24


@pytest.mark.req("P5")
def test_a_track_handed_in_holds_nothing_of_the_time_after_a_withdrawal(hold, forest, county_manager):
    person, fixes = hold("张大山"), way(MORNING, *ROUND)
    moment = fixes["time"].sort()[fixes.height // 2]
    said = {"person": person, "region_code": person.region_code, "text_version": "1", "noted_by": county_manager}
    Consent.objects.create(**said, capability="place", given=False, at=moment)  # tracks rest on it
    kept = domain.record_track(person, fixes, key="a", source=PatrolSource.FILE, now=NOW)
    assert kept.fixes == fixes.filter(pl.col("time") <= moment).height < fixes.height
    late = fixes.filter(pl.col("time") > moment)
    with pytest.raises(Refusal) as refused:
        domain.record_track(person, late, key="b", source=PatrolSource.FILE, now=NOW)
    assert refused.value.code == "consent_withdrawn"


def test_many_fixes_wait_for_the_job_and_none_are_refused(hold, programme):
    """Two million fixes are one patrol; an empty track is refused with a word."""
    person = hold("张大山")
    count = 2_000_000
    step = pl.int_range(count, eager=True)
    fixes = pl.DataFrame(
        {
            "time": (MORNING - timedelta(days=30) + step * timedelta(seconds=1)).cast(FIXES["time"]),
            "latitude": 26.4 + (step % 100_000) * 1e-6, "longitude": 106.25 + step * 1e-7,
            "accuracy": pl.repeat(5.0, count, eager=True),
        }
    )  # fmt: skip
    domain.record_track(person, fixes, key="two-million", source=PatrolSource.FILE, now=NOW)
    patrol = Patrol.objects.get()
    assert (patrol.measured_at, patrol.stale) == (None, True)
    tasks.measure_waiting(0)
    patrol.refresh_from_db()
    assert (patrol.fixes, patrol.stale) == (count, False)
    assert patrol.kept + sum(patrol.left_out.values()) == count
    assert len(bytes(patrol.track)) < 6 * count
    with pytest.raises(Refusal) as empty:
        domain.record_track(person, fixes.clear(), key="nothing", source=PatrolSource.FILE)
    assert empty.value.code == "track_empty"


def test_a_file_is_handed_in_for_somebody_once_and_a_patrol_is_withdrawn(hold, forest, make_user):
    person, clerk, officer = (
        hold("张大山"),
        make_user(Role.VILLAGE_CLERK, VILLAGE),
        make_user(Role.TOWN_OFFICER, "520403100"),
    )
    fixes = way(MORNING, *ROUND)
    patrol = domain.hand_in_track(person, fixes, name="周一.gpx", actor=clerk)
    assert domain.hand_in_track(person, fixes.reverse(), name="又一次.gpx", actor=clerk) == patrol
    with pytest.raises(Forbidden):
        domain.withdraw_patrol(patrol, reason="不是本人", actor=clerk)
    with pytest.raises(Refusal):
        domain.withdraw_patrol(patrol, reason=" ", actor=officer)
    domain.withdraw_patrol(patrol, reason="不是本人", actor=officer)
    assert Patrol.objects.get().withdrawn_reason == "不是本人"


def test_a_posts_own_area_goes_before_the_regions_and_a_season_is_heeded(hold, forest, programme, county_manager):
    person = hold("张大山")
    post = person.appointments.get().post
    own = area_of(
        programme, county_manager, square(2000), name="自己的", post=post, months=[7], valid_to=date(2020, 12, 31)
    )
    found = ground.ground([programme.pk], date(2020, 1, 1), date(2021, 12, 31))[programme.pk]

    def areas(day: date, post_id: int | None = post.pk) -> list:
        return found.of(VILLAGE, post_id, day).areas

    assert areas(date(2020, 7, 1)) == [own]
    assert areas(date(2020, 8, 1)) == areas(date(2021, 7, 1)) == areas(date(2020, 7, 1), None) == [forest]
    assert found.of("520403101201", None, date(2020, 7, 1)).areas == []
    kinds = [
        one["properties"]["kind"]
        for one in ground.for_phone(programme.pk, VILLAGE, post.pk, date(2020, 7, 1))["features"]
    ]
    assert kinds == ["area", "point", "point"]


def test_a_new_area_measures_the_patrols_of_this_month_again(hold, programme, town_officer):
    """Its distance stays, its time inside becomes known; that is no late point."""
    person, now = hold("张大山"), timezone.now()
    patrol = domain.record_track(person, way(now - timedelta(hours=2), *ROUND), key="now", source=PatrolSource.FILE)
    assert (patrol.inside_s, patrol.stale) == (None, False)
    terms = domain.Terms("520403100000", programme, "北山林区", date(2020, 1, 1))
    domain.set_area(terms, [[square()]], actor=town_officer)
    tasks.measure_waiting(0)
    again = Patrol.objects.get()
    assert (again.distance_m, again.inside_s is None, again.stale) == (patrol.distance_m, False, False)
    assert again.areas
    assert not PatrolChange.objects.exists()


def test_areas_that_overlap_count_once(forest, programme, county_manager):
    """Two squares of which the second is half in the first: an hour in both is an hour, not two."""
    area_of(programme, county_manager, square(500), name="东半边")
    mine = ground.ground([programme.pk], date(2020, 7, 1), date(2020, 7, 1))[programme.pk]
    found = measuring.figures(way(MORNING, (550, 100), (950, 100), (950, 900), every=10), mine, swath=50).columns
    assert found["inside_s"] == found["duration_s"]
    assert found["share_seen"] < 0.06  # 1.2 km × 50 m of one and a half square kilometres


@pytest.mark.req("H4")
def test_patrols_are_facts_of_the_month_unless_withdrawn(hold, forest, town_officer):
    """By the day on which they began; an officer's word that all is in makes none a zero."""
    person = hold("张大山")
    july = Selection(forest.programme_id, "520403", date(2020, 7, 1), date(2020, 7, 31))
    patrol = domain.record_track(person, way(MORNING, *ROUND), key="one", source=PatrolSource.FILE, now=NOW)
    kept = gather(forest.programme, "520403", date(2020, 7, 1))
    assert kept.patrols.rows() == [(person.pk, date(2020, 7, 20), patrol.distance_m)]
    assert "patrols" not in set(kept.coverage["table"])
    assert Table.PATROLS not in queries.gaps(july)
    domain.declare_complete(Table.PATROLS, "520403100000", date(2020, 7, 1), date(2020, 7, 31), actor=town_officer)
    domain.withdraw_patrol(patrol, reason="不是本人", actor=town_officer)
    declared = gather(forest.programme, "520403", date(2020, 7, 1))
    assert declared.patrols.height == 0
    assert ("patrols", "520403100", None) in declared.coverage.rows()
