"""Records of phones that do not count: why, what came, what is kept under the same number, and what was found."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.duty.forms import ReasonForm
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, found, page
from yigang.duty import queries
from yigang.duty.access import CORRECT_EVIDENCE, LOOK_INTO_RECORDS
from yigang.duty.domain.asides import count_aside, countable, counted_as, note_aside, record_of
from yigang.duty.enums import Outcome
from yigang.duty.models import Record, SetAside
from yigang.foundation.access import may

CHINA = ZoneInfo("Asia/Shanghai")


def state(row: SetAside) -> SafeString:
    if row.seen_at:
        return format_html('<span class="tag tag-good">{}</span>', _now("looked into"))
    return format_html('<span class="tag tag-warn">{}</span>', _now("open"))


ASIDES = List(
    name="asides",
    title=_("Not counted from phones"),
    unit=_("records"),
    rows=lambda _reader: queries.set_aside(""),
    columns=(
        Column(
            "received",
            _("Came in"),
            lambda row: row.received_at,
            sort=("received_at",),
            kind="datetime",
            always=True,
        ),
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("outcome", _("Outcome"), lambda row: row.get_outcome_display()),
        Column("detail", _("Why"), lambda row: row.detail, wrap=True),
        Column("device", _("Phone"), lambda row: str(row.device), shown=False),
        Column("place", _("Region"), lambda row: row.place),
        Column("state", _("State"), lambda row: "✓" if row.seen_at else "—", show=state),
        Column("note", _("What was found"), lambda row: row.seen_note, wrap=True, shown=False),
    ),
    order=("-received_at",),
    filters=(
        BelowFilter(),
        ChoiceFilter(
            "outcome", _("Outcome"), "outcome", [(one.value, one.label) for one in (Outcome.CONFLICT, Outcome.REFUSED)]
        ),
        FlagFilter("open", _("Open"), lambda: Q(seen_at=None)),
    ),
    search=lambda rows, words: rows.filter(Q(person__name__contains=words) | Q(person__initials__startswith=words)),
    search_hint=_("Name or pinyin initials"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:duty-aside", args=[row.pk]),
    empty=Empty(_("Everything that phones sent counts.")),
)


@page(access.OPEN_DUTY)
def asides(request: HttpRequest) -> HttpResponseBase:
    return show(request, ASIDES, template="console/duty/asides.html", context={"tab": "asides"})


@page(access.OPEN_DUTY)
def aside(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(queries.set_aside(""), pk=pk)
    regions.name_places([row])
    kept = record_of(row)
    context = {
        "row": row, "kept": kept, "came": _came(row), "stands": _said(kept) if kept else [],
        "countable": countable(row), "counted": counted_as(row),
        "may_count": may(actor_of(request), CORRECT_EVIDENCE, row.region_code), "form": ReasonForm(),
        "allowed": may(actor_of(request), LOOK_INTO_RECORDS, row.region_code), "tab": "asides",
    }  # fmt: skip
    return render(request, "console/duty/aside.html", context)


@action(LOOK_INTO_RECORDS)
def note(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(queries.set_aside(""), pk=pk)
    note_aside(row, note=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("Noted; the person reads it on the phone."))
    return redirect("console:duty-aside", pk)


@action(CORRECT_EVIDENCE)
def count(request: HttpRequest, pk: int) -> HttpResponseBase:
    """It counts after all, entered by hand."""
    row = found(queries.set_aside(""), pk=pk)
    entry = count_aside(row, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("Entered for %(day)s; it counts now.") % {"day": entry.day})
    return redirect("console:duty-aside", pk)


def _came(row: SetAside) -> list[tuple[str, Any]]:
    """What came, field by field, the body among it; nothing when it lies among the records itself."""
    try:
        told = json.loads(bytes(row.raw)) if row.raw else {}
    except ValueError:
        return [("", bytes(row.raw).decode("utf-8", "replace"))]
    return list(told.items()) if isinstance(told, dict) else [("", told)]


def _said(record: Record) -> list[tuple[str, Any]]:
    """The kept record in the words of its reader: both clocks, and by which it was judged."""
    return [
        (_now("Kind"), record.kind), (_now("When, as judged"), f"{record.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"),
        (_now("Judged by"), record.get_clock_display()),
        (_now("Off from the phone's clock"), _now("%(seconds)d s") % {"seconds": _seconds(record)}),
        (_now("Arrived"), f"{record.received_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"),
        (_now("Number on the phone"), record.seq), (_now("Content"), record.body),
    ]  # fmt: skip


def _seconds(record: Record) -> int:
    """How far the time that counts lies from what the phone's clock showed."""
    return round(record.at.timestamp() - record.wall / 1000)
