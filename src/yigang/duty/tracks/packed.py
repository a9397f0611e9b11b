"""A track's fixes as bytes: exact to the microsecond and to 1e-7 of a degree (a centimetre), a few bytes a fix.

One row holds a whole patrol. Columns are kept as differences from fix to fix in the order of arrival, byte by byte, because
their high bytes are almost always the same.
"""

from __future__ import annotations

import lzma
import struct

import numpy as np
import numpy.typing as npt
import polars as pl

from yigang.duty.tracks.clean import FIXES

VERSION = 1
SCALES = {"latitude": 10_000_000, "longitude": 10_000_000, "accuracy": 10}
"""Column → steps a degree or a metre."""
NONE = np.iinfo(np.int64).min // 2
"""Stands for a value that is not there: far from everything that is, and differences to it still fit."""
_HEAD = struct.Struct("<BIB")
"""Version, number of fixes, power of ten that all times (microseconds) are multiples of."""
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6}]
_QUICK = [{"id": lzma.FILTER_LZMA2, "preset": 1}]
MANY = 100_000
"""From so many fixes on speed matters more than the last tenth of a byte. Both are read in one way."""
Ints = npt.NDArray[np.int64]


def pack(fixes: pl.DataFrame) -> bytes:
    """`FIXES` as bytes. The accuracy is kept to the decimetre; a missing value stays missing."""
    times = _ints(fixes["time"].dt.timestamp("us"), 1)
    unit = next(power for power in (6, 3, 0) if not (times[times != NONE] % 10**power).any())
    scaled = np.where(times == NONE, NONE, times // 10**unit)
    columns = [scaled, *(_ints(fixes[name], scale) for name, scale in SCALES.items())]
    body = b"".join(_planes(np.diff(column, prepend=0)) for column in columns)
    return _HEAD.pack(VERSION, fixes.height, unit) + lzma.compress(
        body, lzma.FORMAT_RAW, filters=_FILTERS if fixes.height < MANY else _QUICK
    )


def unpack(content: bytes) -> pl.DataFrame:
    """What `pack` was given, in its order."""
    version, count, unit = _HEAD.unpack_from(content)
    if version != VERSION:
        raise ValueError(f"packed by version {version}; this program knows {VERSION}")
    body = lzma.decompress(content[_HEAD.size :], lzma.FORMAT_RAW, filters=_FILTERS)
    parts = [body[start : start + 8 * count] for start in range(0, 32 * count, 8 * count)] if count else [b""] * 4
    times, *rest = [np.cumsum(_whole(part, count)) for part in parts]
    frame = {"time": _series(times, 10**unit).cast(FIXES["time"])}
    for (name, scale), column in zip(SCALES.items(), rest, strict=True):
        frame[name] = _series(column, 1).cast(pl.Float64) / scale
    return pl.DataFrame(frame)


def _ints(column: pl.Series, scale: int) -> Ints:
    whole = column if column.dtype.is_integer() else (column * scale).round().cast(pl.Int64, strict=False)
    return whole.fill_null(NONE).to_numpy().astype(np.int64)


def _series(column: Ints, factor: int) -> pl.Series:
    return pl.Series(np.where(column == NONE, 0, column * factor)).set(pl.Series(column == NONE), None)


def _planes(column: Ints) -> bytes:
    """Differences, the sign in the lowest bit, first all lowest bytes, then all second ones, and so on."""
    folded = ((column << 1) ^ (column >> 63)).astype("<u8")
    return folded.view(np.uint8).reshape(-1, 8).T.tobytes()


def _whole(planes: bytes, count: int) -> Ints:
    folded = np.frombuffer(planes, np.uint8).reshape(8, count).T.copy().view("<u8").reshape(count)
    return (folded >> np.uint64(1)).astype(np.int64) ^ -(folded & np.uint64(1)).astype(np.int64)
