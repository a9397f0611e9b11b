"""Areas, key points and routes set, changed and ended by officers.

A place that has ended stays, because past patrols were measured by it. Changing one is ending it and setting another,
except on the day from which it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.duty import shapes
from yigang.duty.access import KEEP_GROUND
from yigang.duty.models import DutyArea, KeyPoint, Patrol, PointReached, Route
from yigang.duty.models.places import Place
from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.models import Post, Programme

LEAST_RADIUS, MOST_RADIUS, USUAL_RADIUS = 5, 2000, 100
PLACE_FIELDS = ("name", "region_code", "post_id", "months", "valid_from", "valid_to", "source")
Kind = TypeVar("Kind", bound=Place)


@dataclass(frozen=True)
class Terms:
    """What every place needs: whose it is, and when it counts. Months 1 to 12; none: the whole year."""

    region_code: str
    programme: Programme
    name: str
    valid_from: date
    valid_to: date | None = None
    post: Post | None = None
    months: Sequence[int] = ()
    source: str = ""


@transaction.atomic
def set_area(terms: Terms, coordinates: Any, *, actor: User, known: DutyArea | None = None) -> DutyArea:
    """An area from GeoJSON's MultiPolygon coordinates; with `known` that one is changed."""
    polygons = shapes.polygons(coordinates)
    size = shapes.measured(polygons)
    return _set(DutyArea, terms, {"polygons": polygons, "square_metres": size}, actor, known)


@transaction.atomic
def set_point(
    terms: Terms, place: Any, radius: int = USUAL_RADIUS, *, actor: User, known: KeyPoint | None = None
) -> KeyPoint:  # fmt: skip
    """A key point from longitude and latitude, and the metres within which it is reached."""
    if not LEAST_RADIUS <= radius <= MOST_RADIUS:
        raise Refusal(
            _("A radius of %(radius)d m is not possible; it lies between %(least)d and %(most)d m."),
            {"radius": radius, "least": LEAST_RADIUS, "most": MOST_RADIUS}, code="radius", field="radius",
        )  # fmt: skip
    east, north = shapes.corner(place)
    return _set(KeyPoint, terms, {"longitude": east, "latitude": north, "radius": radius}, actor, known)


@transaction.atomic
def set_route(terms: Terms, coordinates: Any, *, actor: User, known: Route | None = None) -> Route:
    """A route from GeoJSON's LineString coordinates."""
    line = shapes.line(coordinates)
    return _set(Route, terms, {"line": line, "metres": shapes.metres_of(line)}, actor, known)


def _set(model: type[Kind], terms: Terms, shape: dict[str, Any], actor: User, known: Kind | None) -> Kind:
    require(actor, KEEP_GROUND, terms.region_code)
    _refuse_terms(terms)
    before = None
    if known is not None:
        require(actor, KEEP_GROUND, known.region_code)
        known = model._default_manager.select_for_update().get(pk=known.pk)  # noqa: SLF001 - Django's name for it
        before = audit.snapshot(known, PLACE_FIELDS)
    row = known or model(programme=terms.programme)
    row.region_code, row.name, row.post = terms.region_code, terms.name.strip()[:80], terms.post
    row.months, row.valid_from, row.valid_to = sorted(set(terms.months)), terms.valid_from, terms.valid_to
    row.source, row.set_by = terms.source.strip()[:120], actor
    for field, value in shape.items():
        setattr(row, field, value)
    row.save()
    _measure_again(row)
    audit.record("duty.set_place", row, actor=actor, before=before, after=audit.snapshot(row, PLACE_FIELDS))
    return row


def _refuse_terms(terms: Terms) -> None:
    if not terms.name.strip():
        raise Refusal(_("Give the place a name."), code="name", field="name")
    if terms.valid_to is not None and terms.valid_to < terms.valid_from:
        raise Refusal(_("The last day lies before the first."), code="period", field="valid_to")
    if any(month not in range(1, 13) for month in terms.months):
        raise Refusal(_("A month is a number from 1 to 12."), code="months", field="months")
    inside = terms.region_code.startswith(regioncode.prefix_of(terms.programme.region_code))
    if not inside:
        raise Refusal(_("The region lies outside the programme's."), code="outside_programme", field="region_code")
    if terms.post is not None and terms.post.programme_id != terms.programme.pk:
        raise Refusal(_("The post belongs to another programme."), code="post_of_another", field="post")


def _measure_again(place: Place) -> None:
    """Patrols of this month and the one before are measured on the new ground, by the job of the next minute.

    Distances do not change by it. Older patrols keep the ground that they were measured on.
    """
    month = timezone.localdate().replace(day=1)
    since = max(place.valid_from, (month - timedelta(days=1)).replace(day=1))
    walked = Patrol.objects.filter(programme=place.programme_id, day__gte=since, measured_at__isnull=False)
    walked.filter(region_code__startswith=regioncode.prefix_of(place.region_code)).update(stale=True)


@transaction.atomic
def end_place(place: Place, *, last: date, reason: str, actor: User) -> None:
    """The place counts no longer after a day."""
    require(actor, KEEP_GROUND, place.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the place no longer counts."), code="reason", field="reason")
    if last < place.valid_from - timedelta(days=1):
        raise Refusal(_("The last day lies before the first."), code="period", field="last")
    if last < place.valid_from:
        _forget(place, reason, actor)
        return
    before = audit.snapshot(place, ("valid_to",))
    place.valid_to = last
    place.save(update_fields=["valid_to"])
    _measure_again(place)
    after = {"valid_to": last, "reason": reason.strip()[:200]}
    audit.record("duty.end_place", place, actor=actor, before=before, after=after)


@transaction.atomic
def forget_place(place: Place, *, reason: str, actor: User) -> None:
    """Take back a place that was set by mistake. Refused once a patrol has reached it."""
    require(actor, KEEP_GROUND, place.region_code)
    _forget(place, reason, actor)


def _forget(place: Place, reason: str, actor: User) -> None:
    if isinstance(place, KeyPoint) and PointReached.objects.filter(point=place).exists():
        raise Refusal(
            _("Patrols have reached “%(name)s”; it can be ended, not taken back."), {"name": place.name}, code="reached"
        )  # fmt: skip
    before = audit.snapshot(place, PLACE_FIELDS)
    audit.record("duty.forget_place", place, actor=actor, before=before, after={"reason": reason.strip()[:200]})
    place.delete()
    _measure_again(place)
