"""What waits about leave: requests to decide, returns that nobody reported."""

from collections.abc import Iterator

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.leave.requests import mine, overdue
from yigang.console.today import Due, due
from yigang.duty.access import ASK_LEAVE
from yigang.duty.models import LeaveRequest
from yigang.foundation.access import may
from yigang.foundation.models import User


@due("leave")
def to_decide(user: User, prefix: str) -> Iterator[Due]:
    """The first day of the earliest of them is when a decision comes too late."""
    waiting = LeaveRequest.objects.filter(regions.inside(prefix), mine(user))
    if count := waiting.count():
        first = waiting.aggregate(first=Min("first"))["first"]
        yield Due(_("Decide requests for leave"), f"{reverse('console:leave')}?state=asked", due_on=first, count=count)


@due("leave")
def not_back(user: User, prefix: str) -> Iterator[Due]:
    if not may(user, ASK_LEAVE):
        return
    late = LeaveRequest.objects.filter(regions.inside(prefix), overdue())
    if count := late.count():
        first = late.aggregate(first=Min("return_by"))["first"]
        address = f"{reverse('console:leave')}?overdue=yes"
        yield Due(_("Ask who has not reported the return from leave"), address, due_on=first, count=count)
