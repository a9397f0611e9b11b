"""Fixes of trackers made into patrols: one for each device and local day, whenever the fixes come.

A tracker knows no beginning and no end; its day is one patrol, whose silences are not bridged. A fix that comes late or twice
joins the patrol of its day, whose figures follow from the set of its fixes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from django.db import transaction
from django.utils import timezone

from yigang.duty.domain.patrols import Walked, identity, take
from yigang.duty.enums import PatrolSource
from yigang.duty.tracks import FIXES
from yigang.exchange.models import TrackerFix, TrackerRefusal

AT_ONCE = 20_000
"""Fixes of one transaction."""
KEPT = timedelta(days=100)
"""How long a fix stays as a row of its own, with speed and battery. The patrol stays, and that a place was made up."""
COLUMNS = ("pk", "device", "device__person", "region_code", "at", "latitude", "longitude", "accuracy", "mock")
SCHEMA = {"pk": pl.Int64(), "device": pl.String(), "person": pl.Int64(), "region_code": pl.String(), **FIXES,
          "mock": pl.Boolean()}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What one turn has done."""

    fixes: int
    patrols: int
    refused: int


@transaction.atomic
def make_patrols() -> Made:
    """Bring waiting fixes into the patrols of their days. Few queries, however many devices there are."""
    waiting = TrackerFix.objects.select_for_update(of=("self",), skip_locked=True).filter(patrolled=False)
    rows = list(waiting.order_by("device", "at").values_list(*COLUMNS)[:AT_ONCE])
    frame = pl.DataFrame([(row[0], str(row[1]), *row[2:]) for row in rows], SCHEMA, orient="row")
    day = pl.col("time").dt.convert_time_zone("Asia/Shanghai").dt.date().alias("day")
    parts = frame.with_columns(day).partition_by("device", "day", maintain_order=True)
    walked = [_walked(part) for part in parts]
    answers = take(walked)
    refused = [(part, answer) for part, answer in zip(parts, answers, strict=True) if answer is not None]
    TrackerRefusal.objects.bulk_create(
        TrackerRefusal(
            region_code=part["region_code"][0], device_id=part["device"][0], reason=answer.code[:20],
            raw=f"{part['day'][0]}: {part.height}",
        )
        for part, answer in refused
    )  # fmt: skip
    TrackerFix.objects.filter(pk__in=[row[0] for row in rows]).update(patrolled=True)
    return Made(len(rows), len(parts) - len(refused), len(refused))


def _walked(part: pl.DataFrame) -> Walked:
    person = int(part["person"][0])
    key = f"{part['device'][0]}:{part['day'][0]}"
    return Walked(identity(person, key), person, part.select(*FIXES), PatrolSource.TRACKER, bool(part["mock"].any()))


def sweep() -> int:
    """Let old rows go whose patrol holds them; returns how many."""
    count, _each = TrackerFix.objects.filter(patrolled=True, received_at__lt=timezone.now() - KEPT).delete()
    return count
