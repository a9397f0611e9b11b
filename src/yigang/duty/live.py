"""Who is out now, on a map: single people where there are few, groups by squares of the map where there are many.

Only patrols of programmes whose policy names a legal basis for tracks, only while they go on and during the hours of duty. A
picture is remembered by its number, so that whoever has it is sent what changed alone; who has an older one gets it whole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import atan, ceil, exp, floor, log, log2, pi, radians, tan
from threading import Lock
from typing import Any

from django.db import connection

from yigang.duty import ground, hours
from yigang.duty.hours import CHINA

SILENT = timedelta(hours=2)
"""Of whom nothing has come for so long, nobody knows where he is; he leaves the map."""
LATE = timedelta(minutes=10)
"""Older positions are drawn pale."""
SINGLE = 200
"""Up to so many people in the view are drawn one by one."""
CELLS = 24
"""Squares across a view at most: on a map of 1,000 pixels a group every 40 or more."""
REMEMBERED = 64
KNOWN_S = 5
"""Pictures of the same view within so many seconds are one and the same."""

OUT = """
SELECT p.id::text, p.person_id, n.name, p.last_longitude, p.last_latitude, extract(epoch FROM p.last_at)::bigint
FROM duty_patrol p JOIN people_person n ON n.id = p.person_id
LEFT JOIN tenure_appointment h
  ON h.person_id = p.person_id AND h.programme_id = p.programme_id AND h.days @> %s::date
CROSS JOIN LATERAL (SELECT coalesce(h.plan_start, %s::time) AS first, coalesce(h.plan_end, %s::time) AS last) d
WHERE p.ended_at IS NULL AND p.withdrawn_at IS NULL AND p.last_at > %s AND p.last_at <= %s
  AND p.programme_id = ANY(%s)
  AND CASE WHEN d.first <= d.last THEN %s::time BETWEEN d.first AND d.last
           ELSE %s::time >= d.first OR %s::time <= d.last END
  AND p.last_longitude BETWEEN %s AND %s AND p.last_latitude BETWEEN %s AND %s AND p.region_code ^@ %s
"""


@dataclass(frozen=True)
class View:
    """The part of the map that is looked at: degrees, and the map's zoom."""

    west: float
    south: float
    east: float
    north: float
    zoom: float

    @property
    def cell(self) -> float:
        """Width of a square in degrees of longitude: a power of two, so that squares stay where they are."""
        wide = max(self.east - self.west, 1e-6)
        return float(2.0 ** ceil(log2(wide / CELLS)))


Drawn = dict[str, list[Any]]
"""Key → what is drawn: [longitude, latitude, number] of a group; [longitude, latitude, 1, name, seconds, patrol] of one."""


@dataclass
class Memory:
    """The last pictures of this process, by number; and the number of each view's newest."""

    pictures: OrderedDict[int, Drawn] = field(default_factory=OrderedDict)
    newest: dict[tuple[Any, ...], tuple[int, datetime]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    last: int = 0

    def keep(self, drawn: Drawn, key: tuple[Any, ...], now: datetime) -> int:
        with self.lock:
            self.last = max(self.last + 1, int(now.timestamp() * 1000))
            self.pictures[self.last] = drawn
            self.newest[key] = (self.last, now)
            while len(self.pictures) > REMEMBERED:
                gone, _drawn = self.pictures.popitem(last=False)
                self.newest = {each: newest for each, newest in self.newest.items() if newest[0] != gone}
            return self.last


MEMORY = Memory()


def picture(view: View, prefix: str, now: datetime, *, known: int = 0, whose: Sequence[str] = ()) -> dict[str, Any]:
    """What to draw: whole, or what changed since the picture `known`. `whose` are the prefixes that the reader may see."""
    key = (view, prefix, tuple(whose))
    number, at = MEMORY.newest.get(key, (0, now - timedelta(days=1)))
    if number not in MEMORY.pictures or (now - at).total_seconds() > KNOWN_S:
        number = MEMORY.keep(_drawn(view, _out(view, prefix, now)), key, now)
    drawn, before = MEMORY.pictures[number], MEMORY.pictures.get(known)
    if before is None:
        return {"number": number, "whole": True, "set": drawn, "gone": []}
    changed = {each: what for each, what in drawn.items() if before.get(each) != what}
    return {"number": number, "whole": False, "set": changed, "gone": [each for each in before if each not in drawn]}


def _out(view: View, prefix: str, now: datetime) -> list[tuple[Any, ...]]:
    """Who is out in the view. Two queries."""
    local = now.astimezone(CHINA)
    clock = f"{local:%H:%M:%S}"
    with connection.cursor() as cursor:
        cursor.execute(OUT, [
            local.date(), str(hours.FROM), str(hours.UNTIL), now - SILENT, now,
            [each.pk for each in ground.tracking(local.date())], clock, clock, clock, view.west, view.east, view.south,
            view.north, prefix,
        ])  # fmt: skip
        return list(cursor.fetchall())


def _drawn(view: View, out: Sequence[tuple[Any, ...]]) -> Drawn:
    if len(out) <= SINGLE:
        return {
            patrol[:13]: [round(east, 5), round(north, 5), 1, name, at, patrol]
            for patrol, _person, name, east, north, at in out
        }
    return _grouped(view.cell, [(east, north) for _patrol, _person, _name, east, north, _at in out])


def _grouped(cell: float, places: Sequence[tuple[float, float]]) -> Drawn:
    """People by squares of the Mercator map, each drawn at the middle of its people, to a thirtieth of the square."""
    sums: dict[tuple[int, int], list[float]] = {}
    for east, north in places:
        down = mercator(north)
        square = sums.setdefault((floor(east / cell), floor(down / cell)), [0.0, 0.0, 0])
        square[0] += east
        square[1] += down
        square[2] += 1
    fine = cell / 30
    return {
        f"{x},{y}": [round(_to(east / count, fine), 6), round(latitude(_to(down / count, fine)), 6), int(count)]
        for (x, y), (east, down, count) in sums.items()
    }


def _to(value: float, step: float) -> float:
    return round(value / step) * step


def mercator(north: float) -> float:
    """Latitude as degrees on the map of Mercator, where squares are squares."""
    return log(tan(pi / 4 + radians(north) / 2)) * 180 / pi


def latitude(down: float) -> float:
    """The way back."""
    return (2 * atan(exp(down * pi / 180)) - pi / 2) * 180 / pi


def counted(drawn: Mapping[str, Sequence[Any]]) -> int:
    """How many people a picture shows."""
    return sum(int(one[2]) for one in drawn.values())
