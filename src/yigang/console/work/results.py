"""Results of work: each with its quantity, and their sums by region and kind."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, place_of
from yigang.console.tenure.tabs import Offer
from yigang.console.work import media
from yigang.console.work.tabs import PersonForm, by_person, entered_by, frame, place_words
from yigang.duty import domain, work_sums
from yigang.duty.access import REPORT
from yigang.duty.enums import ResultKind, Unit
from yigang.duty.models import WorkResult
from yigang.duty.quantities import in_words
from yigang.exchange.spreadsheet import Column as SheetColumn
from yigang.exchange.spreadsheet import Sheet, workbook_bytes
from yigang.foundation.access import may
from yigang.foundation.models import User

NOON = time(12)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def quantity(row: WorkResult) -> str:
    """The quantity as it was reported."""
    return f"{row.quantity.normalize():f} {row.get_unit_display()}"


RESULTS = List(
    name="work_results",
    title=_("Work results"),
    unit=_("results"),
    rows=lambda _reader: WorkResult.objects.filter(withdrawn_at=None).select_related("person", "entered_by"),
    columns=(
        Column("day", _("Day"), lambda row: row.day, sort=("day",), kind="date", always=True),
        Column("kind", _("Kind of work"), lambda row: row.get_kind_display(), sort=("kind",), always=True),
        Column("quantity", _("Quantity"), quantity, sort=("amount",)),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("person", _("Person"), lambda row: row.person.name if row.person else ""),
        Column("text", _("Description"), lambda row: row.text, wrap=True),
        Column(
            "photos", _("Photos before and after"), lambda row: f"{len(row.before)} / {len(row.after)}", shown=False
        ),
        Column("entered", _("Brought in by"), entered_by, shown=False),
    ),
    order=("-day",),
    filters=(
        BelowFilter(),
        ChoiceFilter("kind", _("Kind of work"), "kind", ResultKind.choices),
        ChoiceFilter("unit", _("Unit"), "unit", Unit.choices),
        DateFilter("from", _("From"), "day__gte"),
        DateFilter("to", _("To"), "day__lte"),
    ),
    search=by_person,
    search_hint=_("Name or pinyin initials"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:work-result", args=[row.pk]),
    empty=Empty(_("No work result is on file yet."), _("Enter a result"), "console:work-result-new", REPORT),
)


class ResultForm(PersonForm):
    """So much was done on a day."""

    day = forms.DateField(label=_("Day"), widget=Day, initial=timezone.localdate)
    kind = forms.ChoiceField(label=_("Kind of work"), choices=ResultKind.choices)
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=14, decimal_places=3)
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices, initial=Unit.MU)
    text = forms.CharField(label=_("Description"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))


@page(access.OPEN_DUTY)
def results(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "work-results", Offer(_("Enter a result"), "work-result-new", "plus", REPORT))
    return show(request, RESULTS, template="console/tenure/list.html", context=context)


@page(REPORT)
def new(request: HttpRequest) -> HttpResponseBase:
    form = ResultForm(regions.reader(request), request.POST or None)

    def save(given: dict[str, Any], actor: User) -> str:
        said = domain.Report(moment_of(given["day"]), given["text"])
        made = domain.report_result(
            given["person"], ResultKind(given["kind"]), given["quantity"], Unit(given["unit"]), said, actor=actor
        )
        return reverse("console:work-result", args=[made.pk])

    return form_page(request, form, _now("Enter a result"), save, back_to=reverse("console:work-results"))


def moment_of(day: date) -> datetime:
    """A day that is told without an hour counts at noon, today as now."""
    now = timezone.localtime()
    return now if day == now.date() else datetime.combine(day, NOON, now.tzinfo)


@page(access.OPEN_DUTY)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(WorkResult.objects.select_related("person", "entered_by", "withdrawn_by"), pk=pk)
    told = [
        (_("Person"), linked("person", row.person.pk, row.person.name) if row.person else ""),
        (_("Village"), place_of(row.region_code)), (_("Day"), row.day), (_("Kind of work"), row.get_kind_display()),
        (_("Quantity"), quantity(row)), (_("Summed as"), in_words(row.amount, row.dimension)), (_("Description"), row.text),
        (_("Position"), place_words(row)), (_("Photos before"), media.shown(actor_of(request), row.person_id, row.before)),
        (_("Photos after"), media.shown(actor_of(request), row.person_id, row.after)), (_("Brought in by"), entered_by(row)),
        (_("Arrived at"), plain(row.entered_at)), (_("Taken back"), row.withdrawn_reason),
    ]  # fmt: skip
    why = may(actor_of(request), REPORT, row.region_code).why
    take_back = Step(
        _now("Take it back"),
        reverse("console:work-result-withdraw", args=[pk]),
        "trash",
        ReasonForm(),
        why,
        danger=True,
    )
    context = {
        "title": str(row), "facts": [(label, value) for label, value in told if value], "printable": True,
        "state": ("bad", _now("Taken back")) if row.withdrawn_at else None, "steps": [] if row.withdrawn_at else [take_back],
        "back_to": reverse("console:work-results"), "back_label": _("Work results"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


@action(REPORT)
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(WorkResult.objects.all(), pk=pk)
    domain.withdraw_result(row, reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:work-result", pk)


def asked(request: HttpRequest) -> tuple[date, date]:
    """`?from=…&to=…`, else this year so far."""
    today = timezone.localdate()
    return day_in(request, "from", today.replace(month=1, day=1)), day_in(request, "to", today)


def day_in(request: HttpRequest, key: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(key, ""))
    except ValueError:
        return otherwise


def table_of(request: HttpRequest) -> tuple[work_sums.Table, date, date]:
    """The sums of the region looked at, one row for each region directly below it."""
    (first, last), reader = asked(request), regions.reader(request)
    below = {place.prefix: place.name for place in reader.below}
    here = regions.names([reader.prefix.ljust(12, "0")]).get(reader.prefix.ljust(12, "0"), "")
    return work_sums.table(reader.prefix, below, here, first, last), first, last


@page(access.OPEN_DUTY)
def summed(request: HttpRequest) -> HttpResponseBase:
    table, first, last = table_of(request)
    context = {
        **frame(actor_of(request), "work-sums"), "table": table, "first": first, "last": last,
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "console/work/sums.html", context)


@page(access.OPEN_DUTY)
def workbook(request: HttpRequest) -> HttpResponseBase:
    """The same table for the office's files: every sum as a number in the base unit, and in words."""
    table, first, last = table_of(request)
    sums = [SheetColumn(f"{one.title}（{one.unit.label}）", "decimal") for one in table.columns]
    columns = [SheetColumn(_now("Region")), *sums]
    body = [[row.name, *row.in_units(table.columns)] for row in [*table.rows, table.total]]
    title = _now("Work results from %(first)s to %(last)s") % {"first": first, "last": last}
    content = workbook_bytes(
        [Sheet(_now("Sums of results"), columns, body, [title])], created=timezone.localtime().replace(tzinfo=None)
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="work-results-{first}-{last}.xlsx"'
    return response
