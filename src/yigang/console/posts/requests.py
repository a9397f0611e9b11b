"""Requests for posts: the list, the form, and one request with its way, its cost and what is left."""

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, Total, show
from yigang.console.pages import action, actor_of, form_page, found, page, sentence
from yigang.console.place_map import known_points
from yigang.console.posts.posts import programmes
from yigang.console.posts.request_forms import RequestForm
from yigang.foundation.access import may, require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts import domain, queries
from yigang.posts.access import APPROVE_REQUESTS, CHECK_REQUESTS, READ_POSTS, REQUEST_POSTS
from yigang.posts.costs import yearly_cost
from yigang.posts.domain import RequestRecord
from yigang.posts.enums import Asker, RequestState
from yigang.posts.models import PostKind, PostRequest, Quota
from yigang.recruitment.access import OPEN_ROUND

WITH_WHAT_IS_LEFT = "console/posts/request_form.html"
REQUESTS = List(
    name="post-requests",
    title=_("Requests for posts"),
    unit=_("requests"),
    rows=lambda _reader: PostRequest.objects.select_related("programme", "category"),
    columns=(
        Column("asker", _("Asking office"), lambda row: row.asker_name, always=True),
        Column("kind", _("Post kind"), lambda row: row.category.name),
        Column("where", _("Village"), lambda row: row.place_name, sort=("region_code",)),
        Column("place", _("Place of work"), lambda row: row.place, wrap=True),
        Column("head_count", _("Head-count"), lambda row: row.head_count, sort=("head_count",), kind="integer"),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("year", _("Year"), lambda row: str(row.year), sort=("year",)),
        Column("cost", _("Cost of a year"), lambda row: row.cost_fen, kind="money", unit=_("yuan"), shown=False),
        Column("state", _("State"), lambda row: row.get_state_display(), sort=("state",)),
        Column("changed", _("Last step"), lambda row: row.changed_at, sort=("changed_at",), kind="datetime"),
    ),
    order=("-changed_at",),
    filters=(
        BelowFilter(),
        ChoiceFilter("state", _("State"), "state", RequestState.choices),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        ChoiceFilter("asker", _("Asked by"), "asker", Asker.choices),
        ChoiceFilter("kind", _("Post kind"), "category", lambda _reader: PostKind.objects.values_list("pk", "name")),
    ),
    search=lambda rows, words: rows.filter(place__contains=words) | rows.filter(asker_name__contains=words),
    search_hint=_("Office or place"),
    totals=(Total(_("Places asked for"), Sum("head_count")),),
    link=lambda row: reverse("console:post-request", args=[row.pk]),
    prepare=lambda rows: name_places(rows),
    empty=Empty(_("Nobody has asked for posts yet."), _("Ask for posts"), "console:post-request-add", REQUEST_POSTS),
)


def name_places(rows: list[Any]) -> None:
    """`place_name`: a request's own `place` says where the work is."""
    known = regions.names(code for row in rows for code in (row.region_code, f"{row.region_code[:9]}000"))
    for row in rows:
        row.place_name = regions.full_name(row.region_code, known)


@page(READ_POSTS)
def requests(request: HttpRequest) -> HttpResponseBase:
    context = {"may_ask": may(actor_of(request), REQUEST_POSTS), **left_here(request)}
    return show(request, REQUESTS, template="console/posts/requests.html", context=context)


