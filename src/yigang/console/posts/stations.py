"""Service stations and post kinds: lists, forms, and a station with its posts and who holds them."""

from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, Column, Empty, List, show
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.posts.request_forms import KindForm, StationForm
from yigang.foundation.access import may, require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts import domain, queries
from yigang.posts.access import KEEP_KINDS, KEEP_STATIONS, READ_POSTS
from yigang.posts.domain import KindRecord, StationRecord
from yigang.posts.models import Post, PostKind, ServiceStation
from yigang.tenure.models import Appointment

MOST_POSTS = 500

STATIONS = List(
    name="stations",
    title=_("Service stations"),
    unit=_("stations"),
    rows=lambda _reader: ServiceStation.objects.annotate(post_count=Count("posts"), places=Sum("posts__head_count")),
    columns=(
        Column("name", _("Name"), lambda row: row.name, sort=("name",), always=True),
        Column("place", _("Town or village"), lambda row: row.place, sort=("region_code",)),
        Column("address", _("Address"), lambda row: row.address, wrap=True),
        Column("phone", _("Phone"), lambda row: row.phone),
        Column("hours", _("Opening hours"), lambda row: row.hours),
        Column("posts", _("Posts"), lambda row: row.post_count, kind="integer"),
        Column("places", _("Places"), lambda row: row.places or 0, kind="integer"),
        Column("active", _("In use"), lambda row: row.active),
    ),
    order=("name",),
    filters=(BelowFilter(),),
    search=lambda rows, words: rows.filter(name__contains=words) | rows.filter(address__contains=words),
    search_hint=_("Name or address"),
    link=lambda row: reverse("console:station", args=[row.pk]),
    prepare=regions.name_places,
    empty=Empty(_("There are no stations yet."), _("Add a station"), "console:station-add", KEEP_STATIONS),
)
KINDS = List(
    name="kinds",
    title=_("Post kinds"),
    unit=_("kinds"),
    rows=lambda _reader: PostKind.objects.all(),
    region_field="",
    columns=(
        Column("name", _("Name"), lambda row: row.name, sort=("name",), always=True),
        Column("role", _("Role name"), lambda row: row.role),
        Column("duties", _("Duties"), lambda row: "、".join(row.duties), wrap=True),
        Column("aliases", _("Also called"), lambda row: "、".join(row.aliases), wrap=True),
        Column("source", _("Source"), lambda row: row.cites, wrap=True),
        Column("active", _("In use"), lambda row: row.active),
    ),
    order=("position",),
    link=lambda row: reverse("console:kind", args=[row.code]),
)
KINDS_TO_READ = replace(KINDS, name="kinds-to-read", link=None)
"""The same for those who may not change a kind."""


@page(READ_POSTS)
def stations(request: HttpRequest) -> HttpResponseBase:
    context = {"may_keep": may(actor_of(request), KEEP_STATIONS)}
    return show(request, STATIONS, template="console/posts/stations.html", context=context)


@page(READ_POSTS)
def station(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = found(ServiceStation.objects.all(), pk=pk), actor_of(request)
    regions.name_places([row])
    posts = list(row.posts.select_related("category")[:MOST_POSTS])
    day = timezone.localdate()
    held = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), post__in=posts, starts__lte=day)
    holders = held.select_related("person", "post").order_by("post__number", "place")
    keep = may(actor, KEEP_STATIONS, row.region_code)
    context = {"station": row, "posts": posts, "holders": list(holders), "keep": keep}
    return render(request, "console/posts/station.html", context)


def _save_station(station: ServiceStation | None, data: dict[str, Any], actor: User) -> str:
    made = domain.save_station(StationRecord(**data), station=station, actor=actor)
    return reverse("console:station", args=[made.pk])


@page(KEEP_STATIONS)
def add_station(request: HttpRequest) -> HttpResponseBase:
    form = StationForm(regions.reader(request), request.POST or None)
    back_to = reverse("console:stations")
    return form_page(
        request, form, _now("Add a station"), lambda data, actor: _save_station(None, data, actor), back_to=back_to
    )


@page(KEEP_STATIONS)
def edit_station(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(ServiceStation.objects.all(), pk=pk)
    require(actor_of(request), KEEP_STATIONS, row.region_code)
    initial = {name: getattr(row, name) for name in StationForm.base_fields} | {"region_code": row.region_code}
    form = StationForm(regions.reader(request), request.POST or None, initial=initial)
    back_to = reverse("console:station", args=[pk])
    return form_page(
        request, form, _now("Change the station"), lambda data, actor: _save_station(row, data, actor), back_to=back_to
    )


@action(KEEP_STATIONS)
def attach(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Lead a post, named by its number, from this station; with `off`, no longer."""
    row, actor = found(ServiceStation.objects.all(), pk=pk), actor_of(request)
    number = request.POST.get("number", "").strip()
    matching = list(Post.objects.filter(number=number, region_code__startswith=row.region_code[:6])[:2])
    if len(matching) != 1:
        raise Refusal(
            _("There is no post with the number “%(number)s” here.") if not matching else
            _("Several programmes have a post “%(number)s”; number them differently first."),
            {"number": number}, code="no_post", field="number",
        )  # fmt: skip
    domain.attach_post(matching[0], None if request.POST.get("off") else row, actor=actor)
    return redirect("console:station", pk=pk)


@page(READ_POSTS)
def kinds(request: HttpRequest) -> HttpResponseBase:
    may_keep = may(actor_of(request), KEEP_KINDS)
    context = {"may_keep": may_keep, "unlisted": queries.unlisted_kinds(regions.viewing(request))}
    return show(request, KINDS if may_keep else KINDS_TO_READ, template="console/posts/kinds.html", context=context)


def _save_kind(data: dict[str, Any], actor: User) -> str:
    domain.save_kind(KindRecord(**data), actor=actor)
    return reverse("console:kinds")


@page(KEEP_KINDS)
def add_kind(request: HttpRequest) -> HttpResponseBase:
    form = KindForm(request.POST or None, initial={"name": request.GET.get("name", ""), "active": True})
    return form_page(request, form, _now("Add a post kind"), _save_kind, back_to=reverse("console:kinds"))


@page(KEEP_KINDS)
def kind(request: HttpRequest, code: str) -> HttpResponseBase:
    row = found(PostKind.objects.all(), code=code)
    initial = {name: getattr(row, name) for name in KindForm.base_fields}
    initial |= {"duties": "\n".join(row.duties), "aliases": "\n".join(row.aliases)}
    form = KindForm(request.POST or None, initial=initial)
    form.fields["code"].disabled = True
    return form_page(request, form, _now("Change the post kind"), _save_kind, back_to=reverse("console:kinds"))
