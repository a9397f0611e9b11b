"""Where a punch was made, as DingTalk tells it: coordinates in a cell, and its own judgement of the fence.

A workbook has one word for two judgements, of the time and of the place, 打卡结果: a punch outside the fence is called 外勤.
One called 正常 has neither fault: made by the person (no 补卡, no 改签) and with a place recorded, it was made inside. One
called 迟到 or 早退 alone has a fault of time, and whether the word would tell one of place as well is written nowhere; of
that punch nothing is known, nor of one without any place recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt

import polars as pl

EARTH_M = 6_371_008.8
"""Mean radius, metres."""
OUTSIDE = ("外勤", "范围外")
BY_HAND = ("补卡", "改签", "管理员", "审批")
"""Words of a result that somebody set afterwards."""
SET_LATER = ("APPROVE", "BOSS", "SYSTEM")
SET_BY_OTHERS = (*SET_LATER, "AUTO_CHECK")

DISTANCE_KEYS = ("userLatitude", "userLongitude", "baseLatitude", "baseLongitude", "baseAccuracy")

_PAIR = r"(-?\d{1,3}\.\d{3,})\s*[,，;；\s/]\s*(-?\d{1,3}\.\d{3,})"
"""Two decimal numbers as 106.26000,26.40000, in either order, alone or behind an address."""
_LONGITUDES = 60.0
"""No place in China lies north of 60° or west of it, so the greater number is the longitude."""


def with_positions(frame: pl.DataFrame) -> pl.DataFrame:
    """`lat`, `lng` in degrees as given and their `datum`, from 经度 and 纬度, or a pair in 打卡位置, 经纬度 or 打卡地址.

    Text in 打卡位置 that is no pair is an address where 打卡地址 is empty. 0,0 and what is no place on earth are no fix.
    """
    pairs = pl.coalesce(pl.col("position"), pl.col("address"))
    one, two = (pairs.str.extract(_PAIR, group).cast(pl.Float64, strict=False) for group in (1, 2))
    lng = pl.coalesce(pl.col("longitude").cast(pl.Float64, strict=False), pl.max_horizontal(one, two))
    lat = pl.coalesce(pl.col("latitude").cast(pl.Float64, strict=False), pl.min_horizontal(one, two))
    fixed = lat.is_between(-90, 90) & lng.is_between(-180, 180) & ~((lat == 0) & (lng == 0))
    words = pl.when(~pl.col("position").str.contains(_PAIR)).then("position")
    return frame.with_columns(
        lat=pl.when(fixed & lng.is_not_null()).then(lat), lng=pl.when(fixed & lat.is_not_null()).then(lng),
        address=pl.coalesce("address", words),
    ).with_columns(datum=pl.when(pl.col("lat").is_not_null()).then(pl.lit("GCJ-02")))  # fmt: skip


def placed(word: pl.Expr) -> pl.Expr:
    """inside, outside or null, from the source's result `word` (`read` in our words) and what is recorded of the place."""
    outside = pl.any_horizontal(word.str.contains(part) for part in OUTSIDE)
    by_hand = pl.any_horizontal(word.str.contains(part) for part in BY_HAND)
    others = pl.col("source_type").is_in(SET_BY_OTHERS).fill_null(value=False) | pl.col("admin_remark").is_not_null()
    faultless = pl.col("at").is_not_null() & (pl.col("read") == "normal")
    told = faultless & (pl.col("address").is_not_null() | pl.col("lat").is_not_null())
    return pl.when(outside).then(pl.lit("outside")).when(told & ~by_hand & ~others).then(pl.lit("inside"))


def by_distance(row: Mapping[str, float | None]) -> str | None:
    """inside or outside by the distance to the attendance point, where `attendance/listRecord` gives both and the radius.

    Keys: userLatitude, userLongitude, baseLatitude, baseLongitude in degrees, baseAccuracy in metres. Both positions have
    the same datum, so that none is converted; None when one of them is not given.
    """
    given = [row.get(key) for key in DISTANCE_KEYS]
    known = [value for value in given if value]
    if len(known) < len(given):
        return None
    lat, lng, base_lat, base_lng, radius = known
    return "inside" if metres(lat, lng, base_lat, base_lng) <= radius else "outside"


def metres(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Great-circle distance (haversine); within 0.5 % of the ellipsoid's."""
    north, east = radians(other_lat - lat), radians(other_lng - lng)
    chord = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(chord))
