"""A person's leave of a calendar year: taken, asked for, left, with the policy's clause; every request of the year."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from yigang.console import access
from yigang.console.leave.requests import TABS, state
from yigang.console.pages import actor_of, found, page
from yigang.console.tenure.tabs import frame
from yigang.duty import leave_account
from yigang.duty.models import LeaveRequest
from yigang.people.models import Person
from yigang.policy.measures import LEAVE_KINDS
from yigang.tenure.models import Appointment

LAST_YEAR = 9998


@page(access.OPEN_DUTY)
def account(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = found(Person.objects.all(), pk=pk)
    held = Appointment.objects.filter(person=person).select_related("programme").order_by("-starts").first()
    year = _year(request)
    found_ = leave_account.account(person.pk, held.programme, year, on=timezone.localdate()) if held else None
    rows = LeaveRequest.objects.filter(person=person, first__year__lte=year, last__year__gte=year)
    context: dict[str, Any] = {
        **frame(actor_of(request), "", tabs=TABS), "person": person, "account": found_, "year": year,
        "requests": [(row, state(row)) for row in rows], "before": year - 1, "after": year + 1, "held": held,
        "together": "、".join(LEAVE_KINDS[kind].zh for kind in found_.together) if found_ else "",
    }  # fmt: skip
    return render(request, "console/leave/account.html", context)


def _year(request: HttpRequest) -> int:
    """`?year=2020`, else this year."""
    asked = request.GET.get("year", "")
    return min(max(int(asked), 1), LAST_YEAR) if asked.isdigit() else timezone.localdate().year
