"""Computing in the background: the queue's worker does it, and a worker killed in the middle has changed nothing."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from tests.conftest import CLUSTER
from tests.payment.world import TOWN, World

from yigang.duty.enums import Table
from yigang.foundation.enums import JobState, Role
from yigang.foundation.models import JobRun, User
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.tasks import settle_month

WORKER = textwrap.dedent("""
    import asyncio, sys
    import django
    django.setup()
    from procrastinate.contrib.django import app
    from yigang.cli import worker
    from yigang.payment.settlement import lines

    written = lines.replace

    def replace_and_wait(parts, month):
        written(parts, month)
        print("lines are written", flush=True)
        sys.stdin.read()

    async def work():
        if "rescue" in sys.argv:
            worker.ALIVE_SECONDS = 0
            await worker.take_over_dead_jobs()
        if "stop" in sys.argv:
            lines.replace = replace_and_wait
        working = app.with_connector(app.connector.get_worker_connector())
        async with working.open_async():
            await working.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(work())
""")
"""The program's worker until the queue is empty; told to, it stops after the lines were written, before the commit."""


@pytest.fixture
def officer(committed_db, make_user) -> User:
    return make_user(Role.TOWN_OFFICER, "520403100")


@pytest.fixture
def world(officer) -> World:
    world = World(officer)
    world.declare(Table.LEAVES, Table.WORK_LOGS)
    world.work(world.hire("王大山"))
    return world


@pytest.fixture
def run(world, officer) -> JobRun:
    return settle_month.start(
        title="2020-07", region_code=TOWN, actor=officer, programme_id=world.programme.pk, region=TOWN, month="2020-07"
    )


def worker(database: str, *arguments: str) -> "subprocess.Popen[str]":
    """A real worker process on the test's database."""
    url = CLUSTER.url("yigang_app", database)
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yigang.config.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments],
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def finish(database: str, *arguments: str) -> int:
    """Run a worker until the queue is empty; its exit status."""
    with worker(database, *arguments) as process:
        return process.wait(60)


def test_a_worker_computes_the_month(committed_db, run):
    assert finish(committed_db) == 0
    run.refresh_from_db()
    assert (run.state, run.result["people"], run.result["total_fen"]) == (JobState.DONE, 1, 83333)
    assert SubsidyLine.objects.get().amount_fen == 83333


def test_a_worker_killed_after_writing_the_lines_leaves_nothing_and_the_job_is_run_again(committed_db, run):
    with worker(committed_db, "stop") as process:
        assert process.stdout
        assert process.stdout.readline() == "lines are written\n"
        process.send_signal(signal.SIGKILL)
    assert not Settlement.objects.exists()
    assert not SubsidyLine.objects.exists()
    run.refresh_from_db()
    assert run.state == JobState.RUNNING
    assert finish(committed_db, "rescue") == 0
    run.refresh_from_db()
    assert run.state == JobState.DONE
    assert SubsidyLine.objects.get().amount_fen == 83333
