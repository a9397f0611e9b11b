"""Work of training in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yigang.foundation import rls
from yigang.training.domain import finish_due, look_after


@app.periodic(cron="*/10 * * * *")
@app.task(name="training.finish_due", queueing_lock="training.finish_due", pass_context=False)
def finish_tests(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; the verb asks the clock itself
    """End the tests whose time is up, so that their results stand."""
    with rls.everywhere("tests end for nobody in particular"):
        finish_due(timezone.now())


@app.periodic(cron="30 6 * * *")
@app.task(name="training.look_after", queueing_lock="training.look_after", pass_context=False)
def look_after_tasks(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Every morning: remind of remedial tasks, tell the county of those overdue, close those that are made up."""
    with rls.everywhere("remedial tasks are looked after for nobody in particular"):
        look_after(timezone.localdate())
