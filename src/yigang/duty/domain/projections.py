"""What records of each kind become: a projection makes nouns of the accepted records of one request.

A projection gets the new records of its kind together, in the transaction that keeps them, and answers for each None or why it
does not count. It writes in bulk, asks nothing in a loop, and may not depend on the order in which records arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from yigang.foundation.errors import Refusal


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """A record that its device signed, for its projection."""

    id: UUID
    body: Any
    """As the projection declared it; a dictionary unless told otherwise."""
    person_id: int
    device_id: UUID
    region_code: str
    """Of the post that is held on the day, else where the person is registered."""
    programme_id: int | None
    """Of that post; None on a day without one."""
    at: datetime
    """When it happened as judged, UTC."""
    day: date
    """Local day of `at`."""
    received: datetime


Projection = Callable[[Sequence[Accepted]], Sequence[Refusal | None]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A kind's projection with the form that its bodies must have."""

    work: Projection
    body: msgspec.json.Decoder[Any]
    together: bool
    """Whether it may be given the records of several people at once: it writes them and reads nothing of theirs."""


REGISTRY: dict[str, Registered] = {}


def projection(kind: str, body: Any = dict[str, Any], *, together: bool = False) -> Callable[[Projection], Projection]:
    """Register the projection of a kind; `body` is a type that msgspec decodes, such as a `msgspec.Struct`."""

    def register(work: Projection) -> Projection:
        assert kind not in REGISTRY, kind
        REGISTRY[kind] = Registered(work, msgspec.json.Decoder(body), together)
        return work

    return register
