"""Work of oversight in the background: reminders, draws laid open, consequences proposed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from yigang.foundation import rls
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, task
from yigang.foundation.models import JobRun, User
from yigang.oversight import domain
from yigang.oversight.access import FIND_ANOMALIES
from yigang.oversight.models import Plan
from yigang.policy.period import Period
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


@task("oversight.find_anomalies")
def find_anomalies(
    progress: Progress, *, actor: User, programme_id: int, region_code: str, month: str
) -> dict[str, Any]:  # fmt: skip
    """Run the rules over the year up to a month."""
    programme = Programme.objects.get(pk=programme_id)
    day = date.fromisoformat(month)
    looked = domain.find_anomalies(programme, region_code, day, actor=actor, progress=progress)
    return {"programme": programme_id, "found": looked.holding, "new": looked.new}


def start_looking(programme: Programme, region_code: str, month: date, *, actor: User) -> JobRun:
    """Enqueue a look over the year up to a month; refused at once where it would be refused."""
    require(actor, FIND_ANOMALIES, region_code)
    title = _("Look for anomalies: %(programme)s, up to %(month)s") % {
        "programme": programme.name[:100], "month": f"{month:%Y-%m}"
    }  # fmt: skip
    return find_anomalies.start(
        title=title, region_code=region_code, actor=actor, programme_id=programme.pk, month=month.isoformat()
    )


@app.periodic(cron="20 3 6 * *")
@app.task(name="oversight.look_over_year", queueing_lock="oversight.look_over_year", pass_context=False)
def look_over_year(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what is due is read from the database
    """On the sixth of a month, when the evidence of the last one is in: the rules over the year up to it, for every programme."""
    month = Period.of(timezone.localdate()).previous().first
    with rls.everywhere("the rules look at everybody's evidence"):
        for programme in Programme.objects.filter(starts__lte=month):
            try:
                domain.find_anomalies(programme, programme.region_code, month, actor=None)
            except Refusal:  # a policy that cannot be read keeps nobody else's programme from being looked at
                continue
