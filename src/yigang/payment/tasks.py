"""Computing a month in the background: a county's takes seconds, a province's longer."""

from datetime import date
from typing import Any

from yigang.foundation.jobs import Progress, task
from yigang.foundation.models import User
from yigang.payment.settlement.calculate import settle
from yigang.posts.models import Programme


@task("payment.settle")
def settle_month(
    progress: Progress, *, actor: User, programme_id: int, region: str, month: str
) -> dict[str, Any]:  # fmt: skip
    """`month` is `2020-07`. The result names the settlements and what they sum to."""
    programme = Programme.objects.get(pk=programme_id)
    first = date.fromisoformat(f"{month}-01")
    done = settle(programme, region, first, actor=actor, progress=progress)
    return {
        "settlements": list(done.settlements), "closed": list(done.closed), "people": done.people,
        "undetermined": done.undetermined, "total_fen": done.total_fen,
    }  # fmt: skip
