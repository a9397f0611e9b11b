"""Who is away: a month of the region looked at, people by days, approved leave and what is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.duty.calendar import month_asked
from yigang.console.leave.requests import TABS
from yigang.console.pages import actor_of, page
from yigang.console.tenure.tabs import Offer, frame
from yigang.duty import queries
from yigang.duty.access import ASK_LEAVE
from yigang.duty.enums import LeaveKind
from yigang.policy.period import Period

MOST = 300
"""People shown at once; a narrower region shows the rest."""


@dataclass
class Row:
    """One person's month: day of the month → (kind, whether it is approved)."""

    person_id: int
    name: str
    region_code: str
    place: str = ""
    days: dict[int, tuple[LeaveKind, bool]] = field(default_factory=dict)
    cells: list[tuple[str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(approved for _kind, approved in self.days.values())


@page(access.OPEN_DUTY)
def away(request: HttpRequest) -> HttpResponseBase:
    period = Period.of(month_asked(request))
    rows = rows_of(queries.away(regions.viewing(request), period.first, period.last), period)
    shown = rows[:MOST]
    regions.name_places(shown)
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    today = timezone.localdate()
    context: dict[str, Any] = {
        **frame(actor_of(request), "leave-away", Offer(_("Ask for somebody"), "leave-new", "plus", ASK_LEAVE), tabs=TABS),
        "rows": shown, "days": days, "month": period.first, "total": len(rows), "most": MOST,
        "now": sum(today.day in row.days for row in rows) if period.first <= today <= period.last else None,
        "before": period.first - timedelta(days=1), "after": period.last + timedelta(days=1),
    }  # fmt: skip
    return render(request, "console/leave/away.html", context)


def rows_of(absences: Iterable[queries.Absence], period: Period) -> list[Row]:
    """One row a person, by village and name; what is approved outweighs what is asked for."""
    found: dict[int, Row] = {}
    for one in absences:
        row = found.setdefault(one.person_id, Row(one.person_id, one.name, one.region_code))
        first: date = max(one.first, period.first)
        for day in range(first.day, min(one.last, period.last).day + 1):
            if not row.days.get(day, (None, False))[1]:
                row.days[day] = (one.kind, one.approved)
    for row in found.values():
        row.cells = [_cell(row.days.get(day)) for day in range(1, period.days + 1)]
    return sorted(found.values(), key=lambda row: (row.region_code, row.name, row.person_id))


def _cell(said: tuple[LeaveKind, bool] | None) -> tuple[str, str]:
    """Class and words of a day."""
    if said is None:
        return "", ""
    kind, approved = said
    return ("away-yes" if approved else "away-asked"), str(kind.label)
