"""Tries are counted in the window of time they fall into, looked at without counting, and forgotten when they are old."""

from datetime import UTC, datetime, timedelta

from yigang.foundation import throttle
from yigang.foundation.models import Throttle

HOUR = timedelta(hours=1)


def test_looking_counts_nothing(db):
    assert throttle.seen("a", per=HOUR) == 0
    assert [throttle.tries("a", per=HOUR), throttle.tries("a", per=HOUR)] == [1, 2]
    assert throttle.seen("a", per=HOUR) == 2
    assert throttle.seen("b", per=HOUR) == 0


def test_old_windows_are_swept_and_the_present_one_stays(db):
    throttle.tries("now", per=HOUR)
    Throttle.objects.create(key="old", window=datetime.now(UTC) - timedelta(days=2), count=3)
    assert throttle.sweep(older_than=timedelta(days=1)) == 1
    assert Throttle.objects.get().key == "now"
