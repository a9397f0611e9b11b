"""Patrols as they were measured: the list, and one patrol with its map, its figures and what was left out."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

import polars as pl
from django.contrib import messages
from django.db.models import Avg, F, Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.duty.forms import ReasonForm
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.lists.spec import Total
from yigang.console.pages import action, actor_of, found, page
from yigang.console.patrols.maps import answer, map_data, with_map
from yigang.console.regions import Reader
from yigang.duty import domain, ground
from yigang.duty.access import READ_PATROLS, RECORD_TRACKS, WITHDRAW_PATROL
from yigang.duty.domain.measuring import during
from yigang.duty.enums import PatrolEvent, PatrolSource
from yigang.duty.models import Patrol
from yigang.duty.tracks import clean, packed
from yigang.foundation.access import may

REASONS = {
    "no_time": _("no time that can be"), "no_place": _("no place on earth"), "repeated": _("sent more than once"),
    "same_time": _("several places at one moment"), "inaccurate": _("less exact than 100 m"),
    "impossible": _("out of reach in the time"), "not_during": _("outside the patrol or in a pause"),
}  # fmt: skip
"""Why a fix does not count, as `duty.tracks` names it."""
MOST_SHOWN = 20_000
"""Nodes of a track on the map; a longer one is thinned for the picture, never for its figures."""
BIG = ("track", "events", "left_out")


def rows(_reader: Reader) -> Any:
    return Patrol.objects.select_related("person").defer(*BIG)


def state(patrol: Patrol) -> str:
    if patrol.withdrawn_at:
        return format_html('<span class="tag tag-bad">{}</span>', _now("withdrawn"))
    if patrol.stale or patrol.measured_at is None:
        words = _now("under way") if patrol.ended_at is None else _now("being measured")
        return format_html('<span class="tag tag-warn">{}</span>', words)
    return format_html('<span class="tag tag-good">{}</span>', _now("measured"))


def hours(seconds: int | None) -> str:
    """Hours and minutes, or a dash where nothing is known."""
    return "—" if seconds is None else f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f} %"


PATROLS = List(
    name="patrols",
    title=_("Patrols"),
    unit=_("patrols"),
    rows=rows,
    columns=(
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("started", _("Began"), lambda row: row.started_at, sort=("started_at",), kind="datetime", always=True),
        Column("place", _("Region"), lambda row: row.place),
        Column("distance", _("Distance"), lambda row: row.kilometres, sort=("distance_m",), kind="text", unit="km"),
        Column(
            "ridden", _("Ridden"), lambda row: f"{row.ridden_m / 1000:.2f}", sort=("ridden_m",), unit="km", shown=False
        ),
        Column("moving", _("Moving"), lambda row: hours(row.moving_s), sort=("moving_s",)),
        Column("inside", _("In the area"), lambda row: hours(row.inside_s), sort=("inside_s",)),
        Column(
            "points", _("Key points"), lambda row: f"{row.points_reached}/{row.points_due}" if row.points_due else ""
        ),
        Column("seen", _("Area seen"), lambda row: percent(row.share_seen), sort=("share_seen",)),
        Column("gaps", _("Gaps"), lambda row: row.gaps, sort=("gaps",), kind="integer", shown=False),
        Column("source", _("Source"), lambda row: row.get_source_display(), shown=False),
        Column("state", _("State"), lambda row: "—" if row.withdrawn_at else "✓", show=state),
    ),
    order=("-started_at",),
    filters=(
        BelowFilter(),
        DateFilter("from", _("From"), "day__gte"),
        DateFilter("until", _("Until"), "day__lte"),
        ChoiceFilter("source", _("Source"), "source", PatrolSource.choices),
        FlagFilter("outside", _("Partly outside the area"), lambda: Q(inside_s__lt=F("moving_s"))),
        FlagFilter("withdrawn", _("Withdrawn"), lambda: Q(withdrawn_at__isnull=False)),
    ),
    totals=(
        Total(_("Distance"), Sum("distance_m"), lambda metres: f"{(metres or 0) / 1000:,.1f}", "km"),
        Total(_("Mean distance"), Avg("distance_m"), lambda metres: f"{(metres or 0) / 1000:,.2f}", "km"),
    ),
    search=lambda found_rows, words: found_rows.filter(
        Q(person__name__contains=words) | Q(person__initials__startswith=words.lower())
    ),
    search_hint=_("Name or initials"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:patrol", args=[row.pk]),
    empty=Empty(_("No patrol has been recorded yet. Phones and trackers send them; a track file can be handed in.")),
)


@page(READ_PATROLS)
def patrols(request: HttpRequest) -> HttpResponseBase:
    context = {"tab": "patrols", "may_hand_in": may(actor_of(request), RECORD_TRACKS)}
    return show(request, PATROLS, template="console/patrols/patrols.html", context=context)


@page(READ_PATROLS)
def patrol(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """One patrol: the map with its replay, every figure, every fix left out by its reason."""
    row = found(Patrol.objects.select_related("person", "programme", "post", "withdrawn_by").defer("track"), pk=pk)
    regions.name_places([row])
    context = {
        "patrol": row, "figures": figures(row), "left_out": left_out(row), "happened": happened(row),
        "changes": row.changes.all(),
        "data": map_data(row.region_code[:9], track=reverse("console:patrol-track", args=[pk])),
        "may_withdraw": may(actor_of(request), WITHDRAW_PATROL, row.region_code), "form": ReasonForm(), "tab": "patrols",
        "on_paper": row.source == PatrolSource.PAPER,
    }  # fmt: skip
    return with_map(render(request, "console/patrols/patrol.html", context))


def figures(row: Patrol) -> list[tuple[str, str]]:
    """What the track amounts to, in words; of a patrol on paper its length and hours are all there is."""
    if row.source == PatrolSource.PAPER:
        return [(_now("Distance"), f"{row.kilometres} km"), (_now("Duration"), hours(row.duration_s or None))]
    return [
        (_now("Distance"), f"{row.kilometres} km"), (_now("Walked"), f"{row.walked_m / 1000:.2f} km"),
        (_now("Ridden"), f"{row.ridden_m / 1000:.2f} km"), (_now("Duration"), hours(row.duration_s)),
        (_now("Moving"), hours(row.moving_s)), (_now("At rest"), hours(row.resting_s)),
        (_now("Nothing known"), _now("%(time)s in %(gaps)d gaps") % {"time": hours(row.silent_s), "gaps": row.gaps}),
        (_now("In the area"), hours(row.inside_s)), (_now("Area seen"), percent(row.share_seen)),
        (_now("Key points"), f"{row.points_reached} / {row.points_due}"),
        (_now("Fixes that count"), f"{row.kept:,} / {row.fixes:,}"),
    ]  # fmt: skip


def left_out(row: Patrol) -> list[tuple[str, int]]:
    return [(str(REASONS.get(reason, reason)), count) for reason, count in row.left_out.items()]


def happened(row: Patrol) -> list[tuple[datetime, str, str]]:
    """The events and the key points reached, in the order of their moments; with reasons and names."""
    events = [
        (datetime.fromtimestamp(ms / 1000, row.started_at.tzinfo), str(PatrolEvent(event).label), reason)
        for ms, event, reason in row.events
    ]
    reached = [(one.at, _now("Key point"), one.point.name) for one in row.reached.select_related("point")]
    return sorted([*events, *reached], key=itemgetter(0))


@page(READ_PATROLS)
def track(request: HttpRequest, pk: UUID) -> HttpResponseBase:  # noqa: ARG001 - the same call for every page
    """The track for the map: nodes that count, fixes that do not, and the ground it went over."""
    row = found(Patrol.objects.select_related("programme"), pk=pk)
    return answer(drawn(row))


def drawn(row: Patrol) -> dict[str, Any]:
    """Nodes as [longitude, latitude, seconds, stretch, at rest]; left out as [longitude, latitude]; places as GeoJSON."""
    fixes = packed.unpack(bytes(row.track)) if row.track else None
    for piece in row.pieces.all() if fixes is None else ():
        part = packed.unpack(bytes(piece.content))
        fixes = part if fixes is None else pl.concat([fixes, part])
    places = ground.collection(
        ground.ground([row.programme_id], row.day, row.day)[row.programme_id].of(row.region_code, row.post_id, row.day)
    )
    if fixes is None:
        return {"nodes": [], "left_out": [], "places": places}
    cleaned = clean(during(fixes, row.events))
    every = cleaned.nodes.height // MOST_SHOWN + 1
    nodes = cleaned.nodes.gather_every(every).select(
        pl.col("longitude", "latitude").round(6), pl.col("time").round().cast(pl.Int64), "stretch",
        pl.col("rest").cast(pl.Int8),
    )  # fmt: skip
    return {
        "nodes": [list(node) for node in nodes.iter_rows()],
        "left_out": _left_out_places(fixes, cleaned.nodes),
        "places": places,
    }


def _left_out_places(fixes: pl.DataFrame, nodes: pl.DataFrame) -> list[list[float]]:
    """Fixes that lie far from every node of their time: what the cleaning took out, as far as a picture shows it."""
    placed = fixes.filter(pl.col("time").is_not_null() & pl.col("latitude").is_between(-90, 90)).sort("time")
    if not nodes.height or not placed.height:
        return []
    near = placed.with_columns(at=pl.col("time").dt.timestamp("us") / 1e6).join_asof(
        nodes.select(pl.col("time").alias("at"), lat="latitude", lng="longitude"), on="at", strategy="nearest"
    )
    far = near.filter(
        ((pl.col("latitude") - pl.col("lat")).abs() > 0.002) | ((pl.col("longitude") - pl.col("lng")).abs() > 0.002)
    )
    return [list(one) for one in far.head(2_000).select(pl.col("longitude", "latitude").round(6)).iter_rows()]


@action(WITHDRAW_PATROL)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    row = found(Patrol.objects.all(), pk=pk)
    domain.withdraw_patrol(row, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("The patrol is withdrawn; it no longer counts."))
    return redirect("console:patrol", pk)
