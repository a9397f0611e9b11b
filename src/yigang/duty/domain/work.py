"""Incidents reported, handled and closed; results of work entered and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.duty.access import HANDLE_INCIDENT, REPORT
from yigang.duty.domain.intake import region_of
from yigang.duty.enums import IncidentKind, IncidentState, ResultKind, Unit
from yigang.duty.models import Incident, WorkResult
from yigang.duty.quantities import UNITS, amount_of
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.posts import rules
from yigang.posts.models import Programme
from yigang.tenure.queries import current


@dataclass(frozen=True)
class Report:
    """What every report says. `place` is latitude and longitude, WGS-84; photos and voice by their digest."""

    at: datetime
    text: str = ""
    place: tuple[float, float] | None = None
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    voice: str = ""
    record: UUID | None = None


@transaction.atomic
def report_incident(person: Person, kind: IncidentKind, said: Report, *, actor: User) -> Incident:
    """Somebody tells the office what he met."""
    _refuse(person, said, actor)
    incident = incident_of(person, kind, said, programme_of(person, said.at))
    incident.entered_by = actor
    incident.save()
    audit.record("duty.report_incident", incident, actor=actor, after=audit.snapshot(incident, ("kind", "at", "text")))
    return incident


@transaction.atomic
def report_result(
    person: Person, kind: ResultKind, quantity: Decimal, unit: Unit, said: Report, *, actor: User
) -> WorkResult:  # fmt: skip
    """So much was done on a day."""
    _refuse(person, said, actor)
    result = result_of(person, kind, quantity, unit, said, programme_of(person, said.at))
    result.entered_by = actor
    result.save()
    after = audit.snapshot(result, ("kind", "day", "quantity", "unit"))
    audit.record("duty.report_result", result, actor=actor, after=after)
    return result


def _refuse(person: Person, said: Report, actor: User) -> None:
    day = timezone.localdate(said.at)
    require(actor, REPORT, region_of(person, day, day))
    if said.at > timezone.now():
        raise Refusal(_("%(day)s is still to come."), {"day": day}, code="future", field="at")


def programme_of(person: Person, at: datetime) -> Programme | None:
    """The programme whose post the person held then."""
    held = current(person, timezone.localdate(at))
    return held.programme if held else None


def handle_by(programme: Programme | None, at: datetime) -> datetime | None:
    """When an open incident is brought to mind; None where the policy says nothing."""
    section: Any = rules.section(programme, timezone.localdate(at), "incidents") if programme else {}
    return at + timedelta(hours=float(section["handle_hours"])) if section else None


def incident_of(person: Person, kind: IncidentKind, said: Report, programme: Programme | None) -> Incident:
    """The noun, not kept yet."""
    if not said.text.strip() and not said.before and not said.voice:
        raise Refusal(_("Say what was met, or add a photo or a voice note."), code="empty", field="text")
    return Incident(kind=kind, remind_at=handle_by(programme, said.at), **_common(person, said, programme))


def result_of(
    person: Person, kind: ResultKind, quantity: Decimal, unit: Unit, said: Report, programme: Programme | None
) -> WorkResult:  # fmt: skip
    """The noun, not kept yet; its quantity in the base unit beside it."""
    return WorkResult(
        kind=kind, day=timezone.localdate(said.at), quantity=quantity, unit=unit, dimension=UNITS[unit].dimension,
        amount=amount_of(quantity, unit), **_common(person, said, programme),
    )  # fmt: skip


def _common(person: Person, said: Report, programme: Programme | None) -> dict[str, Any]:
    day = timezone.localdate(said.at)
    latitude, longitude = said.place or (None, None)
    return {
        "region_code": region_of(person, day, day), "person": person, "programme": programme, "at": said.at,
        "text": said.text.strip(), "latitude": latitude, "longitude": longitude, "before": list(said.before),
        "after": list(said.after), "voice": said.voice, "record": said.record,
    }  # fmt: skip


@transaction.atomic
def handle_incident(incident: Incident, *, handling: str, actor: User) -> Incident:
    """An office has seen to it."""
    require(actor, HANDLE_INCIDENT, incident.region_code)
    incident = hold(Incident.objects.filter(pk=incident.pk)).get()
    if incident.state != IncidentState.OPEN:
        raise Refusal(
            _("This incident is not open: %(state)s."), {"state": incident.get_state_display()}, code="not_open"
        )
    if not handling.strip():
        raise Refusal(_("Say what was done about it."), code="empty", field="handling")
    incident.state, incident.handling = IncidentState.HANDLED, handling.strip()
    incident.handled_at, incident.handled_by = timezone.now(), actor
    incident.save()
    after = audit.snapshot(incident, ("state", "handling"))
    audit.record("duty.handle_incident", incident, actor=actor, after=after)
    return incident


@transaction.atomic
def close_incident(incident: Incident, *, closing: str, actor: User) -> Incident:
    """Nothing remains to be done."""
    require(actor, HANDLE_INCIDENT, incident.region_code)
    incident = hold(Incident.objects.filter(pk=incident.pk)).get()
    if incident.state != IncidentState.HANDLED:
        raise Refusal(_("Only what was handled can be closed."), code="not_handled")
    if not closing.strip():
        raise Refusal(_("Say why it is closed."), code="reason", field="closing")
    incident.state, incident.closing = IncidentState.CLOSED, closing.strip()[:200]
    incident.closed_at, incident.closed_by = timezone.now(), actor
    incident.save()
    after = audit.snapshot(incident, ("state", "closing"))
    audit.record("duty.close_incident", incident, actor=actor, after=after)
    return incident


@transaction.atomic
def withdraw_result(result: WorkResult, *, reason: str, actor: User) -> WorkResult:
    """The result was not so, or stands twice. It stays on file and is no longer summed."""
    require(actor, REPORT, result.region_code)
    result = hold(WorkResult.objects.filter(pk=result.pk)).get()
    if result.withdrawn_at:
        raise Refusal(_("This result was taken back already."), code="withdrawn")
    if not reason.strip():
        raise Refusal(_("Say why the result is taken back."), code="reason", field="reason")
    result.withdrawn_at, result.withdrawn_by, result.withdrawn_reason = timezone.now(), actor, reason.strip()[:200]
    result.save()
    audit.record("duty.withdraw_result", result, actor=actor, after={"reason": result.withdrawn_reason})
    return result
