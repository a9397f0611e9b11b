"""The working calendar of a county: the state's year, and the days that differ here."""

import re
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.access import OPEN_OFFICE
from yigang.console.lists import Column, DateFilter, Empty, List, show
from yigang.console.office.tabs import tabs
from yigang.console.pages import action, actor_of, form_page, page
from yigang.console.people.forms import Day
from yigang.foundation import calendar as working
from yigang.foundation import domain, regioncode
from yigang.foundation.access import MANAGE_CALENDAR
from yigang.foundation.models import CalendarOverride, User

OVERRIDES = List(
    name="overrides",
    title=_("Days that differ"),
    unit=_("days"),
    rows=lambda _reader: CalendarOverride.objects.exclude(name=""),
    region_field="",
    columns=(
        Column("date", _("Day"), lambda row: row.date, sort=("date",), kind="date", always=True),
        Column("working", _("Working day"), lambda row: str(_now("works") if row.working else _now("rests"))),
        Column("name", _("Why"), lambda row: row.name),
        Column("place", _("Region"), lambda row: row.place),
    ),
    order=("-date",),
    filters=(DateFilter("from", _("From day"), "date__gte"), DateFilter("to", _("To day"), "date__lte")),
    prepare=regions.name_places,
    empty=Empty(
        _("No day differs from the published calendar."), _("Add a day"), "console:calendar-add", MANAGE_CALENDAR
    ),
)
MONTHS = 12
YEAR = re.compile(r"20\d\d$")


class DayForm(forms.Form):
    """A day against the published calendar."""

    date = forms.DateField(label=_("Day"), widget=Day)
    working = forms.TypedChoiceField(
        label=_("This day"), choices=(("no", _("rests")), ("yes", _("works"))), coerce=lambda word: word == "yes"
    )
    name = forms.CharField(label=_("Why"), max_length=60)


def year_of(reader_prefix: str, year: int) -> dict[str, Any]:
    """Working days of each month, or that the year is not published."""
    rows = CalendarOverride.objects.filter(date__year=year)
    overrides = {row.date: (row.working, row.name) for row in rows if row.region_code.startswith(reader_prefix[:6])}
    try:
        days = list(working.days(date(year, 1, 1), date(year, 12, 31), overrides))
    except working.NotPublished as refusal:
        return {"year": year, "why": f"{refusal} {refusal.remedy}"}
    counts = [sum(day.working for day in days if day.date.month == month) for month in range(1, MONTHS + 1)]
    named = [day for day in days if day.name]
    return {"year": year, "months": list(enumerate(counts, 1)), "total": sum(counts), "named": named}


@page(OPEN_OFFICE)
def calendar(request: HttpRequest) -> HttpResponseBase:
    asked = request.GET.get("year", "")
    year = int(asked) if YEAR.match(asked) else timezone.localdate().year
    context = {**tabs(actor_of(request), "calendar"), **year_of(regions.viewing(request), year)}
    return show(request, OVERRIDES, template="console/office/calendar.html", context=context)


@action(MANAGE_CALENDAR)
def enter(request: HttpRequest, year: int) -> HttpResponseBase:
    """A year that is not published: its ordinary days at once, so that only what the notice moves is left to enter."""
    if not YEAR.match(str(year)):
        raise Http404
    domain.enter_year(regioncode.pad(regions.viewing(request)[:6]), year, actor=actor_of(request))
    return redirect(f"{reverse('console:calendar')}?year={year}")


@page(MANAGE_CALENDAR)
def add(request: HttpRequest) -> HttpResponseBase:
    region = regioncode.pad(regions.viewing(request)[:6])
    back_to = reverse("console:calendar")

    def save(data: dict[str, Any], actor: User) -> str:
        domain.override_day(region, data["date"], working=data["working"], name=data["name"], actor=actor)
        return f"{back_to}?year={data['date'].year}"

    return form_page(request, DayForm(request.POST or None), _now("Change a working day"), save, back_to=back_to)
