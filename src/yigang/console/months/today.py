"""What waits in the months for each role."""

from collections.abc import Iterator

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console.regions import inside
from yigang.console.today import Due, Figure, due, figure
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.payment import access
from yigang.payment.enums import Step
from yigang.payment.models import Settlement


@due("months")
def months_in_hand(user: User, prefix: str) -> Iterator[Due]:
    """One entry per step that this user takes months on from, with how many stand there."""
    sentences = (
        (Step.COLLECTING, access.CALCULATE, _("Collect evidence and compute the month")),
        (Step.CALCULATED, access.PUBLISH, _("Look through the draft and publish it")),
        (Step.PUBLISHED, access.SUBMIT, _("Hand the published month to the county")),
        (Step.SUBMITTED, access.APPROVE, _("Review the month")),
        (Step.APPROVED, access.SEAL, _("Seal the approved month")),
    )
    mine = {step: sentence for step, capability, sentence in sentences if may(user, capability)}
    rows = Settlement.objects.filter(inside(prefix), step__in=mine).values("step").annotate(count=Count("pk"))
    for row in rows.order_by("step"):
        yield Due(mine[Step(row["step"])], f"{reverse('console:months')}?step={row['step']}", count=row["count"])


@figure
def undetermined(user: User, prefix: str) -> Figure | None:
    """People of the latest month who are undetermined, beside the month before."""
    if not may(user, access.READ_SETTLEMENTS):
        return None
    months = (
        Settlement.objects.filter(inside(prefix))
        .values("month")
        .annotate(held=Sum("undetermined"))
        .order_by("-month")[:2]
    )
    if not months:
        return None
    latest, *earlier = list(months)
    url = f"{reverse('console:months')}?month={latest['month'].isoformat()}"
    return Figure(_("Undetermined people"), latest["held"], before=earlier[0]["held"] if earlier else None, url=url)
