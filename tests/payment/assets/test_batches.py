"""A batch paid from asset income takes its sum out of the ledger when it is approved, and what bounces comes back."""

import pytest
from tests.payment.bank.conftest import COUNTY, JULY, build

from yigang.foundation.errors import Refusal
from yigang.payment.asset_models import AllocationEntry, Asset
from yigang.payment.assets.domain import Received, record_income, reverse
from yigang.payment.bank import domain
from yigang.payment.bank.returns import Answer, read_return
from yigang.payment.models import Fund

pytestmark = pytest.mark.req("T3")


@pytest.fixture
def world(make_user):
    """A county whose fund is the income of its solar stations; two people are owed 1,233.33 yuan."""
    world = build(make_user)
    Fund.objects.update(from_assets=True)
    world.programme.policy_code = "pingba-ranger"
    world.programme.save()
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    world.asset = Asset.objects.create(
        region_code=COUNTY, name="光伏电站", programme=world.programme, added_by=world.finance
    )
    return world


def receive(world, fen: int) -> None:
    record_income(world.asset, Received(JULY, JULY, JULY, fen, "收据"), actor=world.finance)


def moves() -> list[tuple[str, int, int]]:
    rows = AllocationEntry.objects.filter(batch__isnull=False).order_by("serial")
    return [(row.kind, row.amount_fen, row.balance_fen) for row in rows]


def test_approved_sent_and_partly_refused(world):
    receive(world, 200_000)
    batch = domain.create_batch(world.order(), actor=world.finance)
    assert moves() == [], "a draft takes nothing"
    batch = domain.approve_batch(batch, actor=world.manager)
    domain.send_batch(batch, b"rows", name="batch.csv", content_type="text/csv", actor=world.finance)
    answers = [Answer(1, 1, paid=False, reason="账号不符"), Answer(2, 2, paid=True)]
    read_return(batch, b"answers", answers, name="return.csv", actor=world.finance)
    assert moves() == [("spending", -123_333, 36_667), ("returned", 40_000, 76_667)]
    with pytest.raises(Refusal) as refusal:
        reverse(AllocationEntry.objects.filter(batch=batch).first(), reason="错", actor=world.finance)
    assert refusal.value.code == "not_by_hand"


def test_a_cancelled_batch_gives_everything_back(world):
    receive(world, 200_000)
    batch = domain.approve_batch(domain.create_batch(world.order(), actor=world.finance), actor=world.manager)
    domain.cancel_batch(batch, reason="错", actor=world.finance)
    assert moves() == [("spending", -123_333, 36_667), ("returned", 123_333, 160_000)]


def test_a_batch_that_the_ledger_does_not_hold_is_not_approved(world):
    receive(world, 100_000)
    batch = domain.create_batch(world.order(), actor=world.finance)
    with pytest.raises(Refusal) as refusal:
        domain.approve_batch(batch, actor=world.manager)
    assert refusal.value.code == "balance"
    assert moves() == []
