"""Hours of duty: outside of them nobody is shown on a map, and a tracker that always runs is not listened to."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
FROM, UNTIL = time(6), time(20)
"""Of who has none in his appointment."""


def on_duty(moment: datetime, starts: time | None = None, ends: time | None = None) -> bool:
    """Whether a moment lies in the hours of an appointment, local time; hours may go over midnight."""
    first, last, now = starts or FROM, ends or UNTIL, moment.astimezone(CHINA).time()
    return first <= now <= last if first <= last else now >= first or now <= last
