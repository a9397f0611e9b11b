"""After a term: objections decide who goes on and who is out."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.notices.enums import Decision
from yigang.notices.models import Objection
from yigang.recruitment import kin, progress, queries
from yigang.recruitment.access import JUDGE
from yigang.recruitment.domain.deciding import put_outcome
from yigang.recruitment.domain.eligibility import both, home_of, opened
from yigang.recruitment.models import Application, StepOutcome, StepRecord
from yigang.recruitment.roles import refuse_other_roles


@transaction.atomic
def settle_publicity(step: StepRecord, *, actor: User) -> dict[str, int]:
    """After the term: who has no objection goes on, who has one upheld is out with the published answer as the reason.

    An objection that nobody has decided keeps its applicant waiting. Returns how many went on, are out, are left.
    """
    step, rule = opened(step)
    region_code = home_of(step, actor)
    require(actor, JUDGE, region_code)
    refuse_other_roles(rule, region_code, actor)
    if rule.kind != "publish":
        raise Refusal(_("“%(step)s” does not hang out."), {"step": step.name}, code="wrong_step")
    if why := list(progress.hanging(step, timezone.localdate())):
        raise Refusal(
            _("“%(step)s” cannot be closed yet: %(missing)s"), {"step": step.name, "missing": "；".join(why)},
            code="step_incomplete",
        )  # fmt: skip
    on, out = both(rule)
    undecided = list(progress.undecided(step).select_for_update(of=("self",)).order_by("pk"))
    ids = [one.pk for one in undecided]
    waiting, tied = queries.objected(ids), kin.tied_among(Application.objects.filter(pk__in=ids), actor)
    upheld = {one.row.subject_id: one for one in _upheld(ids) if one.row}
    free = [one for one in undecided if one.pk not in upheld and one.pk not in waiting and one.pk not in tied]
    StepOutcome.objects.bulk_create(
        StepOutcome(
            region_code=one.region_code, application=one, step=step, outcome=on.name, goes_on=True, by=actor
        )
        for one in free
    )  # fmt: skip
    against = [one for one in undecided if one.pk in upheld and one.pk not in waiting and one.pk not in tied]
    for one in against:
        put_outcome(one, step, out, upheld[one.pk].answer, actor)
    counts = {"on": len(free), "out": len(against), "left": len(undecided) - len(free) - len(against)}
    audit.record("recruitment.settle_publicity", step, actor=actor, after={"step": step.name, **counts})
    return counts


def _upheld(applications: list[int]) -> list[Objection]:
    return [one for one in queries.objections(applications) if one.decision == Decision.UPHELD]
