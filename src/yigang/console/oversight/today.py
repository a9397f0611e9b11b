"""What waits: visits of one's own group, points to accept or overdue, consequences to decide, recalls without replacement."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.today import Due, Figure, due, figure
from yigang.foundation.access import may
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.oversight import queries
from yigang.oversight.access import (
    ACCEPT,
    ANSWER_ANOMALIES,
    DECIDE,
    DRAW,
    INSPECT,
    PUT_RIGHT,
    PUT_RIGHT_OWN,
    READ_OVERSIGHT,
    TELL,
)
from yigang.oversight.enums import AnomalyState, InspectionState, ProposalState, RectificationState
from yigang.oversight.models import Anomaly, Inspection, Plan, Proposal, Rectification
from yigang.policy.anomalies import STRONG


@due("oversight")
def own_visits(user: User, prefix: str) -> Iterator[Due]:
    """Visits that the own group has to make this week, or to write down."""
    if not may(user, INSPECT):
        return
    for one in queries.own_visits(user).filter(regions.inside(prefix)):
        last = queries.last_day(one.plan.week)
        yield Due(
            _("Inspect: %(kind)s") % {"kind": one.get_kind_display()},
            reverse("console:oversight-visit", args=[one.pk]),
            last,
        )


@due("oversight")
def week_to_draw(user: User, prefix: str) -> Iterator[Due]:
    """This week, where the office drew the weeks before and has not drawn this one."""
    if not may(user, DRAW):
        return
    monday = queries.week_of(timezone.localdate())
    here = Plan.objects.filter(regions.inside(prefix))
    if here.exists() and not here.filter(week__gte=monday).exists():
        yield Due(_("Draw the week's inspections"), reverse("console:oversight-draw"), monday)


@due("oversight")
def points(user: User, prefix: str) -> Iterator[Due]:
    """Points to be put right by an officer, or to be accepted by whoever did not report them."""
    here, address = queries.on_list().filter(regions.inside(prefix)), reverse("console:oversight-points")
    if may(user, PUT_RIGHT_OWN) and not may(user, PUT_RIGHT):
        for one in (
            queries.answered_by(user).filter(regions.inside(prefix), state=RectificationState.OPEN).order_by("due")[:3]
        ):
            words = _("Put right: %(finding)s") % {"finding": one.finding[:30]}
            yield Due(words, reverse("console:oversight-point", args=[one.pk]), one.due)
    if may(user, PUT_RIGHT):
        waiting = here.filter(state=RectificationState.OPEN)
        yield from _waiting(
            waiting.filter(owner_account=user), _("Put right what you answer for"), f"{address}?mine=yes&state=open"
        )
        nobody = waiting.filter(owner_account=None)
        yield from _waiting(nobody, _("Put right what inspections found"), f"{address}?state=open")
    if user.role == Role.COUNTY_MANAGER:
        passed_on = here.filter(state=RectificationState.OPEN, escalated_on__isnull=False)
        yield from _waiting(
            passed_on, _("Overdue points passed on to the county"), f"{address}?escalated=yes&state=open"
        )
    if may(user, ACCEPT):
        handed_in = here.filter(~Q(handed_in_by=user), state=RectificationState.HANDED_IN)
        if count := handed_in.count():
            yield Due(_("Accept what was put right"), f"{address}?state=handed_in", count=count)


def _waiting(rows: QuerySet[Rectification], words: str, address: str) -> Iterator[Due]:
    """One line for all of them, due on the earliest day."""
    days = list(rows.order_by("due").values_list("due", flat=True))
    if days:
        yield Due(words, address, days[0], len(days))


@due("oversight")
def consequences(user: User, prefix: str) -> Iterator[Due]:
    """Proposals that somebody else's evidence makes, and people who have not been told."""
    here, address = Proposal.objects.filter(regions.inside(prefix)), reverse("console:oversight-proposals")
    if may(user, DECIDE):
        waiting = here.filter(state=ProposalState.OPEN).exclude(authors__contains=[user.pk])
        if count := waiting.count():
            yield Due(_("Decide about consequences"), f"{address}?state=open", count=count)
    if may(user, TELL):
        untold = here.filter(state=ProposalState.CONFIRMED, told_on=None)
        if count := untold.count():
            yield Due(_("Tell people of consequences"), f"{address}?state=confirmed", count=count)


@figure
def not_put_right(user: User, prefix: str) -> Figure | None:
    """Points of the list that are not closed; nothing where no inspection has found any."""
    here = queries.on_list().filter(regions.inside(prefix))
    if not may(user, READ_OVERSIGHT) or not here.exists():
        return None
    url = f"{reverse('console:oversight-points')}?state=open"
    return Figure(_("Problems not put right yet"), here.filter(state=RectificationState.OPEN).count(), url=url)


@figure
def inspected(user: User, prefix: str) -> Figure | None:
    """Villages that were visited and have their sheets; nothing where nobody inspected."""
    here = Inspection.objects.filter(regions.inside(prefix), state=InspectionState.DONE)
    if not may(user, READ_OVERSIGHT) or not here.exists():
        return None
    return Figure(
        _("Villages inspected so far"),
        here.values("region_code").distinct().count(),
        url=reverse("console:oversight-plans"),
    )


@due("oversight")
def strong_anomalies(user: User, prefix: str) -> Iterator[Due]:
    """Strong anomalies that nobody has answered."""
    if not may(user, ANSWER_ANOMALIES):
        return
    waiting = Anomaly.objects.filter(regions.inside(prefix), state=AnomalyState.OPEN, strength__gte=STRONG)
    if count := waiting.count():
        address = f"{reverse('console:oversight-anomalies')}?state=open&strength=strong"
        yield Due(_("Look into strong anomalies"), address, count=count)
