"""A new batch: choose what is paid, look at who is paid and who is not, then make it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.bank.forms import BatchForm, last_day
from yigang.console.pages import actor_of, page, refusals_on
from yigang.foundation import money, regioncode
from yigang.payment import funds
from yigang.payment.bank import domain
from yigang.payment.bank.access import CREATE_BATCH
from yigang.payment.bank.domain import Order
from yigang.payment.bank.proposal import BEGINNING, by_reason
from yigang.payment.bank.queries import budget_lines
from yigang.payment.enums import Step
from yigang.payment.models import Settlement

SHOWN = 100
"""People of a preview that are drawn; all of them stand on the batch's own page."""


@page(CREATE_BATCH)
def new_batch(request: HttpRequest) -> HttpResponseBase:
    """GET shows the form and, when it is filled in, the preview; POST makes what was looked at."""
    prefix = regions.viewing(request)
    asked: Any = request.POST if request.method == "POST" else request.GET
    form = BatchForm(asked) if "programme" in asked else BatchForm(initial=usual())
    context: dict[str, Any] = {"tab": "batches", "form": form, "prefix": prefix}
    if prefix and form.is_bound and form.is_valid():
        order = order_of(form, prefix)
        if request.method == "POST":
            with refusals_on(form):
                batch = domain.create_batch(order, actor=actor_of(request), expected=request.POST.get("expected", ""))
                messages.success(request, _("The draft is made. Another person approves it now."))
                return redirect("console:bank-batch", pk=batch.pk)
        context |= preview(order)
    return render(request, "console/bank/new.html", context)


def usual() -> dict[str, Any]:
    """The last sealed month, with the newest budget line of its programme."""
    month = Settlement.objects.filter(step=Step.SEALED).order_by("-month").first()
    if month is None:
        return {"last": timezone.localdate().replace(day=1)}
    line = budget_lines().filter(programme=month.programme_id).first()
    return {"programme": month.programme_id, "last": month.month, "budget_line": line, "layout": "yikatong"}


def order_of(form: BatchForm, prefix: str) -> Order:
    chosen = form.cleaned_data
    return Order(
        chosen["programme"], regioncode.pad(prefix), last_day(chosen["last"]), chosen["budget_line"], chosen["layout"],
        chosen["first"] or BEGINNING,
    )  # fmt: skip


def preview(order: Order) -> dict[str, Any]:
    """Both lists with their sums, and what the budget holds before and after."""
    proposal = order.proposal()
    balance = funds.balance(order.budget_line)
    regions.name_places(row.person for row in proposal.payable[:SHOWN])
    return {
        "proposal": proposal,
        "shown": proposal.payable[:SHOWN],
        "more": max(0, len(proposal.payable) - SHOWN),
        "held": by_reason(proposal.held),
        "capitals": money.capitals(proposal.total_fen),
        "balance": balance,
        "left_after": balance.left_fen - proposal.total_fen,
    }
