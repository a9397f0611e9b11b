"""How the money stands: budgets with what is spent and left, and for every sealed month where its money is."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yigang.console import regions
from yigang.console.pages import actor_of, page
from yigang.foundation.access import may
from yigang.foundation.money import Fen
from yigang.payment import funds
from yigang.payment.bank.access import CREATE_BATCH, MANAGE_FUNDS, READ_PAYMENTS
from yigang.payment.bank.queries import MonthStanding, budget_lines, standing
from yigang.payment.funds import Balance
from yigang.payment.models import BudgetLine
from yigang.posts.models import Programme


@dataclass(frozen=True)
class BudgetRow:
    """A budget line with its bar: hundredths paid and waiting."""

    line: BudgetLine
    balance: Balance

    @property
    def paid_share(self) -> int:
        return self.balance.share(self.balance.paid_fen)

    @property
    def pending_share(self) -> int:
        return self.balance.share(self.balance.pending_fen)

    @property
    def low(self) -> bool:
        """Less than a tenth is left."""
        return self.balance.left_fen * 10 < self.balance.amount_fen


@dataclass(frozen=True)
class ProgrammeStanding:
    """A programme's sealed months and what could be paid now."""

    programme: Programme
    months: list[MonthStanding]

    @property
    def reserved_fen(self) -> Fen:
        return sum(month.on_hold_fen for month in self.months)

    @property
    def open_fen(self) -> Fen:
        return sum(month.open_fen for month in self.months)


def budget_rows() -> list[BudgetRow]:
    lines = list(budget_lines())
    held = funds.balances(lines)
    return [BudgetRow(line, held[line.pk]) for line in lines]


@page(READ_PAYMENTS)
def overview(request: HttpRequest) -> HttpResponse:
    prefix, actor = regions.viewing(request), actor_of(request)
    programmes = [ProgrammeStanding(one, standing(one, prefix)) for one in Programme.objects.all()]
    context = {
        "tab": "overview",
        "budgets": budget_rows(),
        "programmes": [one for one in programmes if one.months],
        "may_create": may(actor, CREATE_BATCH),
        "may_manage": may(actor, MANAGE_FUNDS),
    }
    return render(request, "console/bank/overview.html", context)
