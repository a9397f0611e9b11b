"""Where villages lie: the list of a region's villages with their centres, and the form that sets one."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.place_map import PositionForm, known_points
from yigang.console.regions import Reader
from yigang.foundation.access import may, require
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal
from yigang.foundation.geo import position
from yigang.foundation.models import Region, User
from yigang.people import places
from yigang.people.access import KEEP_PLACES, READ_PEOPLE
from yigang.people.models import VillageCentre
from yigang.people.places import CentrePoint
from yigang.posts.queries import far_away

COLUMNS = ("longitude", "latitude", "source")
OF_CENTRE = {"longitude": "longitude", "latitude": "latitude", "told_by": "source"}
"""Name on a region's row → column of its centre; a region's own `source` is the register of codes."""


def villages(reader: Reader) -> Any:
    """The villages of the reader's scope; regions are public rows, so the scope is said here."""
    scope = Q(pk__in=())
    for prefix in reader.user.prefixes:
        scope |= regions.inside(prefix, "code")
    centre = VillageCentre.objects.filter(region_code=OuterRef("code"))
    rows = Region.objects.filter(scope, regions.inside(reader.prefix, "code"), level=RegionLevel.VILLAGE, valid_to=None)
    return rows.annotate(**{name: Subquery(centre.values(column)[:1]) for name, column in OF_CENTRE.items()})


def prepare(rows: list[Any]) -> None:
    for row in rows:
        row.region_code = row.code
    regions.name_places(rows)


CENTRES = List(
    name="village-centres",
    title=_("Where villages lie"),
    unit=_("villages"),
    rows=villages,
    columns=(
        Column("place", _("Village"), lambda row: row.place, sort=("code",), always=True),
        Column("code", _("Region code"), lambda row: row.code, shown=False),
        Column("longitude", _("Longitude (WGS-84)"), lambda row: row.longitude, sort=("longitude",), kind="decimal"),
        Column("latitude", _("Latitude (WGS-84)"), lambda row: row.latitude, sort=("latitude",), kind="decimal"),
        Column("source", _("Source"), lambda row: row.told_by, wrap=True),
    ),
    order=("code",),
    filters=(BelowFilter("code"), FlagFilter("known", _("Position known"), lambda: Q(longitude__isnull=False))),
    search=lambda rows, words: rows.filter(name__contains=words),
    search_hint=_("Village"),
    link=lambda row: reverse("console:village-centre", args=[row.code]),
    prepare=prepare,
    region_field="code",
    empty=Empty(_("There are no villages in the region looked at.")),
)
CENTRES_TO_READ = replace(CENTRES, name="village-centres-to-read", link=None)
"""The same for those who may not set one."""


class CentreForm(PositionForm):
    """Where a village lies, and who says so."""

    source = forms.CharField(
        label=_("Source"), max_length=120, required=False, help_text=_("For instance: measured at the village office.")
    )


@page(READ_PEOPLE)
def centres(request: HttpRequest) -> HttpResponseBase:
    keep = may(actor_of(request), KEEP_PLACES)
    listed = CENTRES if keep else CENTRES_TO_READ
    return show(request, listed, template="console/people/places.html", context={"may_keep": keep})


@page(KEEP_PLACES)
def centre(request: HttpRequest, code: str) -> HttpResponseBase:
    """Set where one village lies, on the map or in degrees."""
    village = found(Region.objects.filter(level=RegionLevel.VILLAGE, valid_to=None), code=code)
    require(actor_of(request), KEEP_PLACES, code)
    known = VillageCentre.objects.filter(region_code=code).first()

    def save(data: dict[str, Any], actor: User) -> str:
        places.set_centre(CentrePoint(code, **data), actor=actor)
        warn_of_far(request, data, code)
        return reverse("console:village-centres")

    initial = {name: getattr(known, name) for name in COLUMNS} if known else {}
    form = CentreForm(request.POST or None, initial=initial)
    form.known_points = known_points(code)
    title = _now("Where %(village)s lies") % {"village": village.name}
    context = {"known": known, "code": code}
    template = "console/people/centre.html"
    back_to = reverse("console:village-centres")
    return form_page(request, form, title, save, back_to=back_to, template=template, context=context)


@action(KEEP_PLACES)
def remove(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take back where one village lies, and say why."""
    known = found(VillageCentre.objects.all(), region_code=code)
    places.remove_centre(known, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("The village's position was taken back."))
    return redirect("console:village-centres")


def warn_of_far(request: HttpRequest, data: dict[str, Any], code: str) -> None:
    """Say it when a position that was just kept lies far from every other of its county."""
    try:
        place = position(data["longitude"], data["latitude"])
    except Refusal:
        return
    distance = far_away(place, code) if place else None
    if distance is not None:
        said = _now("This place lies %(km)d km away from every other place of the county. Look at the position again.")
        messages.warning(request, said % {"km": round(distance)})
