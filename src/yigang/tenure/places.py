"""Which place of a post each holder takes: a colouring of intervals, so that nobody is refused while a place is free.

On every day at most as many may hold a post as it has places. Whoever keeps to that can be seated: taken in the order of
first days, each finds a place, because fewer than all are held on that day (Golumbic, *Algorithmic Graph Theory*, on
interval graphs). A place is no more than a number that lets the database refuse one holder too many.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush


@dataclass(frozen=True)
class Stay:
    """Somebody's days in a post, first and last inclusive. Who is not `firm` gives way when there are too many."""

    key: int
    """Negative for who is not on file yet: by its size in the order of asking."""
    starts: date
    ends: date | None
    place: int = 0
    """The place held so far, kept where possible; 0 for none."""
    firm: bool = True

    @property
    def last(self) -> date:
        return self.ends or date.max


@dataclass(frozen=True)
class Seating:
    """Place by key, and the keys for which there was none."""

    places: dict[int, int]
    left: list[int]


def seat(count: int, stays: Iterable[Stay]) -> Seating:
    """Seat everybody in `count` places in the order of first days; a few thousand in milliseconds.

    `left` is empty exactly when on no day more than `count` are there. Otherwise it holds those who are not firm and
    came latest; firm ones are never left as long as they fit by themselves.
    """
    ordered = sorted(stays, key=lambda stay: (stay.starts, not stay.firm, abs(stay.key)))
    free, lowest = set(range(1, count + 1)), list(range(1, count + 1))
    heapify(lowest)
    places: dict[int, int] = {}
    busy: list[tuple[date, int]] = []
    sitting: dict[int, Stay] = {}
    left: list[int] = []

    def release(key: int) -> None:
        sitting.pop(key)
        free.add(places[key])
        heappush(lowest, places[key])

    for stay in ordered:
        while busy and busy[0][0] < stay.starts:
            _last, key = heappop(busy)
            if key in sitting:
                release(key)
        if not free:
            weak = [one for one in sitting.values() if not one.firm] if stay.firm else []
            if not weak:
                left.append(stay.key)
                continue
            last = max(weak, key=lambda one: (one.last, abs(one.key))).key
            release(last)
            places.pop(last)
            left.append(last)
        place = stay.place if stay.place in free else _lowest(lowest, free)
        free.discard(place)
        places[stay.key], sitting[stay.key] = place, stay
        heappush(busy, (stay.last, stay.key))
    return Seating(places, left)


def _lowest(heap: list[int], free: set[int]) -> int:
    """The lowest free place; the heap still names places that were taken by their holders."""
    while heap[0] not in free:
        heappop(heap)
    return heappop(heap)
