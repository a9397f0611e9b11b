"""Visits: those the reader may know of; a group's own are begun and written down here, on a telephone too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.oversight.tabs import frame, in_place
from yigang.console.pages import action, actor_of, found, page, refusals_on
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import Step, linked, person_link, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.foundation.access import may
from yigang.foundation.geo import position
from yigang.foundation.models import User
from yigang.oversight import domain, queries
from yigang.oversight.access import DRAW, ENTER_FINDINGS, INSPECT, READ_OVERSIGHT
from yigang.oversight.domain import Met, Sheet
from yigang.oversight.enums import Check, InspectionKind, InspectionState, Presence
from yigang.oversight.models import Arrival, Inspection, SheetPhoto, SheetRow, VisitSheet
from yigang.tenure.models import Appointment

COLOURS = {
    InspectionState.PLANNED: "", InspectionState.BEGUN: "warn", InspectionState.DONE: "good", InspectionState.MISSED: "bad",
}  # fmt: skip
PRESENCE = {Presence.PRESENT: "good", Presence.EXCUSED: "warn", Presence.ABSENT: "bad"}
CHECKS = ("log", "knowledge", "publicity", "account", "villagers")


def state(row: Inspection) -> str:
    return tag(COLOURS[InspectionState(row.state)], row.get_state_display())


def rows(_reader: Any) -> Any:
    """Visits with the number of people met and absent."""
    absent = Count("sheet__rows", filter=Q(sheet__rows__presence=Presence.ABSENT))
    return Inspection.objects.select_related("plan__programme", "sheet").annotate(
        met=Count("sheet__rows"), absent=absent
    )


VISITS = List(
    name="inspections",
    title=_("Inspections"),
    unit=_("visits"),
    rows=rows,
    columns=(
        Column("week", _("Week from"), lambda row: row.plan.week, sort=("plan__week",), kind="date", always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",), always=True),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort=("kind",)),
        Column("state", _("State"), lambda row: row.get_state_display(), show=state, sort=("state",)),
        Column("made", _("Made at"), lambda row: row.sheet.made_at if hasattr(row, "sheet") else None, kind="datetime"),
        Column("met", _("People met"), lambda row: row.met, kind="integer"),
        Column("absent", _("Absent without cause"), lambda row: row.absent, kind="integer"),
        Column("programme", _("Programme"), lambda row: row.plan.programme.name, shown=False),
    ),
    order=("-plan__week", "number"),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "plan__programme", programmes),
        ChoiceFilter("state", _("State"), "state", InspectionState.choices),
        ChoiceFilter("kind", _("Kind"), "kind", InspectionKind.choices),
        FlagFilter("absent", _("Somebody was absent"), lambda: Q(absent__gt=0)),
        DateFilter("from", _("From"), "plan__week__gte"),
        DateFilter("to", _("To"), "plan__week__lte"),
    ),
    search=lambda found_rows, words: found_rows.filter(in_place(words)),
    search_hint=_("Village"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:oversight-visit", args=[row.pk]),
    empty=Empty(_("No visit has begun. What is planned is known to its group alone.")),
)  # fmt: skip


class BeginForm(forms.Form):
    """Nothing to fill in."""


class MetForm(forms.Form):
    """One post holder on the sheet."""

    presence = forms.ChoiceField(label=_("At the post"), choices=[("", "—"), *Presence.choices])
    log = forms.ChoiceField(label=_("Work log"), choices=Check.choices, initial=Check.NOT_CHECKED)
    knowledge = forms.ChoiceField(label=_("Knowledge of the work"), choices=Check.choices, initial=Check.NOT_CHECKED)
    publicity = forms.ChoiceField(label=_("Explaining policies"), choices=Check.choices, initial=Check.NOT_CHECKED)
    account = forms.ChoiceField(label=_("Account data"), choices=Check.choices, initial=Check.NOT_CHECKED)
    villagers = forms.ChoiceField(label=_("Villagers' word"), choices=Check.choices, initial=Check.NOT_CHECKED)
    score = forms.DecimalField(
        label=_("Points of the closed-book test"), required=False, max_digits=5, decimal_places=2
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class Photos(forms.ClearableFileInput):
    """Several pictures at once, from the camera too."""

    allow_multiple_selected = True


class SheetForm(forms.Form):
    """The sheet beside its people. `id` goes out with the page, so that a second press is the same sheet."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    longitude = forms.CharField(label=_("Longitude (WGS-84)"), max_length=20, required=False)
    latitude = forms.CharField(label=_("Latitude (WGS-84)"), max_length=20, required=False)
    remarks = forms.CharField(label=_("Remarks"), max_length=1_000, required=False, widget=forms.Textarea({"rows": 3}))
    photos = forms.FileField(
        label=_("Photos"), required=False, widget=Photos(attrs={"accept": "image/*", "multiple": True}),
        help_text=_("At most nine; place and time inside a picture are removed."),
    )  # fmt: skip


