"""Work on the register that takes minutes: deciding tens of thousands of differences at once."""

from __future__ import annotations

from typing import Any

from yigang.foundation.jobs import Progress, task
from yigang.foundation.models import User
from yigang.people.enums import ReviewState
from yigang.people.models import RegisterChange, RegisterEdition
from yigang.people.register import review


@task("people.review_register")
def review_register(
    progress: Progress, *, actor: User, edition_id: int, state: str, what: str, prefix: str
) -> dict[str, Any]:  # fmt: skip
    """Decide every open difference of a quarter, of one sort and one region where these are named."""
    edition = RegisterEdition.objects.get(pk=edition_id)
    rows = RegisterChange.objects.filter(region_code__startswith=prefix)
    rows = rows.filter(what=what) if what else rows
    done = review.decide_all(edition, rows, ReviewState(state), actor=actor, progress=progress)
    return {"quarter": edition.quarter, "done": done.done, "left": len(done.left)}
