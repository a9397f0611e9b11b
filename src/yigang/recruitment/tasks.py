"""Work of recruitment in the background."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from yigang.foundation import rls
from yigang.foundation.domain import store_file
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, task
from yigang.foundation.models import JobRun, User
from yigang.foundation.papers import PDF
from yigang.posts.models import Programme
from yigang.recruitment.comparison.access import COMPARE
from yigang.recruitment.comparison.queries import running_job
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.domain import agreements_of_round, matching
from yigang.recruitment.models import Round
from yigang.recruitment.papers import funnel
from yigang.recruitment.parts import compares, part_for
from yigang.recruitment.pool import renew
from yigang.tenure.papers.agreements import ZIP

logger = logging.getLogger(__name__)


@task("recruitment.compare")
def compare(progress: Progress, *, actor: User, round_id: int, on: str) -> dict[str, Any]:
    """Compare a round with its registers."""
    one = Round.objects.get(pk=round_id)
    done = compare_round(one, on=date.fromisoformat(on), actor=actor, progress=progress)
    return {"round": round_id, "applicants": done.applicants, "found": done.found, "new": done.fresh}


def start_comparison(one: Round, *, on: date, actor: User) -> JobRun:
    """Enqueue a comparison; refused at once where it would be refused, and while one of this round is under way."""
    part_for(one, COMPARE, compares, actor=actor)
    if running_job(one.pk) is not None:
        raise Refusal(_("This round is being compared already; wait until that has ended."), code="running")
    title = _("Compare: %(round)s") % {"round": one.title[:150]} + f" #{one.pk}"
    return compare.start(title=title, region_code=one.region_code, actor=actor, round_id=one.pk, on=on.isoformat())


@task("recruitment.renew_pool")
def renew_pool(progress: Progress, *, actor: User, programme_id: int, part: str) -> dict[str, Any]:
    """Ask the pool's rule of everybody in a programme's region, or in a part of it."""
    programme = Programme.objects.get(pk=programme_id)
    run = renew.renew_pool(programme, actor=actor, region_code=part, progress=progress)
    return {"people": run.people, "waiting": run.waiting, "undetermined": run.undetermined, "changed": run.changed}


@app.periodic(cron="10 * * * *")
@app.task(name="recruitment.renew_pools", queueing_lock="recruitment.renew_pools", pass_context=False)
def renew_pools(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what is due is read from the database
    """Keep every pool current: once a day, soon after midnight, or within the hour after a start later in the day.

    Each pool is one transaction, so what is stopped in the middle is done at the next hour.
    """
    with rls.everywhere("the daily renewal serves no person"):
        for programme in renew.due_for_renewal(timezone.localdate()):
            try:
                renew.renew_of_itself(programme)
            except Refusal as refusal:
                logger.warning("The pool of %s was not renewed: %s", programme.code, refusal)


@app.periodic(cron="40 3 * * *")
@app.task(name="recruitment.forget_offered", queueing_lock="recruitment.forget_offered", pass_context=False)
def forget_offered(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Let go of scans of agreements that were handed in and never ticked."""
    with rls.everywhere("scans that nobody looked at are nobody's"):
        agreements_of_round.forget_offered(timezone.now())


@task("recruitment.match")
def match_round(progress: Progress, *, actor: User, round_id: int) -> dict[str, Any]:
    """Propose who fits which place that a round seeks."""
    run = matching.match_round(Round.objects.get(pk=round_id), actor=actor, progress=progress)
    return {"run": run.pk, "people": run.people, "places": run.places, "placed": run.placed}


@task("recruitment.print_funnel")
def print_funnel(progress: Progress, *, actor: User, round_id: int, region_code: str, name: str) -> dict[str, Any]:
    """The funnel of a round with very many applicants as a stored PDF."""
    paper = funnel.print_funnel(Round.objects.select_related("programme").get(pk=round_id), actor=actor)
    progress(1, 1)
    stored = store_file(paper.content, name=name, region_code=region_code, actor=actor, content_type=PDF)
    return {"file": stored.pk, "name": stored.name, "size": stored.size, "missing": list(paper.missing)}


@task("recruitment.draft_agreements")
def draft_agreements(
    progress: Progress, *, actor: User, round_id: int, starts: str, ends: str, region_code: str, name: str
) -> dict[str, Any]:
    """Draft the agreements of a round as one zip; `ends` may be empty."""
    last = date.fromisoformat(ends) if ends else None
    done = agreements_of_round.draft_round(
        Round.objects.get(pk=round_id), date.fromisoformat(starts), last, progress=progress, actor=actor
    )
    refused = [{"name": name, "why": why} for name, why in done.refused]
    if not done.names:
        return {"refused": refused}
    stored = store_file(done.content, name=name, region_code=region_code, actor=actor, content_type=ZIP)
    return {"file": stored.pk, "name": stored.name, "size": stored.size, "refused": refused}
