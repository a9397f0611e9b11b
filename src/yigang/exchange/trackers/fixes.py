"""What a tracker's message says, in one shape whatever the protocol, and what no fix can say."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

OLDEST = timedelta(days=400)
"""A queue that a phone kept for longer than a year is not a queue; such dates come from receivers whose clock rolled over."""
AHEAD = timedelta(days=1)
"""How far a phone's clock may be ahead."""
MILLISECONDS_FROM = 1e11
CHINA = timezone(timedelta(hours=8))
RAW_KEPT = 4000
"""Signs of a refused message that are kept; a whole fix has a tenth of it."""


class Unusable(ValueError):
    """No fix can be made of this; the argument is one of `REASONS`, by which the console says why."""


REASONS = ("not_readable", "no_time", "date", "no_place", "latitude", "longitude", "encrypted")


@dataclass(frozen=True, slots=True)
class Fix:
    """One fix in WGS-84: degrees, metres, metres a second, percent. Everything beside time and place may be missing."""

    at: datetime
    latitude: float
    longitude: float
    accuracy: float | None = None
    speed: float | None = None
    bearing: float | None = None
    altitude: float | None = None
    battery: float | None = None
    mock: bool | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A part of a message that is no fix: why, and the part itself."""

    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message read: its fixes and what was no fix. `code` is how the device calls itself, "" where it does not."""

    fixes: tuple[Fix, ...] = ()
    refused: tuple[Refused, ...] = ()
    code: str = ""


def gathered(parts: list[Any], read: Callable[[Any], Fix], code: str = "") -> Message:
    """Each part read by itself, so that one broken fix of a batch does not keep the others out."""
    fixes, refused = [], []
    for part in parts:
        try:
            fixes.append(read(part))
        except Unusable as error:
            refused.append(Refused(str(error), raw_of(part)))
    return Message(tuple(fixes), tuple(refused), code)


def raw_of(part: Any) -> str:
    """A part as text, no longer than what is kept; PostgreSQL takes no NUL."""
    text = part if isinstance(part, str) else json.dumps(part, ensure_ascii=False, default=str)
    return text.replace("\x00", "\ufffd")[:RAW_KEPT]


def moment(value: object, now: datetime) -> datetime:
    """Seconds or milliseconds since 1970, or ISO 8601, without a zone as Chinese time."""
    found = _moment(value)
    if found is None:
        raise Unusable("no_time")
    if not now - OLDEST <= found <= now + AHEAD:
        raise Unusable("date")
    return found


def _moment(value: object) -> datetime | None:
    if (seconds := number(value)) is not None:
        try:
            return datetime.fromtimestamp(seconds / 1000 if abs(seconds) >= MILLISECONDS_FROM else seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    text = str(value or "").strip()
    try:
        found = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def place(latitude: object, longitude: object) -> tuple[float, float]:
    """Degrees. 0, 0 is what a receiver says that knows nothing."""
    lat, lng = number(latitude), number(longitude)
    if lat is None or lng is None or (lat == 0 and lng == 0):
        raise Unusable("no_place")
    if not -90 <= lat <= 90:
        raise Unusable("latitude")
    if not -180 <= lng <= 180:
        raise Unusable("longitude")
    return lat, lng


def number(value: object) -> float | None:
    """A finite number, given as one or as text; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def positive(value: object) -> float | None:
    """A number of zero or more; trackers write -1 where they do not know."""
    found = number(value)
    return found if found is not None and found >= 0 else None


def truth(value: object) -> bool | None:
    """true, false, 1, 0, as JSON or as text."""
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).strip().lower())


def part_of(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A nested object, empty where there is none."""
    found = whole.get(key)
    return found if isinstance(found, Mapping) else {}
