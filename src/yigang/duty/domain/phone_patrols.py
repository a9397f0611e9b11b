"""Patrols from phones: what began and ended, and fixes in pieces, in any order and more than once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
import polars as pl
from msgspec import Meta

from yigang.duty.domain.patrols import Happened, Walked, take
from yigang.duty.domain.phone_evidence import Place
from yigang.duty.domain.projections import Accepted, projection
from yigang.duty.enums import PatrolEvent
from yigang.duty.tracks import FIXES
from yigang.foundation.errors import Refusal

Point = tuple[float | None, float | None, float | None, float | None]
"""Milliseconds since 1970, latitude, longitude, radius in metres. What cannot be is counted as left out, not refused."""
MOST_POINTS = 50_000


class PatrolBody(msgspec.Struct, frozen=True):
    """A patrol began, paused, went on or ended."""

    patrol: UUID
    event: PatrolEvent
    reason: Annotated[str, Meta(max_length=200)] | None = None
    place: Place | None = None


class PointsBody(msgspec.Struct, frozen=True, rename={"first": "from"}):
    """Some fixes of a patrol, WGS-84; `from` is the number of the first on the phone."""

    patrol: UUID
    points: Annotated[list[Point], Meta(max_length=MOST_POINTS)]
    first: Annotated[int, Meta(ge=0)] = 0


@projection("patrol", PatrolBody)
def events(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record says that something happened at its own time."""
    given = [
        Happened(each.body.patrol, each.person_id, each.body.event, each.at, each.body.reason or "") for each in records
    ]
    return take(given, now=records[0].received)


@projection("points", PointsBody)
def points(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Fixes carry their own time, that of the receiver."""
    given = [Walked(each.body.patrol, each.person_id, fixes_of(each.body.points)) for each in records]
    return take(given, now=records[0].received)


def fixes_of(given: Sequence[Point]) -> pl.DataFrame:
    """`duty.tracks.FIXES` of a phone's points; a time or a number that cannot be is null."""
    names = ("ms", "latitude", "longitude", "accuracy")
    frame = pl.DataFrame(list(given), schema=dict.fromkeys(names, pl.Float64), orient="row")
    time = (pl.col("ms") * 1000).round().cast(pl.Int64, strict=False).cast(pl.Datetime("us", "UTC"))
    return frame.select(time.alias("time"), *names[1:]).cast(FIXES)  # type: ignore[arg-type] # names of columns are keys
