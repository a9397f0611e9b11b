"""GCJ-02 back to WGS-84: below a centimetre everywhere in China, untouched abroad."""

import numpy as np
import pytest

from yigang.foundation import gcj02

METRE = 6_371_008.8 * np.pi / 180
ABROAD = {
    "Hanoi": (21.03, 105.85), "Lao Cai": (22.47, 103.97), "Vladivostok": (43.12, 131.90), "Ulaanbaatar": (47.92, 106.92),
    "Seoul": (37.57, 126.98), "Mandalay": (21.98, 96.08), "Almaty": (43.24, 76.95), "Kathmandu": (27.71, 85.32),
    "Blagoveshchensk": (50.30, 127.52), "Fukuoka": (33.59, 130.40),
}  # fmt: skip
"""Places inside the rectangle that is commonly taken for China."""
BORDER = {
    "瑞丽": (24.01, 97.85), "河口": (22.53, 103.96), "满洲里": (49.60, 117.43), "黑河": (50.25, 127.50),
    "绥芬河": (44.40, 131.15), "霍尔果斯": (44.21, 80.41), "丹东": (40.12, 124.39), "凭祥": (22.10, 106.76),
    "东兴": (21.54, 107.97), "亚东": (27.48, 88.91), "图们": (42.97, 129.85), "塔什库尔干": (37.77, 75.23),
    "涠洲岛": (21.03, 109.11), "三沙永兴岛": (16.83, 112.34), "平坝": (26.41, 106.26), "漠河": (53.48, 122.37),
    "香港": (22.28, 114.16),
}  # fmt: skip


def metres(lats, lngs, other_lats, other_lngs):
    return np.hypot((lats - other_lats) * METRE, (lngs - other_lngs) * METRE * np.cos(np.radians(lats)))


def test_below_a_centimetre_all_over_china():
    """A grid of 300 by 300 and the border's own corners, forwards by the formula and back."""
    lats, lngs = (each.ravel() for each in np.meshgrid(np.linspace(16, 54, 300), np.linspace(73, 135, 300)))
    inside = gcj02.within(lats, lngs)
    assert 30_000 < inside.sum() < 60_000
    lats, lngs = lats[inside], lngs[inside]
    shifted = gcj02.many_from_wgs84(lats, lngs)
    kept = gcj02.within(*shifted)
    assert kept.mean() > 0.999, "what the shift carries over the edge of the extent lies beyond the border"
    back = gcj02.many_to_wgs84(*shifted)
    error = metres(lats, lngs, *back)[kept]
    assert error.max() < 0.01
    assert np.median(metres(lats, lngs, *shifted)) > 400, "which is the error without it"


@pytest.mark.parametrize("place", [pytest.param(where, id=name) for name, where in ABROAD.items()])
def test_abroad_nothing_is_shifted(place):
    assert gcj02.to_wgs84(*place) == place


@pytest.mark.parametrize("place", [pytest.param(where, id=name) for name, where in BORDER.items()])
def test_at_the_border_places_are_shifted(place):
    lat, lng = gcj02.to_wgs84(*place)
    assert 100 < metres(lat, lng, *place) < 900
    assert metres(*(np.float64(each) for each in gcj02.from_wgs84(lat, lng)), *place) < 0.01


def test_what_is_no_place_stays():
    lats, lngs = gcj02.many_to_wgs84(np.array([np.nan, 26.4, 91.0]), np.array([106.2, np.nan, 106.2]))
    assert np.array_equal(lats, [np.nan, 26.4, 91.0], equal_nan=True)
    assert np.array_equal(lngs, [106.2, np.nan, 106.2], equal_nan=True)
