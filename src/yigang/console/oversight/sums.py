"""How often each rule was true: what it is worth here, from the answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yigang.console import regions
from yigang.console.oversight.tabs import frame
from yigang.console.pages import actor_of, page
from yigang.console.regions import viewing
from yigang.oversight.access import READ_OVERSIGHT
from yigang.oversight.anomaly_words import name_of
from yigang.oversight.enums import AnomalyState
from yigang.oversight.models import Anomaly
from yigang.policy.anomalies import RULES


@dataclass(frozen=True)
class Sum:
    """One rule's anomalies in the region looked at."""

    rule: str
    name: str
    open: int
    true: int
    false: int
    unclear: int
    fallen: int

    @property
    def right(self) -> str:
        """The share that was true of those that were settled; a dash when none is."""
        settled = self.true + self.false
        return f"{100 * self.true / settled:.0f} %" if settled else "—"

    @property
    def wrong(self) -> str:
        """The share that was not true of those that were settled."""
        settled = self.true + self.false
        return f"{100 * self.false / settled:.0f} %" if settled else "—"


def sums_of(prefix: str) -> list[Sum]:
    """One query, in the order of the rules; rules that found nothing stand there with noughts."""
    states = {state.value: Count("pk", filter=Q(state=state)) for state in AnomalyState}
    here = Anomaly.objects.filter(regions.inside(prefix)).order_by().values("rule").annotate(**states)
    counted = {rule: counts for rule, *counts in here.values_list("rule", *states)}
    return [Sum(code, name_of(code), *counted.get(code, [0] * len(states))) for code in RULES]


@page(READ_OVERSIGHT)
def sums(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "oversight-anomalies") | {"rows": sums_of(viewing(request))}
    return render(request, "console/oversight/anomaly_sums.html", context)
