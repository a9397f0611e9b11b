"""What a cleaned track amounts to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from yigang.duty.tracks import geo
from yigang.duty.tracks.clean import Track, Truths

WALKING = 3.0
"""Metres a second: who is faster over a minute rides (10.8 km/h)."""
MINUTE = 60.0


@dataclass(frozen=True)
class Measured:
    """Metres and seconds. Walked and ridden sum to the distance; moving, resting and silent time to the duration."""

    fixes: int
    kept: int
    left_out: dict[str, int]
    gaps: int
    jumps: int
    distance_m: float = 0.0
    walked_m: float = 0.0
    ridden_m: float = 0.0
    duration_s: float = 0.0
    moving_s: float = 0.0
    resting_s: float = 0.0
    silent_s: float = 0.0
    """Between stretches: gaps that were not bridged, and jumps."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON: lengths to the decimetre, times to the second; reasons that left nothing out are not named."""
        found = asdict(self)
        numbers = {key: round(value, 1) for key, value in found.items() if isinstance(value, float)}
        return {**found, **numbers, "left_out": {reason: count for reason, count in self.left_out.items() if count}}


def measure(track: Track) -> Measured:
    """Sum the steps within stretches; a step between two nodes of one rest is none."""
    nodes = track.nodes
    found = Measured(track.given, track.kept, track.left_out, track.gaps, track.jumps)
    if nodes.height < 2:
        return found
    times, rest = nodes["time"].to_numpy(), nodes["rest"].to_numpy()
    passed = np.diff(times)
    within = np.diff(nodes["stretch"].to_numpy()) == 0
    resting = within & rest[:-1] & rest[1:]
    moving = within & ~resting
    steps = np.where(moving, geo.steps(nodes["latitude"].to_numpy(), nodes["longitude"].to_numpy()), 0.0)
    riding = moving & (_over_a_minute(times, steps, moving) > WALKING)
    return replace(
        found, distance_m=float(steps.sum()), walked_m=float(steps[~riding].sum()),
        ridden_m=float(steps[riding].sum()), duration_s=float(times[-1] - times[0]),
        moving_s=float(passed[moving].sum()), resting_s=float(passed[resting].sum()),
        silent_s=float(passed[~within].sum()),
    )  # fmt: skip


def _over_a_minute(times: geo.Floats, steps: geo.Floats, moving: Truths) -> geo.Floats:
    """The speed of each step together with those that lie within half a minute of its middle, in metres a second."""
    middle = (times[1:] + times[:-1]) / 2
    way = np.append(0.0, np.cumsum(steps))
    spent = np.append(0.0, np.cumsum(np.where(moving, np.diff(times), 0.0)))
    low = np.searchsorted(middle, middle - MINUTE / 2, side="left")
    high = np.searchsorted(middle, middle + MINUTE / 2, side="right")
    seconds = spent[high] - spent[low]
    return np.asarray(np.divide(way[high] - way[low], seconds, out=np.zeros_like(seconds), where=seconds > 0))
