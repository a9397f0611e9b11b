"""Verbs of bank batches: made, approved by another person, sent as a file, answered by the bank, or cancelled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, facts, money, regioncode
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.domain import store_file
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.payment import funds
from yigang.payment.assets.batches import follow_batch
from yigang.payment.bank.access import APPROVE_BATCH, CANCEL_BATCH, CREATE_BATCH, EXPORT_BATCH
from yigang.payment.bank.proposal import BEGINNING, Payable, Proposal, propose
from yigang.payment.bank.waiting import add_up
from yigang.payment.enums import BatchState
from yigang.payment.models import BankBatch, BatchEntry, BudgetLine
from yigang.posts.models import Programme

SHOWN = ("number", "state", "layout", "count", "total_fen")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid: the lines of a programme in a region (12 digits) for the months from `first` to `last`."""

    programme: Programme
    region_code: str
    last: date
    budget_line: BudgetLine
    layout: str
    first: date = BEGINNING

    @property
    def stem(self) -> str:
        """How the numbers of such batches begin: region, programme, last month."""
        return f"{regioncode.prefix_of(self.region_code)}-{self.programme.pk}-{self.last:%Y%m}-"

    def proposal(self) -> Proposal:
        return propose(self.programme, regioncode.prefix_of(self.region_code), self.first, self.last)


@transaction.atomic
def create_batch(order: Order, *, actor: User, expected: str = "") -> BankBatch:
    """Put everybody who can be paid into a draft. `expected` is the digest of the proposal that a person looked at.

    Batches of a programme are made one after the other, so that the second of two officers sees what the first has done;
    that a line is in one live batch only is the database's word in any case.
    """
    require(actor, CREATE_BATCH, order.region_code)
    if order.budget_line.programme_id != order.programme.pk:
        raise Refusal(_("This budget line belongs to another programme."), field="budget_line")
    wait_for_turn(order.programme)
    proposal = order.proposal()
    if expected and proposal.digest != expected:
        raise Refusal(
            _("The list has changed since you looked at it."), code="proposal_changed", remedy=_("Look at it again.")
        )
    if not proposal.payable:
        raise Refusal(
            _("Nobody can be paid here now: %(held)d people wait, everybody else is in a batch or paid."),
            {"held": len(proposal.held)}, code="nobody_payable",
        )  # fmt: skip
    funds.refuse_spending_reserved(order.budget_line, proposal.total_fen)
    with funds.refusing_overdraft(order.budget_line, proposal.total_fen), _refusing_double():
        batch = BankBatch.objects.create(
            region_code=order.region_code, programme=order.programme, budget_line=order.budget_line,
            number=_next_number(order), layout=order.layout, author=actor,
            count=len(proposal.payable), total_fen=proposal.total_fen,
        )  # fmt: skip
        _fill(batch, proposal.payable)
    transaction.on_commit(add_up, robust=True)
    audit.record("payment.create_batch", batch, actor=actor, after=audit.snapshot(batch, SHOWN))
    return batch


def wait_for_turn(programme: Programme) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('bank batch'), %s)", [programme.pk])


def _next_number(order: Order) -> str:
    """The stem and how many such batches there are: `520403-3-202007-02`."""
    return f"{order.stem}{BankBatch.objects.filter(number__startswith=order.stem).count() + 1:02}"


def _fill(batch: BankBatch, payable: list[Payable]) -> None:
    """Entries and their payments, one statement each: the database checks them as a whole."""
    entries = pl.DataFrame(
        {
            "region_code": [row.person.region_code for row in payable],
            "batch_id": batch.pk,
            "serial": range(1, len(payable) + 1),
            "person_id": [row.person.pk for row in payable],
            "account_id": [row.account.pk for row in payable],
            "amount_fen": [row.amount_fen for row in payable],
            "state": "pending",
            "bank_reason": "",
        }
    )
    facts.write("payment_batchentry", entries)
    ids = dict(BatchEntry.objects.filter(batch=batch).values_list("person_id", "pk"))
    rows = [(line.region_code, ids[row.person.pk], line.pk, line.amount_fen) for row in payable for line in row.lines]
    payments = pl.DataFrame(rows, schema=["region_code", "entry_id", "line_id", "amount_fen"], orient="row")
    facts.write("payment_payment", payments.with_columns(live=True).sort("line_id"))


