"""One household: who lives there, what it lived on year by year, what the post is of it, who helps, and the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console.assets.overview import year_of
from yigang.console.bank.forms import YuanField
from yigang.console.incomes.ledger import YEARS, last_year, remarks, rows, state_tag
from yigang.console.lists.spec import yuan
from yigang.console.pages import action, actor_of, found, page
from yigang.console.people.forms import Day
from yigang.console.tenure.pieces import Step, cleaned, linked, person_link, place_of
from yigang.duty.models import Pairing
from yigang.foundation import money
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.payment.household_income import Standing
from yigang.people import incomes
from yigang.people.access import KEEP_INCOMES, READ_PEOPLE
from yigang.people.models import Household, ReliefPlan
from yigang.people.models.incomes import KINDS


class FiguresForm(forms.Form):
    """A year's figures; an empty field is not known."""

    year = forms.IntegerField(min_value=YEARS[0], max_value=YEARS[-1], widget=forms.HiddenInput)
    wage = YuanField(label=_("Wages without the post, yuan"), required=False)
    business = YuanField(label=_("Farming and business, yuan"), required=False)
    property = YuanField(label=_("Property, yuan"), required=False)
    transfer = YuanField(label=_("Transfers without the post's pay, yuan"), required=False)
    cost = YuanField(label=_("Costs of farming and business, yuan"), required=False)
    source = forms.CharField(label=_("Source"), max_length=120, required=False)


class PlanForm(forms.Form):
    measures = forms.CharField(label=_("What is done"), max_length=500, widget=forms.Textarea({"rows": 3}))
    owner = forms.CharField(label=_("Who answers for it"), max_length=60)
    due_on = forms.DateField(label=_("Until"), widget=Day)


class FinishForm(forms.Form):
    on = forms.DateField(label=_("Finished on"), widget=Day, initial=timezone.localdate)
    result = forms.CharField(label=_("What came of it"), max_length=200)


def home_of(pk: int) -> Household:
    return found(Household.objects.prefetch_related("causes"), pk=pk)


