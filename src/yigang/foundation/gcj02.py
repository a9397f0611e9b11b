"""GCJ-02, the shifted coordinates of Chinese maps and of DingTalk, back to WGS-84; single places and whole columns.

The shift is a published formula; its inverse is found by applying it to a guess until the guess is shifted onto the
point. Four rounds leave less than a tenth of a millimetre anywhere in China; seven decimals are kept, so the error stays below a
centimetre. `docs/algorithms/coordinates.md` has the figures, and how the extent was drawn within which places are shifted.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from shapely import Geometry

Floats = npt.NDArray[np.float64]

A, EE = 6_378_245.0, 0.00669342162296594323
"""Semi-major axis in metres and squared eccentricity of Krasovsky's ellipsoid, which the formula uses."""
ROUNDS = 4
DECIMALS = 7
EXTENT = Path(__file__).with_name("gcj02_extent.json")


def to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees GCJ-02 to degrees WGS-84, seven decimals (about a centimetre)."""
    lats, lngs = many_to_wgs84(np.array([latitude]), np.array([longitude]))
    return float(lats[0]), float(lngs[0])


def many_to_wgs84(latitudes: Floats, longitudes: Floats) -> tuple[Floats, Floats]:
    """Columns of degrees GCJ-02 to WGS-84. What lies abroad, or is no number, is given back as it came."""
    shifted = within(latitudes, longitudes)
    wanted_lats, wanted_lngs = latitudes[shifted], longitudes[shifted]
    lats, lngs = wanted_lats, wanted_lngs
    for _round in range(ROUNDS):
        moved_lats, moved_lngs = many_from_wgs84(lats, lngs)
        lats, lngs = lats - (moved_lats - wanted_lats), lngs - (moved_lngs - wanted_lngs)
    found_lats, found_lngs = latitudes.copy(), longitudes.copy()
    found_lats[shifted], found_lngs[shifted] = np.round(lats, DECIMALS), np.round(lngs, DECIMALS)
    return found_lats, found_lngs


def from_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees WGS-84 to degrees GCJ-02."""
    lats, lngs = many_from_wgs84(np.array([latitude]), np.array([longitude]))
    return float(lats[0]), float(lngs[0])


def many_from_wgs84(latitudes: Floats, longitudes: Floats) -> tuple[Floats, Floats]:
    """Columns of degrees WGS-84 to GCJ-02, wherever they lie."""
    x, y = longitudes - 105.0, latitudes - 35.0
    phi = np.radians(latitudes)
    magic = 1 - EE * np.sin(phi) ** 2
    north = np.degrees(_north(x, y) / (A * (1 - EE) / (magic * np.sqrt(magic))))
    east = np.degrees(_east(x, y) / (A / np.sqrt(magic) * np.cos(phi)))
    return latitudes + north, longitudes + east


def within(latitudes: Floats, longitudes: Floats) -> npt.NDArray[np.bool_]:
    """Whether maps shift these places: those inside the border and a little beyond it, and at sea before the coast."""
    import shapely

    return np.asarray(shapely.contains_xy(_extent(), longitudes, latitudes))


@cache
def _extent() -> Geometry:
    import shapely

    shape = shapely.from_geojson(EXTENT.read_text())
    shapely.prepare(shape)
    return shape


def _north(x: Floats, y: Floats) -> Floats:
    """Metres."""
    base = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi) + 20.0 * np.sin(y * np.pi)
    long = 40.0 * np.sin(y / 3.0 * np.pi) + 160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)
    return np.asarray(base + (waves + long) * 2.0 / 3.0)


def _east(x: Floats, y: Floats) -> Floats:
    """Metres."""
    base = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi) + 20.0 * np.sin(x * np.pi)
    long = 40.0 * np.sin(x / 3.0 * np.pi) + 150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)
    return np.asarray(base + (waves + long) * 2.0 / 3.0)
