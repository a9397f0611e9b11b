"""A patrol of three hours, with a meeting in between and a phone that dies in the middle."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.conftest import COUNTY, VILLAGE
from tests.duty.ground import area_of, square
from tests.journeys.phone import FOREST, Handset, agree, code_for, everything_sent, ranger, sign_in

from yigang.duty.models import Patrol, Record
from yigang.foundation.enums import Role
from yigang.posts.models import Programme

pytestmark = pytest.mark.journey

STEP = timedelta(minutes=3)
STEPS = 60
CRASH = 31
NORTH = 0.0012
"""Degrees in three minutes: a walk of 2.7 km/h."""
MORE = 5
STAMPED = """
const follow = navigator.geolocation.watchPosition.bind(navigator.geolocation);
navigator.geolocation.watchPosition = (seen, failed, options) =>
  follow(({ coords }) => seen({ coords, timestamp: Date.now() }), failed, options);
"""
"""The emulated receiver stamps its fixes by the emulated clock."""
LOCKS = """
window.locks = [];
const request = WakeLock.prototype.request;
WakeLock.prototype.request = async function (type) {
  const lock = await request.call(this, type);
  window.locks.push(lock);
  return lock;
};
"""
"""The browser's own wake locks, to be asked later whether they are held."""
HELD, LET_GO = (
    f"locks.length > 0 && locks.at(-1).type === 'screen' && {said}locks.at(-1).released" for said in ("!", "")
)


def walk(handset: Handset, page: Page, first: int, last: int) -> None:
    """From one step to another; each point is on the disk before the next."""
    assert handset.context
    for step in range(first, last):
        page.clock.run_for(int(STEP.total_seconds() * 1000))
        handset.context.set_geolocation({**FOREST, "latitude": FOREST["latitude"] + step * NORTH})
        has_points(page, step + 1)


def has_points(page: Page, least: int) -> None:
    """So many are on the disk; the receiver may say a place again, which is a fix more."""
    numbers = "|".join(str(least + more) for more in range(MORE + 1))
    expect(page.get_by_test_id("points")).to_have_text(re.compile(f"^({numbers})$"))


@pytest.mark.req("Z3", "H10")
def test_a_crash_in_the_middle_loses_at_most_the_last_point(
    committed_db, browser: Browser, server, make_user, tmp_path, picture
):
    person = ranger()
    area_of(Programme.objects.get(), make_user(Role.COUNTY_MANAGER, COUNTY), square(north=1_000))
    code = code_for(person, make_user(Role.VILLAGE_CLERK, VILLAGE))
    handset = Handset(browser, server, tmp_path / "phone")
    began = timezone.now() - STEP * STEPS
    with handset.on() as page:
        sign_in(page, code)
        agree(page, "位置", "轨迹")
        everything_sent(page)

    with handset.on(online=False, script=STAMPED + LOCKS) as page:
        page.clock.install(time=began)
        page.goto("/field/#/patrol")
        page.get_by_role("button", name="开始巡护").click()
        expect(page.get_by_test_id("points")).to_have_text("1")
        expect(page.get_by_text("屏幕会自动保持亮着")).to_be_visible()
        page.wait_for_function(HELD)
        page.goto("/field/#/map")
        expect(page.get_by_test_id("map").get_by_test_id("me")).to_be_visible()
        expect(page.get_by_text("您在责任区里")).to_be_visible()
        picture(page, "phone-map")
        page.goto("/field/#/patrol")
        walk(handset, page, 1, CRASH)
        picture(page, "phone-patrol")
        handset.crash()

    with handset.on(online=False, script=STAMPED + LOCKS) as page:
        page.clock.install(time=began + STEP * CRASH)
        handset.context.set_geolocation({**FOREST, "latitude": FOREST["latitude"] + CRASH * NORTH})
        page.goto("/field/#/today")
        page.get_by_role("button", name="正在巡护").click()
        expect(page.get_by_text("已走过的路都在")).to_be_visible()
        has_points(page, CRASH + 1)
        page.get_by_role("button", name="暂停").click()
        page.get_by_role("radio", name="去开会").click()
        page.get_by_role("button", name="接着巡护").click()
        walk(handset, page, CRASH + 1, STEPS)
        page.wait_for_function(HELD)
        page.get_by_role("button", name="结束巡护").click()
        page.get_by_role("button", name="确定").click()
        expect(page.get_by_role("button", name="开始巡护")).to_be_visible()
        page.wait_for_function(LET_GO)

    with handset.on() as page:
        everything_sent(page)
    patrol = Patrol.objects.get()
    assert [event for _ms, event, *_reason in patrol.events] == ["start", "pause", "resume", "end"]
    assert patrol.ended_at is not None
    assert STEPS <= patrol.fixes <= STEPS + MORE
    assert patrol.distance_m == pytest.approx((STEPS - 1) * NORTH * 111_195, rel=0.05)
    assert not Record.objects.exclude(person=person).exists()
