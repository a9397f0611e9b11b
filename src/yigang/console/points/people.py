"""Points of people: totals by month and year, and the part of a person's page that shows new entries by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import queries
from yigang.appraisal.access import GIVE_POINTS, READ_POINTS
from yigang.appraisal.enums import PointKind
from yigang.appraisal.models import PointEntry
from yigang.console import regions
from yigang.console.lists import BelowFilter, BulkAction, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import actor_of, found, page
from yigang.console.points.tabs import clauses_of, frame, last_day, with_points
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.foundation.access import may
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.tenure.models import Appointment

SHOWN = 10
"""Entries on a person's page; all of them are in the ledger."""
MONTHS = 24


def rows(_reader: Any) -> Any:
    """Who holds a post of a programme with points today, and whoever has any; with the sums of the month, the year, the post."""
    today = timezone.localdate()
    held = Q(starts__lte=today) & (Q(ends=None) | Q(ends__gte=today))
    has = Exists(PointEntry.objects.filter(appointment=OuterRef("pk")))
    there = Appointment.objects.filter(held | has, programme__in=with_points())
    kinds = {kind: _sum(Q(points__kind=kind)) for kind in PointKind.values}
    year, first = Q(points__month__year=today.year), today.replace(day=1)
    sums = {"month_total": _sum(Q(points__month=first)), "year_total": _sum(year), "total": _sum(Q())}
    return there.select_related("person", "programme").annotate(**kinds, **sums)


def _sum(condition: Q) -> Any:
    return Coalesce(Sum("points__points", filter=condition), Decimal("0.00"))


def in_month(found_rows: Any, month: str) -> Any:
    """Those who have points that count in a month such as `2020-07`."""
    return found_rows.filter(Exists(PointEntry.objects.filter(appointment=OuterRef("pk"), month=f"{month}-01")))


def of_month(found_rows: Any, month: str) -> Any:
    """The sums of that month and its year."""
    first = date.fromisoformat(f"{month}-01")
    return found_rows.annotate(
        month_total=_sum(Q(points__month=first)), year_total=_sum(Q(points__month__year=first.year))
    )


def in_year(found_rows: Any, year: str) -> Any:
    """Those who have points that count in a year."""
    return found_rows.filter(Exists(PointEntry.objects.filter(appointment=OuterRef("pk"), month__year=int(year))))


def of_year(found_rows: Any, year: str) -> Any:
    """The sums of that year, by kind too."""
    within = Q(points__month__year=int(year))
    kinds = {kind: _sum(within & Q(points__kind=kind)) for kind in PointKind.values}
    return found_rows.annotate(**kinds, year_total=_sum(within))


def years(_reader: Reader) -> list[tuple[str, str]]:
    """Years in which somebody has points, the newest first."""
    known = PointEntry.objects.order_by("-month__year").values_list("month__year", flat=True).distinct()[:MONTHS]
    return [(str(each), str(each)) for each in known]


def months(_reader: Reader) -> list[tuple[str, str]]:
    """Months in which somebody has points, the newest first."""
    known = PointEntry.objects.order_by("-month").values_list("month", flat=True).distinct()[:MONTHS]
    return [(f"{each:%Y-%m}", f"{each:%Y-%m}") for each in known]


def search(found_rows: Any, words: str) -> Any:
    return found_rows.filter(person__in=people_queries.search(Person.objects.all(), words))


PEOPLE = List(
    name="points",
    title=_("Points of people"),
    unit=_("people"),
    rows=rows,
    columns=(
        Column("name", _("Name"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("month", _("Points of the month"), lambda row: row.month_total, sort=("month_total",), kind="decimal"),
        Column("year", _("Points of the year"), lambda row: row.year_total, sort=("year_total",), kind="decimal"),
        Column("credit", PointKind.CREDIT.label, lambda row: row.credit, sort=("credit",), kind="decimal"),
        Column("debit", PointKind.DEBIT.label, lambda row: -row.debit, sort=("-debit",), kind="decimal"),
        Column("award", PointKind.AWARD.label, lambda row: row.award, sort=("award",), kind="decimal"),
        Column("total", _("Points in this post"), lambda row: row.total, sort=("total",), kind="decimal"),
    ),
    order=("person__pinyin",),
    filters=(
        BelowFilter(),
        ChoiceFilter("month", _("Points of the month"), in_month, months, counts=of_month),
        ChoiceFilter("year", _("Points of the year"), in_year, years, counts=of_year),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("any", _("Has points"), lambda: Q(Exists(PointEntry.objects.filter(appointment=OuterRef("pk"))))),
    ),
    search=search,
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:person", args=[row.person_id]),
    actions=(BulkAction(_("Give points"), "console:points-give-many", GIVE_POINTS, "plus"),),
    empty=Empty(_("Nobody here is in a programme whose policy gives points.")),
)  # fmt: skip


@page(READ_POINTS)
def people(request: HttpRequest) -> HttpResponseBase:
    return show(request, PEOPLE, template="console/tenure/list.html", context=frame(actor_of(request), "points"))


@page(READ_POINTS)
def of_person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The part about points of a person's page. Asked every few seconds; 204 while `known` is still the newest entry."""
    newest = PointEntry.objects.filter(person=pk).order_by("-pk").values_list("pk", flat=True).first() or 0
    if request.GET.get("known") == str(newest):
        return HttpResponse(status=204)
    person = found(Person.objects.all(), pk=pk)
    held = person.appointments.select_related("programme").order_by("-starts").first()
    entries = list(queries.ledger_of(person)[:SHOWN])
    day = entries[0].month if entries else timezone.localdate()
    actor = actor_of(request)
    context = {
        "person": person, "held": held, "entries": entries, "known": newest, "year": day.year,
        "honours": queries.honours_of(pk),
        "sums": queries.sums_of(person, day.year), "on": bool(held and clauses_of(held.programme, last_day(held))),
        "may_give": bool(held and may(actor, GIVE_POINTS, held.region_code)),
    }  # fmt: skip
    return render(request, "console/points/of_person.html", context)
