"""The demo's solar station brings 2.4 million yuan; its ledger and its households show every state."""

from datetime import date

import pytest
from tests.people.factories import make_household, make_person
from tests.posts.factories import make_programme

from yigang.demo import assets
from yigang.demo.accounts import COUNTY, FIRST_TOWN
from yigang.demo.bring import Staff
from yigang.duty import domain as duty
from yigang.foundation.enums import Role
from yigang.payment.asset_models import AllocationEntry, AssetIncome
from yigang.payment.assets.queries import balance_of
from yigang.payment.enums import AllocationPurpose
from yigang.payment.household_income import with_income
from yigang.people.models import Household


@pytest.mark.req("T3", "T4")
def test_a_year_of_240_wan_and_households_in_every_state(make_user):
    make_user(Role.COUNTY_MANAGER, COUNTY)
    officer = make_user(Role.TOWN_OFFICER, FIRST_TOWN)
    programme = make_programme()
    for number in (1, 2, 3):
        home = make_household(f"H{number}", region_code=assets.VILLAGE)
        make_person(f"张{number}", number, region_code=assets.VILLAGE, household=home)
        duty.pair(programme, home, duty.Helper(official="王书记"), since=date(2020, 1, 1), actor=officer)
    assets.keep(programme, Staff(COUNTY))
    assert sum(income.amount_fen for income in AssetIncome.objects.all()) == 240_000_000
    left = [balance_of(assets.VILLAGE, purpose) for purpose in AllocationPurpose]
    assert left == [182_400_000, 23_700_000, 19_000_000]
    assert set(AllocationEntry.objects.values_list("kind", flat=True)) == {"income", "spending", "reversal"}
    states = {row.number: row.under for row in with_income(Household.objects.all(), assets.YEAR)}
    assert states == {"H1": False, "H2": True, "H3": None}
