"""A worker killed in the middle of a roster: the register is as before, and the job that is run again does all of it."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from tests.conftest import CLUSTER
from tests.exchange.roster.conftest import make_county, row
from tests.exchange.roster.test_roster import database

from yigang.exchange import domain, tasks
from yigang.exchange.enums import ImportState
from yigang.exchange.models import FileImport
from yigang.foundation.enums import JobState, Role
from yigang.people.models import Person
from yigang.tenure.models import Appointment

WORKER = textwrap.dedent("""
    import asyncio, sys
    import django
    django.setup()
    from procrastinate.contrib.django import app
    from yigang.cli import worker
    from yigang.exchange.roster.applying import Writer

    write_posts = Writer.write_posts

    def write_and_wait(self):
        write_posts(self)
        print("people and posts are written", flush=True)
        sys.stdin.read()

    async def work():
        if "rescue" in sys.argv:
            worker.ALIVE_SECONDS = 0
            await worker.take_over_dead_jobs()
        if "stop" in sys.argv:
            Writer.write_posts = write_and_wait
        working = app.with_connector(app.connector.get_worker_connector())
        async with working.open_async():
            await working.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(work())
""")
"""The program's worker until the queue is empty; told to, it stops before the appointments are written."""


@pytest.fixture
def county_manager(committed_db, make_user):
    return make_user(Role.COUNTY_MANAGER, "520403")


@pytest.fixture
def county(committed_db) -> None:
    """The regions, in a database in which commits are real."""
    make_county()


def worker(database_name: str, *arguments: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ, "DATABASE_URL": CLUSTER.url("yigang_app", database_name),
        "DJANGO_SETTINGS_MODULE": "yigang.config.settings",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments], env=environment, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_job_is_run_again(committed_db, bring, county_manager):
    first = domain.apply(bring([row(1), row(2)]), actor=county_manager)
    before = database()
    found = bring([row(1, phone="13911112222"), row(2, ends=None), row(3), row(4)])
    tasks.start(tasks.apply, found, actor=county_manager)
    with worker(committed_db, "stop") as process:
        assert process.stdout
        assert process.stdout.readline() == "people and posts are written\n"
        process.send_signal(signal.SIGKILL)
    assert database() == before
    found = FileImport.objects.get(pk=found.pk)
    assert (found.state, found.job.state) == (ImportState.PREVIEW, JobState.RUNNING)
    assert found.file.sha256 != first.file.sha256
    with worker(committed_db, "rescue") as process:
        assert process.wait(60) == 0
    found = FileImport.objects.get(pk=found.pk)
    assert (found.state, found.job.state) == (ImportState.APPLIED, JobState.DONE)
    assert (Person.objects.count(), Appointment.objects.count()) == (4, 4)
