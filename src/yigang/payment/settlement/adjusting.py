"""Correcting a sealed month: nothing in it changes; the difference is paid, or taken back, in the next open month."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from yigang.appraisal import domain as appraisal
from yigang.appraisal.models import Appraisal
from yigang.foundation import access, audit, money, regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment.access import ADJUST
from yigang.payment.enums import LineKind, LineState, Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import lines, reading
from yigang.payment.settlement.calculate import refresh_totals
from yigang.payment.settlement.judged import results_of, version_of
from yigang.policy import Period
from yigang.tenure.models import Appointment

REASON_LENGTH = 200


@dataclass(frozen=True)
class Proposal:
    """What a sealed month owes by the evidence of today. `line` is None for somebody the sealed month did not know.

    `paid_fen` is the sealed amount with its corrections so far; `judged` the engine's new row, one row high.
    """

    settlement: Settlement
    appointment: Appointment
    line: SubsidyLine | None
    paid_fen: int
    due_fen: int
    grade: str
    judged: pl.DataFrame

    @property
    def difference_fen(self) -> int:
        return self.due_fen - self.paid_fen

    @property
    def was_held(self) -> bool:
        """The sealed month left this person undetermined."""
        return self.line is not None and self.line.state == LineState.UNDETERMINED

    def reason(self) -> str:
        """The sentence that goes on the adjustment when nobody writes another."""
        template = _("Evidence of %(month)s handed in or corrected later: %(due)s due, %(paid)s paid.")
        month = f"{self.settlement.month:%Y-%m}"
        return template % {"month": month, "due": money.plain(self.due_fen), "paid": money.plain(self.paid_fen)}


def propose_adjustments(settlement: Settlement, *, actor: User) -> list[Proposal]:
    """Judge a sealed month again by today's evidence and its own policy; the people to whom it owes something else.

    Whoever is still undetermined is left out; whoever was held and can be decided now is in, even at nothing. Writes
    nothing.
    """
    access.require(actor, ADJUST, settlement.region_code)
    _refuse_open(settlement)
    version = version_of(settlement)
    prefix = regioncode.prefix_of(settlement.region_code)
    facts = reading.gather(settlement.programme, prefix, settlement.month, version)
    return list(_proposals(settlement, lines.compute(facts, version, settlement.month)))


def _refuse_open(settlement: Settlement) -> None:
    if settlement.step != Step.SEALED:
        raise Refusal(
            _("%(month)s is not sealed; compute it again instead."), {"month": f"{settlement.month:%Y-%m}"},
            code="not_sealed",
        )  # fmt: skip


def _proposals(settlement: Settlement, frame: pl.DataFrame) -> Iterator[Proposal]:
    sealed = SubsidyLine.objects.filter(settlement=settlement, kind=LineKind.REGULAR, month=settlement.month)
    known = {line.appointment_id: line for line in sealed.select_related("appointment__person")}
    late = carried(settlement.month).filter(appointment__programme=settlement.programme, kind=LineKind.REGULAR)
    known |= {line.appointment_id: line for line in late.filter(appointment_id__in=frame["appointment_id"])}
    corrected = corrections(list(known.values()))
    now = {row["appointment_id"]: number for number, row in enumerate(frame.iter_rows(named=True))}
    appointments = Appointment.objects.select_related("person").in_bulk([*now.keys() | known.keys()])
    for key in sorted(appointments):
        line, number = known.get(key), now.get(key)
        judged = frame.slice(number, 1) if number is not None else frame.clear()
        due = _due(judged)
        if due is None:
            continue
        paid = (line.amount_fen or 0) + corrected.get(line.pk, 0) if line else 0
        grade = judged["grade"][0] if judged.height else ""
        proposal = Proposal(settlement, appointments[key], line, paid, due, grade, judged)
        if proposal.difference_fen or line is None or _still_held(proposal, corrected):
            yield proposal


def _due(judged: pl.DataFrame) -> int | None:
    """What the new row pays: nothing for who was not in post after all, None while undetermined."""
    if not judged.height:
        return 0
    row = judged.row(0, named=True)
    return (row["pay_fen"] or 0) if row["state"] == "settled" else None


def _still_held(proposal: Proposal, corrected: dict[int, int]) -> bool:
    return proposal.was_held and proposal.line is not None and proposal.line.pk not in corrected


def corrections(found: Sequence[SubsidyLine]) -> dict[int, int]:
    """Line id → sum of the adjustments that point back to it."""
    adjustments = SubsidyLine.objects.filter(corrects__in=[line.pk for line in found])
    return dict(adjustments.values("corrects_id").annotate(sum=Sum("amount_fen")).values_list("corrects_id", "sum"))


def carried(month: date) -> Any:
    """Regular lines of a month that stand in a later settlement, because the month was sealed without them."""
    return SubsidyLine.objects.filter(month=month, settlement__month__gt=month)


@transaction.atomic
def accept(proposal: Proposal, *, actor: User, reason: str = "") -> SubsidyLine:
    """Put a proposal into the next open month. Somebody who was held, or unknown, also gets the month's appraisal."""
    reason = reason.strip() or proposal.reason()
    if proposal.line is None:
        added = _add_late(proposal, reason, actor)
    else:
        trace = json.loads(proposal.judged[lines.TRACE][0]) if proposal.judged.height else {}
        added = _add(proposal.line, proposal.difference_fen, reason, actor, trace=trace, grade=proposal.grade)
    if proposal.judged.height and (proposal.line is None or proposal.was_held):
        _appraise(proposal)
    return added


