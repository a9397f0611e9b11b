"""What several threads ask for at the same moment, done together: one transaction and one commit for all of them.

Nobody waits for company. While one group is being done, those who come meanwhile are the next group, and the first of them
does it. So a lone caller is served at once, and the busier it is, the less each costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Abandoned(RuntimeError):
    """The thread that did a group's work ended in the middle of it."""


class _Place(Generic[Item, Result]):
    """One caller in the queue; `turn` is open when there is an outcome, or when it is for this caller to do the next group."""

    __slots__ = ("item", "outcome", "turn")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.turn = Lock()
        self.turn.acquire()
        self.outcome: list[Result] | BaseException | None = None


class Gatherer(Generic[Item, Result]):
    """Does `work` for at most `most` items at once, in the thread of one of those who asked, one group after the other."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]], most: int) -> None:
        self._work, self._most = work, most
        self._lock, self._busy = Lock(), False
        self._waiting: deque[_Place[Item, Result]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a group to begin."""
        return len(self._waiting)

    def do(self, item: Item) -> Result:
        """What `work` gave for this item; what it raised, in every thread of the group."""
        place: _Place[Item, Result] = _Place(item)
        with self._lock:
            self._waiting.append(place)
            lead, self._busy = not self._busy, True
        if not lead:
            place.turn.acquire()
        if place.outcome is None:
            self._lead()
        if isinstance(place.outcome, BaseException):
            raise place.outcome
        assert place.outcome is not None
        return place.outcome[0]

    def _lead(self) -> None:
        """Do the group at the head of the queue, and hand on."""
        with self._lock:
            group = [self._waiting.popleft() for _each in range(min(self._most, len(self._waiting)))]
        try:
            results = self._work([place.item for place in group])
            for place, result in zip(group, results, strict=True):
                place.outcome = [result]
        except BaseException as error:  # noqa: BLE001 - whatever it is, the others of the group must hear of it
            mine, *others = group
            mine.outcome = error
            for place in others:
                place.outcome = error if isinstance(error, Exception) else Abandoned("who did it for all was ended")
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._busy = following is not None
        if following:
            following.turn.release()
        for place in group[1:]:
            place.turn.release()
