"""Batches that are paid from asset income: the ledger follows what the batch owes, and nobody types it again."""

from __future__ import annotations

from django.db.models import Sum
from django.utils import timezone

from yigang.foundation.models import User
from yigang.payment.asset_models import AllocationEntry
from yigang.payment.assets.domain import book
from yigang.payment.enums import BatchState, EntryState
from yigang.payment.models import BankBatch, BatchEntry

OWING = (BatchState.APPROVED, BatchState.SENT, BatchState.RETURNED)


def follow_batch(batch: BankBatch, *, actor: User) -> None:
    """Bring the ledger to what the batch takes of it now: all of an approved one, less what the bank refused.

    To be called inside the transaction that moves the batch, with the batch held; a second call does nothing.
    """
    fund = batch.budget_line.fund
    if not fund.from_assets:
        return
    change = -_owed(batch) - _booked(batch)
    if change:
        book(
            fund.region_code, change, day=timezone.localdate(), text=f"{fund} {batch.number}", batch=batch, actor=actor
        )


def _owed(batch: BankBatch) -> int:
    if batch.state not in OWING:
        return 0
    standing = BatchEntry.objects.filter(batch=batch, state__in=(EntryState.PENDING, EntryState.PAID))
    return int(standing.aggregate(sum=Sum("amount_fen", default=0))["sum"])


def _booked(batch: BankBatch) -> int:
    taken = AllocationEntry.objects.filter(batch=batch)
    return int(taken.aggregate(sum=Sum("amount_fen", default=0))["sum"])
