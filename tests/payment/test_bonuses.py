"""Bonuses of a closed year: once for a year, in the next open month, with the clause that gives them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.appraisal.year_world import YearWorld
from tests.payment.world import TOWN

from yigang.appraisal import closings
from yigang.appraisal.models import Appraisal, Closing, PeriodResult
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.oversight.domain import propose
from yigang.oversight.domain.proposals import known_of
from yigang.oversight.models import Proposal
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import bonuses
from yigang.payment.settlement.adjusting import adjust
from yigang.tenure.models import Appointment

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


def anew(year: Closing, deeds: dict[str, list[str] | None], actor) -> Closing:
    """Reopened, and closed anew with these consequences by name; None: undetermined now."""
    closings.reopen(year, "漏评", actor=actor)
    again = Closing.objects.create(
        programme=year.programme, region_code=TOWN, rhythm="year", first=year.first, last=year.last, policy_digest="x",
        facts_digest="x", results_digest="x", people=3, undetermined=0, closed_by=actor, version=year.version + 1,
    )  # fmt: skip
    for row in year.results.all():
        said = deeds.get(row.person.name, row.consequences)
        PeriodResult.objects.create(
            region_code=row.region_code, closing=again, appointment=row.appointment, person=row.person, trace={},
            grade="" if said is None else "优秀", passed=None if said is None else True, because=["改正"],
            missing=["镇街年评"] if said is None else [], consequences=said or [],
        )  # fmt: skip
    bonuses.settle_anew(again, actor)
    return again


def adjustments() -> dict[tuple[str, int], list[int]]:
    """What stands by whom and for which closing, in fen."""
    found: dict[tuple[str, int], list[int]] = {}
    for line in SubsidyLine.objects.filter(kind="adjustment").select_related("person").order_by("pk"):
        version = Closing.objects.get(pk=line.trace["closing"]).version if line.trace else 0
        found.setdefault((line.person.name, version), []).append(line.amount_fen)
    return found


def test_a_year_closed_anew_takes_back_and_pays_the_difference(year, county_manager):
    """Kept as paid: who is owed the same. Taken back: who lost it. Paid: who gained or got more. Each points back."""
    bonuses.grant(year, actor=county_manager)
    again = anew(year, {"优": [], "良": ["bonus:500.00"], "优二": ["bonus:800.00"]}, county_manager)
    assert adjustments() == {
        ("优", 1): [50_000], ("优二", 1): [50_000], ("优", 2): [-50_000], ("良", 2): [50_000], ("优二", 2): [30_000],
    }  # fmt: skip
    line = SubsidyLine.objects.get(amount_fen=-50_000)
    assert (line.corrects.month, line.month) == (DECEMBER, date(2024, 1, 1))
    assert "第2次结账：应得 0.00 元，此前已发 500.00 元" in line.reason
    assert bonuses.due(again) == bonuses.Owed([], [], [])
    with pytest.raises(Refusal):
        bonuses.grant(again, actor=county_manager)
    assert AuditEntry.objects.filter(verb="payment.grant_bonuses").latest("pk").after["total_fen"] == 30_000


def test_the_same_facts_and_whoever_is_undetermined_now_move_no_money(year, county_manager):
    bonuses.grant(year, actor=county_manager)
    before = adjustments()
    again = anew(year, {"优": None}, county_manager)
    assert adjustments() == before
    anew(again, {"优": ["bonus:500.00"]}, county_manager)
    assert adjustments() == before


def test_what_was_never_paid_waits_for_the_officer_also_after_a_second_closing(year, county_manager):
    again = anew(year, {}, county_manager)
    assert adjustments() == {}
    assert bonuses.grant(again, actor=county_manager) == 2


def test_no_more_is_taken_back_than_was_paid_and_the_rest_is_named(year, county_manager):
    """By hand the office had taken back 1,400 of December's 1,000 and 500."""
    bonuses.grant(year, actor=county_manager)
    line = SubsidyLine.objects.get(person__name="优", kind="regular")
    adjust(line, -140_000, "收回", actor=county_manager)
    again = anew(year, {"优": []}, county_manager)
    assert adjustments()["优", 2] == [-10_000]
    assert "400.00" in SubsidyLine.objects.get(amount_fen=-10_000).reason
    (short,) = bonuses.due(again).short
    assert (short.line, short.short) == (line, 40_000)


