"""A tracker's day is one patrol, whatever the order in which its fixes come."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yigang.duty.enums import PatrolSource
from yigang.duty.models import Patrol
from yigang.exchange import tasks
from yigang.exchange.models import TrackerFix, TrackerRefusal
from yigang.exchange.trackers import devices, patrols, receiving
from yigang.exchange.trackers.fixes import Fix, Message

CHINA = timezone(timedelta(hours=8))
START = datetime(2026, 7, 1, 8, 0, tzinfo=CHINA)


def walk(minutes: range, *, start: datetime = START) -> Message:
    """Northwards at 1.2 m/s, a fix a minute."""
    return Message(tuple(Fix(start + timedelta(minutes=n), 26.4 + n * 0.00065, 106.25, 8.0) for n in minutes))


def test_a_day_is_one_patrol_in_whatever_order(device, ranger):
    tracker, _secret = device
    for part in (range(30, 60), range(30), range(20, 40)):
        receiving.receive(walk(part), tracker)
        tasks.make_patrols.func(0)
    receiving.receive(walk(range(5), start=START + timedelta(days=1)), tracker)
    assert patrols.make_patrols() == patrols.Made(fixes=5, patrols=1, refused=0)
    assert patrols.make_patrols() == patrols.Made(0, 0, 0)
    first, second = Patrol.objects.order_by("day")
    assert (first.person, first.source, first.day) == (ranger, PatrolSource.TRACKER, START.date())
    assert (first.fixes, first.kept, second.fixes) == (60, 60, 5)
    assert first.distance_m == pytest.approx(59 * 72.3, rel=0.02)
    assert not TrackerFix.objects.filter(patrolled=False).exists()
    TrackerFix.objects.update(received_at=START - timedelta(days=400))
    tasks.sweep_fixes.func(0)
    assert not TrackerFix.objects.exists()
    receiving.receive(walk(range(60)), tracker)
    tasks.make_patrols.func(0)
    first.refresh_from_db()
    assert (first.fixes, Patrol.objects.count()) == (60, 2), "what is sent again a year later is known to the patrol"


def test_many_devices_take_no_more_queries(device, ranger, hold, county_manager):
    tracker, _secret = device

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            patrols.make_patrols()
        return len(seen)

    receiving.receive(walk(range(10)), tracker)
    one = queries()
    for name in ("李二", "王三", "赵四"):
        other, _ = devices.register(hold(name), actor=county_manager)
        receiving.receive(walk(range(10)), other)
    assert queries() <= one + 2


def test_what_is_of_no_post_is_told(device, ranger):
    """A post is found to have begun later than it was said when the fixes came: no patrol, and the clerk sees it."""
    tracker, _secret = device
    receiving.receive(walk(range(10)), tracker)
    ranger.appointments.update(starts=START.date() + timedelta(days=1))
    assert patrols.make_patrols() == patrols.Made(fixes=10, patrols=0, refused=1)
    told = TrackerRefusal.objects.get()
    assert (told.reason, told.raw) == ("no_post", "2026-07-01: 10")
    assert not Patrol.objects.exists()


@pytest.mark.parametrize("said", [True, False, None])
def test_a_place_made_up_by_a_program_is_remembered_by_the_patrol(device, said):
    """Fixes are let go after a while; what a flag asks of them stays."""
    tracker, _secret = device
    first, *rest = walk(range(10)).fixes
    receiving.receive(Message((replace(first, mock=said), *rest)), tracker)
    patrols.make_patrols()
    assert Patrol.objects.get().mock is bool(said)
