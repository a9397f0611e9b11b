"""Bonuses of a closed year: once for a year, in the next open month, with the clause that gives them."""

from datetime import date

import pytest
from tests.appraisal.year_world import YearWorld
from tests.payment.world import TOWN

from yigang.appraisal import closings
from yigang.appraisal.models import Closing, PeriodResult
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.oversight.domain import propose
from yigang.oversight.domain.proposals import known_of
from yigang.oversight.models import Proposal
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import bonuses

pytestmark = pytest.mark.req("P8")
DECEMBER = date(2023, 12, 1)
DEEDS = {"优": ["bonus:500.00", "renewal_priority"], "良": ["renewal_priority"], "优二": ["bonus:500.00"]}


@pytest.fixture
def world(town_officer) -> YearWorld:
    return YearWorld(town_officer, policy="zaozhuang-public-welfare")


@pytest.fixture
def year(world, town_officer) -> Closing:
    """A closed year of three people; December is sealed with a line for each."""
    december = Settlement.objects.create(region_code=TOWN, programme=world.programme, month=DECEMBER, step="calculated")
    closing = Closing.objects.create(
        programme=world.programme, region_code=TOWN, rhythm="year", first=date(2023, 1, 1), last=date(2023, 12, 31),
        policy_digest="x", facts_digest="x", results_digest="x", people=3, undetermined=0, closed_by=town_officer,
    )  # fmt: skip
    for name, deeds in DEEDS.items():
        held = world.hire(name, starts=date(2023, 1, 1))
        SubsidyLine.objects.create(
            region_code=held.region_code, settlement=december, appointment=held, person=held.person, month=DECEMBER,
            state="settled", grade="合格", amount_fen=100_000, trace={},
        )  # fmt: skip
        PeriodResult.objects.create(
            region_code=held.region_code, closing=closing, appointment=held, person=held.person, grade="优秀", passed=True,
            missing=[], consequences=deeds, because=["年总评优秀〔办法〕"], trace={"连续不合格年数": 2, "连续不合格月数": 0},
        )  # fmt: skip
    Settlement.objects.filter(pk=december.pk).update(step="sealed", approver=town_officer)
    return closing


def test_who_is_owed_a_bonus_gets_it_once_with_the_next_month(year, county_manager, town_officer):
    assert bonuses.grant(year, actor=county_manager) == 2
    lines = SubsidyLine.objects.filter(kind="adjustment").select_related("corrects", "settlement", "person")
    assert sorted((line.person.name, line.amount_fen, line.month, line.corrects.month) for line in lines) == [
        ("优", 50_000, date(2024, 1, 1), DECEMBER), ("优二", 50_000, date(2024, 1, 1), DECEMBER),
    ]  # fmt: skip
    assert "年总评优秀〔办法〕" in lines[0].reason
    assert Settlement.objects.get(month=date(2024, 1, 1)).total_fen == 100_000
    with pytest.raises(Refusal) as refused:
        bonuses.grant(year, actor=county_manager)
    assert refused.value.code == "nothing"


def test_whoever_has_no_sealed_month_is_named_and_not_forgotten(world, year, county_manager):
    held = world.hire("无月", starts=date(2023, 1, 1))
    PeriodResult.objects.create(
        region_code=held.region_code, closing=year, appointment=held, person=held.person, grade="优秀", passed=True,
        missing=[], consequences=["bonus:500.00"], because=["年总评优秀〔办法〕"], trace={},
    )  # fmt: skip
    assert bonuses.grant(year, actor=county_manager) == 2
    still = bonuses.due(year)
    assert (still.bonuses, [row.person.name for row in still.stranded]) == ([], ["无月"])


def test_others_do_not_grant_and_a_reopened_year_owes_nothing(year, make_user, town_officer):
    with pytest.raises(Forbidden):
        bonuses.grant(year, actor=make_user(Role.VILLAGE_CLERK, "520403100201"))
    assert bonuses.due(closings.reopen(year, "漏评", actor=town_officer)).bonuses == []


@pytest.mark.req("M3")
def test_years_failed_in_a_row_by_a_closing_are_known_to_the_consequences(world, year):
    """Zaozhuang speaks of findings and grades alone; the runs are known all the same, with the closing as evidence."""
    propose(world.programme, 2023)
    assert not Proposal.objects.exists()
    said = known_of(world.programme, 2023)
    assert {str(known.facts["连续不合格年数"]) for known in said.values()} == {"2"}
    assert all(key.startswith("p:") for known in said.values() for key in known.evidence["连续不合格年数"])
