"""A track and the places of duty: time inside an area, key points reached, the share of an area that was seen.

Places are given in degrees (WGS-84). Each is looked at on a plane around its own middle, in metres, which is exact to 0.1 %
over a county.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from yigang.duty.tracks import geo
from yigang.duty.tracks.clean import Track

if TYPE_CHECKING:
    from shapely import Geometry

Ring = Sequence[tuple[float, float]]
"""Longitude and latitude of each corner, as in GeoJSON; the first need not come again at the end."""


class NoArea(ValueError):
    """These rings enclose nothing that can be measured; the argument says where."""


@dataclass(frozen=True)
class Area:
    """What the rings enclose: outer ones, each with its holes."""

    rings: tuple[tuple[Ring, ...], ...]

    @cached_property
    def middle(self) -> tuple[float, float]:
        corners = [corner for polygon in self.rings for corner in polygon[0]]
        return sum(lat for _lng, lat in corners) / len(corners), sum(lng for lng, _lat in corners) / len(corners)

    @cached_property
    def shape(self) -> Geometry:
        """On the plane, in metres. Rings that cross themselves are `NoArea`, with the place."""
        import shapely

        polygons = [
            shapely.Polygon(self._on_plane(outer), [self._on_plane(hole) for hole in holes])
            for outer, *holes in self.rings
        ]
        shape = shapely.union_all(polygons) if all(shapely.is_valid(polygons)) else None
        if shape is None or shapely.area(shape) <= 0:
            raise NoArea("; ".join(shapely.is_valid_reason(polygon) for polygon in polygons))
        return shape

    @property
    def square_metres(self) -> float:
        import shapely

        return float(shapely.area(self.shape))

    def _on_plane(self, ring: Ring) -> list[tuple[float, float]]:
        east, north = self.metres(np.array([lat for _lng, lat in ring]), np.array([lng for lng, _lat in ring]))
        return list(zip(east.tolist(), north.tolist(), strict=True))

    def metres(self, lats: geo.Floats, lngs: geo.Floats) -> tuple[geo.Floats, geo.Floats]:
        """East and north of the area's middle."""
        return geo.from_middle(lats, lngs, self.middle)


@dataclass(frozen=True)
class KeyPoint:
    """A place to be reached: within `radius` metres."""

    name: str
    latitude: float
    longitude: float
    radius: float


def seconds_inside(track: Track, area: Area) -> float:
    """Time within stretches spent inside: of each step the half that belongs to a node inside."""
    import shapely

    nodes = track.nodes
    if nodes.height < 2:
        return 0.0
    east, north = area.metres(nodes["latitude"].to_numpy(), nodes["longitude"].to_numpy())
    shapely.prepare(area.shape)
    inside = shapely.intersects_xy(area.shape, east, north)
    passed = np.diff(nodes["time"].to_numpy()) * (np.diff(nodes["stretch"].to_numpy()) == 0)
    return float((passed * (inside[:-1].astype(float) + inside[1:].astype(float)) / 2).sum())


def reached(track: Track, points: Iterable[KeyPoint]) -> dict[str, float]:
    """Each key point that the way came near enough to → seconds since 1970 when it first did; between nodes the line counts."""
    found = {}
    for point in points:
        when = _first_near(track.nodes, point)
        if when is not None:
            found[point.name] = when
    return found


def share_seen(tracks: Iterable[Track], area: Area, *, swath: float) -> float:
    """The part of the area, 0 to 1, that lies within half of `swath` metres of the ways; what is seen twice counts once."""
    import shapely

    lines = [line for track in tracks for line in _lines(track, area)]
    if not lines:
        return 0.0
    shapely.prepare(area.shape)
    near = [line for line in lines if shapely.dwithin(line, area.shape, swath / 2)]
    seen = shapely.union_all(shapely.buffer(near, swath / 2)) if near else shapely.Polygon()
    return float(shapely.area(shapely.intersection(seen, area.shape))) / area.square_metres


def _lines(track: Track, area: Area) -> list[Geometry]:
    """One line for each stretch, a point where it has one node."""
    import shapely

    nodes = track.nodes
    east, north = area.metres(nodes["latitude"].to_numpy(), nodes["longitude"].to_numpy())
    places = np.column_stack([east, north])
    parts = [places[nodes["stretch"].to_numpy() == number] for number in nodes["stretch"].unique().sort()]
    return [shapely.LineString(part) if len(part) > 1 else shapely.Point(part[0]) for part in parts]


def _first_near(nodes: pl.DataFrame, point: KeyPoint) -> float | None:
    """When the way first lay within the point's radius: along each step by the nearest place of its line."""
    if not nodes.height:
        return None
    east, north = geo.from_middle(
        nodes["latitude"].to_numpy(), nodes["longitude"].to_numpy(), (point.latitude, point.longitude)
    )
    times, stretch = nodes["time"].to_numpy(), nodes["stretch"].to_numpy()
    at_nodes = np.where(np.hypot(east, north) <= point.radius, times, np.inf)
    along = np.full(max(0, len(times) - 1), np.inf)
    if len(along):
        step_east, step_north = np.diff(east), np.diff(north)
        length = np.maximum(step_east**2 + step_north**2, 1e-9)
        part = np.clip(-(east[:-1] * step_east + north[:-1] * step_north) / length, 0.0, 1.0)
        near = np.hypot(east[:-1] + part * step_east, north[:-1] + part * step_north) <= point.radius
        along = np.where(near & (np.diff(stretch) == 0), times[:-1] + part * np.diff(times), np.inf)
    first = float(np.min(np.append(at_nodes, along)))
    return None if np.isinf(first) else first
