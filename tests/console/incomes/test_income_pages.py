"""Household income on the console: the ledger of a year, a village typed in at once, one household with its plan."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.conftest import COUNTY
from tests.console.conftest import make_person

from yigang.foundation.enums import Role
from yigang.people import incomes
from yigang.people.incomes import Figures
from yigang.people.models import Household, IncomeYear, ReliefPlan

pytestmark = [pytest.mark.req("T4"), pytest.mark.usefixtures("regions")]
YEAR = 2020
POOR = Figures(wage_fen=0, business_fen=100_000, property_fen=0, transfer_fen=0, cost_fen=50_000, source="入户")


@pytest.fixture
def home(county_manager) -> Household:
    """One person, 500 yuan net, a line of 5,000."""
    incomes.set_warning_line(f"{COUNTY}000000", YEAR, 500_000, source="省监测标准", actor=county_manager)
    return make_person(1, relation="head").household


@pytest.fixture
def officer(town_officer, sign_in):
    return sign_in(town_officer)


def text(client, name, *args, query=""):
    answer = client.get(reverse(f"console:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_ledger_asks_as_much_for_three_as_for_one(home, officer, rows, django_assert_num_queries):
    for number in range(2, rows + 1):
        make_person(number)
    with django_assert_num_queries(11):
        text(officer, "incomes-year", YEAR)


def test_who_is_under_the_line_and_who_is_undetermined(home, officer, town_officer):
    make_person(2)
    incomes.set_incomes([(home, YEAR, POOR)], actor=town_officer)
    under = text(officer, "incomes-year", YEAR, query="?state=under")
    assert "500.00 yuan per head, the line is 5,000.00" in under
    assert "H2" not in under
    unknown = text(officer, "incomes-year", YEAR, query="?state=unknown")
    assert "Missing:" in unknown
    assert "H1<" not in unknown
    assert "H1" in text(officer, "incomes-year", YEAR, query="?q=wxh"), "by the initials of a member"
    workbook = officer.get(reverse("console:incomes-year", args=[YEAR]) + "?format=xlsx")
    assert workbook["Content-Type"].endswith("sheet")
    assert officer.get(reverse("console:incomes-year", args=[1980])).status_code == 404


def test_a_village_is_typed_in_at_once_or_not_at_all(home, officer):
    address = reverse("console:incomes-grid", args=[YEAR])
    field = f"wage_fen-{home.pk}"
    assert "no amounts" in officer.post(address, {field: "many"}).content.decode()
    assert not IncomeYear.objects.exists()
    assert officer.post(address, {field: "1200", f"cost_fen-{home.pk}": ""}).status_code == 302
    row = IncomeYear.objects.get()
    assert (row.wage_fen, row.cost_fen) == (120_000, None)
    assert "1200.00" in text(officer, "incomes-grid", YEAR)


def test_a_household_has_figures_a_plan_and_its_end(home, officer):
    given = {
        "year": YEAR,
        "wage": "0",
        "business": "1000",
        "property": "0",
        "transfer": "0",
        "cost": "500",
        "source": "入户",
    }
    officer.post(reverse("console:household-figures", args=[home.pk]), given)
    shown = text(officer, "household", home.pk, query=f"?year={YEAR}")
    assert "Below the line" in shown
    assert "nobody earns wages" in shown
    due = timezone.localdate() + timedelta(days=30)
    officer.post(
        reverse("console:household-plan", args=[home.pk]), {"measures": "安排公益岗", "owner": "罗支书", "due_on": due}
    )
    plan = ReliefPlan.objects.get()
    assert "安排公益岗" in text(officer, "household", home.pk)
    finish = {"on": timezone.localdate(), "result": "已上岗"}
    officer.post(reverse("console:household-plan-finish", args=[plan.pk]), finish)
    assert "已上岗" in text(officer, "household", home.pk)


def test_the_county_sets_the_line_and_a_town_does_not(officer, town_officer, county_manager, sign_in):
    address = reverse("console:incomes-line", args=[YEAR])
    assert officer.get(address).status_code == 404
    assert sign_in(county_manager).post(address, {"per_head": "6000", "source": "文件"}).status_code == 302
    assert "6,000.00 yuan net per head" in text(sign_in(town_officer), "incomes-year", YEAR)


def test_another_town_does_not_find_the_household(home, sign_in, make_user):
    other = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert other.get(reverse("console:household", args=[home.pk])).status_code == 404
    assert other.post(reverse("console:household-figures", args=[home.pk]), {"year": YEAR}).status_code == 404