@page(READ_OVERSIGHT)
def visits(request: HttpRequest) -> HttpResponseBase:
    offers = (Offer(_("Draw a week"), "oversight-draw", "calendar-check", DRAW),)
    return show(
        request, VISITS, template="console/tenure/list.html", context=frame(actor_of(request), "oversight", *offers)
    )


@page(READ_OVERSIGHT)
def visit(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _row(pk)
    sheet = VisitSheet.objects.select_related("made_by").filter(inspection=row).first()
    context = {
        "title": f"{place_of(row.region_code)} · {row.get_kind_display()}",
        "state": (COLOURS[InspectionState(row.state)], row.get_state_display()), "facts": _facts(row, sheet),
        "tables": [*_arrivals(row), *(_tables(sheet) if sheet else ())], "photos": sheet.photos.all() if sheet else (),
        "steps": _steps(row, actor_of(request)), "back_to": reverse("console:oversight"), "back_label": _("Inspections"),
        "sheet_url": reverse("console:oversight-sheet", args=[row.pk]) if _may_write(row, actor_of(request)) else "",
        "point_url": _point_url(sheet, actor_of(request)),
        "phone": _phone(request, row),
    }  # fmt: skip
    return render(request, "console/oversight/visit.html", context)


def _phone(request: HttpRequest, row: Inspection) -> dict[str, Any] | None:
    """Where a visit is begun and written down on a telephone: the app's page as a picture to scan, and the own telephones."""
    actor = actor_of(request)
    if not _may_write(row, actor):
        return None
    import segno

    address = f"{request.build_absolute_uri(reverse('field-app'))}#/inspector"
    mine = actor.sheet_phones.filter(ended_at=None, expires_at__gt=timezone.now())
    return {
        "address": address, "qr": segno.make_qr(address, error="m").svg_data_uri(scale=4, border=2), "mine": list(mine),
    }  # fmt: skip


def _row(pk: int) -> Inspection:
    """Planned visits of others are not there: the database does not show them."""
    return found(Inspection.objects.select_related("plan__programme"), pk=pk)


def _facts(row: Inspection, sheet: VisitSheet | None) -> list[tuple[Any, Any]]:
    shown = [
        (_("Week from"), linked("oversight-plan", row.plan_id, row.plan.week)), (_("Programme"), row.plan.programme.name),
        (_("Village"), place_of(row.region_code)), (_("Kind"), row.get_kind_display()),
    ]  # fmt: skip
    if sheet is None:
        return shown
    return [
        *shown, (_("Inspector"), sheet.made_by.name), (_("Made at"), _clock(sheet.made_at)),
        (_("Received at"), _clock(sheet.received_at)), (_("Position"), _position(sheet)), (_("Remarks"), sheet.remarks),
    ]  # fmt: skip


def _position(row: VisitSheet | Arrival) -> str:
    place = "" if row.latitude is None else f"{row.latitude}, {row.longitude}"
    return place if row.accuracy_m is None else place + _now(" (within %(metres)d m)") % {"metres": row.accuracy_m}


def _arrivals(row: Inspection) -> list[tuple[Any, ...]]:
    """Who was there and when, the first one first; nothing before the visit begins."""
    came = [
        (one.made_by.name, _now("Joined") if one.joined else _now("Began the visit"), _clock(one.made_at),
         _clock(one.received_at), _position(one) or one.note)
        for one in row.arrivals.select_related("made_by")
    ]  # fmt: skip
    headings = (_("Inspector"), _("Began or joined"), _("Made at"), _("Received at"), _("Position"))
    return [(_("Arrivals"), headings, came)] if came else []


def _clock(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _tables(sheet: VisitSheet) -> list[tuple[Any, ...]]:
    headings = (
        _("Name"), _("At the post"), _("Work log"), _("Knowledge of the work"), _("Explaining policies"),
        _("Account data"), _("Villagers' word"), _("Points of the test"), _("Note"),
    )  # fmt: skip
    met = [_cells(row) for row in sheet.rows.select_related("appointment__person")]
    points = [
        (linked("oversight-point", one.pk, one.finding), one.owner, one.due, one.get_state_display())
        for one in sheet.rectifications.all()
    ]
    put_right = (_("To be put right"), (_("Problem found"), _("Who answers for it"), _("Deadline"), _("State")), points)
    return [(_("People met"), headings, met), put_right]


def _cells(row: SheetRow) -> tuple[Any, ...]:
    person = row.appointment.person
    return (
        person_link(person.name, person.pk), tag(PRESENCE[Presence(row.presence)], row.get_presence_display()),
        *(getattr(row, f"get_{check}_display")() for check in CHECKS), row.score, row.note,
    )  # fmt: skip


def _is_mine(row: Inspection, actor: User) -> bool:
    return queries.own_visits(actor).filter(pk=row.pk).exists()


def _may_write(row: Inspection, actor: User) -> bool:
    return bool(may(actor, INSPECT, row.region_code)) and _is_mine(row, actor)


def _steps(row: Inspection, actor: User) -> list[Step]:
    if row.state != InspectionState.PLANNED or not _is_mine(row, actor):
        return []
    begin = reverse("console:oversight-begin", args=[row.pk])
    return [Step(_now("Begin the visit"), begin, "run", BeginForm(), may(actor, INSPECT, row.region_code).why)]


def _point_url(sheet: VisitSheet | None, actor: User) -> str:
    if sheet is None or not may(actor, ENTER_FINDINGS, sheet.region_code):
        return ""
    return f"{reverse('console:oversight-point-add')}?sheet={sheet.pk}"


@action(INSPECT)
def begin(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.begin(_row(pk), actor=actor_of(request))
    return redirect("console:oversight-sheet", pk)


@action(INSPECT)
def end_phones(request: HttpRequest) -> HttpResponseBase:
    """A telephone is lost: none of the own ones opens a visit any more."""
    actor = actor_of(request)
    count = domain.end_sheet_phones(actor, actor=actor)
    messages.success(request, _now("%(count)d telephones are signed out.") % {"count": count})
    return redirect("console:oversight")


@page(INSPECT)
def sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The visit sheet: a card for every post holder of the village."""
    row, actor = found(queries.own_visits(actor_of(request)), pk=pk), actor_of(request)
    holders = queries.holders(row, timezone.localdate())
    data = request.POST or None
    form = SheetForm(data, request.FILES or None, initial={"id": uuid4()})
    cards = [(held, MetForm(data, prefix=str(held.pk))) for held in holders]
    if request.method == "POST" and form.is_valid() and all(card.is_valid() for _held, card in cards):
        with refusals_on(form):
            photos = [(file.name or "", file.read()) for file in request.FILES.getlist("photos")]
            domain.hand_in_sheet(row, _sheet(form, cards), photos=photos, actor=actor)
            return redirect("console:oversight-visit", pk)
    context = {"title": f"{place_of(row.region_code)} · {row.get_kind_display()}", "form": form, "cards": cards,
               "back_to": reverse("console:oversight-visit", args=[row.pk])}  # fmt: skip
    return render(request, "console/oversight/sheet.html", context)


def _sheet(form: forms.Form, cards: Sequence[tuple[Appointment, forms.Form]]) -> Sheet:
    given = form.cleaned_data
    met = []
    for held, card in cards:
        said = card.cleaned_data
        checks = {name: Check(said[name]) for name in CHECKS}
        met.append(Met(held, Presence(said["presence"]), score=said["score"], note=said["note"], **checks))
    return Sheet(given["id"], timezone.now(), met, given["remarks"], position(given["longitude"], given["latitude"]))


@page(READ_OVERSIGHT)
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A photo of a sheet of one's own region: written anew when it came in, so it is a picture and nothing else."""
    row = found(SheetPhoto.objects.select_related("file"), pk=pk)
    if not may(actor_of(request), READ_OVERSIGHT, row.region_code):
        raise Http404
    response = HttpResponse(row.file.content.open("rb").read(), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response
