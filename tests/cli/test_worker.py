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
