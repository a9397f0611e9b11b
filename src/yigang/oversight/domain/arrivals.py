"""Verbs of a visit's beginning: by the first of the group who says so, in the console or on a telephone; the others join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.geo import Position
from yigang.foundation.models import User
from yigang.oversight.access import INSPECT
from yigang.oversight.domain.plans import hold_visit, open_visit, refuse_moment
from yigang.oversight.enums import InspectionState
from yigang.oversight.models import Arrival, Inspection

WAITING = (InspectionState.PLANNED, InspectionState.MISSED)
"""States that a beginning ends: what was begun without signal may arrive after its week."""


@dataclass(frozen=True)
class Arriving:
    """That somebody of the group is there; `id` was given where it was written, so that it is taken once."""

    id: UUID
    made_at: datetime
    position: Position | None = None
    accuracy_m: int | None = None
    note: str = ""
    """Why there is no position."""


@transaction.atomic
def begin(inspection: Inspection, *, actor: User) -> Inspection:
    """The group is there: from now on others may know of the visit. `Refusal` when it does not wait to begin."""
    require(actor, INSPECT, inspection.region_code)
    inspection = hold_visit(inspection, actor)
    if inspection.state != InspectionState.PLANNED:
        raise Refusal(
            _("This visit is not waiting to begin: %(state)s."), {"state": inspection.get_state_display()}, code="begun"
        )  # fmt: skip
    _keep(inspection, Arriving(uuid4(), timezone.now()), actor)
    return inspection


@transaction.atomic
def arrive(inspection: Inspection, arriving: Arriving, *, actor: User) -> Arrival:
    """Keep a beginning that a telephone wrote, once however often it comes; whoever is later than another of the group joins."""
    require(actor, INSPECT, inspection.region_code)
    inspection = hold_visit(inspection, actor)
    if known := Arrival.objects.filter(inspection=inspection, made_by=actor).first():
        return known
    if Arrival.objects.filter(pk=arriving.id).exists():
        raise Refusal(_("What was sent belongs to another visit. Begin this one again."), code="id_taken")
    return _keep(inspection, arriving, actor)


def _keep(inspection: Inspection, arriving: Arriving, actor: User) -> Arrival:
    refuse_moment(inspection, arriving.made_at)
    joined = inspection.state not in WAITING
    place = dict(zip(("longitude", "latitude"), arriving.position, strict=True)) if arriving.position else {}
    kept = Arrival.objects.create(
        id=arriving.id, region_code=inspection.region_code, inspection=inspection, made_by=actor, joined=joined,
        made_at=arriving.made_at, **place, accuracy_m=arriving.accuracy_m if arriving.position else None,
        note=arriving.note.strip(),
    )  # fmt: skip
    if joined:
        audit.record("oversight.join", inspection, actor=actor, after={"state": inspection.state})
    else:
        open_visit(inspection, InspectionState.BEGUN)
        audit.record("oversight.begin", inspection, actor=actor, after={"state": inspection.state})
    return kept
