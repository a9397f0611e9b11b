"""A patrol's figures from the set of its fixes: put together what arrived, clean, measure, note what a late piece changed.

The same set gives the same figures, so a piece may come in any order, twice, or a month late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction
from django.utils import timezone

from yigang.duty import ground
from yigang.duty.enums import PatrolEvent
from yigang.duty.ground import Ground
from yigang.duty.models import KeyPoint, Patrol, PatrolChange, PatrolPiece, PointReached
from yigang.duty.tracks import FIXES, Track, clean, measure, packed, places
from yigang.foundation import monthlocks
from yigang.foundation.locks import hold

FIGURES = (
    "fixes", "kept", "gaps", "jumps", "distance_m", "walked_m", "ridden_m", "duration_s", "moving_s", "resting_s", "silent_s",
)  # fmt: skip
AROUND_MS = 60_000
DAY_MS = 86_400_000
COMPARED = ("fixes", "distance_m", "moving_s", "inside_s", "points_reached")
"""What an officer is shown of a patrol before and after late fixes."""
WRITTEN = [
    *FIGURES, "left_out", "inside_s", "areas", "points_due", "points_reached", "share_seen", "track", "stale", "measured_at",
    "started_at", "day", "last_at", "last_longitude", "last_latitude",
]  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """What a track amounts to on its ground."""

    track: Track
    columns: dict[str, object]
    reached: dict[int, datetime]
    """Key point → when the way first came near it."""


def figures(fixes: pl.DataFrame, mine: Ground, *, swath: int) -> Figures:
    """Clean and measure; time inside and share seen are None where no area is set. Pure but for the shapes kept in `mine`."""
    track = clean(fixes)
    found = measure(track)
    columns: dict[str, object] = {name: _whole(getattr(found, name)) for name in FIGURES}
    columns["left_out"] = named(found.left_out)
    columns["inside_s"] = columns["share_seen"] = None
    columns["areas"] = [area.pk for area in mine.areas if places.seconds_inside(track, mine.shape(area)) > 0]
    if mine.areas:
        shapes = [mine.shape(area) for area in mine.areas]
        columns["inside_s"] = _whole(_seconds_inside(track, shapes))
        columns["share_seen"] = _share(track, shapes, swath)
    near = places.reached(track, [_key(point) for point in mine.points])
    reached = {int(name): datetime.fromtimestamp(at, UTC) for name, at in near.items()}
    columns |= {"points_due": len(mine.points), "points_reached": len(reached)}
    return Figures(track, columns, reached)


def named(left_out: dict[str, int]) -> dict[str, int]:
    """The reasons that left something out."""
    return {reason: count for reason, count in left_out.items() if count}


def during(fixes: pl.DataFrame, events: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """The fixes between a patrol's beginning and end and not in its pauses, as far as its events say; a minute around each."""
    begins = next((ms for ms, event, _reason in events if event == PatrolEvent.START), None)
    ends = next((ms for ms, event, _reason in reversed(events) if event == PatrolEvent.END), None)
    ms = pl.col("time").dt.timestamp("ms")
    meant = [ms >= begins - AROUND_MS] if begins is not None else []
    if ends is not None:
        meant.append(ms <= ends + AROUND_MS)
    meant += [~ms.is_between(paused + AROUND_MS, resumed - AROUND_MS) for paused, resumed in pauses(events)]
    return fixes.filter(pl.all_horizontal(meant).fill_null(value=True)) if meant else fixes


