"""Verbs of visit sheets: handed in once by the group, also later than they were made; an absence without cause is evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.enums import FindingKind
from yigang.appraisal.findings import record_finding
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.domain import store_picture
from yigang.foundation.errors import Refusal
from yigang.foundation.geo import Position
from yigang.foundation.models import User
from yigang.oversight import queries, ties
from yigang.oversight.access import INSPECT
from yigang.oversight.domain.plans import hold_visit, open_visit, refuse_moment
from yigang.oversight.enums import Check, InspectionState, Presence
from yigang.oversight.models import Inspection, SheetPhoto, SheetRow, VisitSheet
from yigang.tenure.models import Appointment

MOST_PHOTOS = 9


@dataclass(frozen=True)
class Met:
    """One post holder as the group found him. `score` is the closed-book test's, 0 to 100 points."""

    appointment: Appointment
    presence: Presence
    log: Check = Check.NOT_CHECKED
    knowledge: Check = Check.NOT_CHECKED
    publicity: Check = Check.NOT_CHECKED
    account: Check = Check.NOT_CHECKED
    villagers: Check = Check.NOT_CHECKED
    score: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was written; `id` was given where it was written, so that it is taken once however often it comes."""

    id: UUID
    made_at: datetime
    met: Sequence[Met]
    remarks: str = ""
    position: Position | None = None
    accuracy_m: int | None = None
    """Of the position, where a phone found it."""


@transaction.atomic
def hand_in_sheet(
    inspection: Inspection, sheet: Sheet, *, photos: Sequence[tuple[str, bytes]] = (), actor: User
) -> VisitSheet:  # fmt: skip
    """Keep a sheet with its photos (name, content). A visit that nobody began on the page begins by its sheet."""
    require(actor, INSPECT, inspection.region_code)
    inspection = hold_visit(inspection, actor)
    if known := VisitSheet.objects.filter(pk=sheet.id, inspection=inspection).first():
        return known
    _refuse(inspection, sheet, len(photos), actor)
    place = dict(zip(("longitude", "latitude"), sheet.position, strict=True)) if sheet.position else {}
    kept = VisitSheet.objects.create(
        id=sheet.id, region_code=inspection.region_code, inspection=inspection, made_by=actor, made_at=sheet.made_at,
        **place, accuracy_m=sheet.accuracy_m if sheet.position else None, remarks=sheet.remarks.strip(),
    )  # fmt: skip
    rows = SheetRow.objects.bulk_create(
        SheetRow(region_code=kept.region_code, sheet=kept, **_columns(one)) for one in sheet.met
    )
    for name, content in photos:
        file = store_picture(content, name=name, region_code=kept.region_code, actor=actor, field="photos")
        SheetPhoto.objects.create(region_code=kept.region_code, sheet=kept, file=file)
    open_visit(inspection, InspectionState.DONE)
    _record_absences(inspection, kept, rows, actor)
    absent = sum(row.presence == Presence.ABSENT for row in rows)
    audit.record("oversight.hand_in_sheet", kept, actor=actor, after={"people": len(rows), "absent": absent})
    return kept


def _columns(one: Met) -> dict[str, object]:
    return {each.name: getattr(one, each.name) for each in fields(one)} | {"note": one.note.strip()}


def _record_absences(inspection: Inspection, kept: VisitSheet, rows: Sequence[SheetRow], actor: User) -> None:
    day = timezone.localdate(kept.made_at)
    for row in rows:
        if row.presence == Presence.ABSENT:
            note = f"{inspection.get_kind_display()} {row.note}"
            record_finding(row.appointment, FindingKind.ABSENT, day, note, actor=actor)


def _refuse(inspection: Inspection, sheet: Sheet, photos: int, actor: User) -> None:
    """Why the sheet cannot be taken, in the order in which its writer would see it."""
    if inspection.state == InspectionState.DONE or VisitSheet.objects.filter(pk=sheet.id).exists():
        raise Refusal(_("This visit has its sheet already."), code="sheet_there")
    refuse_moment(inspection, sheet.made_at)
    day = timezone.localdate(sheet.made_at)
    if not sheet.met:
        raise Refusal(_("The sheet names nobody."), code="nobody")
    if photos > MOST_PHOTOS:
        raise Refusal(_("A sheet has at most %(most)d photos."), {"most": MOST_PHOTOS}, code="photos", field="photos")
    holders = {held.pk for held in queries.holders(inspection, day)}
    seen: set[int] = set()
    for one in sheet.met:
        name = one.appointment.person.name
        if one.appointment.pk not in holders or one.appointment.pk in seen:
            raise Refusal(
                _("%(name)s holds no post in this village on that day, or stands on the sheet twice."), {"name": name},
                code="not_in_post",
            )  # fmt: skip
        seen.add(one.appointment.pk)
        _refuse_row(one, name)
    ties.stand_aside(actor, inspection.region_code, [one.appointment.person for one in sheet.met])


def _refuse_row(one: Met, name: str) -> None:
    if one.presence != Presence.PRESENT and not one.note.strip():
        raise Refusal(
            _("%(name)s was absent: say what was found, and with cause, which."), {"name": name}, code="no_note",
            field=f"{one.appointment.pk}-note",
        )  # fmt: skip
    if one.score is not None and not (0 <= one.score <= 100 and one.score == round(one.score, 2)):
        raise Refusal(
            _("The test of %(name)s has between 0 and 100 points with at most two decimals."), {"name": name}, code="score",
            field=f"{one.appointment.pk}-score",
        )  # fmt: skip
