"""Patrols and places in the console: lists, one patrol, an area's month, the live picture, late points, drawing."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.duty.ground import area_of, spot, square, way
from tests.duty.test_patrols import MORNING, NOW, ROUND, forest, parts

from yigang.console import today
from yigang.duty import domain, live
from yigang.duty.domain.patrols import Walked, identity
from yigang.duty.enums import PatrolSource
from yigang.duty.models import DutyArea, Patrol, PatrolChange
from yigang.foundation.enums import Role
from yigang.payment.models import Settlement

__all__ = ["forest"]
pytestmark = pytest.mark.usefixtures("regions")


@pytest.fixture
def officer(town_officer, sign_in):
    return sign_in(town_officer)


@pytest.fixture
def patrol(hold, forest):
    fixes = way(MORNING, *ROUND)
    assert not any(domain.take(parts(hold("张大山"), fixes), now=NOW))
    return Patrol.objects.get()


def page(client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def test_a_patrol_is_read_with_its_figures_map_and_what_was_left_out(officer, patrol):
    assert "张大山" in page(officer, "patrols")
    one = page(officer, "patrol", patrol.pk)
    assert f"{patrol.kilometres} km" in one
    begun, reached, ended = (one.index(word) for word in ("</span> Began", "瞭望塔", "</span> Ended"))
    assert begun < reached < ended  # what happened stands in its order
    drawn = officer.get(reverse("console:patrol-track", args=[patrol.pk])).json()
    assert len(drawn["nodes"]) > 100
    assert {place["properties"]["kind"] for place in drawn["places"]["features"]} == {"area", "point"}
    officer.post(reverse("console:patrol-withdraw", args=[patrol.pk]), {"reason": "不是本人"})
    assert "不是本人" in page(officer, "patrol", patrol.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_one_and_for_three(officer, hold, forest, programme, town_officer, count):
    person = hold("张大山")
    for day in range(count):
        domain.record_track(
            person, way(MORNING - timedelta(days=day), *ROUND), key=str(day), source=PatrolSource.FILE, now=NOW
        )
        if day:
            area_of(programme, town_officer, name=f"林区{day}")
    taken = {}
    for name in ("patrols", "duty-areas", "duty-points"):
        with CaptureQueriesContext(connection) as captured:
            page(officer, name)
        taken[name] = len(captured)
    assert taken == {"patrols": 9, "duty-areas": 12, "duty-points": 9}


def test_an_areas_month_shows_its_share_and_its_key_points(officer, patrol, forest):
    month = page(officer, "duty-area", forest.pk, "2020-07")
    assert f"{patrol.share_seen * 100:.1f} %" in month
    assert "reached once" in month
    assert "not reached" in month
    lines = officer.get(reverse("console:duty-area-tracks", args=[forest.pk, "2020-07"])).json()
    assert (len(lines["lines"]), lines["swath"]) == (1, 50)
    assert "No patrol in this month" in page(officer, "duty-area", forest.pk, "2020-06")
    assert officer.get(reverse("console:duty-area", args=[forest.pk, "2020-13"])).status_code == 404


def test_areas_where_nobody_was_for_days_are_found(officer, town_officer, patrol, forest, programme):
    """The area of July's patrol is silent by now; the one without any has not begun."""
    area_of(programme, town_officer, square(5000), name="南坡")
    assert [one.count for one in today.dues_of(town_officer, "520403100") if one.chapter == "patrols"] == [1]
    silent = page(officer, "duty-areas", silent="30")
    assert "北山林区" in silent
    assert "no patrol yet" in silent
    around = officer.get(reverse("console:duty-ground")).json()["places"]["features"]
    assert [one["properties"]["silent"] for one in around if one["properties"]["kind"] == "area"] == [True, True]


@pytest.mark.req("H4")
def test_late_points_of_a_sealed_month_are_shown_beside_it_and_answered(
    officer, town_officer, hold, forest, programme, county_manager
):
    begin, *pieces, end = parts(hold("张大山"), way(MORNING, *ROUND))
    domain.take([begin, *pieces[:3], end], now=NOW)
    domain.take(pieces[3:4], now=datetime(2020, 8, 2, tzinfo=UTC))
    Settlement.objects.create(
        region_code="520403100000", programme=programme, month=date(2020, 7, 1), step="sealed", author=town_officer,
        approver=county_manager, sealed_at=datetime(2020, 8, 5, tzinfo=UTC),
    )  # fmt: skip
    assert "张大山" not in page(officer, "patrols-late")
    domain.take(pieces[4:], now=datetime(2020, 8, 9, tzinfo=UTC))
    assert "张大山" in page(officer, "patrols-late")
    change = PatrolChange.objects.latest("at")
    assert f"{change.before['distance_m'] / 1000:.2f} km" in page(officer, "patrol-late", change.pk)
    officer.post(reverse("console:patrol-late", args=[change.pk]), {"note": "已作补差"})
    change.refresh_from_db()
    assert (change.note, change.seen_by) == ("已作补差", town_officer)


