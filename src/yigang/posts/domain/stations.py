"""Verbs of service stations: where they are, and which posts are led from them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.geo import position
from yigang.foundation.models import User
from yigang.posts.access import KEEP_STATIONS
from yigang.posts.models import Post, ServiceStation

STATION_FIELDS = ("name", "region_code", "address", "longitude", "latitude", "phone", "hours", "active")


@dataclass(frozen=True)
class StationRecord:
    """A station as it is written down; degrees are WGS-84."""

    region_code: str
    name: str
    address: str
    longitude: object = None
    latitude: object = None
    phone: str = ""
    hours: str = ""
    active: bool = True


@transaction.atomic
def save_station(record: StationRecord, *, station: ServiceStation | None = None, actor: User) -> ServiceStation:
    """Add a station, or rewrite one."""
    require(actor, KEEP_STATIONS, record.region_code)
    if station is not None:
        require(actor, KEEP_STATIONS, station.region_code)
    name = record.name.strip()
    same = ServiceStation.objects.filter(region_code=record.region_code, name=name)
    if station is not None:
        same = same.exclude(pk=station.pk)
    if not name or not record.address.strip():
        field = "address" if name else "name"
        raise Refusal(_("A station has a name and an address."), code="station_incomplete", field=field)
    if same.exists():
        raise Refusal(_("There is a station “%(name)s” here already."), {"name": name}, code="known", field="name")
    before = None if station is None else audit.snapshot(station, STATION_FIELDS)
    row = station or ServiceStation()
    row.region_code, row.name, row.address, row.active = record.region_code, name, record.address.strip(), record.active
    row.longitude, row.latitude = position(record.longitude, record.latitude) or (None, None)
    row.phone, row.hours = record.phone.strip(), record.hours.strip()
    row.save()
    after = audit.snapshot(row, STATION_FIELDS)
    audit.record("posts.save_station", row, actor=actor, before=before, after=after)
    return row


@transaction.atomic
def attach_post(post: Post, station: ServiceStation | None, *, actor: User) -> Post:
    """Lead a post from a station of its county, or from none."""
    require(actor, KEEP_STATIONS, post.region_code)
    if station is not None and station.region_code[:6] != post.region_code[:6]:
        raise Refusal(_("The station lies in another county."), code="other_county", field="station")
    post = Post.objects.select_for_update().get(pk=post.pk)
    before = {"station_id": post.station_id}
    post.station = station
    post.save(update_fields=["station"])
    after = {"station_id": post.station_id}
    audit.record("posts.attach_post", post, actor=actor, before=before, after=after)
    return post
