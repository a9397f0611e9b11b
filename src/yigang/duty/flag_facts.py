"""The evidence that rules read, as frames: of the people of one programme, in one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from yigang.duty import ground
from yigang.duty.facts import LIVE
from yigang.duty.flags import laps
from yigang.duty.flags.found import LOGS, PATROLS, PHOTOS, SEEN
from yigang.duty.flags.rules import Evidence
from yigang.duty.ground import Ground
from yigang.duty.models import Patrol
from yigang.duty.tracks import clean, geo, packed
from yigang.foundation import facts
from yigang.policy.flags import RULES
from yigang.tenure.models import Appointment

RAW: dict[str, Any] = {
    **{name: kind for name, kind in SEEN.items() if name not in ("at", "mock", "off_m", "day")}, "at": pl.Int64,
    "mock": pl.Int64, "day": pl.Date,
}  # fmt: skip
LEAST_WALKED = RULES["circles"].thresholds["metres"].least
"""No policy asks about a shorter patrol, so its track is not read."""
DEVICES = "coalesce(c.raw::jsonb ->> '打卡设备', c.raw::jsonb ->> '设备号', c.raw::jsonb ->> 'deviceId')"
"""As DingTalk's workbook and interface call it."""
SEEN_ROWS = f"""
SELECT 'c:' || c.day || ':' || c.id, c.person_id, c.kind, c.source, c.place, c.address, c.latitude, c.longitude,
       (b.body -> 'place' ->> 'acc')::float8,
       coalesce(r.device_id::text, CASE WHEN c.source = 'dingtalk' THEN nullif({DEVICES}, '') END),
       ((date_part('epoch', r.at) * 1000)::bigint - r.wall) / 1000,
       coalesce(jsonb_array_length(b.body -> 'media'), 0),
       nullif(concat_ws(' ', b.body ->> 'why_no_place', nullif(b.body ->> 'note', '')), ''),
       (date_part('epoch', c.at) * 1000000)::bigint, coalesce((b.body -> 'place' ->> 'mock')::boolean, false)::int, c.day
FROM duty_checkin c
LEFT JOIN duty_record r ON r.id = CASE WHEN c.source = 'phone' THEN (c.raw::jsonb ->> 'record')::uuid END
LEFT JOIN LATERAL (SELECT r.body::jsonb AS body) b ON true
WHERE c.day BETWEEN %s AND %s AND c.person_id = ANY(%s) AND c.{LIVE} AND c.source <> 'SYSTEM'
  AND coalesce(c.result, '') NOT IN ('not_signed', 'absent')
  AND c.id NOT IN (SELECT corrects_id FROM duty_checkin
                   WHERE corrects_id IS NOT NULL AND corrects_day BETWEEN %s AND %s AND {LIVE})
"""  # noqa: S608 - made of the constants above
LOG_ROWS = f"""
SELECT 'l:' || id, person_id, day, text FROM duty_worklog
WHERE day BETWEEN %s AND %s AND person_id = ANY(%s) AND {LIVE} AND NOT cancelled
  AND id NOT IN (SELECT corrects_id FROM duty_worklog WHERE corrects_id IS NOT NULL AND {LIVE})
"""  # noqa: S608 - made of the constants above
PHOTO_ROWS = """
SELECT 'r:' || record, person_id, day, (date_part('epoch', at) * 1000000)::bigint,
       (date_part('epoch', taken_at) * 1000000)::bigint, photo, screen, likeness
FROM duty_photouse WHERE day BETWEEN %s AND %s AND person_id = ANY(%s)
"""


@dataclass(frozen=True)
class Held:
    """Where somebody served in the month."""

    region_code: str
    post_id: int


def people_of(programme_id: int, prefix: str, first: date, last: date) -> dict[int, Held]:
    """Who holds a post of the programme in the region on one of the days, by the newest appointment."""
    rows = (
        Appointment.objects.filter(programme=programme_id, region_code__startswith=prefix, starts__lte=last)
        .exclude(ends__lt=first).order_by("starts").values_list("person", "region_code", "post")
    )  # fmt: skip
    return {person: Held(region, post) for person, region, post in rows}


