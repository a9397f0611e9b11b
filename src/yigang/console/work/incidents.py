"""Incidents: reported, handled, closed, with those that have waited too long."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.tenure.pieces import Step, cleaned, linked, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.console.work import media
from yigang.console.work.tabs import PersonForm, by_person, entered_by, frame, place_words
from yigang.duty import domain
from yigang.duty.access import HANDLE_INCIDENT, REPORT
from yigang.duty.enums import IncidentKind, IncidentState
from yigang.duty.models import Incident
from yigang.foundation.access import may
from yigang.foundation.models import User

COLOURS = {IncidentState.OPEN: "warn", IncidentState.HANDLED: "", IncidentState.CLOSED: "good"}


def late() -> Q:
    """Open for longer than the policy gives."""
    return Q(state=IncidentState.OPEN, remind_at__isnull=False, remind_at__lt=timezone.now())


def is_late(row: Incident) -> bool:
    return row.state == IncidentState.OPEN and row.remind_at is not None and row.remind_at < timezone.now()


def state(row: Incident) -> str:
    words = tag(COLOURS[IncidentState(row.state)], row.get_state_display())
    return format_html("{} {}", words, tag("bad", _now("overdue"))) if is_late(row) else words


INCIDENTS = List(
    name="incidents",
    title=_("Incidents"),
    unit=_("incidents"),
    rows=lambda _reader: Incident.objects.select_related("person", "entered_by", "handled_by"),
    columns=(
        Column("at", _("Time"), lambda row: row.at, sort=("at",), always=True),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort=("kind",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("person", _("Reported by"), lambda row: row.person.name if row.person else ""),
        Column("text", _("Description"), lambda row: row.text, wrap=True),
        Column("state", _("State"), lambda row: row.get_state_display(), show=state, sort=("state",)),
        Column("by", _("To be handled by"), lambda row: row.remind_at, sort=("remind_at",), shown=False),
        Column("handled", _("Handled at"), lambda row: row.handled_at, sort=("handled_at",), shown=False),
        Column("handling", _("What was done about it"), lambda row: row.handling, wrap=True, shown=False),
        Column("degrees", _("Position"), place_words, shown=False),
    ),
    order=("-at",),
    filters=(
        BelowFilter(),
        ChoiceFilter("kind", _("Kind"), "kind", IncidentKind.choices),
        ChoiceFilter("state", _("State"), "state", IncidentState.choices),
        FlagFilter("late", _("Open for too long"), late),
        DateFilter("from", _("From"), "at__date__gte"),
        DateFilter("to", _("To"), "at__date__lte"),
    ),
    search=by_person,
    search_hint=_("Name or pinyin initials of who reported it"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:work-incident", args=[row.pk]),
    empty=Empty(_("No incident was reported."), _("Report an incident"), "console:work-incident-new", REPORT),
)


class IncidentForm(PersonForm):
    """What somebody tells the office."""

    kind = forms.ChoiceField(label=_("Kind"), choices=IncidentKind.choices)
    at = forms.DateTimeField(
        label=_("Time"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"], initial=lambda: timezone.localtime().replace(second=0, microsecond=0),
    )  # fmt: skip
    text = forms.CharField(label=_("Description"), max_length=2000, widget=forms.Textarea({"rows": 4}))


class HandleForm(forms.Form):
    handling = forms.CharField(
        label=_("What was done about it"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )  # fmt: skip


class CloseForm(forms.Form):
    closing = forms.CharField(label=_("Why it is closed"), max_length=200)


@page(access.OPEN_DUTY)
def incidents(request: HttpRequest) -> HttpResponseBase:
    context = frame(
        actor_of(request), "work-incidents", Offer(_("Report an incident"), "work-incident-new", "plus", REPORT)
    )
    return show(request, INCIDENTS, template="console/tenure/list.html", context=context)


@page(REPORT)
def new(request: HttpRequest) -> HttpResponseBase:
    form = IncidentForm(regions.reader(request), request.POST or None)

    def save(given: dict[str, Any], actor: User) -> str:
        at: datetime = given["at"]
        said = domain.Report(at, given["text"])
        made = domain.report_incident(given["person"], IncidentKind(given["kind"]), said, actor=actor)
        return reverse("console:work-incident", args=[made.pk])

    return form_page(request, form, _now("Report an incident"), save, back_to=reverse("console:work-incidents"))


@page(access.OPEN_DUTY)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Incident.objects.select_related("person", "entered_by", "handled_by", "closed_by", "programme"), pk=pk)
    why = may(actor_of(request), HANDLE_INCIDENT, row.region_code).why
    steps = []
    if row.state == IncidentState.OPEN:
        steps = [
            Step(_now("Handle it"), reverse("console:work-incident-handle", args=[pk]), "check", HandleForm(), why)
        ]
    elif row.state == IncidentState.HANDLED:
        steps = [Step(_now("Close it"), reverse("console:work-incident-close", args=[pk]), "lock", CloseForm(), why)]
    shown = ("bad", _now("overdue")) if is_late(row) else (COLOURS[IncidentState(row.state)], row.get_state_display())
    context = {
        "title": f"{row.get_kind_display()} · {plain(row.at)}", "state": shown, "steps": steps,
        "facts": facts(row, actor_of(request)),
        "back_to": reverse("console:work-incidents"), "back_label": _("Incidents"), "printable": True,
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def facts(row: Incident, actor: User) -> list[tuple[Any, Any]]:
    told = [
        (_("Reported by"), linked("person", row.person.pk, row.person.name) if row.person else ""),
        (_("Village"), place_of(row.region_code)), (_("Description"), row.text), (_("Position"), place_words(row)),
        (_("Photos"), media.shown(actor, row.person_id, [*row.before, *row.after])),
        (_("Voice note"), media.shown(actor, row.person_id, [row.voice] if row.voice else [])),
        (_("Arrived at"), plain(row.entered_at)), (_("Brought in by"), entered_by(row)),
        (_("To be handled by"), row.remind_at and plain(row.remind_at)),
        (_("Handled at"), row.handled_at and f"{plain(row.handled_at)} {row.handled_by}"),
        (_("What was done about it"), row.handling),
        (_("Closed at"), row.closed_at and f"{plain(row.closed_at)} {row.closed_by}"), (_("Why it is closed"), row.closing),
    ]  # fmt: skip
    return [(label, value) for label, value in told if value]


@action(HANDLE_INCIDENT)
def handle(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Incident.objects.all(), pk=pk)
    domain.handle_incident(row, handling=cleaned(HandleForm(request.POST))["handling"], actor=actor_of(request))
    return redirect("console:work-incident", pk)


@action(HANDLE_INCIDENT)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Incident.objects.all(), pk=pk)
    domain.close_incident(row, closing=cleaned(CloseForm(request.POST))["closing"], actor=actor_of(request))
    return redirect("console:work-incident", pk)
