"""How often each rule's question was explained and how often confirmed: what a rule is worth, region by region."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yigang.console import regions
from yigang.console.flags.listing import STRENGTHS, frame
from yigang.console.pages import actor_of, page
from yigang.console.regions import viewing
from yigang.duty.access import READ_FLAGS
from yigang.duty.enums import FlagState
from yigang.duty.flag_words import name_of
from yigang.duty.models import Flag
from yigang.policy.flags import RULES


@dataclass(frozen=True)
class Sum:
    """One rule's questions in the region looked at."""

    kind: str
    name: str
    strength: str
    people: int
    open: int
    explained: int
    confirmed: int

    @property
    def right(self) -> str:
        """The share of answered questions that were confirmed; a dash when none is answered."""
        answered = self.explained + self.confirmed
        return f"{100 * self.confirmed / answered:.0f} %" if answered else "—"


def sums_of(prefix: str) -> list[Sum]:
    """One query, in the order of the rules; rules that asked nothing stand there with noughts."""
    states = {state.value: Count("pk", filter=Q(state=state)) for state in FlagState}
    rows = (
        Flag.objects.filter(regions.inside(prefix)).order_by().values("kind")
        .annotate(people=Count("person", distinct=True), **states)
        .values_list("kind", "people", *states)
    )  # fmt: skip
    counted = {kind: counts for kind, *counts in rows}
    nothing = [0] * (1 + len(states))
    return [
        Sum(code, name_of(code), str(STRENGTHS[rule.strength]), *counted.get(code, nothing))
        for code, rule in RULES.items()
    ]


@page(READ_FLAGS)
def sums(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "flags-sums") | {"rows": sums_of(viewing(request))}
    return render(request, "console/flags/sums.html", context)
