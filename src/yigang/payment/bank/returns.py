"""The bank's answer: read whole or not at all, against what was sent.

A return may be partial: rows that are missing stay pending, and a later file may repeat what an earlier one said. What
the bank has once answered never changes; money that comes back after it was paid is a matter of an adjustment.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, money, names
from yigang.foundation.access import require
from yigang.foundation.bankcard import mask
from yigang.foundation.domain import store_file
from yigang.foundation.errors import Problem, Refusal, Text
from yigang.foundation.models import User
from yigang.foundation.money import Fen
from yigang.foundation.secrets import CARD, vault
from yigang.payment.assets.batches import follow_batch
from yigang.payment.bank.access import READ_RETURN
from yigang.payment.bank.domain import locked, require_state
from yigang.payment.bank.waiting import add_up
from yigang.payment.enums import BatchState, EntryState
from yigang.payment.models import BankBatch, BankReturn, BatchEntry

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of a return. `row` as the file shows it; what the bank does not show is None.

    `card` is a whole account number; where the bank masks it, `last4` holds what is left.
    """

    row: int
    serial: int | None
    paid: bool
    reason: str = ""
    amount_fen: Fen | None = None
    name: str | None = None
    card: str | None = None
    last4: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnRead:
    """What a return said: rows that are new, that were known, and that are still awaited."""

    batch: BankBatch
    paid: int
    refused: int
    known: int
    pending: int
    again: bool = False
    """The same file had been read before; nothing was changed."""


