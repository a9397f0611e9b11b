"""The live map: who is out now, of programmes whose rules ask for tracks, during the hours of duty."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yigang.console import regions
from yigang.console.pages import actor_of, page
from yigang.console.patrols.maps import answer, map_data, with_map
from yigang.duty import ground, hours
from yigang.duty import live as pictures
from yigang.duty.access import READ_PATROLS

SECONDS = 15
"""Between two questions of a page that is looked at."""


@page(READ_PATROLS)
def live(request: HttpRequest) -> HttpResponseBase:
    prefix = regions.viewing(request)
    today = timezone.localdate()
    tracked = [(one.name, ground.track_basis(one, today)) for one in ground.tracking(today)]
    data = map_data(
        prefix[:6], live=reverse("console:patrols-live-picture"), seconds=SECONDS,
        patrol=reverse("console:patrol", args=["00000000-0000-0000-0000-000000000000"]),
    )  # fmt: skip
    context = {"tab": "live", "data": data, "tracked": tracked, "on_duty": hours.on_duty(timezone.now())}
    return with_map(render(request, "console/patrols/live.html", context))


@page(READ_PATROLS)
def picture(request: HttpRequest) -> HttpResponseBase:
    """What is to be drawn of the view that is asked for: whole, or what changed since the picture that is known."""
    try:
        west, south, east, north, zoom = (float(request.GET[name]) for name in ("w", "s", "e", "n", "z"))
        known = int(request.GET.get("known", 0))
    except (KeyError, ValueError):
        return HttpResponseBadRequest()
    view = pictures.View(round(west, 3), round(south, 3), round(east, 3), round(north, 3), round(zoom, 1))
    prefix = regions.viewing(request)
    return answer(pictures.picture(view, prefix, timezone.now(), known=known, whose=actor_of(request).prefixes))
