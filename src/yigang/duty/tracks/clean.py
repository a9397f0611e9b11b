"""From the fixes as they came to the nodes that count: the same set of fixes gives the same nodes, whatever their order.

Every fix that does not count is counted under one reason of `REASONS`, so the reasons and the kept fixes sum to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from yigang.duty.tracks import geo

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

FIXES: dict[str, pl.DataType] = {
    "time": pl.Datetime("us", "UTC"), "latitude": pl.Float64(), "longitude": pl.Float64(), "accuracy": pl.Float64(),
}  # fmt: skip
"""What is read of a fix: its own time, degrees in WGS-84, the radius in metres that the device states or null."""

REASONS = ("no_time", "no_place", "repeated", "same_time", "inaccurate", "impossible")


@dataclass(frozen=True)
class Limits:
    """What a policy may set. Metres, seconds, metres a second."""

    accuracy: float = 100.0
    """A fix of a wider radius does not count."""
    speed: float = 42.0
    """Nobody on duty is faster (150 km/h); such a step is a mistake of the receiver."""
    node: int = 15
    """Fixes of so many seconds are averaged, which takes the jitter of a fix a second out."""
    gap: float = 300.0
    """A longer silence is not bridged, unless the device writes seldom by habit."""
    habit: float = 3.0
    """So many times the track's usual interval is no gap either,"""
    most_gap: float = 1800.0
    """but half an hour always is."""
    rest_window: float = 150.0
    """At rest is who strays, this long before and after,"""
    rest_radius: float = 20.0
    """no farther than this from the middle (root of the mean square)."""


@dataclass(frozen=True)
class Track:
    """Nodes in the order of time, cut into stretches; what was left out by reason.

    `nodes`: time (seconds since 1970), latitude, longitude, stretch (0, 1, …), rest (whether the person stood still), fixes
    (how many were averaged).
    """

    nodes: pl.DataFrame
    given: int
    left_out: dict[str, int]
    limits: Limits
    gaps: int
    gap_seconds: float
    jumps: int
    """Cuts where the next stretch could not have been reached in time."""
    kept: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kept", self.given - sum(self.left_out.values()))


def clean(fixes: pl.DataFrame, limits: Limits | None = None) -> Track:
    """Distinct fixes in the order of their own time, without those that cannot be, averaged, cut where nothing is known."""
    limits = limits or Limits()
    left_out = dict.fromkeys(REASONS, 0)
    frame = _distinct(_placed(fixes, left_out), limits, left_out)
    times, lats, lngs = _columns(frame)
    possible = ~_spikes(times, lats, lngs, limits.speed)
    times, lats, lngs = times[possible], lats[possible], lngs[possible]
    stray = _strays(times, lats, lngs, limits.speed)
    left_out["impossible"] = int((~possible).sum() + stray.sum())
    times, lats, lngs = times[~stray], lats[~stray], lngs[~stray]
    nodes = _averaged(times, lats, lngs, limits)
    nodes, gaps, gap_seconds, jumps = _cut(nodes, limits)
    return Track(_rested(nodes, limits), fixes.height, left_out, limits, gaps, gap_seconds, jumps)


def _placed(fixes: pl.DataFrame, left_out: dict[str, int]) -> pl.DataFrame:
    """Fixes with a time and a place on earth; 0°, 0° is what a receiver says that knows nothing."""
    timed = fixes.filter(pl.col("time").is_not_null())
    left_out["no_time"] = fixes.height - timed.height
    lat, lng = pl.col("latitude"), pl.col("longitude")
    there = lat.is_between(-90, 90) & lng.is_between(-180, 180) & ~((lat == 0) & (lng == 0))
    placed = timed.filter(there.fill_null(value=False) & lat.is_not_nan() & lng.is_not_nan())
    left_out["no_place"] = timed.height - placed.height
    return placed.select(pl.col("time").dt.timestamp("us"), "latitude", "longitude", "accuracy")


def _distinct(frame: pl.DataFrame, limits: Limits, left_out: dict[str, int]) -> pl.DataFrame:
    """One fix a moment: copies count once, of several places at one time the most accurate one."""
    frame = frame.sort("time")
    if frame.height and _same_as_before(frame, ["time"]).any():
        frame = frame.sort("time", "latitude", "longitude", "accuracy", nulls_last=True)
        once = frame.filter(~_same_as_before(frame, ["time", "latitude", "longitude"]))
        left_out["repeated"] = frame.height - once.height
        frame = once.sort("time", "accuracy", "latitude", "longitude", nulls_last=True)
    exact = frame.filter(pl.col("accuracy").is_null() | (pl.col("accuracy") <= limits.accuracy))
    left_out["inaccurate"] = frame.height - exact.height
    first = exact.filter(~_same_as_before(exact, ["time"]))
    left_out["same_time"] = exact.height - first.height
    return first


