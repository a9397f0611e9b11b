"""Long work: enqueued in the caller's transaction, run by the worker, watched in the console.

A task is a function of a `Progress` and keyword arguments, registered with `@task`. It calls one verb, which is one
transaction, so a worker killed in the middle has changed nothing and the queue runs the task again.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

from django.db import connections
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from yigang.foundation import rls
from yigang.foundation.enums import JobState
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import JobRun, User

SECONDS_BETWEEN_NOTES = 0.5


class Progress(Protocol):
    """Told how far the work is; units are the task's own (rows, people, files)."""

    def __call__(self, done: int, total: int) -> None: ...


def silent(done: int, total: int) -> None:
    """For callers without a screen."""


Work = Callable[..., dict[str, Any]]


READING = "reading"
"""The queue of what reads pictures: minutes of a processor and 600 MB. One at a time, beside every other job."""


class Task:
    """A registered piece of work: `start` enqueues it, `run` does it now."""

    def __init__(self, name: str, work: Work, queue: str = "default") -> None:
        self.name, self.work = name, work
        self.queued = app.task(name=name, queue=queue, pass_context=False)(self._execute)

    def start(self, *, title: str, region_code: str, actor: User, **arguments: Any) -> JobRun:
        """Enqueue, in the caller's transaction; returns the row that shows its progress."""
        run = JobRun.objects.create(kind=self.name, title=title[:200], region_code=region_code, actor=actor)
        self.queued.defer(run_id=run.pk, **arguments)
        return run

    def _execute(self, run_id: int, **arguments: Any) -> None:
        with rls.everywhere("find the job and its actor"):
            run = JobRun.objects.select_related("actor").get(pk=run_id)
        with translation.override(run.actor.language), rls.scope(run.actor):
            _mark(run, state=JobState.RUNNING, started_at=timezone.now(), message="")
            try:
                result = self.work(_progress_of(run), actor=run.actor, **arguments)
            except (Refusal, Forbidden) as refusal:
                _mark(run, state=JobState.FAILED, finished_at=timezone.now(), message=str(refusal))
            except BaseException:
                sentence = _(
                    "The program failed here; nothing was changed. Tell the administrator this number: %(number)s"
                )
                message = sentence % {"number": run.pk}
                _mark(run, state=JobState.FAILED, finished_at=timezone.now(), message=message)
                raise
            else:
                _mark(run, state=JobState.DONE, finished_at=timezone.now(), result=result)


def task(name: str, *, queue: str = "default") -> Callable[[Work], Task]:
    """Register `work(progress, *, actor, **arguments) -> result` under a name that stays the same for ever."""

    def register(work: Work) -> Task:
        return Task(name, work, queue)

    return register


def _mark(run: JobRun, **fields: Any) -> None:
    JobRun.objects.filter(pk=run.pk).update(**fields)


def _progress_of(run: JobRun) -> Progress:
    """Writes through a connection of its own, so that progress is seen while the work's transaction is open."""
    last = 0.0

    def note(done: int, total: int) -> None:
        nonlocal last
        if done < total and monotonic() - last < SECONDS_BETWEEN_NOTES:
            return
        last = monotonic()
        with connections["side"].cursor() as cursor:
            cursor.execute("SELECT set_config('yigang.scope', '*', false)")
            cursor.execute("UPDATE foundation_jobrun SET done = %s, total = %s WHERE id = %s", [done, total, run.pk])

    return note
