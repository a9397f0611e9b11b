"""Which place of a post each appointment of a roster takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

from yigang.exchange.roster.plan import AppointmentWrite
from yigang.tenure.models import Appointment

Days = tuple[date, date]
"""First and last day inclusive; an open end is the last day there is."""


def days_of(starts: date, ends: date | None) -> Days:
    return starts, ends or date.max


def overlap(one: Days, other: Days) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


@dataclass
class Seats:
    """The places of one post: `held` by people whose appointment the roster leaves as it is, the others to be given."""

    head_count: int
    held: dict[int, list[Days]] = field(default_factory=dict)

    @classmethod
    def of(cls, head_count: int, staying: Iterable[Appointment]) -> Seats:
        seats = cls(head_count)
        for appointment in staying:
            seats._hold(appointment.place, days_of(appointment.starts, appointment.ends))
        return seats

    def give(self, writes: Sequence[AppointmentWrite]) -> list[AppointmentWrite]:
        """Set the place of every write and return those for whom none is free on all their days.

        Who is on file keeps the place where that is possible. Places nobody holds are given by first day with two
        heaps, so that thousands of holders of one post take no longer than sorting them.
        """
        waiting = [write for write in writes if not self._keep(write)]
        busy: list[tuple[date, int]] = []
        free = [place for place in range(1, self.head_count + 1) if place not in self.held]
        left: list[AppointmentWrite] = []
        for write in sorted(waiting, key=lambda write: (write.starts, write.line.row)):
            while busy and busy[0][0] < write.starts:
                heappush(free, heappop(busy)[1])
            if free:
                write.place = heappop(free)
                heappush(busy, (write.ends or date.max, write.place))
            elif not self._squeeze(write):
                left.append(write)
        return left

    def _keep(self, write: AppointmentWrite) -> bool:
        return write.known is not None and self._take(write.known.place, write)

    def _squeeze(self, write: AppointmentWrite) -> bool:
        return any(self._take(place, write) for place in self.held)

    def _take(self, place: int, write: AppointmentWrite) -> bool:
        days = days_of(write.starts, write.ends)
        if place > self.head_count or any(overlap(days, other) for other in self.held.get(place, ())):
            return False
        write.place = place
        self._hold(place, days)
        return True

    def _hold(self, place: int, days: Days) -> None:
        self.held.setdefault(place, []).append(days)