def test_an_area_is_drawn_changed_and_ended(officer, programme, town_officer):
    given = {
        "name": "北山林区", "programme": programme.pk, "months": "9，10", "valid_from": "2020-01-01",
        "shape": json.dumps([[square()]]),
    }  # fmt: skip
    bow = [spot(0, 0), spot(1000, 1000), spot(1000, 0), spot(0, 1000), spot(0, 0)]
    wrong = officer.post(reverse("console:duty-place-new", args=["area"]), {**given, "shape": json.dumps([[bow]])})
    assert "crosses itself" in wrong.content.decode()
    officer.post(reverse("console:duty-place-new", args=["area"]), given)
    area = DutyArea.objects.get()
    assert (area.months, area.region_code) == ([9, 10], "520403100000")
    form = page(officer, "duty-place", "area", area.pk)
    assert "北山林区" in form
    assert f'value="{area.valid_from:%Y-%m-%d}"' in form  # in any other form the browser shows no day
    officer.post(reverse("console:duty-place-end", args=["area", area.pk]), {"last": "2020-12-31", "reason": "改造"})
    assert DutyArea.objects.get().valid_to == date(2020, 12, 31)


@pytest.mark.usefixtures("forest")
class TestLive:
    VIEW = live.View(106.0, 26.0, 107.0, 27.0, 9.0)
    WHEN = datetime(2020, 7, 20, 2, 0, tzinfo=UTC)

    def out(self, hold, names):
        for number, name in enumerate(names):
            person = hold(name)
            fixes = way(self.WHEN - timedelta(minutes=5), (0, number * 100), (50, number * 100))
            domain.take([Walked(identity(person.pk, "live"), person.pk, fixes)], now=self.WHEN)

    def test_people_are_sent_once_then_what_changed(self, hold, monkeypatch):
        self.out(hold, ["张大山", "李小河", "王五"])
        first = live.picture(self.VIEW, "520403", self.WHEN)
        assert {one[3] for one in first["set"].values()} == {"张大山", "李小河", "王五"}
        Patrol.objects.filter(person__name="王五").update(ended_at=self.WHEN)
        Patrol.objects.filter(person__name="张大山").update(last_longitude=106.3)
        later = live.picture(self.VIEW, "520403", self.WHEN + timedelta(seconds=15), known=first["number"])
        assert not later["whole"]
        assert [one[3] for one in later["set"].values()] == ["张大山"]
        assert len(later["gone"]) == 1
        monkeypatch.setattr(live, "SINGLE", 1)
        grouped = live.picture(self.VIEW, "520403", self.WHEN + timedelta(seconds=30))
        assert live.counted(grouped["set"]) == 2
        assert all(len(one) == 3 for one in grouped["set"].values())

    @pytest.mark.req("P5")
    def test_only_tracked_programmes_in_the_hours_of_duty_and_of_the_readers_region(
        self, hold, programme, make_user, sign_in
    ):
        self.out(hold, ["张大山"])
        shown = [
            live.counted(live.picture(live.View(106, 26, 107, 27, number), "520403", when)["set"])
            for number, when in enumerate((self.WHEN, self.WHEN + timedelta(hours=11), self.WHEN + timedelta(hours=3)))
        ]
        assert shown == [1, 0, 0]  # by day; in the evening; when nothing has come for hours
        programme.policy_code = "huaihua-team"  # keeps no tracks
        programme.save()
        assert live.picture(live.View(106, 26, 107, 27, 8), "520403", self.WHEN)["set"] == {}
        stranger = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
        view = {"w": "106", "s": "26", "e": "107", "n": "27", "z": "9"}
        answer = stranger.get(reverse("console:patrols-live-picture"), view).json()
        assert answer["set"] == {}
        assert stranger.get(reverse("console:patrols-live-picture"), {"w": "x"}).status_code == 400
        assert "No programme" in stranger.get(reverse("console:patrols-live")).content.decode()


def test_the_background_is_fetched_only_from_where_the_office_said(officer, settings, forest):
    """天地图 with a key of one's own and its attribution; without one the map stays of our own data."""
    policy = officer.get(reverse("console:duty-areas"))["Content-Security-Policy"]
    assert "connect-src 'self';" in policy
    settings.MAP_TILES = "tianditu"
    assert "tianditu" not in page(officer, "duty-areas")
    settings.MAP_KEY = "0123abc"
    response = officer.get(reverse("console:duty-areas"))
    assert "https://t0.tianditu.gov.cn" in response["Content-Security-Policy"]
    assert "tk=0123abc" in response.content.decode()
    assert "https://t0.tianditu.gov.cn" not in officer.get(reverse("console:duty-points"))["Content-Security-Policy"]
