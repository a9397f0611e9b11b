"""Assets: the list, one with its incomes, a new one; an income with the preview of its division, and its taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Max, Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.access import OPEN_IMPORTS
from yigang.console.assets.forms import AssetForm, IncomeForm
from yigang.console.assets.tabs import ADD, SPEND, TABLE, frame
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, Total, show
from yigang.console.lists.spec import yuan
from yigang.console.pages import action, actor_of, form_page, found, page, refusals_on, sentence
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, place_of, tag
from yigang.foundation.access import may, require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment.asset_models import AllocationEntry, Asset, AssetIncome
from yigang.payment.assets import domain
from yigang.payment.assets.access import KEEP_ASSETS, READ_ASSETS
from yigang.payment.enums import AllocationPurpose

LIVE = Q(incomes__live=True)
ASSETS = List(
    name="assets",
    title=_("Assets"),
    unit=_("assets"),
    rows=lambda _reader: Asset.objects.select_related("programme").annotate(
        income=Sum("incomes__amount_fen", filter=LIVE), latest=Max("incomes__received_on", filter=LIVE)
    ),
    columns=(
        Column("name", _("Name of the asset"), lambda row: row.name, sort=("name",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("programme", _("Programme"), lambda row: row.programme.name, sort=("programme__name",)),
        Column("latest", _("Last income"), lambda row: row.latest, sort=("latest",), kind="date"),
        Column("income", _("All income"), lambda row: row.income, sort=("income",), kind="money", unit=_("yuan")),
        Column("note", _("Particulars of the asset"), lambda row: row.note, wrap=True, shown=False),
    ),
    order=("region_code", "name"),
    filters=(BelowFilter(), ChoiceFilter("programme", _("Programme"), "programme", programmes)),
    search=lambda rows, words: rows.filter(Q(name__contains=words) | Q(note__contains=words)),
    search_hint=_("Name of the asset"),
    totals=(Total(_("All income"), Sum("income", default=0), yuan, _("yuan")),),
    prepare=regions.name_places,
    link=lambda row: reverse("console:asset", args=[row.pk]),
    empty=Empty(_("No asset is on file yet."), _("Add an asset"), "console:assets-new", KEEP_ASSETS),
)


@page(READ_ASSETS)
def assets(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request)
    tables = [TABLE] if may(actor, OPEN_IMPORTS) else []
    context = frame(actor, "assets-list", ADD, SPEND, *tables)
    return show(request, ASSETS, template="console/tenure/list.html", context=context)


@page(KEEP_ASSETS)
def new(request: HttpRequest) -> HttpResponseBase:
    form = AssetForm(regions.reader(request), request.POST or None)

    def save(given: dict[str, Any], actor: User) -> str:
        made = domain.add_asset(
            given["region_code"], given["name"], given["programme"], note=given["note"], actor=actor
        )
        return reverse("console:asset", args=[made.pk])

    return form_page(request, form, _now("Add an asset"), save, back_to=reverse("console:assets-list"))


def asset_of(pk: int) -> Asset:
    return found(Asset.objects.select_related("programme", "added_by"), pk=pk)


@page(READ_ASSETS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = asset_of(pk)
    incomes = [income_line(income) for income in row.incomes.all()]
    headings = [_("Received on"), _("Period of the income"), _("Amount in yuan"), _("Voucher"), _("State")]
    kept = may(actor_of(request), KEEP_ASSETS, row.region_code)
    context = {
        "title": row.name, "tables": [(_("Incomes of the asset"), headings, incomes)],
        "facts": [
            (_("Village"), place_of(row.region_code)), (_("Programme"), row.programme),
            (_("Divided by"), division(row)), (_("Particulars of the asset"), row.note), (_("Put on file by"), row.added_by.name),
        ],
        "income_url": reverse("console:assets-receive", args=[row.pk]) if kept else "",
        "back_to": reverse("console:assets-list"), "back_label": _("Assets"),
    }  # fmt: skip
    return render(request, "console/assets/asset.html", context)


def division(row: Asset) -> str:
    """What the policy's text of today says, or why it says nothing."""
    try:
        rule, _version = domain.rule_on(row.programme, timezone.localdate())
    except Refusal as refusal:
        return sentence(refusal)
    shares = [f"{AllocationPurpose(code).label} {percent} %" for code, percent in rule.shares.items()]
    return f"{'；'.join(shares)}（{rule.cites}）"


