"""Areas, key points and routes around villages of the district, and what some rangers walked there in the open month.

The places come in as a file of a map program, the patrols as phones send them: beginning, fixes in pieces, end. One of a sealed
month comes in two halves, the second of them late.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import cos, pi, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.db.models import QuerySet
from django.utils import timezone

from yigang.demo import bring
from yigang.demo.bring import Staff
from yigang.demo.plan import Plan
from yigang.duty import domain as duty
from yigang.duty.domain.patrols import Happened, Walked, identity
from yigang.duty.enums import PatrolEvent
from yigang.duty.tracks import FIXES
from yigang.exchange.enums import ImportKind
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.people.places import centres
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

WALKERS = 12
"""Rangers whose patrols are told; everybody whose village has a place on the map has ground of his own."""
DAYS = (3, 8, 13, 18, 23, 28)
METRE = 1 / 111_195
EVERY_S, JITTER_M, SPEED = 10, 4.0, 1.1
PIECE = 120
POINTS = ("瞭望台", "水源地", "岔路口")


@dataclass(frozen=True)
class Walker:
    """A ranger, where his village lies, and the shape of his ground: metres from the middle by direction."""

    held: Appointment
    middle: tuple[float, float]
    reach: Sequence[float]
    seed: int

    def place(self, turn: float, share: float) -> tuple[float, float]:
        """Longitude and latitude at a direction (0 to 1) and a share of the way to the border."""
        corner = self.reach[round(turn * len(self.reach)) % len(self.reach)]
        east, north = corner * share * cos(turn * 2 * pi), corner * share * sin(turn * 2 * pi)
        return self.middle[0] + east * METRE / cos(radians(self.middle[1])), self.middle[1] + north * METRE


def walk(plan: Plan, programme: Programme, staff: Staff, folder: Path) -> None:
    """Bring places and patrols in; nothing where no village has a centre."""
    county = staff[Role.COUNTY_MANAGER]
    with bring.acting(county):
        walkers = _walkers(plan, programme, plan.open_month, WALKERS)
        others = _others(plan, programme, walkers)
    if not walkers:
        return
    file = folder / "责任区和关键点.geojson"
    file.write_text(json.dumps(_places([*walkers, *others]), ensure_ascii=False, indent=1))
    region = regioncode.pad(plan.prefix)
    bring.file_in(file, ImportKind.GROUND, programme, region, county, **{"from": f"{plan.closed_months[0]:%Y}-01-01"})
    with bring.acting(county):
        for walker in walkers:
            for number in DAYS[: 3 + walker.seed % 4]:
                day = plan.open_month.replace(day=number)
                _send(_as_sent(walker, day), _at(day, 23))
        day = plan.closed_months[-1].replace(day=24)
        for walker in _walkers(plan, programme, day, 1):
            sent = _as_sent(walker, day)
            _send(sent[: len(sent) // 2], _at(day, 23))
            _send(sent[len(sent) // 2 :], timezone.now())


def _walkers(plan: Plan, programme: Programme, day: date, count: int) -> list[Walker]:
    """Holders of posts on a day, one of each of the first villages whose place is known."""
    known = centres(plan.prefix)
    found: dict[str, Appointment] = {}
    for one in _serving(programme, day).filter(region_code__in=known):
        found.setdefault(one.region_code, one)
    return [_walker(number, one, known[one.region_code]) for number, one in enumerate(list(found.values())[:count])]


def _others(plan: Plan, programme: Programme, walkers: Iterable[Walker]) -> list[Walker]:
    """Everybody else in post whose village's place is known: rangers of one village share its ground."""
    known, walking = centres(plan.prefix), {walker.held.pk for walker in walkers}
    rest = _serving(programme, plan.open_month).filter(region_code__in=known).exclude(pk__in=walking)
    return [_walker(number, one, known[one.region_code]) for number, one in enumerate(rest, WALKERS)]


def _serving(programme: Programme, day: date) -> QuerySet[Appointment]:
    served = Appointment.objects.filter(programme=programme, starts__lte=day).exclude(ends__lt=day)
    return served.select_related("person", "post").order_by("region_code", "pk")


def _walker(number: int, one: Appointment, centre: tuple[Any, Any]) -> Walker:
    draw = np.random.default_rng(number)
    return Walker(one, (float(centre[0]), float(centre[1])), draw.uniform(700, 1_100, 16).round().tolist(), number)


