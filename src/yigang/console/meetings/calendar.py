"""The calendar of meetings: a year by place, or a month by day; what is due, held, late and missed."""

from __future__ import annotations

import calendar as days_of
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.meetings.tabs import LETTERS, address_of, frame, inside_of
from yigang.console.pages import actor_of, page
from yigang.exchange.spreadsheet import Column as SheetColumn
from yigang.exchange.spreadsheet import Sheet, workbook_bytes
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.oversight import meetings
from yigang.oversight.access import HOLD_MEETING, READ_MEETINGS
from yigang.oversight.enums import MeetingState
from yigang.oversight.meetings import Slot
from yigang.policy.meetings import EVERY, LEVELS
from yigang.policy.period import Period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLACES_SHOWN = 40
"""Rows of a year; a county with more is looked at town by town."""
ENTRIES_SHOWN = 6
"""Entries of a day; with more, they are counted by meeting and state."""


@dataclass(frozen=True)
class Mark:
    """A meeting on the calendar. `url` is empty where there is nothing to read and this user does not write it."""

    name: str
    place: str
    state: MeetingState
    until: date
    day: date
    url: str

    @property
    def letter(self) -> str:
        return LETTERS[self.state]


@dataclass(frozen=True)
class Row:
    """One meeting of one place over a year: a cell for each month, by the day it is due."""

    name: str
    place: str
    programme: str
    level: str
    every: str
    months: list[tuple[date, list[Mark]]]


@dataclass(frozen=True)
class Group:
    """Many entries of one day, counted."""

    name: str
    state: MeetingState
    count: int


@page(READ_MEETINGS)
def calendar(request: HttpRequest) -> HttpResponseBase:
    """`?month=2021-05` is a month, `?year=2021` a year; without either the year of today."""
    actor, today = actor_of(request), timezone.localdate()
    month, first, _last, slots = _asked(request, today)
    counts = Counter(one.state(today) for one in slots)
    asked = sum(counts.values()) - counts[MeetingState.AHEAD]
    context: dict[str, Any] = {
        **frame(actor, "meetings"), "query": f"month={month}" if month else f"year={first.year}",
        "first": first, "month": bool(month), "counts": [
            (state.label, LETTERS[state], state.value, counts[state]) for state in LETTERS if counts[state]
        ], "asked": asked, "held": counts[MeetingState.HELD] + counts[MeetingState.LATE], **_around(first, month, today),
    }  # fmt: skip
    marks = _marks(slots, actor, today)
    if month:
        context["weeks"] = _weeks(first, marks)
        return render(request, "console/meetings/month.html", context)
    rows = _rows(slots, marks, first.year)
    context |= {"rows": rows[:PLACES_SHOWN], "more": max(0, len(rows) - PLACES_SHOWN)}
    return render(request, "console/meetings/year.html", context)


def _asked(request: HttpRequest, today: date) -> tuple[str, date, date, list[Slot]]:
    """The month in words where one is asked for, the first and last day, and what is due between them where the reader looks."""
    month = request.GET.get("month", "")
    first = _first(f"{month}-01" if month else f"{request.GET.get('year') or today.year}-01-01")
    last = Period.of(first).last if month else date(first.year, 12, 31)
    slots = meetings.slots(inside_of(regions.reader(request)), first, last)
    return month, first, last, [one for one in slots if first <= one.until <= last]


