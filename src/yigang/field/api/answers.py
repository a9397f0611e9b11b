"""What every answer of the interface carries, so that a phone tells it from a login page of some Wi-Fi."""

from __future__ import annotations

import time

from ninja import Field, Schema

PROTOCOL = "yigang-sync/1"


def now_ms() -> int:
    """The server's clock, milliseconds UTC; a phone learns from it how far its own is off."""
    return time.time_ns() // 1_000_000


class Answer(Schema):
    """The frame of every answer."""

    protocol: str = PROTOCOL
    server_ms: int = Field(default_factory=now_ms)


class Trouble(Answer):
    """Why something was not done: a code for the program, a sentence for the person."""

    code: str
    detail: str
    field: str = ""