def income_line(row: AssetIncome) -> list[Any]:
    state = _now("Divided") if row.live else tag("", _now("Taken back"))
    period = linked("assets-income", row.pk, f"{row.starts} — {row.ends}")
    return [row.received_on, period, yuan(row.amount_fen), row.paper, state]


@page(KEEP_ASSETS)
def receive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """First the division is shown, then the same income sent again is recorded."""
    row, actor = asset_of(pk), actor_of(request)
    require(actor, KEEP_ASSETS, row.region_code)
    sent = request.POST.copy()
    form, preview = IncomeForm(sent or None), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        received = domain.Received(*(given[key] for key in ("starts", "ends", "received_on", "amount", "paper")))
        sign = f"{received.amount_fen} {received.received_on}"
        with refusals_on(form):
            if given["seen"] == sign:
                made = domain.record_income(row, received, actor=actor)
                messages.success(request, _now("The income is divided and on file."))
                return redirect("console:assets-income", made.pk)
            preview = previewed(row, received)
            sent["seen"] = sign
    context = {
        "form": form, "preview": preview, "title": _now("Record an income of %(asset)s") % {"asset": row},
        "back_to": reverse("console:asset", args=[row.pk]),
    }  # fmt: skip
    return render(request, "console/assets/receive.html", context)


def previewed(row: Asset, received: domain.Received) -> dict[str, Any]:
    """How an income would be divided; raises what stands against it."""
    fault = domain.fault_of(received)
    if fault:
        raise fault
    rule, _version = domain.rule_on(row.programme, received.received_on)
    parts = domain.split(rule, received.amount_fen)
    rows = [(purpose.label, share, parts[purpose]) for purpose, share in zip(parts, rule.shares.values(), strict=True)]
    return {"rows": rows, "sum": sum(parts.values()), "cites": rule.cites}


@page(READ_ASSETS)
def income(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(AssetIncome.objects.select_related("asset", "recorded_by", "file"), pk=pk)
    parts = [part_line(entry) for entry in row.entries.order_by("pk")]
    headings = [_("Share"), _("Kind of entry"), _("Amount in yuan"), _("Balance after it")]
    context = {
        "title": f"{row.asset} {row.starts} — {row.ends}", "state": None if row.live else ("", _now("Taken back")),
        "facts": [
            (_("Village"), place_of(row.region_code)), (_("Received on"), row.received_on),
            (_("Amount in yuan"), yuan(row.amount_fen)), (_("Voucher"), row.paper), (_("Put on file by"), row.recorded_by.name),
            (_("Digest of the policy's text"), row.policy_digest[:12]),
        ],
        "tables": [(_("How it was divided"), headings, parts)], "steps": income_steps(row, actor_of(request)),
        "printable": True, "back_to": reverse("console:asset", args=[row.asset_id]), "back_label": row.asset,
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def part_line(entry: AllocationEntry) -> list[Any]:
    amount = linked("assets-entry", entry.pk, yuan(entry.amount_fen))
    return [entry.get_purpose_display(), entry.get_kind_display(), amount, yuan(entry.balance_fen)]


def income_steps(row: AssetIncome, actor: User) -> list[Step]:
    if not row.live:
        return []
    why, address = may(actor, KEEP_ASSETS, row.region_code).why, reverse("console:assets-income-undo", args=[row.pk])
    return [Step(_now("Take the income back"), address, "arrow-back-up", ReasonForm(), why, danger=True)]


@action(KEEP_ASSETS)
def take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(AssetIncome.objects.all(), pk=pk)
    domain.take_back_incomes([row], reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:assets-income", pk)
