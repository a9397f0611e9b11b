"""Pages that keep funds and budget lines."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.bank.forms import AmountForm, BudgetForm, FundForm
from yigang.console.pages import actor_of, found, page, refusals_on
from yigang.foundation import regioncode
from yigang.payment import funds
from yigang.payment.bank.access import MANAGE_FUNDS
from yigang.payment.bank.queries import budget_lines


@page(MANAGE_FUNDS)
def new_fund(request: HttpRequest) -> HttpResponseBase:
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        region = regioncode.pad(regions.viewing(request))
        with refusals_on(form):
            fund = funds.create_fund(**form.cleaned_data, region_code=region, actor=actor_of(request))
            messages.success(request, _("The fund is there; give programmes their parts of it."))
            return redirect(f"{request.path.removesuffix('new/')}budgets/new/?fund={fund.pk}")
    return render(request, "console/bank/form.html", {"form": form, "title": _("New fund"), "tab": "overview"})


@page(MANAGE_FUNDS)
def new_budget(request: HttpRequest) -> HttpResponseBase:
    form = BudgetForm(request.POST or None, initial={"fund": request.GET.get("fund")})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        with refusals_on(form):
            funds.create_budget_line(chosen["fund"], chosen["programme"], chosen["amount"], actor=actor_of(request))
            return redirect("console:bank")
    return render(request, "console/bank/form.html", {"form": form, "title": _("New budget line"), "tab": "overview"})


@page(MANAGE_FUNDS)
def change_budget(request: HttpRequest, pk: int) -> HttpResponseBase:
    line = found(budget_lines(), pk=pk)
    form = AmountForm.of(line.amount_fen, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            funds.change_amount(
                line, form.cleaned_data["amount"], reason=form.cleaned_data["reason"], actor=actor_of(request)
            )
            messages.success(request, _("The budget is changed."))
            return redirect("console:bank")
    context = {
        "form": form,
        "title": f"{line.fund} · {line.programme}",
        "tab": "overview",
        "balance": funds.balance(line),
    }
    return render(request, "console/bank/form.html", context)
