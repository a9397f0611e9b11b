"""What waits in the months for each role."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yigang.console.regions import inside
from yigang.console.today import Due, Figure, due, figure
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.payment import access
from yigang.payment.enums import Step
from yigang.payment.models import Settlement
from yigang.payment.settlement import hanging


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
    held = Q(step=Step.CALCULATED, people__gt=0, undetermined=F("people"))
    found = Settlement.objects.filter(inside(prefix), step__in=mine)
    rows = found.exclude(held).exclude(step=Step.PUBLISHED).values("step").annotate(count=Count("pk"))
    for row in rows.order_by("step"):
        yield Due(mine[Step(row["step"])], f"{reverse('console:months')}?step={row['step']}", count=row["count"])
    if Step.CALCULATED in mine:
        yield from _without_facts(found.filter(held))
    if Step.PUBLISHED in mine:
        yield from _hanging(found.filter(step=Step.PUBLISHED), mine[Step.PUBLISHED])


def _without_facts(found: QuerySet[Settlement]) -> Iterator[Due]:
    """Drafts in which nobody's result is known: there is nothing to publish, something is missing."""
    total = found.aggregate(months=Count("pk"), people=Sum("people"), first=Min("pk"))
    if total["months"]:
        one = reverse("console:month", args=[total["first"]])
        many = f"{reverse('console:months')}?step={Step.CALCULATED}"
        sentence = ngettext(
            "Supply what is missing: nobody's result can be told (%(people)d person)",
            "Supply what is missing: nobody's result can be told (%(people)d people)", total["people"],
        ) % {"people": total["people"]}  # fmt: skip
        url = f"{one}?filter=undetermined" if total["months"] == 1 else many
        yield Due(sentence, url, count=total["months"])


def _hanging(found: QuerySet[Settlement], sentence: str) -> Iterator[Due]:
    """Published months: which can go to the county, and until when the lists of the others hang."""
    settlements = list(found.select_related("programme").order_by("pk"))
    last_days = hanging.last_days(settlements)
    today = timezone.localdate()
    by_day: dict[date | None, list[Settlement]] = {}
    for one in settlements:
        last = last_days[one.pk]
        by_day.setdefault(last if last and today <= last else None, []).append(one)
    for last, those in by_day.items():
        title = (
            sentence
            if last is None
            else _("Lists hang until %(last)s, then hand the month to the county") % {"last": last}
        )
        several = f"{reverse('console:months')}?step={Step.PUBLISHED}"
        url = several if len(those) > 1 or last is None else reverse("console:month", args=[those[0].pk])
        yield Due(title, url, due_on=last and hanging.next_day(last), count=len(those))


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
