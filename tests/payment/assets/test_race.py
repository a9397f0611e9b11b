"""Two officers spend the same money over two real connections: the second waits for the first, and is refused."""

import pytest
from django.db import transaction
from tests.payment.assets.conftest import VILLAGE, build
from tests.payment.test_sealing_at_once import Other

from yigang.payment.assets.queries import balance_of
from yigang.payment.enums import AllocationPurpose

pytestmark = [pytest.mark.req("T3"), pytest.mark.usefixtures("committed_db")]


@pytest.mark.parametrize(("first", "left", "outcome"), [(8_000, 0, "balance"), (3_000, 0, "done")])
def test_the_balance_is_never_negative_for_two_at_once(town_officer, first, left, outcome):
    village = build(town_officer)
    village.receive(10_000)
    with transaction.atomic():
        village.spend(first)
        other = Other(lambda: village.spend(5_000, paper="凭证2")).waits()
    assert other.ends() == outcome
    assert balance_of(VILLAGE, AllocationPurpose.POSTS) == left
