"""`yigang worker`: run the jobs of the queue until told to stop."""

import asyncio
import contextlib
import logging
import signal

import click

from yigang.cli.context import ready

ALIVE_SECONDS = 30
"""A worker that has not reported for this long is taken for dead, and its jobs run again."""
AGAIN_SECONDS = 2.0
"""How long a worker that lost the database waits before it tries again."""

logger = logging.getLogger(__name__)


async def take_over_dead_jobs() -> int:
    """Put jobs of workers that died back into the queue; returns how many. A job is one transaction, so none is half done."""
    from django.utils import timezone
    from procrastinate.contrib.django import app

    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=ALIVE_SECONDS))
    for job in stalled:
        await app.job_manager.retry_job(job, retry_at=timezone.now())
    return len(stalled)


async def work(concurrency: int, stop: asyncio.Event, *, again: float = AGAIN_SECONDS) -> None:
    """Run jobs until `stop` is set. A worker ends when the database goes away; then another takes its place after a pause."""
    from asgiref.sync import sync_to_async
    from django.db import close_old_connections

    while not stop.is_set():
        try:
            await _until_it_ends(concurrency, stop)
        except Exception:  # whatever ended it, the queue must be served again
            logger.warning("The worker ended and starts again", exc_info=True)
        await sync_to_async(close_old_connections)()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), again)


async def _until_it_ends(concurrency: int, stop: asyncio.Event) -> None:
    """A worker, and one that reads pictures one at a time, until either ends or they are told to stop.

    Then they finish the jobs that they have begun. A scan of sixty pages holds up other scans, and no other work.
    """
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from yigang.foundation.jobs import READING

    assert isinstance(app.connector, DjangoConnector)
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        workers = [
            asyncio.create_task(
                worker_app.run_worker_async(
                    queues=[queue], concurrency=most, install_signal_handlers=False, delete_jobs="successful"
                )
            )
            for queue, most in (("default", concurrency), (READING, 1))
        ]
        others = [asyncio.create_task(_rescue_for_ever()), asyncio.create_task(stop.wait())]
        try:
            await asyncio.wait([*workers, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in [*workers, *others]:
                task.cancel()
            ended = await asyncio.gather(*workers, *others, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


async def _rescue_for_ever() -> None:
    while True:
        await take_over_dead_jobs()
        await asyncio.sleep(ALIVE_SECONDS)


async def _work_until_signalled(concurrency: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(concurrency, stop)


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Jobs that run at the same time.")
def command(concurrency: int) -> None:
    """Run the jobs of the queue until told to stop. Jobs of a worker that died are taken over."""
    ready()
    asyncio.run(_work_until_signalled(concurrency))
