"""Days kept on paper (代录): one person types a village's month, another compares it with the paper and confirms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.duty import paper_cells
from yigang.console.duty.calendar import month_asked
from yigang.console.duty.leave import stored
from yigang.console.duty.paper_cells import Row
from yigang.console.pages import action, actor_of, page, sentence
from yigang.console.people.forms import villages
from yigang.duty import domain, queries
from yigang.duty.access import CONFIRM_PROXY, ENTER_PROXY
from yigang.duty.enums import ResultKind, Unit
from yigang.foundation.access import may, require
from yigang.foundation.errors import Refusal
from yigang.policy.period import Period


@page(ENTER_PROXY)
def paper(request: HttpRequest) -> HttpResponseBase:
    """The grid of one village and month: a letter for each day, and the hours that all marked days share."""
    period = Period.of(month_asked(request))
    choices = _villages(request)
    village = request.GET.get("village", "") or next((code for _town, inner in choices for code, _name in inner), "")
    rows = paper_cells.noted(paper_cells.holders(village, period), period) if village else []
    if request.method == "POST" and (done := _enter(request, village, period, rows)):
        return done
    shown = paper_cells.typed(request.POST, rows) if request.method == "POST" else rows
    context = {
        **_told(request, village, period), **_waiting(request, village, period), "villages": choices, "rows": shown,
        "days": [period.first + timedelta(days=n) for n in range(period.days)],
    }  # fmt: skip
    return render(request, "console/duty/paper.html", context)


@page(ENTER_PROXY)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One person's month, a line for each day: letter, hours, log."""
    period, village = Period.of(month_asked(request)), request.GET.get("village", "")
    held = paper_cells.holders(village, period) if village else []
    order = [row.person_id for row in held]
    if pk not in order:
        raise Http404
    place = order.index(pk)
    rows = paper_cells.noted([held[place]], period)
    if request.method == "POST" and (done := _enter(request, village, period, rows)):
        return done
    ((person, row),) = paper_cells.typed(request.POST, rows) if request.method == "POST" else rows
    context = {
        **_told(request, village, period), "person": person, "row": row, "kinds": ResultKind.choices,
        "units": Unit.choices,
        "following": held[place + 1].person if place + 1 < len(held) else None,
    }  # fmt: skip
    return render(request, "console/duty/paper_one.html", context)


def _told(request: HttpRequest, village: str, period: Period) -> dict[str, Any]:
    """What both pages show: whose paper, which month, and hours that a refusal has sent back."""
    return {
        "tab": "paper", "village": village, "month": period.first, "grid": _address(village, period),
        "hours_start": request.POST.get("hours-start", ""), "hours_end": request.POST.get("hours-end", ""),
    }  # fmt: skip


def _waiting(request: HttpRequest, village: str, period: Period) -> dict[str, Any]:
    """What waits for a second person, with the hours and logs to be compared with the paper."""
    found = queries.waiting_proxy(village).filter(day__range=(period.first, period.last)) if village else []
    waiting = list(found)
    return {
        "waiting": waiting, "own": [entry for entry in waiting if entry.entered_by_id == actor_of(request).pk],
        "detailed": [(entry.person, cell) for entry in waiting if (cell := paper_cells.cell_of(entry)).more],
        "documents": {entry.document for entry in waiting if entry.document},
        "authors": sorted({entry.entered_by.name for entry in waiting}),
        "may_confirm": may(actor_of(request), CONFIRM_PROXY, village or None),
    }  # fmt: skip


def _villages(request: HttpRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Town and its villages, for the menu; a town without villages is its own."""
    found = villages(regions.reader(request))
    return [(name, inner) if isinstance(inner, list) else ("", [(name, inner)]) for name, inner in found]


def _address(village: str, period: Period, person: str = "") -> str:
    known = reverse("console:duty-paper-one", args=[int(person)]) if person.isdigit() else reverse("console:duty-paper")
    return f"{known}?village={village}&month={period.first:%Y-%m}"


def _enter(request: HttpRequest, village: str, period: Period, rows: list[Row]) -> HttpResponseBase | None:
    """Keep what was typed and go where the button says; None when it is refused, so that nothing typed is lost."""
    actor = actor_of(request)
    try:
        hours = paper_cells.hours_of(request.POST)
        cells = paper_cells.changed(rows, paper_cells.typed(request.POST, rows), hours)
        document = stored(request.FILES.get("document"), village, actor)
        count = domain.enter_days(cells, document=document, actor=actor)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return None
    if count or "open" not in request.POST:
        messages.success(request, _("%(count)d days are noted; another person confirms them.") % {"count": count})
    return redirect(_address(village, period, request.POST.get("open", "")))


@action(CONFIRM_PROXY)
def confirm(request: HttpRequest) -> HttpResponseBase:
    """Confirm or reject everything of the village and month that another person has entered."""
    village, period = request.POST.get("village", ""), Period.parse(request.POST.get("month", ""))
    actor = actor_of(request)
    require(actor, CONFIRM_PROXY, village)
    waiting = queries.waiting_proxy(village).filter(day__range=(period.first, period.last))
    if request.POST.get("do") == "reject":
        count = domain.reject_days(waiting, reason=request.POST.get("reason", ""), actor=actor)
        messages.success(request, _("%(count)d days are rejected and can be entered anew.") % {"count": count})
    else:
        others = list(waiting.exclude(entered_by=actor))
        domain.confirm_days(others or waiting, actor=actor)
        messages.success(request, _("%(count)d days are confirmed and count as evidence.") % {"count": len(others)})
    return redirect(_address(village, period))
