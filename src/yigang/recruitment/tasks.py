"""Work of recruitment in the background."""

from __future__ import annotations

from datetime import date
from typing import Any

from yigang.foundation.jobs import Progress, task
from yigang.foundation.models import User
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.models import Round


@task("recruitment.compare")
def compare(progress: Progress, *, actor: User, round_id: int, on: str) -> dict[str, Any]:
    """Compare a round with its registers."""
    one = Round.objects.get(pk=round_id)
    done = compare_round(one, on=date.fromisoformat(on), actor=actor, progress=progress)
    return {"round": round_id, "applicants": done.applicants, "found": done.found, "new": done.fresh}
