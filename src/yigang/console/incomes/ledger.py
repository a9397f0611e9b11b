"""The ledger of household income of a year: every household with net income, share of the post, and how it stands to the line."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django import forms
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.bank.forms import YuanField
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.lists.spec import Rows
from yigang.console.pages import actor_of, form_page, page
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import tag
from yigang.foundation import money, regioncode
from yigang.foundation.access import may
from yigang.foundation.enums import RegionLevel
from yigang.foundation.models import User
from yigang.payment.household_income import Standing, with_income
from yigang.people import incomes
from yigang.people import queries as people_queries
from yigang.people.access import KEEP_INCOMES, READ_PEOPLE, SET_WARNING_LINE
from yigang.people.enums import PoorKind, Relation
from yigang.people.models import Household, IncomeYear, Person, ReliefPlan, WarningLine

YEARS = range(2015, 2051)
TABS = 5
"""As many years stand above the list."""
STATES = (("under", _("Below the line")), ("above", _("Not below the line")), ("unknown", _("Undetermined")))


def rows(year: int) -> Rows:
    head = Person.objects.filter(household=OuterRef("pk"), relation=Relation.HEAD).values("name")[:1]
    plan = ReliefPlan.objects.filter(household=OuterRef("pk"), done_on=None)
    found = with_income(Household.objects.all(), year).annotate(head=Subquery(head), plan=Exists(plan))
    listed: Rows = found.prefetch_related("causes")
    return listed


def by_state(found: Rows, value: str) -> Rows:
    return (
        found.filter(under={"under": True, "above": False}.get(value))
        if value != "unknown"
        else found.filter(under=None)
    )


def search(found: Rows, words: str) -> Rows:
    """Household number, or whatever finds one of its members."""
    members = people_queries.search(Person.objects.all(), words).values("household")
    return found.filter(Q(number__contains=words) | Q(pk__in=members))


def state_words(row: Any) -> str:
    return str(dict(STATES)["unknown" if row.under is None else "under" if row.under else "above"])


def state_tag(row: Any) -> str:
    """How it stands to the line, in words with a colour."""
    return tag({True: "bad", False: "good", None: "warn"}[row.under], state_words(row))


def remarks(row: Any) -> str:
    """Why it is under the line, or what is missing to say so."""
    told = Standing(row)
    missing = told.missing()
    if missing:
        return _now("Missing: %(what)s") % {"what": "、".join(missing)}
    if row.line_fen is None:
        return _now("No line is set for this year")
    return "；".join(told.reasons())


def columns() -> Iterable[Column]:
    yield Column("number", _("Household"), lambda row: row.number, sort=("number",), always=True)
    yield Column("head", _("Head"), lambda row: row.head, sort=("head",))
    yield Column("place", _("Village"), lambda row: row.place, sort=("region_code",))
    yield Column("people", _("Members of the household"), lambda row: row.people, kind="integer", shown=False)
    figures = (
        ("wage_fen", _("Wages without the post"), False), ("business_fen", _("Farming and business"), False),
        ("property_fen", _("Property income"), False), ("transfer_fen", _("Transfer income"), False),
        ("post_fen", _("Pay from posts"), False), ("cost_fen", _("Costs of the household"), False),
        ("net_fen", _("Net income"), True),
        ("per_head_fen", _("Per head"), True),
    )  # fmt: skip
    for key, label, shown in figures:
        sort = (key,) if key in ("net_fen", "per_head_fen") else ()
        yield Column(key, label, attrgetter(key), kind="money", unit=_("yuan"), shown=shown, sort=sort)
    yield Column("share", _("Share of the post"), lambda row: Standing(row).share)
    yield Column("state", _("Against the warning line"), state_words, show=state_tag)
    yield Column("remarks", _("Why so"), remarks, wrap=True)
    yield Column("plan", _("Open plan"), lambda row: row.plan)


def spec(year: int) -> List:
    """A list for each year, because what it shows follows from the year."""
    return List(
        name=f"household-incomes-{year}",
        title=_("Household income"),
        unit=_("households"),
        rows=lambda _reader: rows(year),
        columns=tuple(columns()),
        order=("region_code", "number"),
        filters=(
            BelowFilter(),
            ChoiceFilter("state", _("Against the warning line"), by_state, STATES),
            ChoiceFilter("poor", _("Register of the poor"), "poor_kind", PoorKind.choices),
            FlagFilter("entered", _("Figures entered"), lambda: Q(ledger__isnull=False)),
            FlagFilter("plan", _("Open plan"), lambda: Q(plan=True)),
        ),
        search=search,
        search_hint=_("Household number, name, pinyin initials, last four digits"),
        prepare=regions.name_places,
        link=lambda row: reverse("console:household", args=[row.pk]),
        empty=Empty(_("There are no households in the region looked at.")),
    )


LEDGERS = {year: spec(year) for year in YEARS}


def last_year() -> int:
    """The newest year that is over."""
    return timezone.localdate().year - 1


@page(READ_PEOPLE)
def newest(request: HttpRequest) -> HttpResponseBase:
    """The newest year that has figures, else the last that is over."""
    here = IncomeYear.objects.filter(regions.inside(regions.viewing(request)))
    return redirect("console:incomes-year", here.aggregate(year=Max("year"))["year"] or last_year())


@page(READ_PEOPLE)
def ledger(request: HttpRequest, year: int) -> HttpResponseBase:
    if year not in LEDGERS:
        raise Http404
    return show(request, LEDGERS[year], template="console/tenure/list.html", context=frame(request, year))


def frame(request: HttpRequest, year: int) -> dict[str, Any]:
    """Years to choose from, the line in force, and what this user may do."""
    shown = sorted({year, *range(last_year() - TABS + 2, last_year() + 2)})
    actor, reader = actor_of(request), regions.reader(request)
    offers = [
        (_("Enter the figures of a village"), reverse("console:incomes-grid", args=[year]), "pencil"),
        (_("Take in a table"), f"{reverse('console:import-new')}?kind=home_income", "upload"),
    ]
    line_offer = [(_("Set the warning line"), reverse("console:incomes-line", args=[year]), "flag")]
    return {
        "tabs": [(one, str(one), reverse("console:incomes-year", args=[one])) for one in shown], "tab": year,
        "tabs_name": _("Year"), "note": line_words(reader, year),
        "offers": offers * bool(may(actor, KEEP_INCOMES)) + line_offer * bool(may(actor, SET_WARNING_LINE)),
    }  # fmt: skip


def line_words(reader: Reader, year: int) -> str:
    """The line of the year, with its source."""
    if len(reader.prefix) < regioncode.LENGTHS[RegionLevel.COUNTY]:
        return _now("Each county sets its own warning line.")
    known = WarningLine.objects.filter(year=year, region_code=county_of(reader.prefix)).first()
    if known is None:
        return _now("No warning line is set for %(year)d, so nobody is said to be below it.") % {"year": year}
    told = {"year": year, "line": money.show(known.per_head_fen), "source": known.source}
    return _now("Warning line of %(year)d: %(line)s yuan net per head (%(source)s).") % told


def county_of(prefix: str) -> str:
    """The county that a region looked at lies in, as twelve digits."""
    return regioncode.pad(prefix[:6])


class LineForm(forms.Form):
    per_head = YuanField(label=_("Net income per head in a year, yuan"))
    source = forms.CharField(label=_("Document that says so"), max_length=120)


@page(SET_WARNING_LINE)
def line(request: HttpRequest, year: int) -> HttpResponseBase:
    county = county_of(regions.viewing(request))
    known = WarningLine.objects.filter(region_code=county, year=year).first()
    initial = {"per_head": money.plain(known.per_head_fen), "source": known.source} if known else {}

    def save(given: dict[str, Any], actor: User) -> str:
        incomes.set_warning_line(county, year, given["per_head"], source=given["source"], actor=actor)
        return reverse("console:incomes-year", args=[year])

    title = _now("Warning line of %(year)d") % {"year": year}
    back_to = reverse("console:incomes-year", args=[year])
    return form_page(request, LineForm(request.POST or None, initial=initial), title, save, back_to=back_to)
