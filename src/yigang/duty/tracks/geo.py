"""Distances on the earth, for whole columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

EARTH_M = 6_371_008.8
"""Mean radius, metres; a great circle on it is within 0.5 % of the ellipsoid's geodesic."""


def metres(lats: Floats, lngs: Floats, other_lats: Floats, other_lngs: Floats) -> Floats:
    """Great-circle distances (haversine) in metres, from degrees."""
    lat, other = np.radians(lats), np.radians(other_lats)
    half_lng = np.radians(other_lngs - lngs) / 2
    chord = np.sin((other - lat) / 2) ** 2 + np.cos(lat) * np.cos(other) * np.sin(half_lng) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def steps(lats: Floats, lngs: Floats) -> Floats:
    """From each place to the next, in metres."""
    return metres(lats[:-1], lngs[:-1], lats[1:], lngs[1:])


def speeds(times: Floats, lats: Floats, lngs: Floats) -> Floats:
    """From each place to the next, in metres a second. Times rise, so no step takes no time."""
    return np.asarray(steps(lats, lngs) / np.diff(times))


def plane(lats: Floats, lngs: Floats) -> tuple[Floats, Floats]:
    """Metres east and north of the middle; good to 0.1 % over a county."""
    return from_middle(lats, lngs, (float(lats.mean()), float(lngs.mean())))


def from_middle(lats: Floats, lngs: Floats, middle: tuple[float, float]) -> tuple[Floats, Floats]:
    """Metres east and north of a latitude and longitude."""
    metre = np.radians(1.0) * EARTH_M
    return (lngs - middle[1]) * metre * np.cos(np.radians(middle[0])), (lats - middle[0]) * metre


def spread(values: Floats, low: Places, high: Places) -> Floats:
    """The variance of each window `low` to `high`, in the square of the unit, by running sums."""
    sums = np.append(0.0, np.cumsum(values))
    squares = np.append(0.0, np.cumsum(values * values))
    count = (high - low).astype(np.float64)
    mean = (sums[high] - sums[low]) / count
    return np.asarray(np.maximum((squares[high] - squares[low]) / count - mean * mean, 0.0))