def test_of_two_posts_in_a_year_the_last_speaks_and_the_bonus_is_paid_once(world, year, county_manager):
    first = PeriodResult.objects.get(person__name="优")
    Appointment.objects.filter(pk=first.appointment_id).update(ends=date(2023, 6, 30))
    held = Appointment.objects.create(
        region_code=first.region_code, person=first.person, programme=world.programme, starts=date(2023, 7, 1),
        post=first.appointment.post,
    )  # fmt: skip
    PeriodResult.objects.create(
        region_code=first.region_code, closing=year, appointment=held, person=first.person, grade="优秀", passed=True,
        missing=[], consequences=["bonus:500.00"], because=[], trace={},
    )  # fmt: skip
    owed = bonuses.due(year)
    assert [one.result.person.name for one in owed.bonuses] == ["优二"]
    assert [row.appointment for row in owed.stranded] == [held]


@given(st.lists(st.one_of(st.none(), st.integers(0, 200_000)), min_size=1, max_size=8), st.integers(0, 100_000))
def test_whatever_the_closings_said_the_last_one_is_what_was_paid_in_all(said, pay):
    """None: undetermined, which moves nothing. The same word twice moves nothing the second time."""
    paid = 0
    for owed in said:
        if owed is not None:
            more, short = bonuses.difference(owed, paid, pay + paid)
            assert short == 0
            paid += more
            assert bonuses.difference(owed, paid, pay + paid) == (0, 0)
    assert paid == next((owed for owed in reversed(said) if owed is not None), 0)


@given(st.integers(0, 200_000), st.integers(0, 200_000), st.integers(-50_000, 300_000))
def test_a_line_never_falls_below_nought_and_what_is_lacking_is_said(owed, paid, on_line):
    more, short = bonuses.difference(owed, paid, on_line)
    assert paid + more - short == owed
    assert short >= 0
    if more < 0:
        assert on_line + more >= 0


def test_closing_for_real_anew_settles_by_itself(town_officer, county_manager):
    """Yongzhou pays 2,200 for a year; 2,300 stand in the next month, of which the second closing takes 100 back."""
    world = YearWorld(town_officer, policy="yongzhou-ranger")
    held, months = world.hire("王大山", starts=date(2025, 1, 1)), [date(2025, month, 1) for month in range(1, 13)]
    Appraisal.objects.bulk_create(
        Appraisal(
            region_code=held.region_code, appointment=held, period="month", first=month, grade="合格", score=80, passed=True,
            policy_digest="x",
        )
        for month in months
    )  # fmt: skip
    settled = [
        Settlement(region_code=TOWN, programme=world.programme, month=each, step="calculated") for each in months
    ]
    december = Settlement.objects.bulk_create(settled)[-1]
    SubsidyLine.objects.create(
        region_code=held.region_code, settlement=december, appointment=held, person=held.person, month=months[-1],
        state="settled", grade="合格", amount_fen=100_000, trace={},
    )  # fmt: skip
    Settlement.objects.update(step="sealed", approver=town_officer)
    asked = closings.asked_for(world.programme, "year", months[0], TOWN)
    first = closings.close(asked, actor=county_manager)
    assert bonuses.grant(first, actor=county_manager) == 1
    SubsidyLine.objects.filter(kind="adjustment").update(amount_fen=230_000)
    closings.reopen(first, "十一月重评", actor=county_manager)
    second = closings.close(asked, actor=county_manager)
    assert adjustments() == {("王大山", 1): [230_000], ("王大山", 2): [-10_000]}
    closings.reopen(second, "再看", actor=county_manager)
    closings.close(asked, actor=county_manager)
    assert len(adjustments()) == 2, "the same facts move no money"
