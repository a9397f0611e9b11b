"""The allocation ledger as a list, for the screen, the workbook and the printer; one entry with its paper; a new spending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.console import regions
from yigang.console.assets.forms import SpendForm
from yigang.console.assets.tabs import SPEND, frame
from yigang.console.lists import ChoiceFilter, Column, DateFilter, Empty, List, PaperForm, Total, show
from yigang.console.lists.spec import yuan
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, place_of
from yigang.foundation import names
from yigang.foundation.access import REVEAL, may
from yigang.foundation.domain import reveal
from yigang.foundation.models import User
from yigang.payment.asset_models import AllocationEntry
from yigang.payment.assets import domain
from yigang.payment.assets.access import KEEP_ASSETS, READ_ASSETS
from yigang.payment.assets.queries import CAME, aided
from yigang.payment.enums import AllocationKind, AllocationPurpose

SIGNED = "村（居）负责人签字：　　　　　乡镇审核：　　　　　年　月　日"


def owners(reader: Reader) -> list[tuple[str, str]]:
    """The places of the region looked at that have a ledger."""
    codes = AllocationEntry.objects.filter(regions.inside(reader.prefix)).order_by("region_code")
    found_ = list(codes.values_list("region_code", flat=True).distinct())
    known = regions.names(code for one in found_ for code in (one, f"{one[:9]}000"))
    return [(code, regions.full_name(code, known)) for code in found_]


def prepare(rows: Iterable[Any]) -> None:
    """Place and who was aided, the name masked."""
    rows = list(rows)
    regions.name_places(rows)
    known = aided(rows)
    for row in rows:
        row.aided = masked(row, known)


def masked(row: AllocationEntry, known: Mapping[int, str]) -> str:
    """Who was aided, so that nobody is known by it; empty when nobody was."""
    if row.pk not in known:
        return ""
    name = names.mask(known[row.pk]) or "*"
    return _now("Household of %(head)s") % {"head": name} if row.household_id else name


LEDGER = List(
    name="allocation-ledger",
    title=_("Allocation ledger"),
    unit=_("entries of the ledger"),
    rows=lambda _reader: AllocationEntry.objects.select_related("income__asset", "batch", "made_by", "person"),
    columns=(
        Column("day", _("Day"), lambda row: row.day, sort=("day",), kind="date", always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("purpose", _("Share"), lambda row: row.get_purpose_display(), sort=("purpose", "serial")),
        Column("kind", _("Kind of entry"), lambda row: row.get_kind_display(), sort=("kind",)),
        Column("text", _("What for"), lambda row: row.text, wrap=True, always=True),
        Column("aided", _("Who was aided"), lambda row: row.aided, shown=False),
        Column("amount", _("Amount"), lambda row: row.amount_fen, sort=("amount_fen",), kind="money", unit=_("yuan")),
        Column("balance", _("Balance"), lambda row: row.balance_fen, kind="money", unit=_("yuan")),
        Column("paper", _("Voucher"), lambda row: row.paper or (row.batch.number if row.batch else "")),
        Column("file", _("Paper on file"), lambda row: bool(row.file_id), shown=False),
        Column("by", _("Put on file by"), lambda row: row.made_by.name, shown=False),
    ),
    order=("-day", "-pk"),
    filters=(
        ChoiceFilter("place", _("Village or town"), "region_code", owners),
        ChoiceFilter("purpose", _("Share"), "purpose", AllocationPurpose.choices),
        ChoiceFilter("kind", _("Kind of entry"), "kind", AllocationKind.choices),
        DateFilter("from", _("From"), "day__gte"),
        DateFilter("to", _("To"), "day__lte"),
    ),
    search=lambda rows, words: rows.filter(Q(text__contains=words) | Q(paper__contains=words)),
    search_hint=_("What for, or number of the voucher"),
    totals=(
        Total(_("Money received"), Sum("amount_fen", filter=CAME, default=0), yuan, _("yuan")),
        Total(_("Spent or given back, net"), Sum("amount_fen", filter=~CAME, default=0), yuan, _("yuan")),
        Total(_("Left of these"), Sum("amount_fen", default=0), yuan, _("yuan")),
    ),
    prepare=prepare,
    link=lambda row: reverse("console:assets-entry", args=[row.pk]),
    empty=Empty(_("Nothing has come in yet. Open an asset and record its income."), _("Assets"), "console:assets-list"),
    paper=PaperForm("资产收益分配台账", ("region_code", "purpose", "serial"), [SIGNED]),
)  # fmt: skip


@page(READ_ASSETS)
def ledger(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "assets-ledger", SPEND)
    return show(request, LEDGER, template="console/tenure/list.html", context=context)


@page(READ_ASSETS)
def entry(request: HttpRequest, pk: int) -> HttpResponseBase:
    return shown(request, entry_of(pk))


@require_POST
@page(READ_ASSETS)
def recipient(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The entry with the name of who was aided. Noted in the audit trail first."""
    row = entry_of(pk)
    reveal(row, ["person" if row.person_id else "household"], actor=actor_of(request))
    name = aided([row]).get(row.pk, "")
    home, person = row.household, row.person
    whom = linked("household", home.pk, f"{name} {home.number}") if home else ""
    return shown(request, row, linked("person", person.pk, name) if person else whom)


