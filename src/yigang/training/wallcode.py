"""The code on the wall of a session: six digits from a secret and the half minute, after RFC 4226 and RFC 6238.

Pure: no database, no clock. Whoever reads the wall can type it into a phone without signal; when the phone's record
arrives, its own time says which half minute is meant.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

SECONDS = 30
DIGITS = 6
AROUND = 2
"""Half minutes before and after that are taken too: typing takes time, and a phone's corrected clock is good to a minute."""
SECRET_BYTES = 20


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, moment: datetime) -> str:
    """The code that hangs on the wall at an aware moment."""
    return _code(secret, _step(moment))


def seconds_left(moment: datetime) -> int:
    """Until the next code."""
    return SECONDS - int(moment.timestamp()) % SECONDS


def fits(secret: bytes, code: str, moment: datetime) -> bool:
    """Whether this code hung there about then."""
    step = _step(moment)
    near = [_code(secret, one) for one in range(step - AROUND, step + AROUND + 1)]
    return any([hmac.compare_digest(one.encode(), code.encode()) for one in near])  # noqa: C419 - compares all, always


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def _code(secret: bytes, step: int) -> str:
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha256")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"
