"""An area, key point or route drawn on the map, or written as GeoJSON coordinates; changed; ended."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.fields import offer_rows
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.patrols.maps import map_data, with_map
from yigang.console.people.forms import Day
from yigang.duty import domain
from yigang.duty.access import KEEP_GROUND
from yigang.duty.domain import Terms
from yigang.duty.domain.places import LEAST_RADIUS, MOST_RADIUS, USUAL_RADIUS
from yigang.duty.models import DutyArea, KeyPoint, Route
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.models import Post, Programme

AnyPlace = DutyArea | KeyPoint | Route
MODELS: dict[str, type[DutyArea] | type[KeyPoint] | type[Route]] = {"area": DutyArea, "point": KeyPoint, "route": Route}
TITLES = {"area": _("New duty area"), "point": _("New key point"), "route": _("New route")}
LISTS = {"area": "console:duty-areas", "point": "console:duty-points", "route": "console:duty-routes"}
PLACE = {
    "area": "[[[[106.25, 26.40], [106.26, 26.40], [106.26, 26.41], [106.25, 26.40]]]]", "point": "[106.25, 26.40]",
    "route": "[[106.25, 26.40], [106.26, 26.41]]",
}  # fmt: skip


class PlaceForm(forms.Form):
    """What a place is called, whose it is, when it counts, and its shape, which the map writes."""

    name = forms.CharField(label=_("Place name"), max_length=80)
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    post = forms.CharField(
        label=_("Post number"),
        max_length=40,
        required=False,
        help_text=_("Empty: of everybody of the programme in the region."),
    )
    months = forms.CharField(
        label=_("Months"), max_length=40, required=False, help_text=_("Such as 9,10,11; empty: the whole year.")
    )
    valid_from = forms.DateField(label=_("From"), widget=Day())
    valid_to = forms.DateField(label=_("Until"), required=False, widget=Day())
    radius = forms.IntegerField(
        label=_("Radius (m)"), min_value=LEAST_RADIUS, max_value=MOST_RADIUS, initial=USUAL_RADIUS,
        help_text=_("Within it the point is reached."),
    )  # fmt: skip
    source = forms.CharField(label=_("Source"), max_length=120, required=False)
    shape = forms.CharField(
        label=_("Shape (longitude, latitude, WGS-84)"), widget=forms.Textarea(attrs={"rows": 3, "data-shape": ""}),
        help_text=_("Draw it on the map, or write GeoJSON coordinates."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.all())
        self.fields["shape"].widget.attrs["placeholder"] = PLACE[kind]
        if kind != "point":
            del self.fields["radius"]

    def clean_shape(self) -> Any:
        try:
            return json.loads(self.cleaned_data["shape"])
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("These are no GeoJSON coordinates.")) from None

    def clean_months(self) -> list[int]:
        words = self.cleaned_data["months"].replace("，", ",").replace("、", ",").split(",")
        try:
            return [int(word) for word in words if word.strip()]
        except ValueError:
            raise forms.ValidationError(_("Write months as numbers with commas, such as 9,10,11.")) from None


def shape_of(place: AnyPlace) -> Any:
    """The coordinates as GeoJSON has them."""
    if isinstance(place, DutyArea):
        return place.polygons
    return place.line if isinstance(place, Route) else [place.longitude, place.latitude]


def _initial(known: AnyPlace | None) -> dict[str, Any]:
    if known is None:
        return {"valid_from": timezone.localdate().replace(month=1, day=1)}
    return {
        "name": known.name, "programme": known.programme_id, "post": known.post.number if known.post else "",
        "months": ",".join(map(str, known.months)), "valid_from": known.valid_from, "valid_to": known.valid_to,
        "source": known.source, "shape": json.dumps(shape_of(known)), "radius": getattr(known, "radius", USUAL_RADIUS),
    }  # fmt: skip


def _save(kind: str, data: dict[str, Any], region: str, actor: User, known: AnyPlace | None) -> None:
    programme, number = data["programme"], data["post"].strip()
    post = Post.objects.filter(programme=programme, number=number).first() if number else None
    if number and post is None:
        raise Refusal(
            _now("There is no post %(number)s in this programme.") % {"number": number}, code="no_post", field="post"
        )
    terms = Terms(
        post.region_code if post else region, programme, data["name"], data["valid_from"], data["valid_to"], post,
        data["months"], data["source"],
    )  # fmt: skip
    if kind == "point":
        assert known is None or isinstance(known, KeyPoint)
        domain.set_point(terms, data["shape"], data["radius"], actor=actor, known=known)
    elif kind == "route":
        assert known is None or isinstance(known, Route)
        domain.set_route(terms, data["shape"], actor=actor, known=known)
    else:
        assert known is None or isinstance(known, DutyArea)
        domain.set_area(terms, data["shape"], actor=actor, known=known)


def _page(request: HttpRequest, kind: str, region: str, title: str, known: AnyPlace | None) -> HttpResponseBase:
    form = PlaceForm(request.POST or None, initial=_initial(known), kind=kind)

    def save(data: dict[str, Any], actor: User) -> str:
        _save(kind, data, region, actor, known)
        return reverse(LISTS[kind])

    context = {
        "kind": kind, "known": known, "tab": "areas",
        "data": map_data(region[:6], edit=kind, ground=reverse("console:duty-ground")),
    }  # fmt: skip
    return with_map(
        form_page(
            request,
            form,
            title,
            save,
            back_to=reverse(LISTS[kind]),
            template="console/patrols/edit.html",
            context=context,
        )
    )


@page(KEEP_GROUND)
def new(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Draw one for the region looked at."""
    if kind not in MODELS:
        raise Http404
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])
    return _page(request, kind, region, str(TITLES[kind]), None)


@page(KEEP_GROUND)
def edit(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    known = place_of(kind, pk)
    return _page(request, kind, known.region_code, known.name, known)


def place_of(kind: str, pk: int) -> AnyPlace:
    if kind == "area":
        return found(DutyArea.objects.select_related("post"), pk=pk)
    if kind == "point":
        return found(KeyPoint.objects.select_related("post"), pk=pk)
    if kind == "route":
        return found(Route.objects.select_related("post"), pk=pk)
    raise Http404


@action(KEEP_GROUND)
def end(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    """It counts no longer from the day that is given."""
    place = place_of(kind, pk)
    try:
        last = date.fromisoformat(request.POST.get("last", ""))
    except ValueError:
        raise Refusal(_("Say until which day it counts."), code="day", field="last") from None
    domain.end_place(place, last=last, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("“%(name)s” counts until %(day)s.") % {"name": place.name, "day": last})
    return redirect(LISTS[kind])
