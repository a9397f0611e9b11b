"""What waits in training: sessions today, proofs to look at, tasks overdue, tasks that come due."""

from collections.abc import Iterator

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.today import Due, due
from yigang.console.training.remedial import overdue
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.training.access import FOLLOW_UP, TEACH
from yigang.training.enums import RemedialState, SessionState
from yigang.training.models import RemedialTask, Session


@due("training")
def sessions(user: User, prefix: str) -> Iterator[Due]:
    """Sessions that begin today, and those that are over and not closed."""
    if not may(user, TEACH):
        return
    today = timezone.localdate()
    rows = Session.objects.filter(regions.inside(prefix), state=SessionState.PLANNED, starts_at__date__lte=today)
    if count := rows.count():
        first = rows.aggregate(first=Min("starts_at"))["first"]
        address = f"{reverse('console:training-sessions')}?state=planned&to={today}"
        yield Due(_("Hold sessions and close their sign-in"), address, due_on=timezone.localdate(first), count=count)


@due("training")
def remedial(user: User, prefix: str) -> Iterator[Due]:
    if not may(user, FOLLOW_UP):
        return
    address = reverse("console:training-remedial")
    rows = RemedialTask.objects.filter(regions.inside(prefix))
    if count := rows.filter(state=RemedialState.PROVEN).exclude(proven_by=user).count():
        yield Due(_("Look at proofs of training made up"), f"{address}?state=proven", count=count)
    late = rows.filter(overdue(), state=RemedialState.OPEN)
    if count := late.count():
        first = late.aggregate(first=Min("due_on"))["first"]
        yield Due(_("Training not made up in time"), f"{address}?overdue=yes", due_on=first, count=count)
    soon = rows.filter(~Q(reminded_on=None), state=RemedialState.OPEN, due_on__gte=timezone.localdate())
    if count := soon.count():
        first = soon.aggregate(first=Min("due_on"))["first"]
        yield Due(_("Training to be made up soon"), f"{address}?state=open&sort=due", due_on=first, count=count)
