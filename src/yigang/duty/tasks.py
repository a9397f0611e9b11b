"""Work of duty in the background."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from yigang.duty.domain.flags import look_at_new, look_at_open_months
from yigang.duty.domain.measuring import measure_patrols
from yigang.duty.domain.media import sweep_uploads
from yigang.duty.domain.photos import complete_prints
from yigang.duty.enums import PatrolSource
from yigang.duty.models import Patrol
from yigang.foundation import rls

TOGETHER = 50
"""Patrols of one transaction."""
FORGOTTEN = timedelta(hours=3)
"""A patrol that nobody has ended is measured when nothing has come for so long."""

PRINTS_A_NIGHT = 20_000
"""Photos whose fingerprints one night completes: about a quarter of an hour."""


@app.periodic(cron="* * * * *")
@app.task(name="duty.measure_patrols", queueing_lock="duty.measure_patrols", pass_context=False)
def measure_waiting(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what waits is read from the database
    """Measure the patrols whose fixes wait: those that have ended, and those of which nothing more has come."""
    over = Q(ended_at__isnull=False) | Q(source=PatrolSource.FILE) | Q(last_at__lt=timezone.now() - FORGOTTEN)
    with rls.everywhere("patrols are measured for nobody in particular"):
        waiting = list(Patrol.objects.filter(over, stale=True).order_by("started_at").values_list("pk", flat=True))
        for start in range(0, len(waiting), TOGETHER):
            measure_patrols(waiting[start : start + TOGETHER])


@app.periodic(cron="* * * * *")
@app.task(name="duty.look_at_new", queueing_lock="duty.look_at_new", pass_context=False)
def look_at_new_evidence(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what is new is read from the database
    """Ask the rules about whoever sent or was brought something since the last look."""
    with rls.everywhere("the rules look at everybody's evidence"):
        look_at_new(timezone.now())


@app.periodic(cron="20 2 * * *")
@app.task(name="duty.look_at_months", queueing_lock="duty.look_at_months", pass_context=False)
def look_at_months(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Every night the rules look at this month and, in its first days, at the last one."""
    with rls.everywhere("the rules look at everybody's evidence"):
        look_at_open_months(timezone.localdate())


@app.periodic(cron="50 3 * * *")
@app.task(name="duty.sweep_uploads", queueing_lock="duty.sweep_uploads", pass_context=False)
def sweep_unfinished(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Forget uploads that nobody has finished for a month; their records go on saying what is missing."""
    with rls.everywhere("unfinished uploads are nobody's"):
        sweep_uploads(timezone.now())


@app.periodic(cron="10 4 * * *")
@app.task(name="duty.complete_prints", queueing_lock="duty.complete_prints", pass_context=False)
def complete_old_prints(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Photos of before a release that keeps more fingerprints get theirs, so many a night."""
    with rls.everywhere("fingerprints are completed for nobody in particular"):
        complete_prints(PRINTS_A_NIGHT)
