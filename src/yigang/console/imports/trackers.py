"""Tracker apps of people in posts: who has which, heard of when; register, new secret, take out of use."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.imports.forms import ReasonForm
from yigang.console.imports.tabs import tabs
from yigang.console.lists import Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, form_page, found, page, refusals_on
from yigang.exchange.access import MANAGE_TRACKERS
from yigang.exchange.models import TrackerDevice
from yigang.exchange.track_imports.whose import holders
from yigang.exchange.trackers import devices
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people.models import Person

REFUSALS_SHOWN = 50
WHY = {
    "not_readable": _("cannot be read"), "no_time": _("no time"), "date": _("a date that cannot be"),
    "no_place": _("no place"), "latitude": _("a latitude that cannot be"), "longitude": _("a longitude that cannot be"),
    "encrypted": _("encrypted, which is not supported"), "no_post": _("no post on that day"),
    "not_asked": _("tracks not allowed on that day"), "off_duty": _("outside the hours of duty"),
    "consent_withdrawn": _("consent withdrawn at that time"),
}  # fmt: skip


def state_of(device: TrackerDevice) -> str:
    return _now("out of use") if device.revoked_at else _now("in use")


def shown_state(device: TrackerDevice) -> str:
    return format_html('<span class="{}">{}</span>', "tag" if device.revoked_at else "tag tag-good", state_of(device))


def percent(device: TrackerDevice) -> str:
    return "" if device.battery is None else f"{device.battery:.0f} %"


TRACKERS = List(
    name="trackers",
    title=_("Trackers"),
    unit=_("devices"),
    rows=lambda _reader: TrackerDevice.objects.select_related("person", "programme").annotate(
        broken=Count("refusals")
    ),
    columns=(
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("code", _("Device code"), lambda row: row.code),
        Column("name", _("Device"), lambda row: row.name),
        Column("seen", _("Last heard of"), lambda row: row.last_seen, sort=("last_seen",), kind="datetime"),
        Column("battery", _("Battery"), percent),
        Column("broken", _("Not usable"), lambda row: row.broken, kind="integer"),
        Column("state", _("State"), state_of, show=shown_state),
    ),
    order=("person__pinyin",),
    filters=(FlagFilter("active", _("In use"), lambda: Q(revoked_at=None)),),
    search=lambda rows, words: rows.filter(Q(person__name__contains=words) | Q(code__startswith=words.strip().lower())),
    search_hint=_("Name or device code"),
    link=lambda row: reverse("console:tracker", args=[row.pk]),
    empty=Empty(_("Nobody's tracker is registered."), _("Register a tracker"), "console:tracker-add", MANAGE_TRACKERS),
)  # fmt: skip


class TrackerForm(forms.Form):
    """Whose device."""

    whose = forms.CharField(
        label=_("Person"), max_length=60, help_text=_("Name, or telephone where several have the name.")
    )
    name = forms.CharField(
        label=_("Device"), max_length=60, required=False, help_text=_("Such as the make of the phone.")
    )


@page(MANAGE_TRACKERS)
def trackers(request: HttpRequest) -> HttpResponseBase:
    context = {**tabs(actor_of(request), "trackers"), "add": reverse("console:tracker-add")}
    return show(request, TRACKERS, template="console/imports/trackers.html", context=context)


@page(MANAGE_TRACKERS)
def add(request: HttpRequest) -> HttpResponseBase:
    """Register, and tell the secret on a page of its own, once."""
    form = TrackerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            person = _person(form.cleaned_data["whose"], regions.viewing(request))
            device, secret = devices.register(person, name=form.cleaned_data["name"], actor=actor_of(request))
            return tell_secret(request, device, secret)
    context = {"form": form, "title": _now("Register a tracker"), "back_to": reverse("console:trackers")}
    return render(request, "console/form/page.html", context)


def _person(word: str, prefix: str) -> Person:
    person = holders([word], regioncode.pad(prefix)).find(word) if prefix else None
    if person is None:
        raise Refusal(
            _now("“%(word)s” is not known here as the holder of a post, or there are several."), {"word": word},
            code="unknown_person", field="whose", remedy=_now("Write the telephone number instead."),
        )  # fmt: skip
    return person


def tell_secret(request: HttpRequest, device: TrackerDevice, secret: str) -> HttpResponseBase:
    """What is entered on the phone, for each app. The secret is nowhere kept."""
    context = {
        "device": device, "secret": secret,
        "osmand": request.build_absolute_uri(reverse("trackers:osmand-secret", args=[secret])),
        "owntracks": request.build_absolute_uri(reverse("trackers:owntracks")),
    }  # fmt: skip
    return render(request, "console/imports/secret.html", context)


def one_of(request: HttpRequest, pk: Any) -> TrackerDevice:
    device: TrackerDevice = found(TRACKERS.rows(regions.reader(request)), pk=pk)
    return device


@page(MANAGE_TRACKERS)
def tracker(request: HttpRequest, pk: Any) -> HttpResponseBase:
    device = one_of(request, pk)
    refused = [(row, WHY.get(row.reason, row.reason)) for row in device.refusals.all()[:REFUSALS_SHOWN]]
    context = {"device": device, "tag": shown_state(device), "battery": percent(device), "refused": refused}
    return render(request, "console/imports/tracker.html", context)


@action(MANAGE_TRACKERS)
def secret(request: HttpRequest, pk: Any) -> HttpResponseBase:
    device = one_of(request, pk)
    return tell_secret(request, device, devices.renew_secret(device, actor=actor_of(request)))


@page(MANAGE_TRACKERS)
def revoke(request: HttpRequest, pk: Any) -> HttpResponseBase:
    device, address = one_of(request, pk), reverse("console:tracker", args=[pk])

    def save(data: dict[str, Any], actor: User) -> str:
        devices.revoke(device, reason=data["reason"], actor=actor)
        return address

    title = _now("Take %(name)s's tracker out of use") % {"name": device.person.name}
    return form_page(request, ReasonForm(request.POST or None), title, save, back_to=address)
