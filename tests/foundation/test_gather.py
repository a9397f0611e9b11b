"""Callers of one moment are served together, and nobody waits for company."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from yigang.foundation.gather import Abandoned, Gatherer


class Crowd:
    """Callers that come while the first is being served, so that they are the groups after it."""

    def __init__(self, work: Callable[[Sequence[int]], Sequence[int]], most: int) -> None:
        self.groups: list[list[int]] = []
        self.heard: dict[int, object] = {}
        self._work, self._begun, self._all_here = work, threading.Event(), threading.Event()
        self._gatherer = Gatherer(self._do, most)

    def _do(self, items: Sequence[int]) -> Sequence[int]:
        self.groups.append(list(items))
        if len(self.groups) == 1:
            self._begun.set()
            assert self._all_here.wait(10)
        return self._work(items)

    def _ask(self, item: int) -> None:
        try:
            self.heard[item] = self._gatherer.do(item)
        except BaseException as error:  # noqa: BLE001 - what each thread hears is what the test is about
            self.heard[item] = type(error)

    def ask(self, *items: int) -> None:
        """The first alone, and the others while it is served."""
        threads = [threading.Thread(target=self._ask, args=(each,)) for each in items]
        threads[0].start()
        assert self._begun.wait(10)
        for number, each in enumerate(threads[1:], start=1):
            each.start()
            while self._gatherer.waiting < number:
                threading.Event().wait(0.001)
        self._all_here.set()
        for each in threads:
            each.join(10)


def test_a_lone_caller_is_a_group_by_itself():
    assert Gatherer(lambda items: [each * 2 for each in items], 4).do(21) == 42


def test_who_comes_meanwhile_is_served_together_in_order_and_not_more_than_fit():
    crowd = Crowd(lambda items: [each * 2 for each in items], 3)
    crowd.ask(0, 1, 2, 3, 4, 5)
    assert crowd.groups == [[0], [1, 2, 3], [4, 5]]
    assert crowd.heard == {each: each * 2 for each in range(6)}


@pytest.mark.parametrize(("error", "others"), [(ZeroDivisionError, ZeroDivisionError), (SystemExit, Abandoned)])
def test_a_failure_is_heard_by_its_group_alone(error, others):
    def work(items: Sequence[int]) -> Sequence[int]:
        if 2 in items:
            raise error
        return items

    crowd = Crowd(work, 3)
    crowd.ask(0, 1, 2, 3, 4)
    assert crowd.heard == {0: 0, 1: error, 2: others, 3: others, 4: 4}
