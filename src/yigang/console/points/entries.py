"""The ledger of points: every entry with who gave it and why; one entry with what shows it, and taking it back."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.access import READ_POINTS, TAKE_BACK_POINTS
from yigang.appraisal.enums import PointKind
from yigang.appraisal.models import PointEntry
from yigang.appraisal.points import take_back_points
from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, found, page
from yigang.console.points.people import months, search
from yigang.console.points.tabs import frame
from yigang.console.posts.posts import programmes
from yigang.console.reviews.appeals import link_about
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.foundation.access import may
from yigang.foundation.models import User


def state(row: PointEntry) -> tuple[str, str]:
    """Whether an entry still counts by itself."""
    if row.reverses_id is not None:
        return "", _now("Takes another back")
    return ("bad", _now("Was taken back")) if getattr(row, "reversed_by", None) else ("good", _now("Stands"))


ENTRIES = List(
    name="point-entries",
    title=_("Ledger of points"),
    unit=_("entries"),
    rows=lambda _reader: PointEntry.objects.select_related("person", "given_by", "reversed_by"),
    columns=(
        Column("at", _("Entered at"), lambda row: row.given_at, sort=("id",), kind="datetime"),
        Column("name", _("Name"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("kind", _("Kind of points"), lambda row: row.get_kind_display(), shown=False),
        Column("label", _("For what"), lambda row: row.label, sort=("label",)),
        Column("points", _("Points given"), lambda row: row.points, sort=("points",), kind="decimal", always=True),
        Column("reason", _("Reason for the points"), lambda row: row.reason, wrap=True),
        Column("day", _("Day on which it happened"), lambda row: row.day, sort=("day",), kind="date", shown=False),
        Column("month", _("Counts in"), lambda row: f"{row.month:%Y-%m}", sort=("month",)),
        Column("by", _("Given by"), lambda row: row.given_by.name),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("-id",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "appointment__programme", programmes),
        ChoiceFilter("kind", _("Kind of points"), "kind", PointKind.choices),
        ChoiceFilter("month", _("Counts in"), lambda rows, month: rows.filter(month=f"{month}-01"), months),
        DateFilter("from", _("From"), "day__gte"),
        DateFilter("to", _("To"), "day__lte"),
        FlagFilter("stands", _("Stands"), lambda: Q(reverses=None, reversed_by=None)),
    ),
    search=search,
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:points-entry", args=[row.pk]),
    empty=Empty(_("No points have been given here yet.")),
)  # fmt: skip


@page(READ_POINTS)
def entries(request: HttpRequest) -> HttpResponseBase:
    return show(
        request, ENTRIES, template="console/tenure/list.html", context=frame(actor_of(request), "points-entries")
    )


@page(READ_POINTS)
def entry(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = PointEntry.objects.select_related(
        "person", "given_by", "reversed_by__given_by", "incident", "result", "file", "appointment__programme", "appeal"
    )
    row = found(rows, pk=pk)
    back = getattr(row, "reversed_by", None)
    steps = []
    if row.reverses_id is None and back is None:
        why = may(actor_of(request), TAKE_BACK_POINTS, row.region_code).why
        address = reverse("console:points-back", args=[pk])
        steps.append(Step(_now("Take these points back"), address, "trash", ReasonForm(), why, danger=True))
    context = {
        "title": f"{row.label} {row.points:+}", "state": state(row), "steps": steps, "printable": True,
        "facts": [(label, value) for label, value in _facts(row, back, actor_of(request)) if value],
        "files": [(_("Evidence"), row.file)] if row.file else [],
        "back_to": reverse("console:points-entries"), "back_label": _("Ledger of points"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _facts(row: PointEntry, back: PointEntry | None, actor: User) -> list[tuple[Any, Any]]:
    shown = (
        linked("work-incident", row.incident.pk, row.incident) if row.incident
        else linked("work-result", row.result.pk, row.result) if row.result else ""
    )  # fmt: skip
    return [
        (_("Person"), person_link(row.person.name, row.person_id)), (_("Village"), place_of(row.region_code)),
        (_("Programme"), row.appointment.programme.name), (_("Kind of points"), row.get_kind_display()),
        (_("For what"), row.label), (_("Points given"), f"{row.points:+}"), (_("Reason for the points"), row.reason),
        (_("Day on which it happened"), row.day), (_("Counts in"), f"{row.month:%Y-%m}"), (_("Shown by"), shown),
        (_("Given by"), row.given_by.name), (_("Entered at"), plain(row.given_at)),
        (_("Appeal"), link_about(row, actor)),
        (_("Takes back"), linked("points-entry", row.reverses_id, _now("the entry")) if row.reverses_id else ""),
        (_("Was taken back"), linked("points-entry", back.pk, f"{back.given_by.name}：{back.reason}") if back else ""),
    ]  # fmt: skip


@action(TAKE_BACK_POINTS)
def take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(PointEntry.objects.select_related("person"), pk=pk)
    made = take_back_points(row, cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:points-entry", made.pk)
