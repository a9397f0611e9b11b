"""Tables for the ledgers of assets, household income and visits: faults at their row, all or nothing, taken back as one."""

from datetime import date, datetime

import pytest
from tests.exchange.roster.conftest import VILLAGE, county  # noqa: F401 - a fixture
from tests.exchange.stated import apply, bring_in, programme  # noqa: F401 - fixtures
from tests.people.factories import make_household

from yigang.duty import domain as duty
from yigang.duty.models import Pairing, Visit
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind
from yigang.exchange.ledgers import asset_income, household_income, visits
from yigang.foundation import rls
from yigang.payment.asset_models import AllocationEntry, AssetIncome
from yigang.payment.assets.domain import add_asset
from yigang.people.models import IncomeYear

CREATED = datetime(2020, 8, 1)  # noqa: DTZ001 - a workbook has no zone
INCOME = {
    "asset": "光伏电站", "starts": date(2020, 1, 1), "ends": date(2020, 6, 30), "received_on": date(2020, 7, 10),
    "amount": 2_400_000, "paper": "回单1",
}  # fmt: skip
FIGURES = {"household": "H1", "year": 2020, "wage": 12_000, "business": 0, "property": 0, "transfer": 500, "cost": 0}
VISIT = {"household": "H1", "day": date(2020, 8, 1), "text": "送化肥", "given": 300}


@pytest.fixture
def village(programme, town_officer):  # noqa: F811 - the fixture
    """A solar station, two households, and a helper for the first."""
    programme.policy_code = "pingba-ranger"
    programme.save()
    homes = [make_household(f"H{number}", region_code=VILLAGE) for number in (1, 2)]
    add_asset(VILLAGE, "光伏电站", programme, actor=town_officer)
    duty.pair(programme, homes[0], duty.Helper(official="王书记"), since=date(2020, 1, 1), actor=town_officer)
    return homes


@pytest.fixture
def undo(town_officer):
    def undo(applied):
        with rls.scope(town_officer):
            return domain.undo(applied, reason="导错", actor=town_officer)

    return undo


def errors(found) -> list[tuple[int | None, str]]:
    return [(each["row"], each["code"]) for each in found.problems if each["severity"] == "error"]


@pytest.mark.req("T3")
def test_incomes_are_divided_when_they_are_applied(village, bring_in, apply, undo):  # noqa: F811 - the fixture
    found = bring_in(ImportKind.ASSET_INCOME, [INCOME, {**INCOME, "paper": "回单2", "amount": 0.01}])
    assert (errors(found), found.counts["new"], AssetIncome.objects.count()) == ([], 2, 0)
    done = apply(found)
    posts = AllocationEntry.objects.filter(purpose="posts").order_by("serial")
    assert [row.amount_fen for row in posts] == [192_000_000, 1]
    assert bring_in(ImportKind.ASSET_INCOME, [INCOME]).counts["unchanged"] == 1
    assert errors(bring_in(ImportKind.ASSET_INCOME, [{**INCOME, "amount": 5}])) == [(2, "on_file")]
    undo(done)
    assert not AssetIncome.objects.filter(live=True).exists()


@pytest.mark.req("T4")
def test_figures_are_new_changed_or_kept(village, bring_in, apply, undo):  # noqa: F811 - the fixture
    apply(bring_in(ImportKind.HOUSEHOLD_INCOME, [FIGURES]))
    assert IncomeYear.objects.get().wage_fen == 1_200_000
    some = {"household": "H1", "year": "2020年", "cost": 100}
    found = bring_in(ImportKind.HOUSEHOLD_INCOME, [some, {**FIGURES, "household": "H2"}])
    assert (errors(found), found.counts["changed"], found.counts["new"]) == ([], 1, 1)
    done = apply(found)
    kept = IncomeYear.objects.get(household__number="H1")
    assert (kept.wage_fen, kept.cost_fen) == (1_200_000, 10_000), "an empty cell says nothing"
    undo(done)
    assert IncomeYear.objects.get().cost_fen == 0


@pytest.mark.req("T8")
def test_visits_move_the_deadline_and_back(village, bring_in, apply, undo):  # noqa: F811 - the fixture
    due = Pairing.objects.get().due_on
    found = bring_in(ImportKind.VISIT, [VISIT])
    assert (errors(found), found.counts["new"]) == ([], 1)
    done = apply(found)
    visit = Visit.objects.get()
    assert (visit.given_fen, visit.pairing.due_on > due) == (30_000, True)
    assert bring_in(ImportKind.VISIT, [VISIT]).counts["unchanged"] == 1
    undo(done)
    assert Pairing.objects.get().due_on == due
    assert Visit.objects.get().withdrawn_at is not None


@pytest.mark.parametrize(
    ("kind", "row", "changes", "code"),
    [
        (ImportKind.ASSET_INCOME, INCOME, {"asset": "水电站"}, "asset"),
        (ImportKind.ASSET_INCOME, INCOME, {"ends": date(2019, 1, 1)}, "period"),
        (ImportKind.ASSET_INCOME, INCOME, {"amount": None}, "required"),
        (ImportKind.HOUSEHOLD_INCOME, FIGURES, {"household": "H9"}, "household"),
        (ImportKind.HOUSEHOLD_INCOME, FIGURES, {"year": "去年"}, "year"),
        (ImportKind.HOUSEHOLD_INCOME, FIGURES, {"wage": -5}, "figure"),
        (ImportKind.VISIT, VISIT, {"household": "H2"}, "no_helper"),
        (ImportKind.VISIT, VISIT, {"day": date(2019, 8, 1)}, "no_helper"),
        (ImportKind.VISIT, VISIT, {"text": None}, "required"),
    ],
)
def test_a_fault_of_one_row_refuses_the_file(village, bring_in, kind, row, changes, code):  # noqa: F811 - the fixture
    assert errors(bring_in(kind, [row, {**row, **changes}])) == [(3, code)]
    assert errors(bring_in(kind, [row, row])) == [(3, "twice")]


@pytest.mark.parametrize("module", [asset_income, household_income, visits])
def test_the_example_of_a_template_is_left_out(village, bring_in, module):  # noqa: F811 - the fixture
    kinds = {
        asset_income: ImportKind.ASSET_INCOME, household_income: ImportKind.HOUSEHOLD_INCOME, visits: ImportKind.VISIT,
    }  # fmt: skip
    found = bring_in(kinds[module], [], content=module.template(CREATED))
    assert (errors(found), found.counts["rows"]) == ([], 0)