class ReturnRefused(Refusal):
    """The return was not taken; `problems` name every wrong row. Nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            _("The return was not read: %(count)d rows do not fit what was sent."), {"count": len(problems)},
            code="return_rows", remedy=_("Ask the bank for a correct file, or look whether it belongs to another batch."),
        )  # fmt: skip
        self.problems = list(problems)


@transaction.atomic
def read_return(batch: BankBatch, content: bytes, answers: Sequence[Answer], *, name: str, actor: User) -> ReturnRead:
    """Take the rows of a return. Refused rows end their payments, and their lines can be paid again."""
    batch = locked(batch)
    require(actor, READ_RETURN, batch.region_code)
    require_state(batch, BatchState.SENT, BatchState.RETURNED)
    digest = hashlib.sha256(content).hexdigest()
    if BankReturn.objects.filter(batch=batch, sha256=digest).exists():
        return _read(batch, [], known=len(answers), again=True)
    _refuse_other_batch(batch, digest)
    if not answers:
        raise Refusal(_("There is no row in this return."), code="return_empty")
    entries = {entry.serial: entry for entry in batch.entries.select_related("person", "account")}
    problems = list(_problems(answers, entries))
    if problems:
        raise ReturnRefused(problems)
    new = [(entries[answer.serial or 0], answer) for answer in answers]
    new = [(entry, answer) for entry, answer in new if entry.state == EntryState.PENDING]
    _take(batch, new, content, digest, name, actor)
    transaction.on_commit(add_up, robust=True)
    return _read(batch, [answer for _entry, answer in new], known=len(answers) - len(new))


def _refuse_other_batch(batch: BankBatch, digest: str) -> None:
    """A file that another batch has read. Other mix-ups show in the rows: serials, names, accounts and sums differ."""
    other = BankReturn.objects.filter(sha256=digest).exclude(batch=batch).select_related("batch").first()
    if other is not None:
        raise Refusal(
            _("This file was read for batch %(other)s, not for %(number)s."),
            {"other": other.batch.number, "number": batch.number}, code="other_batch",
        )  # fmt: skip


def _take(
    batch: BankBatch, new: Sequence[tuple[BatchEntry, Answer]], content: bytes, digest: str, name: str, actor: User
) -> None:
    paid = sum(answer.paid for _entry, answer in new)
    file = store_file(
        content, name=name, region_code=batch.region_code, actor=actor, content_type="application/octet-stream"
    )
    _answer(new)
    if batch.state == BatchState.SENT:
        batch.state = BatchState.RETURNED
        batch.save(update_fields=["state"])
    BankReturn.objects.create(
        region_code=batch.region_code, batch=batch, file=file, sha256=digest, paid=paid, refused=len(new) - paid,
        read_by=actor,
    )  # fmt: skip
    follow_batch(batch, actor=actor)
    after = {"file": name, "sha256": digest, "paid": paid, "refused": len(new) - paid}
    audit.record("payment.read_return", batch, actor=actor, after=after)


def _answer(new: Sequence[tuple[BatchEntry, Answer]]) -> None:
    """Write the answers by one statement; the database ends the payments of refused entries."""
    states = [EntryState.PAID.value if answer.paid else EntryState.REFUSED.value for _entry, answer in new]
    reasons = ["" if answer.paid else answer.reason.strip()[:LONGEST_REASON] for _entry, answer in new]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payment_batchentry e SET state = n.state, bank_reason = n.reason "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS n(id, state, reason) WHERE e.id = n.id",
            [[entry.pk for entry, _answer in new], states, reasons],
        )


def _read(batch: BankBatch, new: Sequence[Answer], *, known: int, again: bool = False) -> ReturnRead:
    paid = sum(answer.paid for answer in new)
    pending = batch.entries.filter(state=EntryState.PENDING).count()
    return ReturnRead(batch, paid, len(new) - paid, known, pending, again)


def _problems(answers: Iterable[Answer], entries: dict[int, BatchEntry]) -> Iterable[Problem]:
    seen: dict[int, int] = {}
    for answer in answers:
        if answer.serial is None or answer.serial not in entries:
            yield _at(answer, "unknown_serial", _("Number %(serial)s was not sent."), serial=answer.serial or "")
            continue
        if answer.serial in seen:
            template = _("Number %(serial)d stands in row %(first)d already.")
            yield _at(answer, "twice", template, serial=answer.serial, first=seen[answer.serial])
            continue
        seen[answer.serial] = answer.row
        yield from _changes(answer, entries[answer.serial])


def _changes(answer: Answer, entry: BatchEntry) -> Iterable[Problem]:
    """What the bank's row says otherwise than what was sent, or than what it said before."""
    if answer.amount_fen is not None and answer.amount_fen != entry.amount_fen:
        yield _at(
            answer, "amount_changed", _("Number %(serial)d: %(sent)s yuan were sent, the row says %(said)s."),
            serial=entry.serial, sent=money.show(entry.amount_fen), said=money.show(answer.amount_fen),
        )  # fmt: skip
    if answer.name is not None and names.normalise(answer.name) != names.normalise(entry.account.holder):
        yield _at(
            answer, "name_changed", _("Number %(serial)d: “%(sent)s” was sent, the row says “%(said)s”."),
            serial=entry.serial, sent=entry.account.holder, said=answer.name,
        )  # fmt: skip
    if not _same_account(answer, entry):
        yield _at(
            answer, "card_changed", _("Number %(serial)d: the row names another account (%(said)s)."),
            serial=entry.serial, said=mask(answer.card) if answer.card else f"…{answer.last4}",
        )  # fmt: skip
    said = EntryState.PAID if answer.paid else EntryState.REFUSED
    if entry.state not in (EntryState.PENDING, said):
        yield _at(
            answer, "answer_changed", _("Number %(serial)d was “%(before)s” in an earlier return, now “%(said)s”."),
            serial=entry.serial, before=entry.get_state_display(), said=said.label,
        )  # fmt: skip


def _same_account(answer: Answer, entry: BatchEntry) -> bool:
    if answer.card is not None:
        return vault().index(answer.card, CARD) == bytes(entry.account.card_index)
    return answer.last4 is None or vault().index_last4(answer.last4, CARD) == bytes(entry.account.card_last4_index)


def _at(answer: Answer, code: str, template: Text, **params: object) -> Problem:
    return Problem(code, template, params, row=answer.row)