def evidence(programme_id: int, people: Mapping[int, Held], first: date, last: date) -> Evidence:
    """Everything but the pairs of photos, which are looked for when a photo arrives."""
    who = sorted(people)
    places = ground.ground([programme_id], first, last)[programme_id]
    patrols, last_seen = _patrols(who, first, last)
    seen = _moments(facts.read(SEEN_ROWS, [first, last, who, first, last], RAW), "at")
    seen = seen.with_columns(mock=pl.col("mock") == 1, off_m=pl.lit(None, pl.Float64)).select(list(SEEN))
    seen = pl.concat([_with_distances(seen, people, places), last_seen])
    logs = facts.read(LOG_ROWS, [first, last, who], LOGS)
    photos = facts.read(PHOTO_ROWS, [first, last, who], {**PHOTOS, "at": pl.Int64, "taken": pl.Int64})
    return Evidence(seen, patrols, logs, _moments(photos, "at", "taken"))


def _moments(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Microseconds as moments."""
    return frame.with_columns(pl.from_epoch(name, "us").dt.replace_time_zone("UTC") for name in names)


def _with_distances(seen: pl.DataFrame, people: Mapping[int, Held], places: Ground) -> pl.DataFrame:
    """How far each place lies from the person's area on its day."""
    if not places.areas or not seen.height:
        return seen
    parts = []
    for (person, day), rows in seen.partition_by("person", "day", as_dict=True, maintain_order=True).items():
        held = people[person]
        mine = places.of(held.region_code, held.post_id, day)
        parts.append(rows.with_columns(_metres_off(rows, mine)) if mine.areas else rows)
    return pl.concat(parts)


def _metres_off(rows: pl.DataFrame, mine: Ground) -> pl.Series:
    """To the nearest of the areas, 0 inside, null where no place is known."""
    import numpy as np
    import shapely

    lats, lons = rows["lat"].to_numpy(), rows["lon"].to_numpy()
    known = np.isfinite(lats)
    nearest = np.full(rows.height, np.nan)
    for area in mine.areas:
        shape = mine.shape(area)
        east, north = shape.metres(lats[known], lons[known])
        nearest[known] = np.fmin(nearest[known], shapely.distance(shapely.points(east, north), shape.shape))
    return pl.Series("off_m", nearest).fill_nan(None)


def _patrols(who: Sequence[int], first: date, last: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Patrols with how often they walk the same ground, and where each was last seen."""
    found, seen = [], []
    rows = Patrol.objects.filter(person__in=who, day__range=(first, last), withdrawn_at=None)
    for patrol in rows.iterator(chunk_size=200):
        key = f"p:{patrol.pk}"
        found.append((key, patrol.person_id, patrol.day, float(patrol.walked_m), _rounds(patrol)))
        if patrol.last_at and patrol.last_latitude is not None:
            place = {"lat": patrol.last_latitude, "lon": patrol.last_longitude, "at": patrol.last_at}
            seen.append(
                {"key": key, "person": patrol.person_id, "day": patrol.day, "kind": "patrol", "mock": patrol.mock}
                | place
            )
    columns = {name: [row.get(name) for row in seen] for name in SEEN}
    moments = pl.DataFrame(columns, schema=dict(SEEN), strict=False).with_columns(
        source=pl.lit("tracker"), photos=pl.lit(0, pl.Int64)
    )
    return pl.DataFrame(found, schema=dict(PATROLS), orient="row"), moments.select(list(SEEN))


def _rounds(patrol: Patrol) -> float:
    """Only of patrols long enough to be asked about at all; reading a track takes a millisecond."""
    if not patrol.track or patrol.walked_m < LEAST_WALKED:
        return 0.0
    nodes = clean(packed.unpack(bytes(patrol.track))).nodes
    if not nodes.height:
        return 0.0
    east, north = geo.plane(nodes["latitude"].to_numpy(), nodes["longitude"].to_numpy())
    return laps.rounds(east, north, nodes["stretch"].to_numpy())
