"""Closing a period in the background: a county's year takes seconds, a province's longer."""

from datetime import date
from typing import Any

from yigang.appraisal import closings
from yigang.foundation.jobs import Progress, task
from yigang.foundation.models import User
from yigang.posts.models import Programme


@task("appraisal.close_period")
def close_period(
    progress: Progress, *, actor: User, programme_id: int, rhythm: str, first: str, region: str
) -> dict[str, Any]:
    """`first` is the period's first day, `2020-07-01`. The result names the closing and how many are undetermined."""
    asked = closings.asked_for(Programme.objects.get(pk=programme_id), rhythm, date.fromisoformat(first), region)
    closing = closings.close(asked, actor=actor, progress=progress)
    return {"closing": closing.pk, "people": closing.people, "undetermined": closing.undetermined}
