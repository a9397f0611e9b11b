"""Whether a patrol goes round and round: how often it walks the same ground."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from yigang.duty.flags.found import Found, rows_of
from yigang.policy.rule_table import Asked

CELL_M = 40
"""Ground is counted in squares of this edge: wider than a receiver's error, narrower than the next path."""
STEP_M = 10
Floats = npt.NDArray[np.float64]


def rounds(east: Floats, north: Floats, stretch: npt.NDArray[np.int64]) -> float:
    """How often the ground of a way was walked on average; there and back is two, a loop of five laps five.

    Metres on a plane; a way is followed in steps of ten metres within its stretches, and each entry into a square counts.
    """
    entries = 0
    squares: set[tuple[int, ...]] = set()
    for number in np.unique(stretch):
        cells = _cells(east[stretch == number], north[stretch == number])
        if not len(cells):
            continue
        entries += 1 + int((np.diff(cells, axis=0) != 0).any(axis=1).sum())
        squares.update(map(tuple, cells.tolist()))
    return entries / len(squares) if squares else 0.0


def _cells(east: Floats, north: Floats) -> npt.NDArray[np.int64]:
    """The squares that a line goes through, in order."""
    if len(east) < 2:
        return np.floor(np.column_stack([east, north]) / CELL_M).astype(np.int64)
    way = np.append(0.0, np.cumsum(np.hypot(np.diff(east), np.diff(north))))
    along = np.arange(0.0, way[-1] + STEP_M, STEP_M)
    places = np.column_stack([np.interp(along, way, east), np.interp(along, way, north)])
    return np.floor(places / CELL_M).astype(np.int64)


def circles(patrols: pl.DataFrame, asked: Asked) -> list[Found]:
    """Long patrols over little ground."""
    rows = patrols.filter(pl.col("rounds") >= asked["rounds"], pl.col("metres") >= asked["metres"])
    return [
        Found(
            "circles", row["person"], row["day"], row["key"], (row["key"],),
            {"rounds": round(row["rounds"], 1), "metres": round(row["metres"])},
        )
        for row in rows_of(rows.sort("key"))
    ]  # fmt: skip
