"""What waits about work done: incidents that are open for too long or not closed, visits that are overdue."""

from collections.abc import Iterator

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.today import Due, due
from yigang.console.work.incidents import late
from yigang.console.work.pairings import overdue
from yigang.duty.access import ENTER_VISIT, HANDLE_INCIDENT
from yigang.duty.enums import IncidentState
from yigang.duty.models import Incident, Pairing
from yigang.foundation.access import may
from yigang.foundation.models import User


@due("work")
def incidents(user: User, prefix: str) -> Iterator[Due]:
    if not may(user, HANDLE_INCIDENT):
        return
    here, address = Incident.objects.filter(regions.inside(prefix)), reverse("console:work-incidents")
    if count := here.filter(late()).count():
        first = here.filter(late()).aggregate(first=Min("remind_at"))["first"]
        yield Due(_("Handle incidents that wait too long"), f"{address}?late=yes", timezone.localdate(first), count)
    if count := here.filter(state=IncidentState.OPEN).exclude(late()).count():
        yield Due(_("Handle incidents"), f"{address}?state=open&late=no", timezone.localdate(), count)


@due("work")
def visits(user: User, prefix: str) -> Iterator[Due]:
    if not may(user, ENTER_VISIT):
        return
    here = Pairing.objects.filter(regions.inside(prefix), overdue())
    if count := here.count():
        first = here.aggregate(first=Min("due_on"))["first"]
        yield Due(
            _("See to visits that are overdue"),
            f"{reverse('console:work-pairings')}?overdue=yes&sort=due",
            first,
            count,
        )