def _places(walkers: Iterable[Walker]) -> dict[str, Any]:
    """What the forestry office's map program would write."""
    features = []
    for walker in walkers:
        name, number = walker.held.person.name, walker.held.post.number
        border = [walker.place(turn / 16, 1) for turn in range(16)]
        features.append(_feature("Polygon", [[*border, border[0]]], 名称=f"{name}责任区", 岗位编号=number))
        features += [
            _feature("Point", walker.place(0.15 + 0.3 * turn, 0.75), 名称=f"{name}{point}", 岗位编号=number, 半径=120)
            for turn, point in enumerate(POINTS)
        ]
        loop = [walker.place(turn / 32, 0.7) for turn in range(33)]
        features.append(_feature("LineString", loop, 名称=f"{name}巡护路线", 岗位编号=number))
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, coordinates: Any, **said: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": said, "geometry": {"type": kind, "coordinates": coordinates}}


def _track(walker: Walker, day: date) -> pl.DataFrame:
    """A morning's round: jitter of the receiver, a rest, eight minutes without signal, one stray fix."""
    draw = np.random.default_rng(walker.seed * 100 + day.day)
    share = draw.uniform(0.55, 0.9)
    corners = [walker.place((turn / 64 + day.day / 31) % 1, share * draw.uniform(0.9, 1.05)) for turn in range(65)]
    lngs, lats = (np.array(column) for column in zip(*corners, strict=True))
    steps = np.hypot(np.diff(lngs) * cos(radians(walker.middle[1])), np.diff(lats)) / METRE
    way = np.append(0, np.cumsum(steps))
    seconds = np.arange(0, way[-1] / SPEED, EVERY_S)
    rest = 600 + 60 * walker.seed
    walked = np.clip(np.where(seconds > 1_500, np.maximum(seconds - rest, 1_500), seconds) * SPEED, 0, way[-1])
    begin = _at(day, 7) + timedelta(minutes=int(draw.integers(0, 40)))
    frame = pl.DataFrame(
        {
            "time": [begin + timedelta(seconds=float(second)) for second in seconds],
            "latitude": np.interp(walked, way, lats) + draw.normal(0, JITTER_M, len(seconds)) * METRE,
            "longitude": np.interp(walked, way, lngs) + draw.normal(0, JITTER_M, len(seconds)) * METRE,
            "accuracy": draw.uniform(3, 18, len(seconds)).round(1),
        }
    ).cast(FIXES)  # type: ignore[arg-type] # names of columns are keys
    silent = pl.Series(seconds).is_between(900, 1_380)
    stray = frame[40:41].with_columns(pl.col("latitude") + 0.05, pl.col("time") + timedelta(seconds=3))
    return pl.concat([frame.filter(~silent), stray])


def _at(day: date, hour: int) -> datetime:
    """An hour of a day in China."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


def _as_sent(walker: Walker, day: date) -> list[Happened | Walked]:
    """A patrol's records in the order of a phone: beginning, fixes in pieces, end."""
    return _in_pieces(walker.held.person_id, day, _track(walker, day))


def _in_pieces(person: int, day: date, fixes: pl.DataFrame) -> list[Happened | Walked]:
    patrol = identity(person, f"demo {day}")
    begin, end = fixes["time"].min(), fixes["time"].max()
    assert isinstance(begin, datetime)
    assert isinstance(end, datetime)
    pieces = [Walked(patrol, person, part) for part in fixes.iter_slices(PIECE)]
    return [
        Happened(patrol, person, PatrolEvent.START, begin), Happened(patrol, person, PatrolEvent.END, end), *pieces,
    ]  # fmt: skip


def send_way(person: int, day: date, corners: Sequence[tuple[float, float]]) -> None:
    """A patrol along a line of longitude and latitude from nine o'clock on, as the phone sends it."""
    lngs, lats = (np.array(column) for column in zip(*corners, strict=True))
    way = np.append(0, np.cumsum(np.hypot(np.diff(lngs) * cos(radians(lats[0])), np.diff(lats)) / METRE))
    seconds = np.arange(0, way[-1] / SPEED, EVERY_S)
    begin = _at(day, 9)
    fixes = pl.DataFrame(
        {
            "time": [begin + timedelta(seconds=float(second)) for second in seconds],
            "latitude": np.interp(seconds * SPEED, way, lats),
            "longitude": np.interp(seconds * SPEED, way, lngs),
            "accuracy": np.full(len(seconds), 6.0),
        }
    ).cast(FIXES)  # type: ignore[arg-type] # names of columns are keys
    _send(_in_pieces(person, day, fixes), _at(day, 23))


def _send(given: Sequence[Happened | Walked], now: datetime) -> None:
    for answer in duty.take(given, now=now):
        if answer is not None:
            raise answer
