"""Sealed months with people in them, made directly: how they came about is told elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest

from yigang.foundation import names
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.foundation.secrets import CARD, IDENTITY, vault
from yigang.payment.bank.domain import Order
from yigang.payment.enums import LineKind, LineState, Step
from yigang.payment.models import BudgetLine, Fund, Settlement, SubsidyLine
from yigang.people.models import BankAccount, Person
from yigang.posts.models import Post, Programme
from yigang.tenure.models import Appointment

COUNTY, TOWN, VILLAGE = "520403000000", "520403101000", "520403101200"
JULY, AUGUST = date(2020, 7, 1), date(2020, 8, 1)


@dataclass
class World:
    """A county with a programme, a fund and its officers; `seal(month, {name: fen})` gives sealed lines."""

    finance: User
    colleague: User
    manager: User
    programme: Programme
    budget: BudgetLine
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, *, account: bool = True, **fields: object) -> Person:
        number = f"11010519491{len(self.people):06}X"
        person = Person.objects.create(
            region_code=VILLAGE, name=name, pinyin=names.keys(name).sort, initials=names.keys(name).initials,
            birth=date(1970, 1, 1), sex="M", identity_cipher=vault().encrypt(number, IDENTITY),
            identity_index=vault().index(number, IDENTITY), identity_last4_index=vault().index_last4(number, IDENTITY),
            **fields,
        )  # fmt: skip
        self.people[name] = person
        if account:
            self.account(person)
        return person

    def account(self, person: Person, *, holder: str = "") -> BankAccount:
        """A new account in use; the one before is closed."""
        person.accounts.update(active=False)
        card = f"6217{BankAccount.objects.count():012}"
        return BankAccount.objects.create(
            region_code=VILLAGE, person=person, bank="农村信用社", holder=holder or person.name,
            card_cipher=vault().encrypt(card, CARD), card_index=vault().index(card, CARD),
            card_last4_index=vault().index_last4(card, CARD),
        )  # fmt: skip

    def appointment(self, person: Person) -> Appointment:
        found = person.appointments.first()
        if found is not None:
            return found
        post = Post.objects.create(region_code=VILLAGE, programme=self.programme, number=f"P{person.pk}", kind="ranger")
        return Appointment.objects.create(
            region_code=VILLAGE, person=person, post=post, programme=self.programme, starts=date(2020, 1, 1)
        )

    def line(self, settlement: Settlement, name: str, fen: int | None, **fields: object) -> SubsidyLine:
        person = self.people.get(name) or self.person(name)
        state = LineState.UNDETERMINED if fen is None else LineState.SETTLED
        return SubsidyLine.objects.create(
            region_code=VILLAGE, settlement=settlement, appointment=self.appointment(person), person=person,
            month=settlement.month, state=state, amount_fen=fen, trace={}, **fields,
        )  # fmt: skip

    def open_month(self, month: date) -> Settlement:
        return Settlement.objects.create(
            region_code=TOWN, programme=self.programme, month=month, step=Step.APPROVED, author=self.finance,
            approver=self.manager,
        )  # fmt: skip

    def seal(self, month: date, amounts: dict[str, int | None]) -> dict[str, SubsidyLine]:
        settlement = self.open_month(month)
        lines = {name: self.line(settlement, name, fen) for name, fen in amounts.items()}
        close(settlement)
        return lines

    def adjust(self, month: date, corrections: dict[SubsidyLine, int]) -> None:
        """A later month that holds nothing but adjustments."""
        settlement = self.open_month(month)
        for line, fen in corrections.items():
            self.line(settlement, line.person.name, fen, kind=LineKind.ADJUSTMENT, corrects=line, reason="checked")
        close(settlement)

    def order(self, last: date = AUGUST, **fields: object) -> Order:
        return Order(self.programme, COUNTY, last, self.budget, "yikatong", **fields)


def close(settlement: Settlement) -> None:
    settlement.total_fen = sum(line.amount_fen or 0 for line in settlement.lines.all())
    settlement.step = Step.SEALED
    settlement.save(update_fields=["step", "total_fen"])


def build(make_user: Callable[..., User]) -> World:
    programme = Programme.objects.create(
        region_code=COUNTY, code="pingba", name="平坝区生态护林员", kind="ranger", policy_code="pingba",
        starts=date(2020, 1, 1),
    )  # fmt: skip
    fund = Fund.objects.create(region_code=COUNTY, name="中央林业改革发展资金", year=2020)
    budget = BudgetLine.objects.create(region_code=COUNTY, fund=fund, programme=programme, amount_fen=100_000_000)
    finance, colleague = make_user(Role.FINANCE, "520403"), make_user(Role.FINANCE, "520403")
    return World(finance, colleague, make_user(Role.COUNTY_MANAGER, "520403"), programme, budget)


@pytest.fixture
def world(make_user) -> World:
    return build(make_user)
