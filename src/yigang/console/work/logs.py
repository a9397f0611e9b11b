"""Daily logs as the town reads them, and who has days without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.duty.calendar import month_asked
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, List, show
from yigang.console.pages import actor_of, found, page
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import linked, place_of
from yigang.console.work import media
from yigang.console.work.tabs import by_person, frame
from yigang.duty import queries
from yigang.duty.enums import Source, WorkDone
from yigang.duty.models import WorkLog
from yigang.foundation.facts import Selection
from yigang.people.models import Household, Person
from yigang.policy.period import Period
from yigang.posts.models import Programme

SHORT = 60


def rows(_reader: Reader) -> Any:
    """Logs that count: not corrected later, not cancelled, not withdrawn."""
    return WorkLog.objects.filter(corrected_by=None, cancelled=False, intake__withdrawn_at=None).select_related(
        "person"
    )


def done_words(row: WorkLog) -> str:
    """What was ticked."""
    return "、".join(str(WorkDone(code).label) for code in row.done)


LOGS = List(
    name="work_logs",
    title=_("Work logs"),
    unit=_("logs"),
    rows=rows,
    columns=(
        Column("day", _("Day"), lambda row: row.day, sort=("day",), kind="date", always=True),
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("text", _("Work done"), lambda row: row.text, wrap=True),
        Column("done", _("Ticked"), done_words, wrap=True, shown=False),
        Column("households", _("Households"), lambda row: len(row.households) or None, kind="integer", shown=False),
        Column("photos", _("Photos"), lambda row: len(row.media) or None, kind="integer", shown=False),
        Column("source", _("Source"), lambda row: row.get_source_display(), shown=False),
    ),
    order=("-day",),
    filters=(
        BelowFilter(),
        ChoiceFilter("done", _("Ticked"), lambda found_, code: found_.filter(done__contains=[code]), WorkDone.choices),
        ChoiceFilter("source", _("Source"), "source", Source.choices),
        DateFilter("from", _("From"), "day__gte"),
        DateFilter("to", _("To"), "day__lte"),
    ),
    search=lambda found_, words: by_person(found_, words) | found_.filter(text__contains=words),
    search_hint=_("Name, pinyin initials or words of the log"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:work-log", args=[row.pk]),
    empty=Empty(_("There is no log yet. It comes by phone, from tables, or from days kept on paper.")),
)


@page(access.OPEN_DUTY)
def logs(request: HttpRequest) -> HttpResponseBase:
    return show(request, LOGS, template="console/tenure/list.html", context=frame(actor_of(request), "work"))


@page(access.OPEN_DUTY)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A log to be read, with the log before and after it of the same person."""
    row = found(WorkLog.objects.select_related("person", "intake", "intake__created_by"), pk=pk)
    households = Household.objects.filter(pk__in=row.households)
    heads = dict(Person.objects.filter(household__in=households, relation="head").values_list("household_id", "name"))
    facts = [
        (_("Person"), linked("person", row.person_id, row.person.name)), (_("Village"), place_of(row.region_code)),
        (_("Day"), linked_day(row)), (_("Ticked"), done_words(row)),
        (_("Households"), "、".join(f"{heads.get(one.pk, '')}（{one.number}）" for one in households)),
        (_("Photos"), media.shown(actor_of(request), row.person_id, row.media)), (_("Source"), row.get_source_display()),
    ]  # fmt: skip
    context = {
        "title": f"{row.person.name} {row.day}", "facts": facts, "text": row.text, "back_to": reverse("console:work"),
        "back_label": _("Work logs"), "printable": True,
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def linked_day(row: WorkLog) -> str:
    """The day, opening everything that lies about it."""
    address = reverse("console:duty-day", args=[row.person_id, row.day.isoformat()])
    return format_html('<a href="{}">{}</a>', address, row.day)


@dataclass(frozen=True)
class Missing:
    """One person's month: days in post that are over, days with a log, days on duty without one."""

    person_id: int
    name: str
    place: str
    days: int
    logs: int
    without: list[date]


@page(access.OPEN_DUTY)
def missing(request: HttpRequest) -> HttpResponseBase:
    """People of one programme whose days on duty have no log, those with the most first."""
    period = Period.of(month_asked(request))
    programmes = list(Programme.objects.order_by("name"))
    asked = request.GET.get("programme", "")
    programme = next((one for one in programmes if str(one.pk) == asked), programmes[0] if programmes else None)
    found_: list[Missing] = []
    if programme:
        selection = Selection(programme.pk, regions.viewing(request), period.first, period.last)
        found_ = missing_of(queries.month_grid(selection), timezone.localdate())
    context: dict[str, Any] = {
        **frame(actor_of(request), "work-missing"), "rows": found_[:300], "month": period.first, "total": len(found_),
        "programmes": programmes, "programme": programme, "all_without": sum(len(row.without) for row in found_),
    }  # fmt: skip
    return render(request, "console/work/missing.html", context)


def missing_of(grid: list[queries.GridRow], today: date) -> list[Missing]:
    """Days on duty (not on leave, not absent, not unknown) up to today that nobody wrote about."""
    known = regions.names(code for row in grid for code in (row.region_code, f"{row.region_code[:9]}000"))
    made = []
    for row in grid:
        on_duty = [
            cell for cell in row.cells if cell.in_post and cell.day <= today and cell.mark in ("present", "night")
        ]
        without = [cell.day for cell in on_duty if not cell.log]
        if without:
            place = regions.full_name(row.region_code, known)
            made.append(
                Missing(row.person_id, row.name, place, len(on_duty), sum(cell.log for cell in row.cells), without)
            )
    return sorted(made, key=lambda row: (-len(row.without), row.place, row.name))
