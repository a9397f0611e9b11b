"""What a household lives on: figures that somebody entered, pay that was paid, and the line they are held against."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.payment.bank.conftest import COUNTY, JULY, VILLAGE, build

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.payment.bank import domain as bank
from yigang.payment.bank.returns import Answer, read_return
from yigang.payment.household_income import Standing, with_income
from yigang.people import incomes
from yigang.people.incomes import Figures
from yigang.people.models import Household, IncomeYear, ReliefPlan, WarningLine

pytestmark = pytest.mark.req("T4")
KNOWN = Figures(
    wage_fen=100_000, business_fen=500_000, property_fen=0, transfer_fen=50_000, cost_fen=200_000, source="入户"
)


@pytest.fixture
def world(make_user):
    """张三 and 李四 live together; the bank has paid 833.33 to the one and refused 400 to the other."""
    world = build(make_user)
    world.home = Household.objects.create(region_code=VILLAGE, number="7")
    for name in ("张三", "李四"):
        world.person(name, household=world.home)
    world.seal(JULY, {"张三": 83_333, "李四": 40_000})
    batch = bank.approve_batch(bank.create_batch(world.order(), actor=world.finance), actor=world.manager)
    bank.send_batch(batch, b"rows", name="batch.csv", content_type="text/csv", actor=world.finance)
    serials = {entry.person.name: entry.serial for entry in batch.entries.select_related("person")}
    answers = [Answer(1, serials["张三"], paid=True), Answer(2, serials["李四"], paid=False, reason="账号不符")]
    read_return(batch, b"answers", answers, name="return.csv", actor=world.finance)
    return world


def keep(world, figures: Figures = KNOWN, year: int = 2020) -> incomes.Before:
    return incomes.set_incomes([(world.home, year, figures)], actor=world.manager)


def standing(year: int = 2020) -> Standing:
    return Standing(with_income(Household.objects.all(), year).get())


def test_paid_lines_count_by_themselves_and_nothing_else(world):
    keep(world)
    told = standing()
    assert told.row.post_fen == 83_333, "what the bank refused was not received"
    assert told.row.net_fen == 100_000 + 500_000 + 0 + 50_000 + 83_333 - 200_000
    assert told.row.per_head_fen == 266_667, "533,333 by two, half up"
    assert told.share == "15.6 %"
    assert standing(2021).row.post_fen == 0


@pytest.mark.parametrize("gap", ["wage_fen", "cost_fen"])
def test_missing_is_not_zero(world, gap):
    incomes.set_warning_line(COUNTY, 2020, 10**6, source="省文件", actor=world.manager)
    assert len(standing().missing()) == 1, "one sentence when nobody has said anything"
    keep(world, replace(KNOWN, **{gap: None}))
    told = standing()
    assert (told.row.net_fen, told.row.per_head_fen, told.row.under, told.share) == (None, None, None, "—")
    assert len(told.missing()) == 1
    assert list(told.reasons()) == []


def test_a_household_without_members_is_undetermined(world):
    keep(world)
    for person in world.people.values():
        person.died_on = date(2020, 5, 1)
        person.save()
    assert standing().row.under is None
    assert len(standing().missing()) == 1


@pytest.mark.parametrize(("line", "under"), [(266_666, False), (266_667, True), (500_000, True)])
def test_the_line_is_held_against_the_exact_sum_and_not_the_rounded(world, line, under):
    keep(world)
    assert standing().row.under is None, "without a line nobody is under it"
    incomes.set_warning_line(COUNTY, 2020, line, source="某省监测标准", actor=world.manager)
    told = standing()
    assert told.row.under is under
    assert bool(list(told.reasons())) is under
    assert standing(2021).row.line_fen is None, "a line holds for its year"


@pytest.mark.parametrize("year", [1999, 2999])
def test_what_is_no_figure_is_refused(world, year):
    with pytest.raises(Refusal):
        keep(world, year=year)
    with pytest.raises(Refusal):
        keep(world, replace(KNOWN, wage_fen=-1))
    with pytest.raises(DatabaseError), transaction.atomic():
        IncomeYear.objects.create(
            region_code=VILLAGE, household=world.home, year=2020, wage_fen=-1, recorded_by=world.manager
        )


def test_figures_are_put_back_unless_they_changed_since(world):
    keep(world, Figures(wage_fen=1))
    before = keep(world)
    written = [(world.home, 2020, KNOWN)]
    incomes.take_back_incomes(written, before, reason="错表", actor=world.manager)
    assert IncomeYear.objects.get().wage_fen == 1
    with pytest.raises(Refusal):
        incomes.take_back_incomes(written, before, reason="再来", actor=world.manager)
    incomes.take_back_incomes([(world.home, 2020, Figures(wage_fen=1))], {}, reason="错表", actor=world.manager)
    assert not IncomeYear.objects.exists()


def test_a_line_is_the_countys_and_seen_below(world, make_user):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    incomes.set_warning_line(COUNTY, 2020, 500_000, source="省文件", actor=world.manager)
    with rls.scope(clerk):
        assert WarningLine.objects.exists()
    with pytest.raises(Forbidden):
        incomes.set_warning_line(COUNTY, 2020, 1, source="x", actor=clerk)
    with pytest.raises(Refusal):
        incomes.set_warning_line(COUNTY, 2020, 1, source=" ", actor=world.manager)


def test_other_towns_see_and_write_nothing(world, make_user):
    keep(world)
    other = make_user(Role.TOWN_OFFICER, "520403100")
    with rls.scope(other):
        assert not IncomeYear.objects.exists()
    with pytest.raises(Forbidden):
        incomes.set_incomes([(world.home, 2020, Figures())], actor=other)


def test_one_plan_is_open_at_a_time(world):
    due = timezone.localdate() + timedelta(days=90)
    said = {"measures": "安排公益岗、种植天麻", "owner": "罗支书", "due_on": due, "actor": world.manager}
    plan = incomes.make_plan(world.home, **said)
    for wrong in (said, {**said, "measures": " "}, {**said, "due_on": date(2020, 1, 1)}):
        with pytest.raises(Refusal):
            incomes.make_plan(world.home, **wrong)
    incomes.finish_plan(plan, on=timezone.localdate(), result="人均收入超过监测线", actor=world.manager)
    with pytest.raises(Refusal):
        incomes.finish_plan(plan, on=timezone.localdate(), result="再来", actor=world.manager)
    incomes.make_plan(world.home, **said)
    assert ReliefPlan.objects.filter(done_on=None).count() == 1
