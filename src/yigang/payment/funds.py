"""Funds and their budget lines: what is there, what is spent, what is left."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, money
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.money import Fen
from yigang.payment.bank.access import MANAGE_FUNDS
from yigang.payment.models import BudgetLine, Fund
from yigang.posts.models import Programme


@dataclass(frozen=True, slots=True)
class Balance:
    """A budget line in fen: what it holds, what waits for the bank, what is paid."""

    amount_fen: Fen
    pending_fen: Fen
    paid_fen: Fen

    @property
    def left_fen(self) -> Fen:
        return self.amount_fen - self.pending_fen - self.paid_fen

    def share(self, part: Fen) -> int:
        """Hundredths of the amount, for a bar."""
        return 0 if not self.amount_fen else round(100 * part / self.amount_fen)


def balances(lines: Iterable[BudgetLine]) -> dict[int, Balance]:
    """Balance by budget line, over the batches of every region, whatever the caller sees of them."""
    lines = list(lines)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM yigang_spent(%s)", [[line.pk for line in lines]])
        spent = {line: (pending, paid) for line, pending, paid in cursor.fetchall()}
    return {line.pk: Balance(line.amount_fen, *spent.get(line.pk, (0, 0))) for line in lines}


def balance(line: BudgetLine) -> Balance:
    return balances([line])[line.pk]


def reserved(programme: Programme) -> Fen:
    """What is sealed and held back in a programme, of every region together: it is owed, so the budget keeps it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT yigang_reserved(%s)", [programme.pk])
        found: Fen = cursor.fetchone()[0]
        return found


def refuse_spending_reserved(line: BudgetLine, wanted_fen: Fen) -> None:
    """A batch leaves in the programme's budgets what its held pay needs."""
    needed = reserved(line.programme)
    lines = BudgetLine.objects.filter(programme=line.programme_id, fund__year=line.fund.year)
    left = sum(one.left_fen for one in balances(lines).values())
    if needed and wanted_fen <= left < wanted_fen + needed:
        raise Refusal(
            _("The budgets of %(year)d have %(left)s yuan left; this batch needs %(wanted)s and held pay keeps %(kept)s."),
            {"year": line.fund.year, "left": money.show(left), "wanted": money.show(wanted_fen), "kept": money.show(needed)},
            code="reserved", field="budget_line",
            remedy=_("Raise the budget line, or decide about the held pay first."),
        )  # fmt: skip


@transaction.atomic
def create_fund(name: str, *, year: int, region_code: str, actor: User, from_assets: bool = False) -> Fund:
    """A source of money in a year. `from_assets`: it is the income of the assets of its region, whose ledger it follows."""
    require(actor, MANAGE_FUNDS, region_code)
    if not name.strip():
        raise Refusal(_("The fund needs a name."), field="name")
    fund, created = Fund.objects.get_or_create(
        region_code=region_code, name=name.strip(), year=year, defaults={"from_assets": from_assets}
    )
    if not created:
        raise Refusal(_("There is a fund “%(name)s” of %(year)d already."), {"name": name, "year": year}, field="name")
    audit.record("payment.create_fund", fund, actor=actor, after=audit.snapshot(fund, ("name", "year", "from_assets")))
    return fund


@transaction.atomic
def create_budget_line(fund: Fund, programme: Programme, amount_fen: Fen, *, actor: User) -> BudgetLine:
    """Give a programme an amount of a fund."""
    require(actor, MANAGE_FUNDS, fund.region_code)
    _refuse_negative(amount_fen)
    if BudgetLine.objects.filter(fund=fund, programme=programme).exists():
        raise Refusal(
            _("%(fund)s pays for %(programme)s already."), {"fund": fund, "programme": programme},
            remedy=_("Raise that budget line instead."),
        )  # fmt: skip
    line = BudgetLine.objects.create(
        region_code=fund.region_code, fund=fund, programme=programme, amount_fen=amount_fen
    )
    after = {"fund": str(fund), "programme": programme.code, "amount_fen": amount_fen}
    audit.record("payment.create_budget_line", line, actor=actor, after=after)
    return line


@transaction.atomic
def change_amount(line: BudgetLine, amount_fen: Fen, *, reason: str, actor: User) -> BudgetLine:
    """Raise or lower what a budget line holds; never below what is spent."""
    require(actor, MANAGE_FUNDS, line.region_code)
    _refuse_negative(amount_fen)
    if not reason.strip():
        raise Refusal(_("Say why the budget is changed."), code="reason_missing", field="reason")
    line = BudgetLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    before = {"amount_fen": line.amount_fen}
    line.amount_fen = amount_fen
    with refusing_overdraft(line):
        line.save(update_fields=["amount_fen"])
    after = {"amount_fen": amount_fen, "reason": reason.strip()}
    audit.record("payment.change_budget", line, actor=actor, before=before, after=after)
    return line


def _refuse_negative(amount_fen: Fen) -> None:
    if amount_fen < 0:
        raise Refusal(_("A budget is not negative."), field="amount")


@contextmanager
def refusing_overdraft(line: BudgetLine, wanted_fen: Fen | None = None) -> Iterator[None]:
    """What the database refuses about a budget, with the figures. `wanted_fen` is what was to be spent."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if violated(error) != "budget_suffices":
            raise
        raise overdraft(line, wanted_fen) from error


def overdraft(line: BudgetLine, wanted_fen: Fen | None) -> Refusal:
    """The budget does not suffice: what is left of what, and what is asked."""
    now = BudgetLine.objects.select_related("fund").get(pk=line.pk)
    held = balance(now)
    figures = {
        "fund": now.fund, "amount": money.show(held.amount_fen), "left": money.show(held.left_fen),
        "spent": money.show(held.amount_fen - held.left_fen),
    }  # fmt: skip
    if wanted_fen is None:
        return Refusal(
            _("%(spent)s yuan of %(fund)s are spent already; the budget cannot be lower than that."), figures,
            code="budget", field="amount",
        )  # fmt: skip
    return Refusal(
        _("%(fund)s has %(left)s yuan left of %(amount)s; this batch needs %(wanted)s, %(short)s too much."),
        {**figures, "wanted": money.show(wanted_fen), "short": money.show(wanted_fen - held.left_fen)},
        code="budget", field="budget_line",
        remedy=_("Raise the budget line, choose another one, or pay fewer months."),
    )  # fmt: skip
