"""Days kept on paper (代录): one person types a village's month, another compares it with the paper and confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.duty.calendar import month_asked
from yigang.console.duty.leave import stored
from yigang.console.pages import action, actor_of, page
from yigang.console.people.forms import villages
from yigang.duty import domain, queries
from yigang.duty.access import CONFIRM_PROXY, ENTER_PROXY
from yigang.duty.enums import ProxyMark
from yigang.duty.models import ProxyEntry
from yigang.foundation import regioncode
from yigang.foundation.access import may, require
from yigang.foundation.errors import Refusal
from yigang.people.models import Person
from yigang.policy.period import Period
from yigang.tenure.models import Appointment

LETTERS = {ProxyMark.PRESENT: "出", ProxyMark.NIGHT: "夜", ProxyMark.LEAVE: "假"}
TYPED = {"出": ProxyMark.PRESENT, "夜": ProxyMark.NIGHT, "假": ProxyMark.LEAVE, "c": ProxyMark.PRESENT,
         "y": ProxyMark.NIGHT, "j": ProxyMark.LEAVE}  # fmt: skip
"""What may stand in a cell: the letter, or the first letter of its sound."""


@dataclass(frozen=True)
class PaperCell:
    """One day of one person on the page: what is noted, and whether it can still be typed over."""

    day: date
    letter: str
    state: str
    """"" open, `waiting` for another person, `confirmed`, `out` of the post, or `future`."""

    @property
    def locked(self) -> bool:
        return self.state in ("confirmed", "out", "future")


@page(ENTER_PROXY)
def paper(request: HttpRequest) -> HttpResponseBase:
    """The grid of one village and month."""
    period = Period.of(month_asked(request))
    choices = _villages(request)
    village = request.GET.get("village", "") or next((code for _town, inner in choices for code, _name in inner), "")
    if request.method == "POST":
        return _enter(request, village, period)
    waiting = (
        [entry for entry in queries.waiting_proxy(village) if period.first <= entry.day <= period.last]
        if village
        else []
    )
    own = [entry for entry in waiting if entry.entered_by_id == actor_of(request).pk]
    context = {
        "tab": "paper", "villages": choices, "village": village, "month": period.first,
        "days": [period.first + timedelta(days=n) for n in range(period.days)],
        "rows": _rows(village, period) if village else [], "waiting": waiting, "own": own,
        "documents": {entry.document for entry in waiting if entry.document},
        "authors": sorted({entry.entered_by.name for entry in waiting}),
        "may_confirm": may(actor_of(request), CONFIRM_PROXY, village or None),
    }  # fmt: skip
    return render(request, "console/duty/paper.html", context)


def _villages(request: HttpRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Town and its villages, for the menu; a town without villages is its own."""
    found = villages(regions.reader(request))
    return [(name, inner) if isinstance(inner, list) else ("", [(name, inner)]) for name, inner in found]


def _holders(village: str, period: Period) -> list[Appointment]:
    """Who held a post in the village in the month, each once."""
    held = Appointment.objects.filter(regions.inside(regioncode.prefix_of(village)), starts__lte=period.last)
    rows = (
        held.exclude(ends__lt=period.first).select_related("person").order_by("person__pinyin", "person_id", "starts")
    )
    return list({row.person_id: row for row in rows}.values())


def _rows(village: str, period: Period) -> list[tuple[Person, list[PaperCell]]]:
    holders = _holders(village, period)
    entries = ProxyEntry.objects.filter(
        person__in=[row.person_id for row in holders], day__range=(period.first, period.last), rejected_reason=""
    )
    known = {(entry.person_id, entry.day): entry for entry in entries}
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    return [(row.person, [_cell(row, day, known.get((row.person_id, day))) for day in days]) for row in holders]


def _cell(held: Appointment, day: date, entry: ProxyEntry | None) -> PaperCell:
    if entry is not None:
        mark = ProxyMark.LEAVE if entry.on_leave else ProxyMark.NIGHT if entry.night else ProxyMark.PRESENT
        return PaperCell(day, LETTERS[mark], "confirmed" if entry.confirmed_at else "waiting")
    if day > timezone.localdate():
        return PaperCell(day, "", "future")
    inside = held.starts <= day and (held.ends is None or day <= held.ends)
    return PaperCell(day, "", "" if inside else "out")


def _enter(request: HttpRequest, village: str, period: Period) -> HttpResponseBase:
    """Keep what was typed: a field for each person and day, `d-<person>-<day of month>`."""
    address = f"{reverse('console:duty-paper')}?village={village}&month={period.first:%Y-%m}"
    try:
        cells = [cell for person, row in _rows(village, period) for cell in _typed(request, person, row)]
        document = stored(request.FILES.get("document"), village, actor_of(request))
        count = domain.enter_days(cells, document=document, actor=actor_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(count)d days are noted; another person confirms them.") % {"count": count})
    return redirect(address)


def _typed(request: HttpRequest, person: Person, row: list[PaperCell]) -> list[domain.Cell]:
    """The cells of a person that differ from what is noted."""
    cells = []
    for cell in row:
        name = f"d-{person.pk}-{cell.day.day}"
        letter = request.POST.get(name, cell.letter).strip().lower()
        if cell.locked or letter == cell.letter:
            continue
        if letter and letter not in TYPED:
            raise Refusal(
                _("%(person)s, %(day)s: “%(letter)s” is no letter of the key; write 出, 夜, 假 or nothing."),
                {"person": person, "day": cell.day, "letter": letter}, code="letter",
            )  # fmt: skip
        cells.append(domain.Cell(person, cell.day, TYPED.get(letter)))
    return cells


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
    return redirect(f"{reverse('console:duty-paper')}?village={village}&month={period.first:%Y-%m}")
