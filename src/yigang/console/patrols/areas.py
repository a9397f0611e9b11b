"""Areas, key points and routes in lists and on a map; how a month's patrols covered an area."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import actor_of, found, page
from yigang.console.patrols.maps import answer, map_data, with_map
from yigang.console.regions import Reader
from yigang.duty import coverage as covered
from yigang.duty import ground
from yigang.duty.access import KEEP_GROUND, READ_PATROLS
from yigang.duty.ground import Ground
from yigang.duty.models import DutyArea, KeyPoint, Route
from yigang.foundation.access import may
from yigang.policy.period import Period

DAYS = (1, 3, 7, 15, 30)


def month_now() -> str:
    return f"{timezone.localdate():%Y-%m}"


def area_rows(_reader: Reader) -> Any:
    return covered.areas_with_last().select_related("programme", "post")


def last_day(row: Any) -> str:
    """The last patrol's day, with a word where it lies back too far."""
    if row.last_day is None:
        return format_html('<span class="tag tag-bad">{}</span>', _now("no patrol yet"))
    days = (timezone.localdate() - row.last_day).days
    if days <= covered.GAP_DAYS:
        return str(row.last_day)
    ago = _now("%(days)d days ago") % {"days": days}
    return format_html('{} <span class="tag tag-warn">{}</span>', row.last_day, ago)


def _whose(row: Any) -> str:
    return row.post.number if row.post else _now("everybody there")


def _season(row: Any) -> str:
    return "、".join(map(str, row.months)) if row.months else _now("whole year")


PLACE = Column("place", _("Region"), lambda row: row.place)
PROGRAMME = Column("programme", _("Programme"), lambda row: row.programme.name, shown=False)
POST = Column("post", _("Post"), _whose)
SEASON = Column("season", _("Months"), _season, shown=False)
FROM = Column("from", _("From"), lambda row: row.valid_from, kind="date", shown=False)
UNTIL = Column("until", _("Until"), lambda row: row.valid_to, kind="date", shown=False)
SOURCE = Column("source", _("Source"), lambda row: row.source, shown=False, wrap=True)