def pauses(events: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """From each pause to the next other event, in milliseconds; one that never ended goes on."""
    found = []
    for number, (ms, event, _reason) in enumerate(events):
        if event == PatrolEvent.PAUSE:
            until = next((later for later, what, _why in events[number + 1 :] if what != PatrolEvent.PAUSE), None)
            found.append((ms, until if until is not None else ms + DAY_MS))
    return found


def _whole(value: float) -> int:
    """Half up, as everywhere."""
    return int(value + 0.5)


def _key(point: KeyPoint) -> places.KeyPoint:
    return places.KeyPoint(str(point.pk), point.latitude, point.longitude, point.radius)


def _seconds_inside(track: Track, shapes: Sequence[places.Area]) -> float:
    """Time in any of the areas; where they overlap it counts once."""
    return places.seconds_inside(track, shapes[0] if len(shapes) == 1 else together(shapes))


def together(shapes: Sequence[places.Area]) -> places.Area:
    """Several areas as one; their overlaps count once, because the shape is the union of its polygons."""
    return places.Area(tuple(polygon for shape in shapes for polygon in shape.rings))


def _share(track: Track, shapes: Sequence[places.Area], swath: int) -> float:
    area = shapes[0] if len(shapes) == 1 else together(shapes)
    return round(places.share_seen([track], area, swath=swath), 4)


def fixes_of(patrol: Patrol, pieces: Iterable[PatrolPiece]) -> pl.DataFrame:
    """The distinct fixes of a patrol, in one order whatever the order of arrival."""
    parts = [packed.unpack(bytes(piece.content)) for piece in pieces]
    if patrol.track:
        parts.append(packed.unpack(bytes(patrol.track)))
    if not parts:
        return pl.DataFrame(schema=FIXES)
    return _distinct(pl.concat(parts))


def _distinct(fixes: pl.DataFrame) -> pl.DataFrame:
    """By time, copies once. Most tracks come in order and without copies, and are left as they are."""
    if fixes.select((pl.col("time").diff().drop_nulls() > 0).all() & pl.col("time").is_not_null().all()).item():
        return fixes
    return fixes.unique().sort(*FIXES, nulls_last=True)


@transaction.atomic
def measure_patrols(ids: Iterable[UUID], *, now: datetime | None = None) -> list[Patrol]:
    """Put together and measure patrols whose pieces wait; what that changed of a past month is noted.

    Waits for who seals the months. Queries do not grow with the number of patrols.
    """
    now = now or timezone.now()
    waiting = Patrol.objects.filter(pk__in=list(ids), stale=True).select_related("programme").order_by("pk")
    patrols = list(hold(waiting))
    if not patrols:
        return []
    days = [patrol.day for patrol in patrols]
    monthlocks.write_evidence({patrol.region_code for patrol in patrols}, min(days), max(days))
    pieces: dict[UUID, list[PatrolPiece]] = {}
    for piece in PatrolPiece.objects.filter(patrol__in=patrols).order_by("pk"):
        pieces.setdefault(piece.patrol_id, []).append(piece)
    grounds = ground.ground({patrol.programme_id for patrol in patrols}, min(days), max(days))
    reached: list[PointReached] = []
    changes: list[PatrolChange] = []
    for patrol in patrols:
        before, known = _compared(patrol), patrol.measured_at is not None
        reached += _measure(patrol, pieces.get(patrol.pk, []), grounds[patrol.programme_id], now)
        if _past(patrol.day, now) and patrol.fixes != before["fixes"]:
            changes.append(_change(patrol, before if known else {}, now))
    Patrol.objects.bulk_update(patrols, WRITTEN, batch_size=200)
    PointReached.objects.filter(patrol__in=patrols).delete()
    PointReached.objects.bulk_create(reached)
    PatrolChange.objects.bulk_create(changes)
    PatrolPiece.objects.filter(pk__in=[piece.pk for parts in pieces.values() for piece in parts]).delete()
    return patrols


def _measure(patrol: Patrol, pieces: list[PatrolPiece], places_: Ground, now: datetime) -> list[PointReached]:
    fixes = fixes_of(patrol, pieces)
    meant = during(fixes, patrol.events)
    mine = places_.of(patrol.region_code, patrol.post_id, patrol.day)
    found = figures(meant, mine, swath=ground.swath(patrol.programme, patrol.day) if mine.areas else 0)
    if besides := fixes.height - meant.height:
        found.columns["left_out"] = {**named(found.track.left_out), "not_during": besides}
    for name, value in found.columns.items():
        setattr(patrol, name, value)
    patrol.fixes = fixes.height
    patrol.track = packed.pack(fixes) if fixes.height else None
    patrol.stale, patrol.measured_at = False, now
    _place_last(patrol, found.track)
    return [
        PointReached(patrol=patrol, point_id=point, region_code=patrol.region_code, day=patrol.day, at=at)
        for point, at in found.reached.items()
    ]


def _place_last(patrol: Patrol, track: Track) -> None:
    """The newest place, after cleaning: a stray fix does not stay on the live map."""
    if track.nodes.height:
        last = track.nodes.row(-1, named=True)
        patrol.last_at = datetime.fromtimestamp(last["time"], UTC)
        patrol.last_longitude, patrol.last_latitude = last["longitude"], last["latitude"]


def _compared(patrol: Patrol) -> dict[str, object]:
    return {name: getattr(patrol, name) for name in COMPARED}


def _past(day: date, now: datetime) -> bool:
    """Of a month before this one: an earlier one may be sealed."""
    return day < timezone.localdate(now).replace(day=1)


def _change(patrol: Patrol, before: dict[str, object], now: datetime) -> PatrolChange:
    known = before.get("fixes", 0)
    assert isinstance(known, int)
    return PatrolChange(
        patrol=patrol, programme_id=patrol.programme_id, region_code=patrol.region_code, month=patrol.day.replace(day=1),
        at=now, fixes=patrol.fixes - known, before=before, after=_compared(patrol),
    )  # fmt: skip
