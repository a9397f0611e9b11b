"""Where people live: the point of a household where it is known, else of its village. Verbs and questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal
from yigang.foundation.geo import Position, position
from yigang.foundation.models import User
from yigang.people.access import KEEP_PLACES
from yigang.people.enums import PlaceSource
from yigang.people.models import Household, LabourRecord, VillageCentre

CENTRE_FIELDS = ("longitude", "latitude", "source")


@dataclass(frozen=True)
class CentrePoint:
    """Where a village lies, in degrees WGS-84 as they were written, and who says so."""

    region_code: str
    longitude: object
    latitude: object
    source: str = ""


@dataclass(frozen=True)
class Located:
    """A point with what it is the point of."""

    position: Position | None = None
    source: PlaceSource = PlaceSource.UNKNOWN


@transaction.atomic
def set_centre(point: CentrePoint, *, actor: User) -> VillageCentre:
    """Set where a village lies, or set it anew. Refused for a town, half a position and a place outside China."""
    require(actor, KEEP_PLACES, point.region_code)
    if regioncode.level_of(point.region_code) != RegionLevel.VILLAGE:
        raise Refusal(_("Only a village has a centre; choose one."), code="not_a_village", field="region_code")
    place = position(point.longitude, point.latitude)
    if place is None:
        raise Refusal(_("A position needs both longitude and latitude."), code="half_a_position", field="longitude")
    known = VillageCentre.objects.select_for_update().filter(region_code=point.region_code).first()
    before = None if known is None else audit.snapshot(known, CENTRE_FIELDS)
    row = known or VillageCentre(region_code=point.region_code)
    row.longitude, row.latitude = place
    row.source, row.set_by = point.source.strip()[:120], actor
    row.save()
    after = audit.snapshot(row, CENTRE_FIELDS)
    audit.record("people.set_centre", row, actor=actor, before=before, after=after)
    return row


@transaction.atomic
def remove_centre(centre: VillageCentre, *, reason: str, actor: User) -> None:
    """Nobody knows where the village lies any more; distances are not counted from it. Refused without a reason."""
    require(actor, KEEP_PLACES, centre.region_code)
    reason = reason.strip()[:300]
    if not reason:
        raise Refusal(_("Say why the position is taken back."), code="reason_missing", field="reason")
    before = audit.snapshot(centre, CENTRE_FIELDS)
    audit.record("people.remove_centre", centre, actor=actor, before=before, after={"reason": reason})
    centre.delete()


@transaction.atomic
def set_home(household: Household, longitude: object, latitude: object, *, actor: User) -> Household:
    """Set where a household lives; both degrees empty: it is not known."""
    require(actor, KEEP_PLACES, household.region_code)
    place = position(longitude, latitude)
    household = Household.objects.select_for_update().get(pk=household.pk)
    if (household.longitude, household.latitude) == (place or (None, None)):
        return household
    before = audit.snapshot(household, ("longitude", "latitude"))
    household.longitude, household.latitude = place or (None, None)
    household.save(update_fields=["longitude", "latitude"])
    after = audit.snapshot(household, ("longitude", "latitude"))
    audit.record("people.set_home", household, actor=actor, before=before, after=after)
    return household


def centres(prefix: str) -> dict[str, Position]:
    """Village → where it lies, for the villages of a region of which it is known."""
    rows = VillageCentre.objects.filter(region_code__startswith=prefix)
    return {code: (east, north) for code, east, north in rows.values_list("region_code", "longitude", "latitude")}


def home_of(
    region_code: str, household: Household | None, record: LabourRecord | None, known: dict[str, Position]
) -> Located:  # fmt: skip
    """The nearest point that is known: on the household's file, in the register, of the village."""
    if household and household.longitude is not None and household.latitude is not None:
        return Located((household.longitude, household.latitude), PlaceSource.HOUSEHOLD)
    if record and record.longitude is not None and record.latitude is not None:
        return Located((record.longitude, record.latitude), PlaceSource.REGISTER)
    if region_code in known:
        return Located(known[region_code], PlaceSource.VILLAGE)
    return Located()


def months_free(record: LabourRecord | None) -> Sequence[int] | None:
    """The months in which a person can work here, as the register says; None where it says nothing about any."""
    if record is None:
        return None
    if record.free_months:
        return list(record.free_months)
    if record.away_months:
        return [month for month in range(1, 13) if month not in record.away_months]
    return None
