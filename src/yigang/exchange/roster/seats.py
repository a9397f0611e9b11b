"""Which place of a post each appointment of a roster takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

from yigang.exchange.roster.plan import AppointmentWrite
from yigang.tenure.models import Appointment
from yigang.tenure.places import Stay, seat

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
    staying: Sequence[Appointment] = ()
    moved: dict[int, int] = field(default_factory=dict)
    """New place by appointment, of people whose appointment the roster leaves as it is."""

    @classmethod
    def of(cls, head_count: int, staying: Sequence[Appointment]) -> Seats:
        seats = cls(head_count, staying=staying)
        for appointment in staying:
            seats._hold(appointment.place, days_of(appointment.starts, appointment.ends))
        return seats

    def give(self, writes: Sequence[AppointmentWrite]) -> list[AppointmentWrite]:
        """Set the place of every write and return those that are too many on one of their days.

        Who is on file keeps the place where that is possible; only where somebody would find none, all are seated anew.
        """
        return self._reseat(writes) if self._fill(writes) else []

    def _reseat(self, writes: Sequence[AppointmentWrite]) -> list[AppointmentWrite]:
        """Everybody in the post by first day, so that only a day with too many holders is refused."""
        old = [Stay(one.pk, one.starts, one.ends, one.place) for one in self.staying]
        new = [
            Stay(-number, write.starts, write.ends, write.known.place if write.known else 0, firm=False)
            for number, write in enumerate(writes, start=1)
        ]
        seating = seat(self.head_count, [*old, *new])
        self.moved = {stay.key: seating.places[stay.key] for stay in old if seating.places[stay.key] != stay.place}
        for number, write in enumerate(writes, start=1):
            write.place = seating.places.get(-number, 0)
        return [writes[-key - 1] for key in seating.left]

    def _fill(self, writes: Sequence[AppointmentWrite]) -> list[AppointmentWrite]:
        """Give places that are free as the others sit; returns who finds none so.

        Places nobody holds are given by first day with two heaps, so that thousands of holders of one post take no
        longer than sorting them.
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
