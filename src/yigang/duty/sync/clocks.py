"""When a record happened: the phone's clock where it can be believed, corrected where the server's is known."""

from __future__ import annotations

from yigang.duty.enums import ClockSource
from yigang.duty.sync.envelope import Envelope, SentClock

AHEAD_MS = 5 * 60_000
"""How far a time may lie after its arrival: clocks are a little off, and nothing else comes from the future."""
BEFORE_MS = 24 * 3_600_000
"""How far a time may lie before the device was first seen; nobody works on a phone that has never signed in."""
AGREES_MS = 2 * 60_000
"""A bare clock this near to what the running time says is taken as it is: the way of the message took some of it."""


def judge(record: Envelope, received_ms: int, first_seen_ms: int, sent: SentClock | None) -> tuple[int, ClockSource]:
    """The time in milliseconds UTC, and what it was judged by.

    In this order: the phone's clock with the offset to ours that it knew; how long the record had waited by the phone's
    running clock, when that has not been restarted since; the phone's clock alone; the time of arrival. What lies after its
    arrival or before the device was known is not believed.
    """

    def possible(time: int) -> bool:
        return first_seen_ms - BEFORE_MS <= time <= received_ms + AHEAD_MS

    if record.offset is not None and possible(record.wall + record.offset):
        return record.wall + record.offset, ClockSource.OFFSET
    if sent is not None and sent.boot == record.boot and sent.mono >= record.mono:
        waited = received_ms - (sent.mono - record.mono)
        if possible(record.wall) and abs(record.wall - waited) <= AGREES_MS:
            return record.wall, ClockSource.PHONE
        if possible(waited):
            return waited, ClockSource.RUNNING
    if possible(record.wall):
        return record.wall, ClockSource.PHONE
    return received_ms, ClockSource.ARRIVAL