def left_here(request: HttpRequest) -> dict[str, Any]:
    """Target and what is left in the region looked at, of the year that is filtered for, else of this one."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() else timezone.localdate().year
    return {"year": year, "standings": queries.standings(queries.quotas_around(regions.viewing(request), year))}


def _record(data: dict[str, Any]) -> RequestRecord:
    values = {name: data[name] for name in RequestRecord.__dataclass_fields__ if name in data}
    return RequestRecord(**{**values, "asker": Asker(data["asker"]), "minutes_per_day": data["hours"]})


@page(REQUEST_POSTS)
def add_request(request: HttpRequest) -> HttpResponseBase:
    def save(data: dict[str, Any], actor: User) -> str:
        made = domain.save_request(data["programme"], _record(data), actor=actor)
        return reverse("console:post-request", args=[made.pk])

    form = RequestForm(regions.reader(request), request.POST or None)
    return form_page(
        request, form, _now("Ask for posts"), save, back_to=reverse("console:post-requests"),
        template=WITH_WHAT_IS_LEFT, context=left_here(request),
    )  # fmt: skip


@page(REQUEST_POSTS)
def edit_request(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(PostRequest.objects.filter(state=RequestState.DRAFT), pk=pk)
    require(actor_of(request), REQUEST_POSTS, row.region_code)
    address = reverse("console:post-request", args=[pk])

    def save(data: dict[str, Any], actor: User) -> str:
        domain.save_request(data["programme"], _record(data), request=row, actor=actor)
        return address

    fields = RequestForm.base_fields
    initial = {name: getattr(row, name) for name in fields if hasattr(row, name)}
    initial |= {
        "duties": "\n".join(row.duties), "abilities": "\n".join(row.abilities), "hours": row.minutes_per_day / 60,
        "months": [str(month) for month in row.months],
    }  # fmt: skip
    form = RequestForm(regions.reader(request), request.POST or None, initial=initial)
    left = {"year": row.year, "standings": queries.standings(queries.quotas_for(row)), "row": row, **_cost(row)}
    return form_page(
        request, form, _now("Change the request"), save, back_to=address, template=WITH_WHAT_IS_LEFT, context=left
    )


@page(READ_POSTS)
def one_request(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = PostRequest.objects.select_related("programme", "category", "station", "quota", "written_by")
    row, actor = found(rows, pk=pk), actor_of(request)
    name_places([row])
    position = None if row.longitude is None or row.latitude is None else (row.longitude, row.latitude)
    context = {
        "row": row,
        "steps": list(queries.path_of(row)),
        "posts": list(row.posts.all()),
        "standings": queries.standings(queries.quotas_for(row)),
        "far": queries.far_away(position, row.region_code) if position else None,
        "points": known_points(row.region_code) if position else None,
        "here": f"{row.longitude} {row.latitude}",
        "months": "、".join(str(month) for month in row.months),
        "whole_year": len(row.months) == len(range(1, 13)),
        "hours": row.minutes_per_day / 60,
        "may_open_round": may(actor, OPEN_ROUND),
        **_cost(row),
        **_may(row, actor),
    }
    return render(request, "console/posts/request.html", context)


def _cost(row: PostRequest) -> dict[str, Any]:
    """What the places cost, and where the figure comes from; the sentence why it is not known."""
    try:
        cost = yearly_cost(row.programme, row.year, row.months)
    except Refusal as refusal:
        return {"no_cost": sentence(refusal)}
    return {"cost": cost, "cost_fen": cost.fen * row.head_count, "cost_words": cost.in_words()}


def _may(row: PostRequest, actor: User) -> dict[str, Any]:
    """What this reader may do with the request in its state; for what he may not, why."""
    draft, submitted, checked = RequestState.DRAFT, RequestState.SUBMITTED, RequestState.CHECKED
    asks = {
        "submit": (row.state == draft, REQUEST_POSTS), "check": (row.state == submitted, CHECK_REQUESTS),
        "approve": (row.state == checked, APPROVE_REQUESTS),
    }  # fmt: skip
    return {name: may(actor, what, row.region_code) if fits else None for name, (fits, what) in asks.items()}


@action(READ_POSTS)
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponseBase:
    """Submit, check, send back, refuse or approve."""
    row, actor = found(PostRequest.objects.all(), pk=pk), actor_of(request)
    text = request.POST.get("text", "")
    match deed:
        case "submit":
            domain.submit_request(row, actor=actor)
        case "check":
            domain.check_request(row, text=text, actor=actor)
        case "back":
            domain.send_request_back(row, reason=text, actor=actor)
        case "refuse":
            domain.refuse_request(row, reason=text, actor=actor)
        case _:
            quota = Quota.objects.filter(pk=request.POST.get("quota") or 0).first()
            if quota is None:
                raise Refusal(_("Choose the fund that pays."), code="no_quota", field="quota")
            domain.approve_request(row, quota, text=text, actor=actor)
    messages.success(request, _now("Done."))
    return redirect("console:post-request", pk=pk)
