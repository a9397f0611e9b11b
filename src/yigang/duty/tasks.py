"""Work of duty in the background."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from yigang.duty.domain.measuring import measure_patrols
from yigang.duty.enums import PatrolSource
from yigang.duty.models import Patrol
from yigang.foundation import rls

TOGETHER = 50
"""Patrols of one transaction."""
FORGOTTEN = timedelta(hours=3)
"""A patrol that nobody has ended is measured when nothing has come for so long."""


@app.periodic(cron="* * * * *")
@app.task(name="duty.measure_patrols", queueing_lock="duty.measure_patrols", pass_context=False)
def measure_waiting(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what waits is read from the database
    """Measure the patrols whose fixes wait: those that have ended, and those of which nothing more has come."""
    over = Q(ended_at__isnull=False) | Q(source=PatrolSource.FILE) | Q(last_at__lt=timezone.now() - FORGOTTEN)
    with rls.everywhere("patrols are measured for nobody in particular"):
        waiting = list(Patrol.objects.filter(over, stale=True).order_by("started_at").values_list("pk", flat=True))
        for start in range(0, len(waiting), TOGETHER):
            measure_patrols(waiting[start : start + TOGETHER])