def shown(request: HttpRequest, row: AllocationEntry, whom: str = "") -> HttpResponseBase:
    """The page of an entry; `whom` was aided, in clear."""
    told = whom or masked(row, aided([row]))
    context = {
        "title": f"{row.get_purpose_display()} {yuan(row.amount_fen)}", "printable": True,
        "facts": [*facts(row), *([(_("Who was aided"), told)] if told else [])],
        "steps": steps(row, actor_of(request)), "files": [(_now("Minutes or voucher"), row.file)] if row.file else [],
        "back_to": reverse("console:assets-ledger"), "back_label": _("Allocation ledger"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def entry_of(pk: int) -> AllocationEntry:
    rows = AllocationEntry.objects.select_related(
        "income__asset", "batch", "made_by", "file", "reverses", "reversed_by", "person", "household"
    )
    return found(rows, pk=pk)


def facts(row: AllocationEntry) -> list[tuple[Any, Any]]:
    """What the entry says, where it comes from, what answers it."""
    answered = getattr(row, "reversed_by", None)
    told = [
        (_("Village"), place_of(row.region_code)), (_("Share"), row.get_purpose_display()),
        (_("Number in its ledger"), row.serial), (_("Kind of entry"), row.get_kind_display()), (_("Day"), row.day),
        (_("What for"), row.text), (_("Amount in yuan"), yuan(row.amount_fen)), (_("Balance"), yuan(row.balance_fen)),
        (_("Voucher"), row.paper),
        (_("Income"), linked("assets-income", row.income.pk, row.income) if row.income else ""),
        (_("Batch"), linked("bank-batch", row.batch.pk, row.batch) if row.batch else ""),
        (_("Reverses"), linked("assets-entry", row.reverses.pk, row.reverses.text) if row.reverses else ""),
        (_("Reversed by"), linked("assets-entry", answered.pk, answered.text) if answered else ""),
        (_("Put on file by"), row.made_by.name),
    ]  # fmt: skip
    return [(label, value) for label, value in told if value]


def steps(row: AllocationEntry, actor: User) -> list[Step]:
    """Who was aided is shown on demand; a spending by hand can be reversed, once."""
    found_ = []
    if row.person_id or row.household_id:
        why = may(actor, REVEAL, row.region_code).why
        address = reverse("console:assets-entry-recipient", args=[row.pk])
        found_ = [Step(_now("Show who was aided"), address, "eye", forms.Form(), why)]
    if row.kind != AllocationKind.SPENDING or row.batch_id or hasattr(row, "reversed_by"):
        return found_
    why = may(actor, KEEP_ASSETS, row.region_code).why
    address = reverse("console:assets-entry-reverse", args=[row.pk])
    return [*found_, Step(_now("Reverse this entry"), address, "arrow-back-up", ReasonForm(), why, danger=True)]


@action(KEEP_ASSETS)
def reverse_entry(request: HttpRequest, pk: int) -> HttpResponseBase:
    made = domain.reverse(entry_of(pk), reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:assets-entry", made.pk)


@page(KEEP_ASSETS)
def spend(request: HttpRequest) -> HttpResponseBase:
    reader = regions.reader(request)
    form = SpendForm(reader, request.POST or None, request.FILES or None, initial=request.GET.dict())

    def save(given: dict[str, Any], actor: User) -> str:
        spent = domain.Spent(
            AllocationPurpose(given["purpose"]), given["day"], given["amount"], given["text"], given["paper"], given["scan"],
            given["recipient"],
        )  # fmt: skip
        made = domain.spend(given["region_code"], spent, actor=actor)
        return reverse("console:assets-entry", args=[made.pk])

    return form_page(request, form, _now("Enter a spending"), save, back_to=reverse("console:assets-ledger"))
