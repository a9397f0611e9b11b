"""A person's month as a calendar: each day coloured and lettered, each opening its evidence, corrections included."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import access
from yigang.console.duty.forms import CheckInForm, WorkLogForm
from yigang.console.pages import actor_of, came_from, form_page, found, page
from yigang.duty import domain, queries
from yigang.duty.access import CORRECT_EVIDENCE, ENTER_LEAVE
from yigang.duty.enums import CheckInKind, CheckInResult, Place
from yigang.duty.models import CheckIn, WorkLog
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.policy.period import Period
from yigang.tenure.models import Appointment


@dataclass(frozen=True)
class Calendar:
    """What the template `console/duty/_calendar.html` draws, on any page that shows a person's month."""

    person: Person
    month: date
    row: queries.GridRow | None
    weeks: list[list[queries.DayCell | None]]

    @property
    def before(self) -> date:
        return (self.month - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.month + timedelta(days=31)).replace(day=1)


def calendar_of(person: Person, month: date) -> Calendar:
    """The month of the post held then; without one, an empty calendar that says so."""
    last = Period.of(month).last
    held = (
        Appointment.objects.filter(person=person, starts__lte=last).exclude(ends__lt=month).order_by("-starts").first()
    )
    if held is None:
        return Calendar(person, month, None, [])
    prefix = regioncode.prefix_of(held.region_code)
    row = queries.person_month(person.pk, held.programme_id, prefix, month, last)
    return Calendar(person, month, row, queries.weeks(row.cells) if row else [])


def month_asked(request: HttpRequest) -> date:
    """`?month=2020-07`, else this month."""
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)


@page(access.OPEN_DUTY)
def calendar(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The calendar as a page, or alone when another page asks for it."""
    person = found(Person.objects.all(), pk=pk)
    partial = bool(request.headers.get("HX-Request"))
    context = {"calendar": calendar_of(person, month_asked(request)), "person": person, "tab": ""}
    return render(request, "console/duty/_calendar.html" if partial else "console/duty/calendar.html", context)


@page(access.OPEN_DUTY)
def day(request: HttpRequest, pk: int, day: str) -> HttpResponseBase:
    """Everything that lies about a person's day, what no longer counts struck through."""
    person = found(Person.objects.all(), pk=pk)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    evidence = queries.day_evidence(person.pk, on)
    context = {
        "person": person, "day": on, "month": on.replace(day=1), "evidence": evidence,
        "check_ins": [(entry, ("check_ins", entry.pk) in evidence.superseded) for entry in evidence.check_ins],
        "leaves": [(entry, ("leaves", entry.pk) in evidence.superseded) for entry in evidence.leaves],
        "logs": [(entry, ("work_logs", entry.pk) in evidence.superseded) for entry in evidence.work_logs],
        "correct": may(actor_of(request), CORRECT_EVIDENCE, person.region_code),
        "enter": may(actor_of(request), ENTER_LEAVE, person.region_code), "tab": "",
    }  # fmt: skip
    return render(request, "console/duty/day.html", context)


@page(CORRECT_EVIDENCE)
def correct_check_in(request: HttpRequest, day: str, pk: int) -> HttpResponseBase:
    try:
        entry = found(CheckIn.objects.select_related("person"), pk=pk, day=date.fromisoformat(day))
    except ValueError:
        raise Http404 from None
    form = CheckInForm.of(entry, request.POST or None)
    back_to = came_from(request, reverse("console:duty-day", args=[entry.person_id, day]))

    def save(given: dict[str, Any], actor: User) -> str:
        domain.correct_check_in(
            entry, at=form.moment_on(entry), kind=CheckInKind(given["kind"]),
            result=CheckInResult(given["result"]) if given["result"] else None,
            place=Place(given["place"]) if given["place"] else None, reason=given["reason"], actor=actor,
        )  # fmt: skip
        return back_to

    title = _("Correct the check-in of %(person)s on %(day)s") % {"person": entry.person, "day": day}
    return form_page(request, form, title, save, back_to=back_to)


@page(CORRECT_EVIDENCE)
def correct_log(request: HttpRequest, pk: int) -> HttpResponseBase:
    entry = found(WorkLog.objects.select_related("person").filter(cancelled=False), pk=pk)
    form = WorkLogForm.of(entry, request.POST or None)
    back_to = came_from(request, reverse("console:duty-day", args=[entry.person_id, f"{entry.day}"]))

    def save(given: dict[str, Any], actor: User) -> str:
        words, cancelled = given["text"], given["cancelled"]
        domain.correct_work_log(
            entry, day=given["day"], text=words, cancelled=cancelled, reason=given["reason"], actor=actor
        )
        return back_to

    title = _("Correct the work log of %(person)s on %(day)s") % {"person": entry.person, "day": entry.day}
    return form_page(request, form, title, save, back_to=back_to)
