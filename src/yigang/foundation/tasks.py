"""Work of the foundation in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yigang.foundation import rls, scans


@app.periodic(cron="50 3 * * *")
@app.task(name="foundation.forget_scans", queueing_lock="foundation.forget_scans", pass_context=False)
def forget_scans(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what is old is read from the database
    """Let go of scans and photos that nothing names."""
    with rls.everywhere("scans that nothing names are nobody's"):
        scans.forget_unnamed(timezone.now())
