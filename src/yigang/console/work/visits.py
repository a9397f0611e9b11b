"""Visits to households: all of them as a list."""

from __future__ import annotations

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.lists import BelowFilter, Column, DateFilter, Empty, FlagFilter, List, Total, show
from yigang.console.lists.spec import yuan
from yigang.console.pages import action, actor_of, back, found, page
from yigang.console.tenure.pieces import ReasonForm, cleaned
from yigang.console.tenure.tabs import Offer
from yigang.console.work.tabs import entered_by, frame
from yigang.duty import domain
from yigang.duty.access import ENTER_VISIT
from yigang.duty.models import Visit


def maker(row: Visit) -> str:
    """Who was there."""
    if row.person:
        return row.person.name
    return f"{row.pairing.official} {row.pairing.office}".strip() if row.pairing else ""


def address(row: Visit) -> str:
    if row.pairing_id:
        return reverse("console:work-pairing", args=[row.pairing_id])
    return reverse("console:work-visits")


VISITS = List(
    name="visits",
    title=_("Visits"),
    unit=_("visits"),
    rows=lambda _reader: Visit.objects.filter(withdrawn_at=None).select_related(
        "household", "pairing", "person", "entered_by"
    ),
    columns=(
        Column("day", _("Day"), lambda row: row.day, sort=("day",), kind="date", always=True),
        Column("household", _("Household"), lambda row: row.household.number, sort=("household__number",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("by", _("By whom"), maker),
        Column("text", _("What was talked about"), lambda row: row.text, wrap=True),
        Column(
            "given", _("Given"), lambda row: row.given_fen or None, kind="money", unit=_("yuan"), sort=("given_fen",)
        ),
        Column("entered", _("Brought in by"), entered_by, shown=False),
    ),
    order=("-day",),
    filters=(
        BelowFilter(),
        FlagFilter("paired", _("Of a pairing"), lambda: Q(pairing__isnull=False)),
        FlagFilter("given", _("Something was given"), lambda: Q(given_fen__gt=0)),
        DateFilter("from", _("From"), "day__gte"),
        DateFilter("to", _("To"), "day__lte"),
    ),
    search=lambda rows, words: rows.filter(
        Q(household__number__contains=words) | Q(person__name__contains=words) | Q(pairing__official__contains=words)
    ),
    search_hint=_("Household number or name of the helper"),
    totals=(Total(_("Given"), Sum("given_fen"), yuan, _("yuan")),),
    prepare=regions.name_places,
    link=address,
    empty=Empty(_("No visit is on file yet. Visits are entered with the household's helper, or come by phone.")),
)


@page(access.OPEN_DUTY)
def visits(request: HttpRequest) -> HttpResponseBase:
    table = Offer(_("Take in a table"), "import-new", "upload", ENTER_VISIT, query="kind=visit")
    context = frame(actor_of(request), "work-visits", table)
    return show(request, VISITS, template="console/tenure/list.html", context=context)


@action(ENTER_VISIT)
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Visit.objects.all(), pk=pk)
    domain.withdraw_visit(row, reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return back(request, "console:work-visits")
