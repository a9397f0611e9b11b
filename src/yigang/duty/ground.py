"""Where duty is done, as questions: which areas, key points and routes count for whom on which day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from yigang.duty.models.places import DutyArea, KeyPoint, Place, Route
from yigang.duty.tracks.places import Area
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.posts import rules
from yigang.posts.models import Programme

SWATH_M = 50
"""How wide a strip one sees from the way, where the policy does not say."""
Row = TypeVar("Row", bound=Place)


@dataclass(frozen=True)
class Ground:
    """The places of one programme that are valid somewhere in a span of days."""

    areas: Sequence[DutyArea] = ()
    points: Sequence[KeyPoint] = ()
    routes: Sequence[Route] = ()
    _shapes: dict[int, Area] = field(default_factory=dict, compare=False, repr=False)

    def shape(self, area: DutyArea) -> Area:
        """The area ready to be measured; made once."""
        if area.pk not in self._shapes:
            self._shapes[area.pk] = shape_of(area.polygons)
        return self._shapes[area.pk]

    def of(self, region_code: str, post_id: int | None, day: date) -> Ground:
        """What counts for the holder of a post on a day: its own areas, where it has any; else those of its region."""
        return Ground(
            _own(self.areas, region_code, post_id, day), _own(self.points, region_code, post_id, day),
            _own(self.routes, region_code, post_id, day), self._shapes,
        )  # fmt: skip


def _own(rows: Iterable[Row], region_code: str, post_id: int | None, day: date) -> list[Row]:
    valid = [row for row in rows if counts_on(row, day)]
    own = [row for row in valid if row.post_id is not None and row.post_id == post_id]
    return own or [
        row for row in valid if row.post_id is None and region_code.startswith(regioncode.prefix_of(row.region_code))
    ]  # fmt: skip


def counts_on(place: Place, day: date) -> bool:
    """Valid on the day, and in its season."""
    within = place.valid_from <= day and (place.valid_to is None or day <= place.valid_to)
    return within and (not place.months or day.month in place.months)


def shape_of(polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> Area:
    """GeoJSON's MultiPolygon coordinates as rings on the plane."""
    return Area(tuple(tuple(tuple((x, y) for x, y, *_z in ring) for ring in polygon) for polygon in polygons))


def ground(programme_ids: Iterable[int], first: date, last: date) -> dict[int, Ground]:
    """Programme → its places that are valid on one of the days. Three queries."""
    wanted = set(programme_ids)
    rows = {
        model: _by_programme(model.objects.filter(_valid(first, last), programme__in=wanted).order_by("name", "pk"))
        for model in (DutyArea, KeyPoint, Route)
    }  # fmt: skip
    return {
        pk: Ground(rows[DutyArea].get(pk, []), rows[KeyPoint].get(pk, []), rows[Route].get(pk, [])) for pk in wanted
    }


def _valid(first: date, last: date) -> Q:
    return Q(valid_from__lte=last) & (Q(valid_to=None) | Q(valid_to__gte=first))


def _by_programme(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.programme_id, []).append(row)
    return found


def swath(programme: Programme, day: date) -> int:
    """Metres that count as seen across the way, by the policy's word (`capabilities.track.swath`)."""
    return int(_track(programme, day).get("swath") or SWATH_M)


def may_track(programme: Programme, day: date) -> bool:
    """Whether the text of the policy that is in force on the day names a legal basis for tracks."""
    return bool(_track(programme, day))


def tracking(day: date) -> list[Programme]:
    """The programmes whose policy asks for tracks on the day; one whose policy cannot be read asks for nothing."""
    found = []
    for programme in Programme.objects.all():
        with suppress(Refusal):
            found += [programme] if may_track(programme, day) else []
    return found


def track_basis(programme: Programme, day: date) -> str:
    """The legal basis of tracks in the policy's text of the day."""
    return str(_track(programme, day).get("basis", ""))


def _track(programme: Programme, day: date) -> Mapping[str, Any]:
    return rules.section(programme, day, "capabilities").get("track") or {}


def for_phone(programme_id: int, region_code: str, post_id: int | None, day: date) -> dict[str, Any]:
    """The places of a post holder on a day as a GeoJSON FeatureCollection (RFC 7946); `kind` is area, point or route."""
    mine = ground([programme_id], day, day)[programme_id].of(region_code, post_id, day)
    return collection(mine)


def collection(mine: Ground) -> dict[str, Any]:
    """Areas, routes and key points as GeoJSON, in the order in which they are drawn."""
    areas = [
        _feature("area", one, "MultiPolygon", one.polygons, hectares=round(one.square_metres / 10_000, 1))
        for one in mine.areas
    ]
    routes = [_feature("route", one, "LineString", one.line, metres=round(one.metres)) for one in mine.routes]
    points = [_feature("point", one, "Point", [one.longitude, one.latitude], radius=one.radius) for one in mine.points]
    return {"type": "FeatureCollection", "features": [*areas, *routes, *points]}


def _feature(kind: str, place: Place, shape: str, coordinates: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature", "geometry": {"type": shape, "coordinates": coordinates},
        "properties": {"kind": kind, "id": place.pk, "name": place.name, **more},
    }  # fmt: skip