@page(READ_PEOPLE)
def household(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = home_of(pk)
    newest = row.incomes.order_by("-year").values_list("year", flat=True).first()
    year = year_of(request, newest or last_year())
    plans = list(row.plans.select_related("made_by"))
    years = year_rows(row, year)
    context = {
        "title": _now("Household %(number)s") % {"number": row.number}, "printable": True, "facts": facts(row),
        "tables": [income_table(years), member_table(row), helper_table(row), plan_table(plans)],
        "steps": steps(row, plans, year, actor_of(request)), "back_label": _("Household income"),
        "back_to": reverse("console:incomes-year", args=[year]),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def year_rows(row: Household, year: int) -> list[tuple[int, Any]]:
    """The years with figures, and the one asked for whatever is known of it, newest first; a question for each."""
    known = {*row.incomes.values_list("year", flat=True), year}
    return [(year, rows(year).get(pk=row.pk)) for year in sorted(known, reverse=True)[:6]]


def facts(row: Household) -> list[tuple[Any, Any]]:
    causes = "、".join(cause.text for cause in row.causes.all())
    return [
        (_("Household number"), row.number), (_("Village"), place_of(row.region_code)), (_("Address"), row.address),
        (_("Register of the poor"), row.get_poor_kind_display()), (_("Causes of poverty"), causes),
    ]  # fmt: skip


def income_table(years: list[tuple[int, Any]]) -> tuple[Any, list[Any], list[list[Any]]]:
    """A column for each year: a year's figures are read downwards, as they add up."""
    figures_ = (
        (_("Wages without the post"), "wage_fen"), (_("Farming and business"), "business_fen"),
        (_("Property income"), "property_fen"), (_("Transfer income"), "transfer_fen"), (_("Pay from posts"), "post_fen"),
        (_("Costs of the household"), "cost_fen"), (_("Net income"), "net_fen"), (_("Per head"), "per_head_fen"),
    )  # fmt: skip
    told: tuple[tuple[Any, Callable[[Any], str]], ...] = (
        (_("Share of the post"), lambda one: Standing(one).share), (_("Against the warning line"), state_tag),
        (_("Why so"), remarks),
    )  # fmt: skip
    body = [[label, *(yuan(getattr(one, key)) for _year, one in years)] for label, key in figures_]
    body += [[label, *(tell(one) for _year, one in years)] for label, tell in told]
    headings = [format_html('<a href="?year={}">{}</a>', year, year) for year, _one in years]
    return _("Income by year, in yuan"), [_("Year"), *headings], body


def member_table(row: Household) -> tuple[Any, list[Any], list[list[Any]]]:
    people = row.members.order_by("birth")
    body = [[person_link(one.name, one.pk), one.get_relation_display(), one.birth.year] for one in people]
    return _("Members of the household"), [_("Name"), _("Relation to the head"), _("Year of birth")], body


def helper_table(row: Household) -> tuple[Any, list[Any], list[list[Any]]]:
    open_ones = Pairing.objects.filter(household=row, ends=None).select_related("helper")
    body = [[linked("work-pairing", one.pk, one.helper_name), one.starts, one.due_on] for one in open_ones]
    return _("Helper"), [_("Helper"), _("Since"), _("Next visit by")], body


def plan_table(plans: list[ReliefPlan]) -> tuple[Any, list[Any], list[list[Any]]]:
    body = [[one.measures, one.owner, one.due_on, one.done_on, one.result] for one in plans]
    headings = [_("What is done"), _("Who answers for it"), _("Until"), _("Finished on"), _("What came of it")]
    return _("Plan to leave poverty"), headings, body


def steps(row: Household, plans: list[ReliefPlan], year: int, actor: User) -> list[Step]:
    """Figures of the year looked at; a plan, or its end."""
    why = may(actor, KEEP_INCOMES, row.region_code).why
    address, title = reverse("console:household-figures", args=[row.pk]), _now("Enter the figures of %(year)d")
    made = [Step(title % {"year": year}, address, "pencil", FiguresForm(initial=known_figures(row, year)), why)]
    open_one = next((one for one in plans if one.done_on is None), None)
    if open_one:
        finish_at = reverse("console:household-plan-finish", args=[open_one.pk])
        return [*made, Step(_now("Finish the plan"), finish_at, "check", FinishForm(), why)]
    return [*made, Step(_now("Make a plan"), reverse("console:household-plan", args=[row.pk]), "plus", PlanForm(), why)]


def known_figures(row: Household, year: int) -> dict[str, Any]:
    """A year's figures as the form shows them."""
    known = incomes.on_file([(row.pk, year)]).get((row.pk, year), incomes.Figures())
    figures_ = {kind.removesuffix("_fen"): getattr(known, kind) for kind in KINDS}
    shown = {key: money.plain(fen) for key, fen in figures_.items() if fen is not None}
    return {"year": year, "source": known.source, **shown}


@action(KEEP_INCOMES)
def figures(request: HttpRequest, pk: int) -> HttpResponseBase:
    given = cleaned(FiguresForm(request.POST))
    figures_ = {kind: given[kind.removesuffix("_fen")] for kind in KINDS}
    said = incomes.Figures(**figures_, source=given["source"].strip())
    incomes.set_incomes([(home_of(pk), given["year"], said)], actor=actor_of(request))
    return redirect("console:household", pk)


@action(KEEP_INCOMES)
def plan(request: HttpRequest, pk: int) -> HttpResponseBase:
    incomes.make_plan(home_of(pk), **cleaned(PlanForm(request.POST)), actor=actor_of(request))
    return redirect("console:household", pk)


@action(KEEP_INCOMES)
def finish(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(ReliefPlan.objects.all(), pk=pk)
    incomes.finish_plan(row, **cleaned(FinishForm(request.POST)), actor=actor_of(request))
    return redirect("console:household", row.household_id)
