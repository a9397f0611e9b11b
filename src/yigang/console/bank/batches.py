"""The list of batches, and one batch: its cover, its rows, and what may be done with it now."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.bank.forms import ReasonForm
from yigang.console.lists import ChoiceFilter, Column, Empty, List, show
from yigang.console.lists.spec import Rows, Text
from yigang.console.pages import action, actor_of, found, page
from yigang.exchange import bank_files
from yigang.exchange.bank_layouts import presets
from yigang.foundation import bankcard, money
from yigang.foundation.access import Capability, may
from yigang.foundation.models import User
from yigang.foundation.secrets import CARD, vault
from yigang.payment.bank import domain
from yigang.payment.bank.access import (
    APPROVE_BATCH,
    CANCEL_BATCH,
    CREATE_BATCH,
    EXPORT_BATCH,
    READ_PAYMENTS,
    READ_RETURN,
)
from yigang.payment.bank.queries import batches as batch_rows
from yigang.payment.bank.queries import months_of, search_entries
from yigang.payment.enums import BatchState, EntryState
from yigang.payment.models import BankBatch, BatchEntry, Payment

TAGS: dict[str, str] = {
    "draft": "tag-warn", "approved": "tag-warn", "returned": "tag-good", "paid": "tag-good", "refused": "tag-bad",
}  # fmt: skip
"""How a state of a batch or an entry is coloured; the word stands beside it."""


def tag(state: str, label: str) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', TAGS.get(state, ""), label)


def search_batches(rows: Any, words: str) -> Any:
    return rows.filter(number__icontains=words.strip())


BATCHES = List(
    name="batches",
    title=_lazy("Batches"),
    unit=_lazy("batches"),
    rows=lambda _reader: batch_rows(),
    columns=(
        Column("number", _lazy("Batch number"), lambda batch: batch.number, sort=("number",), always=True),
        Column("programme", _lazy("Programme"), lambda batch: batch.programme.name),
        Column("count", _lazy("People"), lambda batch: batch.count, sort=("count",), kind="integer"),
        Column("total", _lazy("Amount"), lambda batch: batch.total_fen, sort=("total_fen",), kind="money", unit=_lazy("yuan")),
        Column(
            "state", _lazy("State"), lambda batch: batch.get_state_display(),
            show=lambda batch: tag(batch.state, batch.get_state_display()),
        ),
        Column("paid", _lazy("Paid"), lambda batch: batch.paid_count, kind="integer"),
        Column("refused", _lazy("Refused by the bank"), lambda batch: batch.refused_count, kind="integer"),
        Column("author", _lazy("Made by"), lambda batch: batch.author.name, shown=False),
        Column("created", _lazy("Made on"), lambda batch: batch.created_at, sort=("created_at",)),
    ),
    order=("-created_at",),
    filters=(ChoiceFilter("state", _lazy("State"), "state", BatchState.choices),),
    search=search_batches,
    search_hint=_lazy("Batch number"),
    link=lambda batch: reverse("console:bank-batch", args=[batch.pk]),
    empty=Empty(
        _lazy("No batch has been made yet. Seal a month, then pay it here."), _lazy("New batch"), "console:bank-new",
        CREATE_BATCH,
    ),
)  # fmt: skip


@page(READ_PAYMENTS)
def batches(request: HttpRequest) -> HttpResponseBase:
    context = {"tab": "batches", "may_create": may(actor_of(request), CREATE_BATCH)}
    return show(request, BATCHES, template="console/bank/batches.html", context=context)


@dataclass(frozen=True)
class BatchFilter:
    """The batch whose rows are listed. Its page sets it, so there is nothing to choose."""

    key: str = "batch"
    label: Text = field(default_factory=lambda: _lazy("Batch"))

    def apply(self, rows: Rows, value: str) -> Rows:
        return rows.filter(batch__number=value)

    def describe(self, value: str, reader: regions.Reader) -> str:  # noqa: ARG002 - the same call for every filter
        return value

    def control(self, value: str, reader: regions.Reader) -> SafeString:  # noqa: ARG002 - the same call for every filter
        return format_html('<input type="hidden" name="batch" value="{}">', value)


def prepare(entries: list[BatchEntry]) -> None:
    """Place, months and masked account of the rows that are shown."""
    regions.name_places(entries)
    months: dict[int, set[str]] = defaultdict(set)
    paid = Payment.objects.filter(entry__in=entries).values_list("entry_id", "line__settlement__month")
    for entry_id, month in paid:
        months[entry_id].add(f"{month:%Y-%m}")
    for entry in entries:
        number = vault().decrypt(bytes(entry.account.card_cipher), CARD)
        entry.card, entry.months = bankcard.mask(number), "、".join(sorted(months[entry.pk]))  # type: ignore[attr-defined] # for the row's cells


ENTRIES = List(
    name="entries",
    title=_lazy("Rows of the batch"),
    unit=_lazy("people"),
    rows=lambda _reader: BatchEntry.objects.select_related("person", "account"),
    columns=(
        Column("serial", _lazy("Serial"), lambda entry: entry.serial, sort=("serial",), always=True),
        Column("name", _lazy("Name"), lambda entry: entry.person.name, sort=("person__pinyin",), always=True),
        Column("place", _lazy("Place"), lambda entry: entry.place, sort=("region_code",)),
        Column("bank", _lazy("Bank"), lambda entry: entry.account.bank, shown=False),
        Column("account", _lazy("Account"), lambda entry: entry.card),
        Column("months", _lazy("Months"), lambda entry: entry.months),
        Column("amount", _lazy("Amount"), lambda entry: entry.amount_fen, sort=("amount_fen",), kind="money", unit=_lazy("yuan")),
        Column(
            "state", _lazy("State"), lambda entry: entry.get_state_display(),
            show=lambda entry: tag(entry.state, entry.get_state_display()),
        ),
        Column("reason", _lazy("The bank's reason"), lambda entry: entry.bank_reason),
    ),
    order=("serial",),
    filters=(BatchFilter(), ChoiceFilter("state", _lazy("State"), "state", EntryState.choices)),
    search=search_entries,
    search_hint=_lazy("Name, pinyin initials or serial"),
    prepare=prepare,
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """Something that may be done with a batch, or the reason why not."""

    label: str
    url: str
    icon: str
    why_not: str = ""
    form: ReasonForm | None = None
    post: bool = True
    danger: bool = False


@page(READ_PAYMENTS)
def batch(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(batch_rows(), pk=pk)
    context = {
        "tab": "batches",
        "batch": one,
        "capitals": money.capitals(one.total_fen),
        "layout": presets()[one.layout].title if one.layout in presets() else one.layout,
        "steps": steps(one, actor_of(request)),
        "state_tag": tag(one.state, one.get_state_display()),
    }
    asked = request.GET.copy()
    asked["batch"] = one.number
    request.GET = asked  # type: ignore[assignment] # our copy, which may be changed
    return show(request, ENTRIES, template="console/bank/batch.html", context=context)


@page(READ_PAYMENTS)
def months(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - the same call for every page
    """The months that a batch pays, fetched after its page: every payment is looked at for them."""
    return HttpResponse("、".join(f"{month:%Y-%m}" for month in months_of(found(batch_rows(), pk=pk))))


def steps(one: BankBatch, actor: User) -> list[Step]:
    """The deeds that belong to the batch's state, each with why it is not for this user, if it is not."""

    def address(name: str) -> str:
        return reverse(f"console:bank-{name}", args=[one.pk])

    def why_not(what: Capability) -> str:
        return may(actor, what, one.region_code).why

    sent = one.state in (BatchState.SENT, BatchState.RETURNED)
    own = _("You made this batch; another person approves it.") if one.author_id == actor.pk else ""
    hand_out = _("Hand out the file again") if sent else _("Write the bank's file")
    agree = Step(_("Approve"), address("approve"), "check", why_not(APPROVE_BATCH) or own)
    write = Step(hand_out, address("file"), "download", why_not(EXPORT_BATCH))
    read = Step(_("Read the bank's return"), address("return"), "upload", why_not(READ_RETURN), post=False)
    give_up = Step(_("Cancel the batch"), address("cancel"), "trash", why_not(CANCEL_BATCH), ReasonForm(), danger=True)
    return {
        BatchState.DRAFT.value: [agree, give_up],
        BatchState.APPROVED.value: [write, give_up],
        BatchState.SENT.value: [read, write],
        BatchState.RETURNED.value: [read, write],
    }.get(one.state, [])


@action(READ_PAYMENTS)
def approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(batch_rows(), pk=pk)
    domain.approve_batch(one, actor=actor_of(request))
    messages.success(request, _("Batch %(number)s is approved.") % {"number": one.number})
    return redirect("console:bank-batch", pk=pk)


@action(READ_PAYMENTS)
def cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(batch_rows(), pk=pk)
    domain.cancel_batch(one, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(
        request, _("Batch %(number)s is cancelled; its people can be paid by another.") % {"number": one.number}
    )
    return redirect("console:bank-batch", pk=pk)


@action(READ_PAYMENTS)
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand the bank's file out. The first time sends the batch."""
    stored = bank_files.export(found(batch_rows(), pk=pk), actor=actor_of(request))
    disposition = content_disposition_header(True, stored.name)
    assert disposition
    with stored.content.open() as content:
        return HttpResponse(
            content.read(), content_type=stored.content_type, headers={"Content-Disposition": disposition}
        )
