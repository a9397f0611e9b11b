"""What an upheld appeal means for money: the sealed month stays, the difference goes into the next open month."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from yigang.appraisal import appealable, appeals
from yigang.appraisal.appealable import Made
from yigang.appraisal.models import Appeal, Appraisal, PeriodResult, PointEntry, YearResult
from yigang.foundation import money
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment.access import ADJUST
from yigang.payment.enums import LineKind, Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement.adjusting import accept, adjust, propose_adjustments
from yigang.tenure.models import Appointment

REASON = 200


def sealed_by(result: Appraisal) -> Made:
    """Who computed, handed in and approved the month of a result, and when it was sealed."""
    sealed = _sealed(result.appointment, result.first)
    if sealed is None:
        return Made(None, frozenset())
    return Made(
        sealed.sealed_at, frozenset(pk for pk in (sealed.author_id, sealed.submitted_by_id, sealed.approver_id) if pk)
    )


def _sealed(held: Appointment, month: date) -> Settlement | None:
    """The sealed settlement that judged an appointment's month."""
    line = SubsidyLine.objects.filter(appointment=held, month=month, kind=LineKind.REGULAR).order_by("-pk").first()
    return Settlement.objects.filter(pk=line.settlement_id, step=Step.SEALED).first() if line else None


@transaction.atomic
def carry_appeal(appeal: Appeal, *, actor: User, amount_fen: int | None = None) -> str:
    """Put what an upheld appeal is worth into the next open month, and say so on the appeal.

    Without an amount the sealed month is judged again by today's evidence, which holds the mark that the decision gave. An amount
    (negative takes back) is for what no evidence shows, nothing for what changes no pay. Points taken back after sealing
    count in the next month, so that only an amount moves money. A month that is not sealed yet counts by itself.
    """
    require(actor, ADJUST, appeal.region_code)
    appeal = appeals.to_carry(appeal)
    what = _carried(appeal, actor, amount_fen)
    appeals.note_carried(appeal, what, actor=actor)
    return what


def _carried(appeal: Appeal, actor: User, amount_fen: int | None) -> str:
    target = appealable.target_of(appeal)
    if isinstance(target, YearResult):
        return _("The result of the year is recorded anew.")
    if isinstance(target, PeriodResult):
        return _reopened(target)
    month = appealable.month_of(target)
    if month is None:
        return _("It counts in the quarter or year, which is closed with it.")
    sealed = _sealed(target.appointment, month)
    if sealed is None:
        return _("The month is not sealed; it counts there.")
    if isinstance(target, PointEntry) and amount_fen is None:
        return _("The points are taken back; the sum counts from the next open month.")
    if amount_fen == 0:
        return _("No money follows.")
    reason = _("Appeal upheld on %(day)s: %(reason)s") % {
        "day": f"{appeal.decided_at:%Y-%m-%d}",
        "reason": appeal.reason,
    }
    if amount_fen is not None:
        line = SubsidyLine.objects.select_related("settlement").get(
            appointment=target.appointment, month=month, kind=LineKind.REGULAR, settlement=sealed
        )
        return _said(adjust(line, amount_fen, reason[:REASON], actor=actor))
    found = [one for one in propose_adjustments(sealed, actor=actor) if one.appointment.pk == target.appointment.pk]
    if not found:
        raise Refusal(
            _("Judged by today's evidence, the month comes to the same."), code="same", field="amount",
            remedy=_("Correct the evidence first, or write the amount that is owed."),
        )  # fmt: skip
    return _said(accept(found[0], actor=actor, reason=reason[:REASON]))


def _reopened(target: PeriodResult) -> str:
    """Of a closed period the difference follows when it is closed anew: there, not here, bonuses are settled."""
    if target.closing.reopened_at is None:
        raise Refusal(
            _("%(period)s is closed."), {"period": target.closing}, code="closed", field="amount",
            remedy=_("Reopen it with the appeal as the reason, correct it and close it anew."),
        )  # fmt: skip
    return _("%(period)s was reopened; it is closed anew with what is right.") % {"period": target.closing}


def _said(added: SubsidyLine) -> str:
    fen = added.amount_fen or 0
    words = _("%(amount)s yuan more with %(month)s") if fen >= 0 else _("%(amount)s yuan taken back with %(month)s")
    return words % {"amount": money.plain(abs(fen)), "month": f"{added.settlement.month:%Y-%m}"}


def install() -> None:
    """Let appeals ask who sealed a month."""
    appealable.ask_who_sealed(sealed_by)