def _same_as_before(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    """Whether a row equals the one before it in these columns."""
    equal = frame.select(pl.all_horizontal(pl.col(each) == pl.col(each).shift(1) for each in columns).alias("same"))
    return equal["same"].fill_null(value=False)


def _columns(frame: pl.DataFrame) -> tuple[Floats, Floats, Floats]:
    seconds = frame["time"].to_numpy() / 1e6
    return seconds, frame["latitude"].to_numpy(), frame["longitude"].to_numpy()


def _spikes(times: Floats, lats: Floats, lngs: Floats, most: float) -> Truths:
    """Single fixes that cannot be reached from the one before nor left for the one after, where these fit together."""
    spikes = np.zeros(len(times), dtype=np.bool_)
    if len(times) < 3:
        return spikes
    too_fast = geo.speeds(times, lats, lngs) > most
    around = geo.metres(lats[:-2], lngs[:-2], lats[2:], lngs[2:]) <= most * (times[2:] - times[:-2])
    spikes[1:-1] = too_fast[:-1] & too_fast[1:] & around
    return _every_other(spikes)


def _every_other(spikes: Truths) -> Truths:
    """Of neighbours the first, third, fifth: between two of them lies a fix that fits those kept before and after."""
    place = np.arange(len(spikes))
    begins = np.maximum.accumulate(np.where(spikes & ~np.append(False, spikes[:-1]), place, 0))
    return np.asarray(spikes & ((place - begins) % 2 == 0))


def _strays(times: Floats, lats: Floats, lngs: Floats, most: float) -> Truths:
    """Fixes that stand alone between two impossible steps, or at an end behind one: too few to be somewhere."""
    count = len(times)
    if count < 3:
        return np.zeros(count, dtype=np.bool_)
    cut = geo.speeds(times, lats, lngs) > most
    before, after = np.append(True, cut), np.append(cut, True)
    return np.asarray(before & after)


def _averaged(times: Floats, lats: Floats, lngs: Floats, limits: Limits) -> pl.DataFrame:
    """One node for the fixes of `limits.node` seconds: the mean of time and place."""
    frame = pl.DataFrame({"time": times, "latitude": lats, "longitude": lngs})
    turn = (pl.col("time") // limits.node).cast(pl.Int64).rle_id().alias("turn")
    means = frame.with_columns(turn).group_by("turn", maintain_order=True).agg(
        pl.col("time", "latitude", "longitude").mean(), fixes=pl.len()
    )  # fmt: skip
    return means.drop("turn")


def _cut(nodes: pl.DataFrame, limits: Limits) -> tuple[pl.DataFrame, int, float, int]:
    """Nodes with the number of their stretch; how many silences were not bridged, how long they were, and jumps."""
    if nodes.height < 2:
        return nodes.with_columns(stretch=pl.lit(0, pl.Int32)), 0, 0.0, 0
    times = nodes["time"].to_numpy()
    passed = np.diff(times)
    longest = min(limits.most_gap, max(limits.gap, limits.habit * float(np.median(passed))))
    silent = passed > longest
    jumps = ~silent & (geo.speeds(times, nodes["latitude"].to_numpy(), nodes["longitude"].to_numpy()) > limits.speed)
    stretch = np.append(0, np.cumsum(silent | jumps)).astype(np.int32)
    return (
        nodes.with_columns(stretch=pl.Series(stretch)), int(silent.sum()), float(passed[silent].sum()), int(jumps.sum()),
    )  # fmt: skip


def _rested(nodes: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Whether the person stood still at a node; a rest is one place, the mean of its nodes, so that its drift is no way."""
    if not nodes.height:
        return nodes.with_columns(rest=pl.lit(value=False))
    times, stretch = nodes["time"].to_numpy(), nodes["stretch"].to_numpy()
    east, north = geo.plane(nodes["latitude"].to_numpy(), nodes["longitude"].to_numpy())
    low, high = _window(times, stretch, limits.rest_window)
    seen = high - low
    strayed = geo.spread(north, low, high) + geo.spread(east, low, high)
    spans = times[high - 1] - times[low] >= limits.rest_window
    rest = (seen >= 3) & spans & (strayed < limits.rest_radius**2)
    rest |= _unmoved(times, stretch, north, east, limits)
    run = nodes.with_columns(rest=pl.Series(rest)).with_columns(run=pl.struct("rest", "stretch").rle_id())
    place = [pl.when("rest").then(pl.col(each).mean().over("run")).otherwise(each).alias(each)
             for each in ("latitude", "longitude")]  # fmt: skip
    return run.with_columns(*place).drop("run")


def _window(times: Floats, stretch: npt.NDArray[np.int32], half: float) -> tuple[npt.NDArray[np.int64], ...]:
    """First and one past the last node, of the same stretch, within `half` seconds of each."""
    low = np.searchsorted(times, times - half, side="left")
    high = np.searchsorted(times, times + half, side="right")
    begins = np.searchsorted(stretch, stretch, side="left")
    ends = np.searchsorted(stretch, stretch, side="right")
    return np.maximum(low, begins), np.minimum(high, ends)


def _unmoved(
    times: Floats, stretch: npt.NDArray[np.int32], north: Floats, east: Floats, limits: Limits
) -> Truths:  # fmt: skip
    """Nodes of a device that writes seldom, on either side of a long step that led nowhere."""
    unmoved = np.zeros(len(times), dtype=np.bool_)
    long = (np.diff(times) >= limits.rest_window) & (np.diff(stretch) == 0)
    still = long & (np.hypot(np.diff(north), np.diff(east)) < limits.rest_radius)
    unmoved[:-1] |= still
    unmoved[1:] |= still
    return unmoved
