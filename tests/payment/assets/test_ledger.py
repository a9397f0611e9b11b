"""The ledger of asset income: divided to the fen, spent for its purpose, corrected by reversing entries, never below zero."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.payment.assets.conftest import MINUTES, VILLAGE
from tests.people.factories import make_person

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.models import AuditEntry
from yigang.payment.asset_models import AllocationEntry, Asset, AssetIncome
from yigang.payment.assets import domain, queries
from yigang.payment.assets.domain import Received, Spent
from yigang.payment.enums import AllocationPurpose
from yigang.policy.assets import AssetRule

POSTS, AID, CASE = AllocationPurpose.POSTS, AllocationPurpose.AID, AllocationPurpose.CASE
pytestmark = pytest.mark.req("T3")

percents = st.lists(st.integers(1, 9_998), min_size=2, max_size=2, unique=True).map(sorted).map(
    lambda cuts: [Decimal(cuts[0]) / 100, Decimal(cuts[1] - cuts[0]) / 100, Decimal(10_000 - cuts[1]) / 100]
)  # fmt: skip


@given(st.integers(0, 10**13), percents)
def test_parts_sum_to_the_whole_and_stay_within_a_fen_of_their_share(amount, shares):
    parts = domain.split(AssetRule(dict(zip(("posts", "aid", "case"), shares, strict=True)), "方案"), amount)
    assert sum(parts.values()) == amount
    for part, share in zip(parts.values(), shares, strict=True):
        assert abs(part - amount * share / 100) < 1


def balances() -> list[int]:
    return [queries.balance_of(VILLAGE, purpose) for purpose in (POSTS, AID, CASE)]


def test_two_million_four_hundred_thousand_of_the_town(village):
    """240 万/年: 192 万岗位和劳务, 24 万特困救助, 24 万一事一议; then some of it is spent."""
    income = village.receive(240_000_000)
    assert [(entry.purpose, entry.amount_fen, entry.balance_fen) for entry in income.entries.order_by("pk")] == [
        ("posts", 192_000_000, 192_000_000), ("aid", 24_000_000, 24_000_000), ("case", 24_000_000, 24_000_000),
    ]  # fmt: skip
    village.spend(40_000)
    village.spend(100_00, AID)
    village.spend(5_000_00, CASE, MINUTES)
    assert balances() == [191_960_000, 23_990_000, 23_500_000]
    flows = queries.by_place(AllocationEntry.objects.all())[VILLAGE]
    assert sum(flow.left_fen for flow in flows.values()) == 240_000_000 - 40_000 - 10_000 - 500_000
    months = queries.by_month(AllocationEntry.objects.all(), 2020)
    assert (months[date(2020, 1, 1)][POSTS].income_fen, months[date(2020, 3, 1)][POSTS].spent_fen) == (
        192_000_000,
        40_000,
    )
    connection.check_constraints()


def test_fen_that_do_not_divide_go_to_the_largest_remainders(village):
    """1.03 yuan: 82.4, 10.3 and 10.3 fen. 0.01 yuan goes to the posts, and nothing is entered for the others."""
    assert [entry.amount_fen for entry in village.receive(103).entries.order_by("pk")] == [83, 10, 10]
    assert [entry.amount_fen for entry in village.receive(1, "收据2").entries.all()] == [1]


def test_no_more_is_spent_than_there_is(village, refused):
    village.receive(10_000)
    village.spend(8_000)
    assert refused(village.spend, 1) == "balance"
    assert refused(village.spend, 1_001, AID) == "balance"
    assert balances() == [0, 1_000, 1_000]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": CASE}, "minutes"), ({"paper": " "}, "paper"), ({"fen": 0}, "amount"), ({"fen": -5}, "amount"),
    ],
)  # fmt: skip
def test_a_spending_says_what_and_by_which_paper(village, refused, change, code):
    village.receive(10_000)
    assert refused(village.spend, **{"fen": 1, **change}) == code


def test_special_aid_says_who_received_it(village, refused):
    """A person or a household of the place; nothing else has a recipient, and a reversal keeps it."""
    village.receive(10_000)
    elsewhere = make_person("李四", 4, region_code="520403101201")

    def give(purpose, whom) -> str:
        said = Spent(purpose, date(2020, 3, 5), 100, "火灾救助", "决议1", recipient=whom)
        return refused(domain.spend, VILLAGE, said, actor=village.officer)

    assert (give(AID, None), give(POSTS, village.home), give(AID, elsewhere)) == (
        "recipient", "recipient", "recipient_elsewhere",
    )  # fmt: skip
    entry = village.spend(500, AID)
    person = make_person("王五", 5, region_code=VILLAGE)
    said = Spent(AID, date(2020, 3, 6), 200, "临时救助", "决议2", recipient=person)
    assert queries.aided([entry, domain.spend(VILLAGE, said, actor=village.officer)]) == {
        entry.pk: "罗小芳", entry.pk + 1: "王五",
    }  # fmt: skip
    assert domain.reverse(entry, reason="重复", actor=village.officer).household == village.home
    assert balances()[1] == 800
    with pytest.raises(DatabaseError), transaction.atomic():
        AllocationEntry.objects.create(
            region_code=VILLAGE, day=date(2020, 2, 1), text="x", paper="x", made_by=village.officer, purpose=POSTS,
            kind="spending", amount_fen=-1, person=person,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "ends", "received", "fen", "paper", "code"),
    [
        (1, 31, 31, 0, "收据", "amount"),
        (31, 1, 31, 1, "收据", "period"),
        (1, 31, 31, 1, "", "paper"),
        (1, 31, 31, 1, "收" * 121, "paper"),
    ],
)
def test_an_income_has_an_amount_a_period_and_a_paper(village, refused, starts, ends, received, fen, paper, code):
    days = [date(2020, 1, day) for day in (starts, ends, received)]
    assert refused(domain.record_income, village.asset, Received(*days, fen, paper), actor=village.officer) == code


def test_an_income_is_on_file_once(village, refused):
    village.receive(10_000)
    assert refused(village.receive, 10_000) == "income_once"
    village.receive(10_000, "收据2")
    assert balances() == [16_000, 2_000, 2_000]


def test_a_mistake_is_answered_by_reversing_entries(village, refused):
    income, spending = village.receive(10_000), None
    spending = village.spend(500)
    assert refused(domain.take_back_incomes, [income], reason="重复", actor=village.officer) == "balance"
    domain.reverse(spending, reason="记错村", actor=village.officer)
    assert refused(domain.reverse, spending, reason="再来", actor=village.officer) == "reversed"
    domain.take_back_incomes([income], reason="重复", actor=village.officer)
    connection.check_constraints()
    assert balances() == [0, 0, 0]
    assert AllocationEntry.objects.count() == 8, "everything stays"
    assert refused(domain.take_back_incomes, [income], reason="再来", actor=village.officer) == "taken_back"
    village.receive(10_000)
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {
        "payment.record_asset_income", "payment.spend_asset_income", "payment.reverse_allocation",
        "payment.take_back_asset_income",
    }  # fmt: skip


def test_what_the_database_refuses_by_itself(village):
    """Whatever the program does: no change, no deletion, no income without its parts, no balance below zero."""
    income = village.receive(10_000)
    entry = income.entries.first()
    added = {"region_code": VILLAGE, "day": date(2020, 2, 1), "text": "x", "paper": "x", "made_by": village.officer}
    tries = [
        lambda: AllocationEntry.objects.update(amount_fen=1),
        lambda: AllocationEntry.objects.all().delete(),
        lambda: AssetIncome.objects.update(amount_fen=1),
        lambda: AssetIncome.objects.update(live=False) and connection.check_constraints(),
        lambda: AllocationEntry.objects.create(**added, purpose=POSTS, kind="spending", amount_fen=-8_001),
        lambda: AllocationEntry.objects.create(**added, purpose=CASE, kind="spending", amount_fen=-1),
        lambda: AllocationEntry.objects.create(**added, purpose=POSTS, kind="reversal", amount_fen=5, reverses=entry),
        lambda: (
            AllocationEntry.objects.create(**added, purpose=POSTS, kind="income", amount_fen=1, income=income),
            connection.check_constraints(),
        ),
    ]  # fmt: skip
    for attempt in tries:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert balances() == [8_000, 1_000, 1_000]


def test_the_ledger_of_another_town_is_invisible_and_closed(village, make_user):
    income = village.receive(10_000)
    other = make_user(Role.TOWN_OFFICER, "520403101")
    with rls.scope(other):
        assert not AllocationEntry.objects.exists()
        assert not AssetIncome.objects.exists()
        assert not Asset.objects.exists()
    with pytest.raises(Forbidden):
        domain.take_back_incomes([income], reason="x", actor=other)
    with pytest.raises(Forbidden):
        domain.record_income(
            village.asset, Received(income.starts, income.ends, income.ends, 1, "x"), actor=make_user(Role.VILLAGE_CLERK, VILLAGE)
        )  # fmt: skip


def test_a_policy_that_does_not_divide_is_named(village, refused, monkeypatch):
    monkeypatch.setattr(domain, "asset_rule", lambda _text: None)
    assert refused(village.receive, 1) == "no_rule"
