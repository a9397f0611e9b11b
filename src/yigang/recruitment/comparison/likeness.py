"""How alike two entries of registers are: a number from 0 to 1, made of parts that a person can check.

The formula and its reasons are written down in docs/algorithms/comparison.md. Everything here is symmetrical.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from yigang.foundation import names

NAME_WEIGHT, BIRTH_WEIGHT, AREA_WEIGHT = 0.50, 0.35, 0.15
TWO_NUMBERS = 0.85
"""Factor when both have a whole identity number and the numbers differ: by the state's word these are two people."""
NEAR_NUMBER = 0.10
"""Added when a number that cannot be right differs from the other in one digit or one swap."""
MOST = 0.99
"""Likeness never says that two people are one; only the number does."""

NAME_SCORES = {
    "same": 1.0,
    "variant": 0.95,
    "sound": 0.85,
    "lost": 0.8,
    "left_out": 0.7,
    "one_sign": 0.7,
    "one_of_two": 0.45,
}
BIRTH_SCORES = {"same": 1.0, "swapped": 0.6, "one_digit": 0.5, "unknown": 0.4}
AREA_SCORES = {"county": 1.0, "city": 0.6, "unknown": 0.5, "province": 0.3, "other": 0.0}
MOST_NEAR_BIRTH = BIRTH_SCORES["swapped"]

LOST = "*"
"""Stands for a sign that a system could not write."""
DOUBTFUL = re.compile(r"[?？□*＊#\d\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")
VARIANT_SIGNS = dict(
    zip(
        "昇陞峯喆邨甯寧脩勛勳傑國龍鳳蘭華東張陳劉楊趙黃吳孫馬羅韓馮鄧蕭葉蔣賈譚陸鄒賀龔閻閆闫範傅強偉軍紅麗豔艷雲飛鵬輝煇剛勝貴榮慶義會學曉愛蓮鳴隺鶴珮堃埜晳淨凈眞牀銀鐵興樹",
        "升升峰哲村宁宁修勋勋杰国龙凤兰华东张陈刘杨赵黄吴孙马罗韩冯邓萧叶蒋贾谭陆邹贺龚阎阎阎范付强伟军红丽艳艳云飞鹏辉辉刚胜贵荣庆义会学晓爱莲鸣鹤鹤佩坤野晰净净真床银铁兴树",
        strict=True,
    )
)
"""Signs that one person's name is written with in one register and in another: old, traditional and village forms."""
_VARIANTS = str.maketrans(VARIANT_SIGNS)


@lru_cache(maxsize=200_000)
def folded(name: str) -> str:
    """The name with one form for variant signs, without interpuncts and spaces, `*` for signs that were lost."""
    plain = names.normalise(name).translate(_VARIANTS).replace(names.INTERPUNCT, "").replace(" ", "")
    return DOUBTFUL.sub(LOST, plain).upper()


@lru_cache(maxsize=20_000)
def sign_sound(sign: str) -> str:
    """A sign's most usual reading, without its tone."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(sign, style=Style.NORMAL)[0] if sign != LOST else LOST


@lru_cache(maxsize=200_000)
def sound(name: str) -> str:
    """How a folded name sounds without tones, sign by sign, each by its most usual reading."""
    return " ".join(map(sign_sound, name))


def name_class(one: str, other: str) -> str:
    """How two names differ: a key of `NAME_SCORES`, or "" when they are not alike."""
    if names.normalise(one) == names.normalise(other):
        return "same" if one.strip() else ""
    first, second = folded(one), folded(other)
    if not first or not second:
        return ""
    if LOST in first + second:
        return "lost" if _but_for_lost(first, second) else ""
    if first == second:
        return "variant"
    if sound(first) == sound(second):
        return "sound"
    return _one_sign(first, second)


def _but_for_lost(one: str, other: str) -> bool:
    """Equal where neither lost a sign; at least one sign must stand in both."""
    if len(one) != len(other):
        return False
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if LOST not in (a, b)]
    return 0 < len(pairs) >= len(one) - 1 and all(a == b for a, b in pairs)


def _one_sign(one: str, other: str) -> str:
    """One sign is another, or stands in one name only (a rare sign that a system left out)."""
    if len(one) == len(other):
        differing = sum(a != b for a, b in zip(one, other, strict=True))
        return "" if differing != 1 else "one_sign" if len(one) > 2 else "one_of_two" if len(one) == 2 else ""
    short, long = sorted((one, other), key=len)
    left_out = len(short) >= 2 and len(long) == len(short) + 1
    return "left_out" if left_out and any(long[:i] + long[i + 1 :] == short for i in range(len(long))) else ""


def birth_class(one: date | None, other: date | None) -> str:
    """How two birth dates differ: a key of `BIRTH_SCORES`, or "" when they are not alike."""
    if one is None or other is None:
        return "unknown"
    if one == other:
        return "same"
    a, b = f"{one:%Y%m%d}", f"{other:%Y%m%d}"
    if swapped(a, b) or (one.year == other.year and (one.month, one.day) == (other.day, other.month)):
        return "swapped"
    return "one_digit" if sum(x != y for x, y in zip(a, b, strict=True)) == 1 else ""


def swapped(one: str, other: str) -> bool:
    """Whether two neighbouring signs changed places and nothing else differs."""
    places = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(one) != len(other) or len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return one[first] == other[second] and one[second] == other[first]


def near_number(one: str, other: str) -> bool:
    """Whether two numbers of equal length differ in one sign, or in two neighbours that changed places.

    The last sign follows from the others, so a difference there alone is one sign too.
    """
    if len(one) != len(other) or one == other:
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1 or swapped(one, other)


def area_class(ones: Iterable[str | None], others: Iterable[str | None]) -> str:
    """How near the places are, by six-digit codes (where one lives, where the number was first given): the nearest pair."""
    known = [(a, b) for a in ones if a for b in others if b]
    if not known:
        return "unknown"
    for length, word in ((6, "county"), (4, "city"), (2, "province")):
        if any(a[:length] == b[:length] for a, b in known):
            return word
    return "other"


def combined(name: str, birth: str, area: str, *, two_numbers: bool, near: bool) -> float:
    """The likeness of two entries by the classes of their parts, rounded to three places; 0 when a part is not alike."""
    if not name or not birth:
        return 0.0
    base = NAME_WEIGHT * NAME_SCORES[name] + BIRTH_WEIGHT * BIRTH_SCORES[birth] + AREA_WEIGHT * AREA_SCORES[area]
    return round(min(MOST, base * (TWO_NUMBERS if two_numbers else 1.0) + (NEAR_NUMBER if near else 0.0)), 3)
