"""Whom a batch would pay. Who is owed money and cannot be paid is listed with the reason, never dropped."""

from datetime import date

import pytest
from tests.payment.bank.conftest import AUGUST, COUNTY, JULY, VILLAGE

from yigang.payment.bank.proposal import HoldReason, propose
from yigang.payment.enums import LineKind


def proposal(world, last=AUGUST, first=date(2020, 1, 1)):
    return propose(world.programme, "520403", first, last)


def payable(world, **months):
    return {row.person.name: row.amount_fen for row in proposal(world, **months).payable}


def held(world):
    return {row.person.name: (row.reason, row.amount_fen) for row in proposal(world).held}


def test_months_of_a_person_are_paid_together(world):
    world.seal(JULY, {"张三": 83333, "李四": 83333})
    world.seal(AUGUST, {"张三": 83334})
    assert payable(world) == {"张三": 166667, "李四": 83333}
    assert payable(world, last=date(2020, 7, 31)) == {"张三": 83333, "李四": 83333}
    assert proposal(world).total_fen == 250000


def test_only_sealed_months_are_paid(world):
    settlement = world.open_month(JULY)
    world.line(settlement, "张三", 83333)
    assert payable(world) == {}


@pytest.mark.req("Z10")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("没账户", HoldReason.NO_ACCOUNT),
        ("别人的", HoldReason.OTHER_HOLDER),
        ("已去世", HoldReason.DIED),
    ],
)
def test_who_cannot_be_paid_is_listed_with_the_reason(world, name, reason):
    world.person("没账户", account=False)
    world.account(world.person("别人的"), holder="张三")
    world.person("已去世", died_on=date(2020, 7, 20))
    world.seal(JULY, {"没账户": 1, "别人的": 2, "已去世": 3, "张三": 4})
    assert payable(world) == {"张三": 4}
    assert held(world)[name][0] == reason
    assert len(held(world)) == 3


def test_an_undetermined_month_waits_and_the_others_are_paid(world):
    world.seal(JULY, {"张三": None})
    world.seal(AUGUST, {"张三": 40000})
    assert payable(world) == {"张三": 40000}
    assert held(world) == {"张三": (HoldReason.UNDETERMINED, 0)}


def test_an_adjustment_that_settles_an_undetermined_month_takes_its_place(world):
    lines = world.seal(JULY, {"张三": None})
    world.adjust(AUGUST, {lines["张三"]: 25000})
    assert payable(world) == {"张三": 25000}
    assert held(world) == {}


def test_what_was_paid_too_much_is_taken_from_the_next_pay(world):
    lines = world.seal(JULY, {"张三": 40000})
    settlement = world.open_month(AUGUST)
    world.line(settlement, "张三", 40000)
    world.line(settlement, "张三", -15000, kind=LineKind.ADJUSTMENT, corrects=lines["张三"], reason="absent")
    settlement.step = "sealed"
    settlement.save()
    assert payable(world) == {"张三": 65000}


def test_a_debt_is_carried_and_shown(world):
    lines = world.seal(JULY, {"张三": 40000})
    world.adjust(AUGUST, {lines["张三"]: -50000})
    assert payable(world) == {}
    assert held(world) == {"张三": (HoldReason.NEGATIVE, -10000)}


def test_a_month_of_nothing_needs_no_payment(world):
    world.seal(JULY, {"张三": 0})
    assert payable(world) == {}
    assert held(world) == {}


def test_another_region_is_not_paid(world):
    world.seal(JULY, {"张三": 40000})
    assert propose(world.programme, "520402").payable == []
    assert len(propose(world.programme, VILLAGE).payable) == 1


def test_the_digest_changes_with_what_would_be_paid(world):
    world.seal(JULY, {"张三": 40000})
    before = proposal(world).digest
    assert proposal(world).digest == before
    world.account(world.people["张三"])
    assert proposal(world).digest != before


def test_ten_people_cost_as_many_queries_as_one(world, django_assert_num_queries):
    world.seal(JULY, {f"人{letter}": 100 for letter in "甲乙丙丁戊己庚辛壬癸"})
    with django_assert_num_queries(4):
        assert len(propose(world.programme, COUNTY[:6]).payable) == 10
