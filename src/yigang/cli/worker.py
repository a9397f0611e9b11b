"""`yigang worker`: run the jobs of the queue until told to stop."""

import asyncio

import click

from yigang.cli.context import ready

ALIVE_SECONDS = 30
"""A worker that has not reported for this long is taken for dead, and its jobs run again."""


async def take_over_dead_jobs() -> int:
    """Put jobs of workers that died back into the queue; returns how many. A job is one transaction, so none is half done."""
    from django.utils import timezone
    from procrastinate.contrib.django import app

    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=ALIVE_SECONDS))
    for job in stalled:
        await app.job_manager.retry_job(job, retry_at=timezone.now())
    return len(stalled)


async def work(concurrency: int) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    assert isinstance(app.connector, DjangoConnector)
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        rescue = asyncio.create_task(_rescue_for_ever())
        try:
            await worker_app.run_worker_async(
                concurrency=concurrency, install_signal_handlers=True, delete_jobs="successful"
            )
        finally:
            rescue.cancel()


async def _rescue_for_ever() -> None:
    while True:
        await take_over_dead_jobs()
        await asyncio.sleep(ALIVE_SECONDS)


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Jobs that run at the same time.")
def command(concurrency: int) -> None:
    """Run the jobs of the queue until told to stop. Jobs of a worker that died are taken over."""
    ready()
    asyncio.run(work(concurrency))
