"""Visits, incidents and results of work from phones, written in bulk; each record is one row, known by its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from yigang.duty.domain.phone_evidence import Place, Sha256
from yigang.duty.domain.phone_leave import Day
from yigang.duty.domain.projections import Accepted, projection
from yigang.duty.domain.visits import VisitMade, fault_of, keep_visits
from yigang.duty.domain.work import handle_by
from yigang.duty.enums import IncidentKind, ResultKind, Unit
from yigang.duty.models import Incident, Pairing, WorkResult
from yigang.duty.quantities import UNITS, amount_of
from yigang.foundation.errors import Refusal
from yigang.people.models import Household, Person
from yigang.posts.models import Programme

Photos = Annotated[list[Sha256], Meta(max_length=9)]


class VisitBody(msgspec.Struct, frozen=True):
    """A household visited on a local day; money in fen."""

    household: int
    day: Day
    text: Annotated[str, Meta(max_length=2_000)] = ""
    given_fen: Annotated[int, Meta(ge=0)] | None = None
    place: Place | None = None
    why_no_place: Annotated[str, Meta(max_length=200)] | None = None
    media: Photos = []


class ReportBody(msgspec.Struct, frozen=True):
    """Something met (incident) or done (result, with quantity and unit)."""

    type: Literal["incident", "result"]
    kind: Annotated[str, Meta(max_length=20)]
    quantity: Decimal | None = None
    unit: Annotated[str, Meta(max_length=20)] | None = None
    text: Annotated[str, Meta(max_length=2_000)] = ""
    place: Place | None = None
    why_no_place: Annotated[str, Meta(max_length=200)] | None = None
    before: Photos = []
    after: Photos = []
    voice: Sha256 | None = None


@projection("visit", VisitBody)
def visits(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one visit: of the pairing that it fits on its day, else of the household alone."""
    wanted = {each.body.household for each in records}
    households = Household.objects.in_bulk(wanted)
    paired = Pairing.objects.filter(helper__in={each.person_id for each in records}, household__in=wanted)
    pairings = list(paired.order_by("starts"))
    person = Person.objects.get(pk=records[0].person_id)
    verdicts: list[Refusal | None] = []
    good: list[tuple[Pairing | Household, VisitMade]] = []
    for each in records:
        made, no = _visit(each, households)
        verdicts.append(no)
        if made:
            good.append((_owed(each.body.household, made.day, pairings) or households[each.body.household], made))
    if good:
        keep_visits(good, person=person)
    return verdicts


def _visit(record: Accepted, households: Mapping[int, Household]) -> tuple[VisitMade | None, Refusal | None]:
    body: VisitBody = record.body
    if body.household not in households:
        no = Refusal(_("This household is not in your village."), code="household", field="household")
        return None, no
    try:
        day = date.fromisoformat(body.day)
    except ValueError:
        return None, Refusal(_("%(day)s is no day of the calendar."), {"day": body.day}, code="day", field="day")
    if day > record.day:
        no = Refusal(
            _("%(day)s was still to come when the visit was written."), {"day": day}, code="future", field="day"
        )
        return None, no
    made = VisitMade(
        day, body.text, body.given_fen or 0, body.place.degrees if body.place else None, body.media, record.id
    )
    fault = fault_of(made, None)
    return (None, fault) if fault else (made, None)


def _owed(household: int, day: date, pairings: Sequence[Pairing]) -> Pairing | None:
    """The pairing of the household that held on the day."""
    fitting = (
        one
        for one in pairings
        if one.household_id == household and one.starts <= day and (not one.ends or day <= one.ends)
    )
    return next(fitting, None)


@projection("report", ReportBody)
def reports(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one incident or one result."""
    programmes = Programme.objects.in_bulk({each.programme_id for each in records if each.programme_id})
    incidents: list[Incident] = []
    results: list[WorkResult] = []
    verdicts: list[Refusal | None] = []
    for each in records:
        try:
            if each.body.type == "incident":
                incidents.append(_incident(each, programmes))
            else:
                results.append(_result(each))
        except Refusal as refusal:
            verdicts.append(refusal)
        else:
            verdicts.append(None)
    Incident.objects.bulk_create(incidents)
    WorkResult.objects.bulk_create(results)
    return verdicts


def _incident(record: Accepted, programmes: Mapping[int, Programme]) -> Incident:
    body: ReportBody = record.body
    if body.kind not in IncidentKind.values:
        raise Refusal(_("“%(kind)s” is no kind of incident."), {"kind": body.kind}, code="kind", field="kind")
    if not (body.text.strip() or body.before or body.after or body.voice):
        raise Refusal(_("Say what was met, or add a photo or a voice note."), code="empty", field="text")
    programme = programmes.get(record.programme_id or 0)
    return Incident(kind=body.kind, remind_at=handle_by(programme, record.at), **_common(record))


def _result(record: Accepted) -> WorkResult:
    body: ReportBody = record.body
    if body.kind not in ResultKind.values:
        raise Refusal(_("“%(kind)s” is no kind of work."), {"kind": body.kind}, code="kind", field="kind")
    if body.unit not in Unit.values:
        raise Refusal(_("“%(unit)s” is no unit."), {"unit": body.unit}, code="unit", field="unit")
    if body.quantity is None:
        raise Refusal(_("A quantity is more than nothing."), code="quantity", field="quantity")
    unit = Unit(body.unit)
    return WorkResult(
        kind=body.kind, day=record.day, quantity=body.quantity, unit=unit, dimension=UNITS[unit].dimension,
        amount=amount_of(body.quantity, unit), **_common(record),
    )  # fmt: skip


def _common(record: Accepted) -> dict[str, object]:
    body: ReportBody = record.body
    latitude, longitude = body.place.degrees if body.place else (None, None)
    return {
        "region_code": record.region_code, "person_id": record.person_id, "programme_id": record.programme_id,
        "at": record.at, "text": body.text.strip(), "latitude": latitude, "longitude": longitude, "before": body.before,
        "after": body.after, "voice": body.voice or "", "record": record.id,
    }  # fmt: skip