@page(READ_MEETINGS)
def workbook(request: HttpRequest) -> HttpResponseBase:
    """The same months as a table: a row for every meeting that was asked for, those not held among them."""
    today = timezone.localdate()
    _month, first, last, slots = _asked(request, today)
    names = regions.names({one.region_code for one in slots})
    body = [_line(one, names.get(one.region_code, one.region_code), today) for one in slots]
    title = _("Meetings from %(first)s to %(last)s") % {"first": first, "last": last}
    content = workbook_bytes(
        [Sheet(_("Calendar of meetings"), _columns(), body, [title])], created=timezone.localtime().replace(tzinfo=None)
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="meetings-{first}-{last}.xlsx"'
    return response


def _columns() -> list[SheetColumn]:
    words, days, numbers = (
        (_("Place"), _("Meeting"), _("Programme")), (_("Period from"), _("Period to"), _("To be held by"), _("Held on")),
        (_("People present"), _("People missing")),
    )  # fmt: skip
    return [
        *map(SheetColumn, words), *(SheetColumn(day, "date") for day in days), SheetColumn(_("State")),
        SheetColumn(_("Chair")), *(SheetColumn(number, "integer") for number in numbers),
    ]  # fmt: skip


def _line(slot: Slot, place: str, today: date) -> list[Any]:
    held = slot.held[0] if slot.held else None
    return [
        place, slot.rule.name, slot.programme.name, slot.first, slot.last, slot.until, held and held.on,
        str(slot.state(today).label), held and held.chair, held and held.present, held and held.absent,
    ]  # fmt: skip


def _first(said: str) -> date:
    try:
        found = date.fromisoformat(said)
    except ValueError as error:
        raise Http404 from error
    if not 2000 <= found.year <= 2100:
        raise Http404
    return found


def _around(first: date, month: str, today: date) -> dict[str, str]:
    """The addresses before, after, and of the other view."""
    if month:
        before, after = first - timedelta(days=1), first + timedelta(days=31)
        return {"before": f"?month={before:%Y-%m}", "after": f"?month={after:%Y-%m}", "other": f"?year={first.year}"}
    other = today if first.year == today.year else first
    return {"before": f"?year={first.year - 1}", "after": f"?year={first.year + 1}", "other": f"?month={other:%Y-%m}"}


def _marks(slots: Sequence[Slot], actor: User, today: date) -> list[Mark]:
    names = regions.names({one.region_code for one in slots})
    made = []
    for one in slots:
        state = one.state(today)
        writes = (
            actor.role == one.rule.role and state != MeetingState.AHEAD and may(actor, HOLD_MEETING, one.region_code)
        )
        day = one.held[0].on if one.held else one.until
        url = address_of(one) if one.held or writes else ""
        made.append(Mark(one.rule.name, names.get(one.region_code, one.region_code), state, one.until, day, url))
    return made


def _rows(slots: Sequence[Slot], marks: Sequence[Mark], year: int) -> list[Row]:
    """By place, then as the policy names the meetings."""
    found: dict[tuple[Any, ...], dict[int, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    heads: dict[tuple[Any, ...], tuple[Slot, Mark]] = {}
    for slot, mark in zip(slots, marks, strict=True):
        key = (slot.programme.pk, slot.region_code, slot.rule.code)
        heads.setdefault(key, (slot, mark))
        found[key][slot.until.month].append(mark)
    return [
        Row(
            mark.name, mark.place, slot.programme.name, LEVELS[slot.rule.level], EVERY[slot.rule.every],
            [(date(year, number, 1), found[key][number]) for number in range(1, 13)],
        )
        for key, (slot, mark) in heads.items()
    ]  # fmt: skip


def _weeks(first: date, marks: Iterable[Mark]) -> list[list[tuple[date, bool, list[Mark], list[Group]]]]:
    """Days of the weeks that the month touches: the day, whether it is the month's, entries or their counts."""
    by_day: dict[date, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_day[mark.day].append(mark)
    return [
        [(day, day.month == first.month, *_of_day(by_day[day])) for day in week]
        for week in days_of.Calendar().monthdatescalendar(first.year, first.month)
    ]


def _of_day(marks: list[Mark]) -> tuple[list[Mark], list[Group]]:
    if len(marks) <= ENTRIES_SHOWN:
        return marks, []
    counts = Counter((mark.name, mark.state) for mark in marks)
    return [], [Group(name, state, count) for (name, state), count in counts.items()]