AREAS = List(
    name="duty-areas",
    title=_("Duty areas"),
    unit=_("areas"),
    rows=area_rows,
    columns=(
        Column("name", _("Place name"), lambda row: row.name, sort=("name",), always=True), PLACE, PROGRAMME, POST,
        Column("size", _("Size"), lambda row: round(row.square_metres / 10_000), sort=("square_metres",), kind="integer",
               unit=_("ha")),
        Column("last", _("Last patrol"), lambda row: row.last_day, show=last_day, sort=("last_day",), kind="date"),
        SEASON, FROM, UNTIL, SOURCE,
    ),
    order=("region_code", "name"),
    filters=(
        BelowFilter(),
        ChoiceFilter(
            "silent", _("Without patrol"), lambda rows, value: rows.filter(covered.silent_since(int(value))),
            [(str(days), _("longer than %(days)d days") % {"days": days}) for days in DAYS],
        ),
    ),
    search=lambda rows, words: rows.filter(Q(name__contains=words) | Q(post__number__contains=words)),
    search_hint=_("Place or post number"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:duty-area", args=[row.pk, month_now()]),
    empty=Empty(_("No duty area is set. Draw one on the map, or import a file.")),
)  # fmt: skip


def point_rows(_reader: Reader) -> Any:
    return KeyPoint.objects.select_related("programme", "post").annotate(
        last_day=Max("reached__day", filter=Q(reached__patrol__withdrawn_at=None))
    )


POINTS = List(
    name="duty-points",
    title=_("Key points"),
    unit=_("key points"),
    rows=point_rows,
    columns=(
        Column("name", _("Place name"), lambda row: row.name, sort=("name",), always=True), PLACE, PROGRAMME, POST,
        Column("radius", _("Radius"), lambda row: row.radius, kind="integer", unit="m"),
        Column("last", _("Last reached"), lambda row: row.last_day, show=last_day, sort=("last_day",), kind="date"),
        SEASON, FROM, UNTIL, SOURCE,
    ),
    order=("region_code", "name"),
    filters=(BelowFilter(),),
    search=lambda rows, words: rows.filter(name__contains=words),
    search_hint=_("Place name"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:duty-place", args=["point", row.pk]),
    empty=Empty(_("No key point is set.")),
)  # fmt: skip
ROUTES = List(
    name="duty-routes",
    title=_("Routes"),
    unit=_("routes"),
    rows=lambda _reader: Route.objects.select_related("programme", "post"),
    columns=(
        Column("name", _("Place name"), lambda row: row.name, sort=("name",), always=True), PLACE, PROGRAMME, POST,
        Column("length", _("Length"), lambda row: f"{row.metres / 1000:.2f}", sort=("metres",), unit="km"),
        SEASON, FROM, UNTIL, SOURCE,
    ),
    order=("region_code", "name"),
    filters=(BelowFilter(),),
    search=lambda rows, words: rows.filter(name__contains=words),
    search_hint=_("Place name"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:duty-place", args=["route", row.pk]),
    empty=Empty(_("No route is set.")),
)  # fmt: skip


def _shown(request: HttpRequest, listed: List, kind: str, *, drawn: bool = False) -> HttpResponseBase:
    context = {"tab": "areas", "kind": kind, "may_keep": may(actor_of(request), KEEP_GROUND)}
    if drawn and not request.headers.get("HX-Request"):
        context["data"] = map_data(regions.viewing(request)[:6], ground=reverse("console:duty-ground"))
    shown = show(request, listed, template="console/patrols/areas.html", context=context)
    return with_map(shown) if drawn else shown


@page(READ_PATROLS)
def areas(request: HttpRequest) -> HttpResponseBase:
    return _shown(request, AREAS, "area", drawn=True)


@page(READ_PATROLS)
def points(request: HttpRequest) -> HttpResponseBase:
    return _shown(request, POINTS, "point")


@page(READ_PATROLS)
def routes(request: HttpRequest) -> HttpResponseBase:
    return _shown(request, ROUTES, "route")


@page(READ_PATROLS)
def around(request: HttpRequest) -> HttpResponseBase:
    """All areas, routes and key points of the region looked at, for the map."""
    inside, today = regions.inside(regions.viewing(request)), timezone.localdate()
    valid = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    mine = Ground(
        list(covered.areas_with_last(today).filter(inside)[:2_000]), list(KeyPoint.objects.filter(inside, valid)[:5_000]),
        list(Route.objects.filter(inside, valid)[:2_000]),
    )  # fmt: skip
    silent = {one.pk for one in mine.areas if one.last_day is None or (today - one.last_day).days > covered.GAP_DAYS}  # type: ignore[attr-defined] # annotated
    drawn = ground.collection(mine)
    for feature in drawn["features"]:
        about = feature["properties"]
        about["silent"] = about["kind"] == "area" and about["id"] in silent
        about["url"] = (
            reverse("console:duty-area", args=[about["id"], month_now()]) if about["kind"] == "area"
            else reverse("console:duty-place", args=[about["kind"], about["id"]])
        )  # fmt: skip
    return answer({"places": drawn})


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise Http404 from None


def month_before(period: Period) -> str:
    return f"{date(period.year - (period.month == 1), (period.month - 2) % 12 + 1, 1):%Y-%m}"


def month_after(period: Period) -> str:
    return f"{date(period.year + period.month // 12, period.month % 12 + 1, 1):%Y-%m}"


@page(READ_PATROLS)
def coverage(request: HttpRequest, pk: int, month: str) -> HttpResponseBase:
    """An area's month: share that was seen, patrols over each other, key points with how often."""
    period = _period(month)
    area = found(DutyArea.objects.select_related("programme", "post"), pk=pk)
    regions.name_places([area])
    month_of = covered.of_month(area, period.first, period.last)
    context = {
        "area": area, "covered": month_of, "percent": f"{month_of.share * 100:.1f}",
        "seen": round(month_of.seen / 10_000, 1), "hectares": round(area.square_metres / 10_000, 1), "period": period,
        "before": month_before(period), "after": month_after(period), "tab": "areas",
        "may_keep": may(actor_of(request), KEEP_GROUND, area.region_code),
        "data": map_data(area.region_code[:9], tracks=reverse("console:duty-area-tracks", args=[pk, month])),
    }  # fmt: skip
    return with_map(render(request, "console/patrols/coverage.html", context))


@page(READ_PATROLS)
def tracks(request: HttpRequest, pk: int, month: str) -> HttpResponseBase:  # noqa: ARG001 - the same call for every page
    """The ways of a month through an area as lines, with the width that counts as seen."""
    period = _period(month)
    area = found(DutyArea.objects.select_related("programme"), pk=pk)
    month_of = covered.of_month(area, period.first, period.last)
    mine = Ground([area], [point for point, _count, _last in month_of.points])
    lines = [line for track in month_of.tracks for line in ways(track.nodes)]
    return answer({"places": ground.collection(mine), "lines": lines, "swath": month_of.swath})


def ways(nodes: Any) -> list[list[list[float]]]:
    """Each stretch of a track as a line of longitude and latitude."""
    parts = nodes.select("longitude", "latitude", "stretch").partition_by("stretch", maintain_order=True)
    return [[[round(east, 6), round(north, 6)] for east, north, _stretch in part.iter_rows()] for part in parts]