@transaction.atomic
def adjust(line: SubsidyLine, amount_fen: int, reason: str, *, actor: User) -> SubsidyLine:
    """Correct a sealed line by a sum (negative takes back), in the next open month of its town; it points back here."""
    if amount_fen == 0:
        raise Refusal(_("An adjustment of nothing corrects nothing."), code="nothing", field="amount")
    return _add(line, amount_fen, reason, actor, trace={}, grade=line.grade)


def _add(
    line: SubsidyLine, amount_fen: int, reason: str, actor: User, *, trace: dict[str, Any], grade: str
) -> SubsidyLine:  # fmt: skip
    access.require(actor, ADJUST, line.region_code)
    _refuse_adjustment(line, amount_fen, reason)
    settlement = open_month(line.settlement)
    added = SubsidyLine.objects.create(
        region_code=line.region_code, settlement=settlement, appointment_id=line.appointment_id,
        person_id=line.person_id, month=settlement.month, kind=LineKind.ADJUSTMENT, state=LineState.SETTLED, grade=grade,
        amount_fen=amount_fen, trace=trace, corrects=line, reason=reason.strip()[:REASON_LENGTH],
    )  # fmt: skip
    refresh_totals([settlement.pk])
    _note("payment.adjust", added, actor)
    return added


def _refuse_adjustment(line: SubsidyLine, amount_fen: int, reason: str) -> None:
    if line.kind == LineKind.ADJUSTMENT:
        raise Refusal(_("Correct the month's own line, not its correction."), code="is_adjustment")
    _refuse_open(line.settlement)
    if not reason.strip():
        raise Refusal(_("An adjustment needs its reason."), code="no_reason", field="reason")
    SubsidyLine.objects.select_for_update().filter(person=line.person_id, kind=LineKind.ADJUSTMENT).count()
    paid = (line.amount_fen or 0) + corrections([line]).get(line.pk, 0)
    if paid + amount_fen < 0:
        raise Refusal(
            _("Only %(paid)s was due for this month; no more can be taken back."), {"paid": money.plain(paid)},
            code="below_zero", field="amount",
        )  # fmt: skip


def _add_late(proposal: Proposal, reason: str, actor: User) -> SubsidyLine:
    """The month's own line of somebody whom the sealed month did not know, standing in the next open month."""
    access.require(actor, ADJUST, proposal.appointment.region_code)
    settlement = open_month(proposal.settlement)
    row = lines.rows(proposal.judged, settlement.pk, proposal.settlement.month).row(0, named=True)
    added = SubsidyLine.objects.create(
        region_code=row["region_code"], settlement=settlement, appointment=proposal.appointment,
        person_id=row["person_id"], month=proposal.settlement.month, state=row["state"], grade=row["grade"],
        score=row["score"], amount_fen=row["amount_fen"], trace=json.loads(row[lines.TRACE]),
        consequences=proposal.judged["consequences"][0].to_list(), reason=reason[:REASON_LENGTH],
    )  # fmt: skip
    refresh_totals([settlement.pk])
    _note("payment.add_late", added, actor)
    return added


def _note(verb: str, added: SubsidyLine, actor: User) -> None:
    fields = ["settlement_id", "appointment_id", "corrects_id", "month", "amount_fen", "reason"]
    audit.record(verb, added, actor=actor, after=audit.snapshot(added, fields))


def _appraise(proposal: Proposal) -> None:
    """The result that sealing could not leave behind, so that later months can count it."""
    month = proposal.settlement.month
    if not Appraisal.objects.filter(appointment=proposal.appointment, period="month", first=month).exists():
        version = version_of(proposal.settlement)
        appraisal.record_month(results_of(proposal.judged, version), first=month, policy_digest=version.digest)


def open_month(sealed: Settlement) -> Settlement:
    """The town's earliest later month that is still in its hands, begun if there is none; locked."""
    later = Settlement.objects.select_for_update().filter(
        programme=sealed.programme_id, region_code=sealed.region_code, month__gt=sealed.month
    )
    found = later.filter(step__in=[Step.COLLECTING, Step.CALCULATED]).order_by("month").first()
    if found:
        return found
    last = later.order_by("-month").values_list("month", flat=True).first() or sealed.month
    return Settlement.objects.create(
        programme_id=sealed.programme_id, region_code=sealed.region_code, month=Period.of(last).next().first
    )
