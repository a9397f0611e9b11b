"""The family of processes: whoever asks to stop is heard, at whatever moment."""

import os
import signal
import socket
import sys
from collections.abc import Iterator

import pytest

from yigang.config.serve import Family

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]


@pytest.fixture
def family() -> Iterator[Family]:
    """Its handlers are taken back, its children ended."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    family = Family()
    family.heed()
    yield family
    for number, handler in before.items():
        signal.signal(number, handler)
    family.end()


@pytest.fixture
def nobody_listens() -> Iterator[int]:
    """A port that is taken and never answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        yield port


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_before_anybody_watches_is_kept(family, number):
    family.start(SLEEPER)
    os.kill(os.getpid(), number)
    assert family.watch() == 0
    assert [child.poll() is None for child in family.children] == [False]


def test_a_wish_to_stop_ends_the_waiting_for_a_server_that_never_listens(family, nobody_listens):
    family.start(SLEEPER)
    os.kill(os.getpid(), signal.SIGINT)
    assert not family.until_it_listens("127.0.0.1", nobody_listens)


def test_a_child_that_ends_by_itself_ends_the_others_and_gives_its_status(family):
    family.start(SLEEPER)
    family.start([sys.executable, "-c", "raise SystemExit(7)"])
    assert family.watch() == 7
    assert all(child.poll() is not None for child in family.children)
