"""A village with a solar station under a programme whose policy divides its income 80, 10 and 10."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from tests.people.factories import make_household, make_person

from yigang.foundation.models import User
from yigang.payment.asset_models import AllocationEntry, Asset, AssetIncome
from yigang.payment.assets.domain import Paper, Received, Spent, add_asset, record_income, spend
from yigang.payment.enums import AllocationPurpose
from yigang.people.enums import Relation
from yigang.people.models import Household
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
        who = self.home if purpose == AllocationPurpose.AID else None
        return spend(VILLAGE, Spent(purpose, date(2020, 3, 5), fen, "保洁劳务", paper, scan, who), actor=self.officer)

    @property
    def home(self) -> Household:
        """A household of the village, with its head."""
        known = Household.objects.filter(region_code=VILLAGE).first()
        if known is None:
            known = make_household("H77", region_code=VILLAGE)
            make_person("罗小芳", 77, household=known, relation=Relation.HEAD, region_code=VILLAGE)
        return known


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
