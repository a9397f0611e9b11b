"""How the money of village assets stands: balances by place and purpose, and the months of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from yigang.console import regions
from yigang.console.assets.publicity import noticed
from yigang.console.assets.tabs import SPEND, frame
from yigang.console.pages import actor_of, page
from yigang.foundation.access import may
from yigang.foundation.money import Fen
from yigang.notices.access import DRAFT_NOTICES
from yigang.payment.asset_models import AllocationEntry
from yigang.payment.assets.access import KEEP_ASSETS, READ_ASSETS
from yigang.payment.assets.queries import Flow, by_month, by_place
from yigang.payment.enums import AllocationPurpose

Flows = Mapping[AllocationPurpose, Flow]
YEARS = 10


@dataclass(frozen=True)
class Row:
    """A place or a month with its flow for each purpose, in the order of the headings."""

    label: str
    code: str
    flows: list[Flow]

    @property
    def whole(self) -> Flow:
        return summed(self.flows)


def summed(flows: Iterable[Flow]) -> Flow:
    return reduce(lambda a, b: Flow(a.income_fen + b.income_fen, a.spent_fen + b.spent_fen), flows, Flow())


def row(label: str, code: str, flows: Flows) -> Row:
    return Row(label, code, [flows.get(purpose, Flow()) for purpose in AllocationPurpose])


def total(rows: list[Row]) -> list[Flow]:
    """The foot of a table, purpose by purpose."""
    return [summed(each) for each in zip(*(one.flows for one in rows), strict=True)]


@page(READ_ASSETS)
def overview(request: HttpRequest) -> HttpResponseBase:
    entries = AllocationEntry.objects.filter(regions.inside(regions.viewing(request)))
    places = place_rows(by_place(entries))
    this_year = timezone.localdate().year
    year = year_of(request, this_year)
    here = list(entries.filter(day__year=year).order_by("region_code").values_list("region_code", flat=True).distinct())
    notices = noticed(here, year)
    months = [row(f"{month:%Y-%m}", "", flows) for month, flows in by_month(entries, year).items()]
    context = {
        "places": places, "months": months, "year": year, "years": range(this_year, this_year - YEARS, -1),
        "purposes": [purpose.label for purpose in AllocationPurpose], "place_foot": total(places),
        "publicity": [(one.label, one.code, notices.get(one.code)) for one in places if one.code in here],
        "may_notice": may(actor_of(request), DRAFT_NOTICES) and may(actor_of(request), KEEP_ASSETS),
        "month_foot": total(months), **frame(actor_of(request), "assets", SPEND),
        "all_left": sum((one.whole.left_fen for one in places), Fen(0)), "all_year": summed(one.whole for one in months),
    }  # fmt: skip
    return render(request, "console/assets/overview.html", context)


def place_rows(flows: Mapping[str, Flows]) -> list[Row]:
    known = regions.names(code for one in flows for code in (one, f"{one[:9]}000"))
    return [row(regions.full_name(code, known), code, flows[code]) for code in sorted(flows)]


def year_of(request: HttpRequest, otherwise: int) -> int:
    """The year that is asked for."""
    asked = request.GET.get("year", "")
    return (
        int(asked) if asked.isascii() and asked.isdigit() and date.min.year < int(asked) < date.max.year else otherwise
    )
