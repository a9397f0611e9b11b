"""All rules over a month's evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from yigang.duty.flags import devices, laps, pictures, presence, words
from yigang.duty.flags.found import LOGS, PAIRS, PATROLS, PHOTOS, SEEN, Found, Types
from yigang.policy.rule_table import Asked

Rule = Callable[[pl.DataFrame, Asked], list[Found]]


def _empty(types: Types) -> Callable[[], pl.DataFrame]:
    return lambda: pl.DataFrame(schema=dict(types))


@dataclass(frozen=True)
class Evidence:
    """The frames that rules read; see `found` for their columns."""

    seen: pl.DataFrame = field(default_factory=_empty(SEEN))
    patrols: pl.DataFrame = field(default_factory=_empty(PATROLS))
    logs: pl.DataFrame = field(default_factory=_empty(LOGS))
    photos: pl.DataFrame = field(default_factory=_empty(PHOTOS))
    pairs: pl.DataFrame = field(default_factory=_empty(PAIRS))


READS: Mapping[str, tuple[str, Rule]] = {
    "outside_area": ("seen", presence.outside_area),
    "outside_hours": ("seen", presence.outside_hours),
    "poor_accuracy": ("seen", presence.poor_accuracy),
    "mock_reported": ("seen", presence.mock_reported),
    "identical_coordinates": ("seen", presence.identical_coordinates),
    "identical_address": ("seen", presence.identical_address),
    "impossible_speed": ("seen", presence.impossible_speed),
    "many_on_one_device": ("seen", devices.many_on_one_device),
    "one_device_moving": ("seen", devices.one_device_moving),
    "same_photo": ("pairs", pictures.same_photo),
    "near_same_photo": ("pairs", pictures.near_same_photo),
    "photo_of_screen": ("photos", pictures.photo_of_screen),
    "other_face": ("photos", pictures.other_face),
    "old_photo": ("photos", pictures.old_photo),
    "clock_moved": ("seen", presence.clock_moved),
    "perfect_regularity": ("seen", presence.perfect_regularity),
    "circles": ("patrols", laps.circles),
    "copied_log": ("logs", words.copied_log),
}
"""Rule → the frame it reads, and its function."""


def find(evidence: Evidence, asked: Mapping[str, Asked]) -> Iterator[Found]:
    """Every question that the rules which are on raise."""
    for code, one in asked.items():
        frame, rule = READS[code]
        rows: pl.DataFrame = getattr(evidence, frame)
        if rows.height:
            yield from rule(rows, one)
