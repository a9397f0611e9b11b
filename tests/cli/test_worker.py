"""`yigang worker`: jobs go on being done when the database was away for a moment."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from psycopg import sql
from tests.conftest import as_superuser

from yigang.cli import worker
from yigang.foundation.jobs import READING


class Working:
    """A worker in a thread of its own, as long as the test takes."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.thread = threading.Thread(target=asyncio.run, args=(self.work(),))

    async def work(self) -> None:
        self.loop = asyncio.get_running_loop()
        await worker.work(1, self.stop, again=0.1)

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join()


@pytest.fixture
def done(monkeypatch) -> Iterator[threading.Event]:
    """A task that says when it has run."""
    event = threading.Event()
    task = app.task(name="tests.say")(lambda: event.set())
    yield event
    app.tasks.pop(task.name)


@pytest.fixture
def working(committed_db) -> Iterator[Working]:
    running = Working()
    running.thread.start()
    yield running
    running.end()


def cut_off(database: str) -> None:
    """Whatever is connected to the database loses it, this test's own connection too, which opens another when it needs one."""
    connection.close()
    ended = sql.SQL("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = {}")
    as_superuser(ended.format(database))


def say(done: threading.Event) -> bool:
    """Put the task into the queue; True when it has run."""
    done.clear()
    app.configure_task("tests.say").defer()
    return done.wait(20)


def test_a_worker_that_lost_the_database_goes_on_when_it_is_back(committed_db, working, done) -> None:
    assert say(done)
    cut_off(committed_db)
    assert say(done)
    assert working.thread.is_alive()


@pytest.fixture
def scan() -> Iterator[tuple[threading.Event, threading.Event]]:
    """A picture that is read until one is told to end: (it has begun, let it end)."""
    begun, end = threading.Event(), threading.Event()

    def read() -> None:
        begun.set()
        end.wait(20)

    task = app.task(name="tests.scan", queue=READING)(read)
    yield begun, end
    end.set()
    app.tasks.pop(task.name)


def test_a_long_scan_keeps_nobody_elses_work_waiting(working, done, scan) -> None:
    """One job at a time, and still: what reads pictures has a slot of its own."""
    begun, end = scan
    app.configure_task("tests.scan", queue=READING).defer()
    assert begun.wait(20)
    assert say(done)
    end.set()