@contextmanager
def _refusing_double() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if violated(error) == "held_line_is_not_paid":
            raise Refusal(
                _("Somebody has just held back the pay of a person of this batch."), code="proposal_changed",
                remedy=_("Look at it again."),
            ) from error  # fmt: skip
        if violated(error) not in ("line_paid_once", "payment_bankbatch_number_key"):
            raise
        raise Refusal(
            _("Somebody else has just put these people into a batch."), code="in_another_batch",
            remedy=_("Look at the list of batches, then at the proposal again."),
        ) from error  # fmt: skip


@transaction.atomic
def approve_batch(batch: BankBatch, *, actor: User) -> BankBatch:
    """Let a draft go to the bank. Not by the one who made it."""
    batch = locked(batch)
    require(actor, APPROVE_BATCH, batch.region_code)
    require_state(batch, BatchState.DRAFT)
    if batch.author_id == actor.pk:
        raise Refusal(
            _("You made this batch; another person approves it."), code="own_batch",
            remedy=_("Ask a county manager or a colleague of the finance office."),
        )  # fmt: skip
    before = audit.snapshot(batch, SHOWN)
    batch.state, batch.approver, batch.approved_at = BatchState.APPROVED, actor, timezone.now()
    batch.save(update_fields=["state", "approver", "approved_at"])
    follow_batch(batch, actor=actor)
    audit.record("payment.approve_batch", batch, actor=actor, before=before, after=audit.snapshot(batch, SHOWN))
    return batch


@transaction.atomic
def cancel_batch(batch: BankBatch, *, reason: str, actor: User) -> BankBatch:
    """Give a batch up before it is sent; the database frees its lines and its budget."""
    batch = locked(batch)
    require(actor, CANCEL_BATCH, batch.region_code)
    require_state(batch, BatchState.DRAFT, BatchState.APPROVED)
    if not reason.strip():
        raise Refusal(_("Say why the batch is cancelled."), code="reason_missing", field="reason")
    before = audit.snapshot(batch, SHOWN)
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state"])
    follow_batch(batch, actor=actor)
    after = {**audit.snapshot(batch, SHOWN), "reason": reason.strip()}
    audit.record("payment.cancel_batch", batch, actor=actor, before=before, after=after)
    return batch


@transaction.atomic
def send_batch(batch: BankBatch, content: bytes, *, name: str, content_type: str, actor: User) -> StoredFile:
    """Keep the bank's file of an approved batch; from now on the batch is sent and only the bank's answer changes it."""
    batch = locked(batch)
    require(actor, EXPORT_BATCH, batch.region_code)
    require_state(batch, BatchState.APPROVED)
    stored = store_file(content, name=name, region_code=batch.region_code, actor=actor, content_type=content_type)
    before = audit.snapshot(batch, SHOWN)
    batch.state, batch.file_name, batch.file_digest = BatchState.SENT, name, stored.sha256
    batch.save(update_fields=["state", "file_name", "file_digest"])
    after = {**audit.snapshot(batch, SHOWN), "file": name, "sha256": stored.sha256}
    audit.record("payment.export_batch", batch, actor=actor, before=before, after=after)
    return stored


@transaction.atomic
def hand_out_again(batch: BankBatch, *, actor: User) -> StoredFile:
    """The file of a sent batch once more, the same bytes; that it was handed out is noted."""
    require(actor, EXPORT_BATCH, batch.region_code)
    require_state(batch, BatchState.SENT, BatchState.RETURNED)
    stored = StoredFile.objects.filter(region_code=batch.region_code, sha256=batch.file_digest).order_by("pk").first()
    if stored is None:
        raise Refusal(
            _("The file of batch %(number)s is not in the store."), {"number": batch.number},
            remedy=_("Restore the folder of files from the backup."),
        )  # fmt: skip
    audit.record("payment.export_again", batch, actor=actor, after={"file": stored.name, "sha256": stored.sha256})
    return stored


def locked(batch: BankBatch) -> BankBatch:
    """The batch as it is now, held until the transaction ends."""
    return BankBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def require_state(batch: BankBatch, *allowed: BatchState) -> None:
    if batch.state not in allowed:
        states = " / ".join(str(state.label) for state in allowed)
        raise Refusal(
            _("Batch %(number)s is “%(state)s”; this needs: %(allowed)s."),
            {"number": batch.number, "state": batch.get_state_display(), "allowed": states}, code="batch_state",
        )  # fmt: skip


def cover(batch: BankBatch) -> dict[str, str]:
    """What stands on the cover of a batch: number, count, sum in figures and in capitals."""
    return {
        "number": batch.number,
        "count": str(batch.count),
        "total": money.show(batch.total_fen),
        "capitals": money.capitals(batch.total_fen),
        "digest": batch.file_digest,
    }
