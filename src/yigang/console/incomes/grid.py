"""A village's figures of a year in one table, typed as they stand on paper; all of them are kept or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.pages import actor_of, page, sentence
from yigang.foundation import money
from yigang.foundation.errors import Refusal
from yigang.people import incomes
from yigang.people.access import KEEP_INCOMES
from yigang.people.enums import Relation
from yigang.people.incomes import Figures
from yigang.people.models import Household, Person
from yigang.people.models.incomes import KINDS

MOST = 300
HEADINGS = (
    _("Wages without the post"), _("Farming and business"), _("Property income"), _("Transfer income"),
    _("Costs of the household"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A household with its fields: name, label, text as typed, whether it is wrong."""

    household: Household
    head: str
    fields: list[tuple[str, Any, str, bool]]


@page(KEEP_INCOMES)
def grid(request: HttpRequest, year: int) -> HttpResponseBase:
    homes = list(Household.objects.filter(regions.inside(regions.viewing(request))).order_by("number")[: MOST + 1])
    known = incomes.on_file([(home.pk, year) for home in homes])
    typed: Mapping[str, str] = request.POST if request.method == "POST" else {}
    wrong: set[str] = set()
    if typed and len(homes) <= MOST:
        given = [(home, year, read(home, known.get((home.pk, year)), typed, wrong)) for home in homes]
        if wrong:
            messages.error(
                request, _now("%(count)d figures are no amounts; nothing was saved.") % {"count": len(wrong)}
            )
        elif saved(request, given):
            return redirect("console:incomes-year", year)
    context = {
        "year": year, "too_many": len(homes) > MOST, "most": MOST, "headings": HEADINGS,
        "lines": [] if len(homes) > MOST else lines(homes, year, known, typed, wrong),
    }  # fmt: skip
    return render(request, "console/incomes/grid.html", context)


def saved(request: HttpRequest, given: list[tuple[Household, int, Figures]]) -> bool:
    try:
        incomes.set_incomes(given, actor=actor_of(request))
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return False
    messages.success(request, _now("Saved."))
    return True


def read(home: Household, was: Figures | None, typed: Mapping[str, str], wrong: set[str]) -> Figures:
    """A household's figures as typed; a field that did not come keeps what was there."""
    found: dict[str, Any] = {kind: getattr(was or Figures(), kind) for kind in KINDS}
    for kind in KINDS:
        name = f"{kind}-{home.pk}"
        try:
            if name in typed:
                found[kind] = money.parse(typed[name]) if typed[name].strip() else None
        except Refusal:
            wrong.add(name)
    return Figures(**found, source=was.source if was else "")


def lines(
    homes: list[Household], year: int, known: incomes.Before, typed: Mapping[str, str], wrong: set[str]
) -> list[Line]:  # fmt: skip
    heads = dict(Person.objects.filter(household__in=homes, relation=Relation.HEAD).values_list("household", "name"))
    return [
        Line(home, heads.get(home.pk, ""), fields(home, known.get((home.pk, year)), typed, wrong)) for home in homes
    ]


def fields(home: Household, was: Figures | None, typed: Mapping[str, str], wrong: set[str]) -> list[Any]:
    made = []
    for kind, label in zip(KINDS, HEADINGS, strict=True):
        name, fen = f"{kind}-{home.pk}", getattr(was or Figures(), kind)
        text = typed.get(name, "" if fen is None else money.plain(fen))
        made.append((name, f"{home.number} {label}", text, name in wrong))
    return made
