"""Logs that are alike: the same pieces of four signs, found by the smallest of their hashes (MinHash)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import polars as pl

from yigang.duty.flags.found import Found, month_of, rows_of
from yigang.duty.flags.presence import SHOWN
from yigang.policy.rule_table import Asked

PIECE = 4
"""Signs of a piece: two Chinese words."""
BANDS, WIDTH = 16, 4
"""64 hashes; texts with 75 % in common meet in one of the bands with a chance of 99.7 %, with 50 % of 64 %."""
_NOISE = re.compile(r"[\W\d_]+")
_PRIME = (1 << 61) - 1
_RANDOM = np.random.default_rng(20200806)
_FACTORS = [int(one) for one in _RANDOM.integers(1, _PRIME, BANDS * WIDTH)]
_SHIFTS = [int(one) for one in _RANDOM.integers(0, _PRIME, BANDS * WIDTH)]
Hashes = npt.NDArray[np.uint64]


def plain(text: str) -> str:
    """Only the words: dates, figures and signs change from day to day in a copied log."""
    return _NOISE.sub("", text).lower()


def pieces(text: str) -> frozenset[str]:
    """The pieces of a plain text."""
    return frozenset(text[start : start + PIECE] for start in range(max(1, len(text) - PIECE + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard: common pieces of all pieces."""
    return len(one & other) / len(one | other) if one or other else 1.0


def alike(texts: Sequence[frozenset[str]], least: float) -> list[list[int]]:
    """Groups of texts, by their places in the sequence, of which each is like one of its group; singles are left out."""
    parent = list(range(len(texts)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for bucket in _buckets(texts):
        first, *others = bucket
        for other in others:
            if root(first) != root(other) and likeness(texts[first], texts[other]) >= least:
                parent[max(root(first), root(other))] = min(root(first), root(other))
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(texts)):
        groups[root(place)].append(place)
    return [group for group in groups.values() if len(group) > 1]


def _buckets(texts: Sequence[frozenset[str]]) -> Iterable[list[int]]:
    """Texts that agree in a band of their smallest hashes."""
    buckets: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        smallest = _smallest(text)
        for band in range(BANDS):
            buckets[band, smallest[band * WIDTH : (band + 1) * WIDTH]].append(place)
    return (bucket for bucket in buckets.values() if len(bucket) > 1)


def _smallest(text: frozenset[str]) -> tuple[int, ...]:
    values = np.array([int.from_bytes(blake2b(one.encode(), digest_size=4).digest()) for one in text], dtype=np.uint64)
    factors, shifts = np.array(_FACTORS, dtype=np.uint64), np.array(_SHIFTS, dtype=np.uint64)
    mixed = values[:, None] * factors[None, :] + shifts[None, :]  # wraps at 2**64, which is what is wanted
    return tuple(int(one) for one in (mixed >> np.uint64(16)).min(axis=0))


def copied_log(logs: pl.DataFrame, asked: Asked) -> list[Found]:
    """Long enough logs that are alike, over so many days of one person or between so many people."""
    rows = [
        {**row, "plain": words}
        for row in rows_of(logs.sort("day", "key")) if len(words := plain(row["text"])) >= asked["characters"]
    ]  # fmt: skip
    by_text: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_text[row["plain"]].append(place)
    distinct = list(by_text)
    groups = alike([pieces(text) for text in distinct], asked["likeness"])
    grouped = {place for group in groups for place in group}
    groups += [[place] for place in range(len(distinct)) if place not in grouped]
    found: list[Found] = []
    for group in groups:
        members = sorted(place for text in group for place in by_text[distinct[text]])
        found += _of_group([rows[place] for place in members], asked)
    return found


def _of_group(members: list[dict[str, object]], asked: Asked) -> list[Found]:
    people = sorted({row["person"] for row in members}, key=lambda one: int(str(one)))
    if len(members) < 2:
        return []
    found = []
    first = members[0]
    for person in people:
        mine = [row for row in members if row["person"] == person]
        days = {row["day"] for row in mine}
        if len(days) < asked["days"] and len(people) < asked["people"]:
            continue
        last = mine[-1]
        others = [one for one in people if one != person]
        keys = [str(row["key"]) for row in mine] + [str(row["key"]) for row in members if row["person"] != person]
        found.append(
            Found(
                "copied_log", int(str(person)), last["day"],  # type: ignore[arg-type] # a row's values have no types
                f"{person}:{month_of(last['day'])}:{first['key']}",  # type: ignore[arg-type] # the same
                tuple(keys[:SHOWN]), {"days": len(days), "others": others[:20], "text": str(last["text"])[:60]},
            )
        )  # fmt: skip
    return found
