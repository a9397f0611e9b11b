"""A phone's patrol arrives as records: stored once, points as they come, refused with a sentence where none are kept."""

import pytest

from yigang.duty.models import Patrol
from yigang.foundation import rls

PATROL = "01990000-0000-7000-8000-000000000001"
MINUTE = 60_000


def walk(begin: int, first: int, count: int) -> dict:
    """A step of 15 m north every 15 seconds."""
    points = [[begin + 15_000 * n, 26.40 + n * 15 / 111_195, 106.25, 6.0] for n in range(first, first + count)]
    return {"patrol": PATROL, "from": first, "points": points}


@pytest.mark.req("H3")
def test_a_patrol_sent_by_a_phone_is_stored_and_measured(phone, programme):
    begin = phone.clock.wall - 60 * MINUTE
    phone.clock.wall, phone.clock.offset = begin, 0  # it has heard the server before
    phone.make("patrol", {"patrol": PATROL, "event": "start", "reason": None, "place": None})
    phone.clock.pass_time(20 * MINUTE)
    phone.make("points", walk(begin, 40, 40))
    phone.make("points", walk(begin, 0, 40))
    phone.make(
        "points", {"patrol": PATROL, "from": 80, "points": [[begin, 91.0, 181.0, None], [1e300, None, 0.0, -1.0]]}
    )
    phone.clock.pass_time(MINUTE)
    phone.make("patrol", {"patrol": PATROL, "event": "end", "reason": "", "place": None})
    sent = phone.batch()
    assert [each["outcome"] for each in phone.deliver()] == ["stored"] * 5
    assert {each["outcome"] for each in phone.send(content=sent).json()["answers"]} == {"known"}
    with rls.everywhere("the test looks"):
        patrol = Patrol.objects.get()
    assert (patrol.fixes, patrol.distance_m, patrol.stale) == (82, 1185, False)
    assert patrol.left_out == {"no_time": 1, "no_place": 1}
