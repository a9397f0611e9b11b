"""A batch as the file its bank wants, and the bank's file as answers to a batch: payment joined to the layouts."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.exchange import bank, bank_layouts
from yigang.exchange.bank import BatchHeader, BatchLine
from yigang.exchange.bank_layouts import Layout
from yigang.foundation import regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.foundation.secrets import CARD, IDENTITY, vault
from yigang.payment.bank import domain, queries, returns
from yigang.payment.bank.access import EXPORT_BATCH, READ_RETURN
from yigang.payment.bank.returns import Answer, ReturnRead, ReturnRefused
from yigang.payment.enums import BatchState
from yigang.payment.models import BankBatch

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


def layout_named(code: str) -> Layout:
    """The layout of that code, or a refusal that names those there are."""
    presets = bank_layouts.presets()
    if code not in presets:
        raise Refusal(
            _("There is no layout “%(code)s”."), {"code": code}, field="layout",
            remedy=_("Use one of: %(codes)s.") % {"codes": ", ".join(presets)},
        )  # fmt: skip
    return presets[code]


def export(batch: BankBatch, *, actor: User) -> StoredFile:
    """The bank's file of an approved batch, which is sent by that; of a sent batch, the very same bytes again."""
    require(actor, EXPORT_BATCH, batch.region_code)
    if batch.state in (BatchState.SENT, BatchState.RETURNED):
        return domain.hand_out_again(batch, actor=actor)
    domain.require_state(batch, BatchState.APPROVED)
    layout = layout_named(batch.layout)
    file = bank.write_batch(layout, header_of(batch), lines_of(batch))
    content_type = CONTENT_TYPES[layout.file]
    return domain.send_batch(batch, file.data, name=file.filename, content_type=content_type, actor=actor)


def header_of(batch: BankBatch) -> BatchHeader:
    """What the cover says. The day is that of the approval, so that the file does not depend on when it is written."""
    assert batch.approved_at is not None
    return BatchHeader(
        batch=batch.number,
        payer=regions.name_of(batch.region_code),
        purpose=batch.programme.name,
        period=period_of(queries.months_of(batch)),
        made_on=timezone.localdate(batch.approved_at),
    )


def period_of(months: list[date]) -> str:
    """`2020-07`, or `2020-07至2020-09` from the first to the last."""
    ends = dict.fromkeys(f"{month:%Y-%m}" for month in (*months[:1], *months[-1:]))
    return "至".join(ends)


def lines_of(batch: BankBatch) -> list[BatchLine]:
    """The batch's entries with their numbers in the clear: for the bank's file alone."""
    keys, entries = vault(), list(queries.entries_of(batch))
    places = {code: regions.name_of(code) for code in {entry.person.region_code for entry in entries}}
    return [
        BatchLine(
            serial=entry.serial,
            name=entry.account.holder,
            account=keys.decrypt(bytes(entry.account.card_cipher), CARD),
            amount_fen=entry.amount_fen,
            identity=keys.decrypt(bytes(entry.person.identity_cipher), IDENTITY),
            bank=entry.account.bank,
            phone=entry.person.phone,
            region=places[entry.person.region_code],
        )
        for entry in entries
    ]


def read(batch: BankBatch, content: bytes, *, name: str, actor: User) -> ReturnRead:
    """Read the bank's answer to a batch: whole, or refused with every row that does not fit and nothing changed."""
    require(actor, READ_RETURN, batch.region_code)
    answer = bank.read_return(layout_named(batch.layout), content)
    if problems := [problem for problem in answer.problems if problem.severity == "error"]:
        raise ReturnRefused(problems)
    answers = [
        Answer(
            row=row.row, serial=row.serial, paid=row.status == "paid", reason=row.reason, amount_fen=row.amount_fen,
            name=row.name, card=row.account, last4=row.account_last4,
        )
        for row in answer.rows
    ]  # fmt: skip
    return returns.read_return(batch, content, answers, name=name, actor=actor)
