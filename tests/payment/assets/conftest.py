"""A village with a solar station under a programme whose policy divides its income 80, 10 and 10."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from yigang.foundation.models import User
from yigang.payment.asset_models import AllocationEntry, Asset, AssetIncome
from yigang.payment.assets.domain import Paper, Received, Spent, add_asset, record_income, spend
from yigang.payment.enums import AllocationPurpose
from yigang.posts.models import Programme

VILLAGE, COUNTY = "520403100201", "520403000000"
MINUTES = Paper(b"%PDF-1.4 minutes", "minutes.pdf")


@dataclass
class Village:
    asset: Asset
    officer: User

    def receive(self, fen: int, paper: str = "收据1", month: int = 1) -> AssetIncome:
        day = date(2020, month, 28)
        return record_income(self.asset, Received(day.replace(day=1), day, day, fen, paper), actor=self.officer)

    def spend(
        self, fen: int, purpose: AllocationPurpose = AllocationPurpose.POSTS, scan: Paper | None = None, paper: str = "凭证1"
    ) -> AllocationEntry:  # fmt: skip
        return spend(VILLAGE, Spent(purpose, date(2020, 3, 5), fen, "保洁劳务", paper, scan), actor=self.officer)


def build(officer: User) -> Village:
    programme = Programme.objects.create(
        region_code=COUNTY, code="rangers", name="生态护林员", kind="ranger", policy_code="pingba-ranger",
        starts=date(2020, 1, 1),
    )  # fmt: skip
    return Village(add_asset(VILLAGE, "村级光伏电站", programme, actor=officer), officer)


@pytest.fixture
def village(town_officer) -> Village:
    return build(town_officer)


@pytest.fixture
def refused() -> Callable[..., str]:
    """The code with which a verb refuses."""
    from yigang.foundation.errors import Refusal

    def ask(verb: Callable[..., object], *given: object, **named: object) -> str:
        with pytest.raises(Refusal) as caught:
            verb(*given, **named)
        return caught.value.code

    return ask
