"""How a month's patrols covered the ground: share of an area, key points, areas where nobody was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from yigang.duty import ground
from yigang.duty.domain.measuring import during
from yigang.duty.models import DutyArea, KeyPoint, Patrol, PointReached
from yigang.duty.tracks import FIXES, Track, clean, packed, places

MOST_TRACKS = 400
"""Patrols of one area and month that are laid over each other; the newest ones."""
GAP_DAYS = 3
"""An area without patrol for longer is called a gap, where nothing else is chosen."""


@dataclass(frozen=True)
class Covered:
    """An area's month: how much of it was seen, by which patrols, and which key points were reached how often."""

    area: DutyArea
    patrols: Sequence[Patrol]
    tracks: Sequence[Track]
    share: float
    swath: int
    points: Sequence[tuple[KeyPoint, int, datetime | None]]

    @property
    def seen(self) -> float:
        """Square metres."""
        return self.share * self.area.square_metres


def counting() -> QuerySet[Patrol]:
    """Patrols that have been measured and not withdrawn."""
    return Patrol.objects.filter(measured_at__isnull=False, withdrawn_at=None)


def track_of(patrol: Patrol) -> Track:
    """A patrol's fixes, cleaned again as they were when it was measured."""
    fixes = packed.unpack(bytes(patrol.track)) if patrol.track else pl.DataFrame(schema=FIXES)
    return clean(during(fixes, patrol.events))


def of_month(area: DutyArea, first: date, last: date) -> Covered:
    """What the patrols of a month saw of an area, together. What is seen twice counts once."""
    found = counting().filter(areas__contains=[area.pk], day__range=(first, last)).select_related("person")
    patrols = list(found.order_by("-started_at")[:MOST_TRACKS])
    tracks = [track_of(patrol) for patrol in patrols]
    swath = ground.swath(area.programme, first)
    share = places.share_seen(tracks, ground.shape_of(area.polygons), swath=swath) if tracks else 0.0
    return Covered(area, patrols, tracks, share, swath, _points(area, first, last))


def _points(area: DutyArea, first: date, last: date) -> list[tuple[KeyPoint, int, datetime | None]]:
    """The key points that lie in the area, how often each was reached in the month, and when last."""
    import shapely

    shape = shapely.MultiPolygon([(outer, holes) for outer, *holes in area.polygons])
    shapely.prepare(shape)
    mine = [
        point
        for point in KeyPoint.objects.filter(programme=area.programme_id).order_by("name")
        if (point.valid_to is None or point.valid_to >= first) and point.valid_from <= last
        and shapely.intersects_xy(shape, point.longitude, point.latitude)
    ]  # fmt: skip
    seen: dict[int, list[datetime]] = {}
    reached = PointReached.objects.filter(point__in=mine, day__range=(first, last), patrol__withdrawn_at=None)
    for point, at in reached.values_list("point", "at"):
        seen.setdefault(point, []).append(at)
    return [(point, len(seen.get(point.pk, [])), max(seen.get(point.pk, []), default=None)) for point in mine]


def areas_with_last(today: date | None = None) -> QuerySet[DutyArea]:
    """Areas that count today, each with the last day on which a patrol led into it (`last_day`, null: never)."""
    today = today or timezone.localdate()
    one = Func(OuterRef("pk"), function="ARRAY", template="%(function)s[%(expressions)s]")
    last = (
        counting().filter(areas__contains=Cast(one, ArrayField(BigIntegerField()))).order_by().values("programme")
        .annotate(last=Max("day")).values("last")[:1]
    )  # fmt: skip
    valid = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    season = Q(months=[]) | Q(months__contains=[today.month])
    return DutyArea.objects.filter(valid, season).annotate(last_day=Subquery(last))


def never() -> Q:
    """Of `areas_with_last`: those into which no patrol has ever led."""
    return Q(last_day=None)


def silent_since(days: int, today: date | None = None) -> Q:
    """Of `areas_with_last`: those into which no patrol led for longer than so many days."""
    today = today or timezone.localdate()
    return Q(last_day=None) | Q(last_day__lt=today - timedelta(days=days))
