"""GCJ-02, the shifted coordinates of Chinese maps and of DingTalk, back to WGS-84.

The shift is a published formula; its inverse is found by applying it to a guess until the guess is shifted onto the
point. Four rounds leave less than a millimetre anywhere in China. Abroad nothing is shifted; the rectangle used here
is coarse, so points within some kilometres of the border may be taken for the other side.
"""

from math import cos, pi, sin, sqrt

A, EE = 6_378_245.0, 0.00669342162296594323
"""Semi-major axis in metres and squared eccentricity of Krasovsky's ellipsoid, which the formula uses."""
SOUTH, NORTH, WEST, EAST = 0.8293, 55.8271, 72.004, 137.8347
ROUNDS = 4


def to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees GCJ-02 to degrees WGS-84, seven decimals (about a centimetre)."""
    if not (SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST):
        return latitude, longitude
    lat, lng = latitude, longitude
    for _round in range(ROUNDS):
        shifted_lat, shifted_lng = from_wgs84(lat, lng)
        lat, lng = lat - (shifted_lat - latitude), lng - (shifted_lng - longitude)
    return round(lat, 7), round(lng, 7)


def from_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees WGS-84 to degrees GCJ-02."""
    x, y = longitude - 105.0, latitude - 35.0
    phi = latitude / 180.0 * pi
    magic = 1 - EE * sin(phi) ** 2
    north = _north(x, y) * 180.0 / (A * (1 - EE) / (magic * sqrt(magic)) * pi)
    east = _east(x, y) * 180.0 / (A / sqrt(magic) * cos(phi) * pi)
    return latitude + north, longitude + east


def _north(x: float, y: float) -> float:
    """Metres."""
    base = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    waves = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi) + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)
    return base + (waves + 160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _east(x: float, y: float) -> float:
    """Metres."""
    base = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    waves = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi) + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)
    return base + (waves + 150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
