"""Work of oversight in the background: reminders, draws laid open, consequences proposed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.oversight import domain
from yigang.oversight.models import Plan
from yigang.posts.models import Programme

FIRST_DAYS = 60
"""As long the year before is looked at again, because its results come in."""


@app.periodic(cron="10 * * * *")
@app.task(name="oversight.look", queueing_lock="oversight.look", pass_context=False)
def look(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what is due is read from the database
    """Every hour: remind and pass on, lay open the draws of weeks that are over, propose what clauses say."""
    today = timezone.localdate()
    with rls.everywhere("deadlines and draws serve no person"):
        domain.remind(today)
        for plan in Plan.objects.filter(revealed_at=None, week__lte=today - timedelta(days=7)):
            domain.reveal(plan)
        for programme in Programme.objects.all():
            propose_years(programme, today.year, first_days=today.timetuple().tm_yday <= FIRST_DAYS)


def propose_years(programme: Programme, year: int, *, first_days: bool) -> None:
    """This year, and in its first weeks the last one. Where no text of the policy is in force nothing is proposed."""
    for each in (year - 1, year) if first_days else (year,):
        try:
            domain.propose(programme, each)
        except Refusal:
            continue
