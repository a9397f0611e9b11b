"""Where duty is done, as the phone draws it: GeoJSON of what counts for the person's post today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from yigang.duty.domain.devices import Signed
from yigang.duty.ground import ground
from yigang.field import own
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, read

router = Router(tags=["reading"])


class Ground(Answer):
    """A GeoJSON FeatureCollection; `what` of a feature is `area`, `point` or `route`."""

    type: str = "FeatureCollection"
    features: list[dict[str, Any]]


@router.get("areas", response={200: Ground, 401: Trouble, 429: Trouble}, auth=Token())
def areas(request: HttpRequest) -> HttpResponse:
    """Areas, key points and routes of the post that is held today."""
    return read(request, _areas)


def _areas(signed: Signed) -> Ground:
    today = timezone.localdate()
    current = own.current_of(own.posts_of(signed.person_id), today)
    if current is None:
        return Ground(features=[])
    found = ground([current.programme_id], today, today + timedelta(days=1))[current.programme_id]
    mine = found.of(current.region_code, current.post_id, today)
    features = [
        *(_feature("area", each.name, {"type": "MultiPolygon", "coordinates": each.polygons}, each.pk) for each in mine.areas),
        *(
            _feature(
                "point", each.name, {"type": "Point", "coordinates": [each.longitude, each.latitude]}, each.pk,
                radius=each.radius,
            )
            for each in mine.points
        ),
        *(_feature("route", each.name, {"type": "LineString", "coordinates": each.line}, each.pk) for each in mine.routes),
    ]  # fmt: skip
    return Ground(features=features)


def _feature(what: str, name: str, geometry: dict[str, Any], pk: int, **more: Any) -> dict[str, Any]:
    properties = {"what": what, "name": name, **more}
    return {"type": "Feature", "id": f"{what}-{pk}", "geometry": geometry, "properties": properties}
