"""A quarter and a year closed: for everybody at once, for good, once; and what stands against it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation
from tests.appraisal.year_world import QUARTER, SCORES, YEAR, YearWorld
from tests.payment.world import COUNTY, OTHER_TOWN, TOWN, VILLAGE

from yigang.appraisal import closings, period_facts, years
from yigang.appraisal.domain import record_mark
from yigang.appraisal.models import Appraisal, Closing, Mark, PeriodResult, YearResult
from yigang.appraisal.period_words import sentences_of
from yigang.duty.enums import Source, Table
from yigang.duty.models import Intake
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.policy.rhythms import Input, Rhythm

OTHER_VILLAGE = "520403101201"


@pytest.fixture
def world(town_officer) -> YearWorld:
    return YearWorld(town_officer, policy="zaozhuang-public-welfare")


@pytest.fixture
def quarter(world):
    """One whole, one without the town's mark, one with no day's mark."""
    people = [world.judged(name) for name in ("全", "缺镇", "缺日")]
    world.given(people[0])
    world.given(people[1], town="")
    world.given(people[2], day="")
    world.seal()
    return people


def asked(world, code="quarter", first=QUARTER, region=TOWN) -> closings.Asked:
    return closings.asked_for(world.programme, code, first, region)


@pytest.mark.req("Z5", "P8")
def test_a_quarter_by_hand_figures_and_who_lacks_what(world, quarter, town_officer):
    """9.2 × 20 ÷ 10 = 18.40; the months' mean 88.40 × 50 ÷ 100 = 44.20; 95 × 30 ÷ 100 = 28.50; together 91.10."""
    closing = closings.close(asked(world), actor=town_officer)
    rows = {row.person.name: row for row in PeriodResult.objects.select_related("person")}
    assert (rows["全"].score, rows["全"].grade, rows["全"].passed) == (Decimal("91.10"), "优秀", True)
    figures = {name: rows["全"].trace[name] for name in ("得分·日考核", "得分·月报送", "得分·镇街季评", "合格月数")}
    assert figures == {"得分·日考核": "18.40", "得分·月报送": "44.20", "得分·镇街季评": "28.50", "合格月数": 3}
    assert [(rows[name].grade, rows[name].missing) for name in ("缺镇", "缺日")] == [
        ("", ["镇街季评"]), ("", ["日考核平均分"]),
    ]  # fmt: skip
    assert (closing.people, closing.undetermined, closing.version) == (3, 2, 1)
    assert AuditEntry.objects.get(verb="appraisal.close_period").after["undetermined"] == 2
    assert not YearResult.objects.exists(), "a quarter is no year"


def test_closed_twice_is_refused_and_closed_anew_is_the_same(world, quarter, town_officer, county_manager):
    first = closings.close(asked(world), actor=town_officer)
    for actor, region in ((town_officer, TOWN), (county_manager, COUNTY)):
        with pytest.raises(Refusal) as refused:
            closings.close(asked(world, region=region), actor=actor)
        assert refused.value.code == "closed"
    kept = Closing.objects.values().get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Closing.objects.create(**kept | {"id": None, "region_code": COUNTY, "closed_at": None})
    with pytest.raises(Refusal) as refused:
        closings.reopen(first, " ", actor=town_officer)
    assert refused.value.code == "reason_missing"
    closings.reopen(first, "镇街漏评一人", actor=town_officer)
    assert closings.changes(asked(world), closings.standing(asked(world))) == []
    again = closings.close(asked(world), actor=town_officer)
    assert (again.version, again.results_digest, again.facts_digest) == (2, first.results_digest, first.facts_digest)
    assert PeriodResult.objects.count() == 6, "the first closing stays on file"


def test_after_the_closing_nobody_marks_and_nothing_changes(world, quarter, town_officer):
    closing = closings.close(asked(world), actor=town_officer)
    for rhythm, first, party in (("quarter", QUARTER, "township"), ("day", date(2023, 9, 30), "station")):
        with pytest.raises(Refusal) as refused:
            record_mark(quarter[1], rhythm, first, party, Decimal(5), "补评", actor=town_officer)
        assert refused.value.code == "closed"
        with pytest.raises(DatabaseError), transaction.atomic():
            Mark.objects.create(
                region_code=VILLAGE, appointment=quarter[1], rhythm=rhythm, month=first, name="镇街季评", value=5, reason="补",
                given_by=town_officer,
            )  # fmt: skip
    for change in (PeriodResult.objects.update, PeriodResult.objects.all()._raw_delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(grade="优秀") if change == PeriodResult.objects.update else change("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        Closing.objects.update(people=1)
    record_mark(quarter[1], "day", date(2023, 10, 1), "station", Decimal(5), "在岗", actor=town_officer)
    closings.reopen(closing, "漏评", actor=town_officer)
    record_mark(quarter[1], "quarter", QUARTER, "township", Decimal(80), "补评", actor=town_officer)
    found = closings.standing(asked(world))
    assert [(one.before, one.now) for one in closings.changes(asked(world), found)] == [("待定", "合格 86.60")]


def test_an_open_month_or_quarter_stands_against_a_closing_and_is_named(world, quarter, town_officer):
    world.judged("新人", ("70.00",), first=9, starts=date(2023, 6, 10))
    for wanted in (asked(world, first=date(2023, 4, 1)), asked(world, "year")):
        with pytest.raises(Refusal) as refused:
            closings.close(wanted, actor=town_officer)
        assert refused.value.code == "open_below"
        assert "2023-06" in str(refused.value)
    opened = {what for _town, what in closings.open_below(asked(world, "year"))}
    assert {"2023-06", "2023-10", "2023-12", "第2季度", "第3季度"} <= opened
    assert not opened & {"2023-05", "2023-07"}
    assert not Closing.objects.exists()


def test_a_county_s_year_waits_for_the_quarter_of_every_town(world, quarter, town_officer):
    """One town's quarter is closed; the other's, where somebody served too, is named."""
    world.hire("邻镇", village=OTHER_VILLAGE, starts=date(2023, 7, 1))
    closings.close(asked(world), actor=town_officer)
    opened = closings.open_below(asked(world, "year", region=COUNTY))
    assert (OTHER_TOWN, "第3季度") in opened
    assert (TOWN, "第3季度") not in opened


def test_before_its_end_for_a_village_or_by_others_nothing_is_closed(world, quarter, town_officer, make_user):
    clerk, other = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, "520403101")
    for actor in (clerk, other):
        with pytest.raises(Forbidden):
            closings.close(asked(world), actor=actor)
    with pytest.raises(Refusal) as refused:
        closings.close(asked(world, region=VILLAGE), actor=town_officer)
    assert refused.value.code == "below_town"
    with pytest.raises(Refusal) as refused:
        closings.close(asked(world, first=date(2199, 1, 1)), actor=town_officer)
    assert refused.value.code == "open_period"


@pytest.mark.req("Z5")
def test_a_month_judged_without_a_score_is_named_with_what_to_do(world, quarter, town_officer):
    held = world.judged("缺分", SCORES[:2])
    Appraisal.objects.create(
        region_code=held.region_code, appointment=held, period="month", first=date(2023, 9, 1), grade="不合格", passed=False,
        policy_digest="x",
    )  # fmt: skip
    world.given(held)
    closings.close(asked(world), actor=town_officer)
    row, other = (PeriodResult.objects.get(person__name=name) for name in ("缺分", "缺镇"))
    assert (row.grade, row.missing) == ("", ["2023-09月考核得分", "月平均分"])
    assert other.missing == ["镇街季评"], "who has all scores is told of no month"
    with translation.override("en"):
        assert "in the policy" in sentences_of(row)[-1]
        assert "reopened" in sentences_of(row)[-1]
        assert "reopened" not in " ".join(sentences_of(other))


@pytest.mark.req("Z5")
@pytest.mark.parametrize(("by", "value"), [("mean", 8840), ("sum", 26520), ("least", 8680), ("greatest", 9000)])
def test_a_figure_of_months_is_what_it_says(world, by, value):
    """Months of 88.40, 90.00 and 86.80: together 265.20, the least 86.80, the greatest 90.00."""
    world.judged("全")
    rhythm = Rhythm("quarter", "季考核", 10, inputs=(Input("月", "month", "score", by, "方案"),))
    frame = period_facts.measures(world.programme, rhythm, asked(world).selection)
    assert frame["input:月"].to_list() == [value]


def test_a_quarter_without_a_score_leaves_the_mean_of_quarters_open(world, town_officer):
    """A quarter may be failed before its score is known; the mean of the other quarters would pay somebody for it."""
    whole, failed = world.judged("全"), world.judged("缺分")
    kept = {"policy_digest": "x", "facts_digest": "x", "results_digest": "x", "people": 2, "undetermined": 0}
    for first, last in ((QUARTER, date(2023, 9, 30)), (date(2023, 10, 1), date(2023, 12, 31))):
        closing = Closing.objects.create(
            region_code=TOWN,
            programme=world.programme,
            rhythm="quarter",
            first=first,
            last=last,
            closed_by=town_officer,
            **kept,
        )
        for held in (whole, failed):
            score = None if held is failed and first == QUARTER else Decimal("90.00")
            PeriodResult.objects.create(
                region_code=held.region_code, closing=closing, appointment=held, person=held.person, score=score,
                grade="优秀" if score else "不合格", passed=bool(score), missing=[], consequences=[], because=[], trace={},
            )  # fmt: skip
    inputs = (Input("季", "quarter", "score", "mean", "方案"), Input("不合格季", "quarter", "failed", "count", "方案"))
    frame = period_facts.measures(
        world.programme, Rhythm("year", "年", 20, inputs=inputs), asked(world, "year").selection
    )
    assert frame.select("input:季", "input:不合格季").rows() == [(9000, 0), (None, 100)]


class TestYear:
    """Pingba: no parts of its own, so the score is the mean of the months; a year of twelve sealed months."""

    @pytest.fixture
    def year(self, town_officer):
        world = YearWorld(town_officer)
        world.seal(range(1, 13))
        Intake.objects.create(
            region_code=COUNTY, table=Table.FINDINGS, source=Source.SHEET, first=YEAR, last=date(2023, 12, 31), declared=True,
            created_by=town_officer,
        )  # fmt: skip
        good = world.judged("好", ("80.00",) * 12, first=1, starts=YEAR)
        bad = world.judged("差", (*("59.99",) * 3, *("80.00",) * 9), first=1, starts=YEAR)
        lacking = world.judged("缺月", ("80.00",) * 11, first=1, starts=YEAR)
        return world, good, bad, lacking

    @pytest.mark.req("P8", "M3")
    def test_the_year_becomes_the_result_of_the_year(self, year, county_manager):
        world, good, bad, lacking = year
        closing = closings.close(asked(world, "year", YEAR, COUNTY), actor=county_manager)
        rows = {row.person.name: row for row in PeriodResult.objects.select_related("person")}
        assert (rows["好"].grade, rows["好"].score, rows["好"].consequences) == (
            "合格", Decimal("80.00"), ["bonus", "renewal_priority"],
        )  # fmt: skip
        assert (rows["差"].grade, rows["差"].consequences) == ("不合格", ["propose_dismissal", "warning"])
        assert rows["差"].because[0] == "连续不合格月数 >= 3〔连续三次考核不合格解聘（亳州，预设）〕"
        assert (rows["缺月"].grade, rows["缺月"].missing) == ("", ["2023-12月考核"])
        kept = {row.person.name: (row.grade, row.document) for row in YearResult.objects.select_related("person")}
        assert kept == {name: (grade, "2023年年总评，第1次结账") for name, grade in (("好", "合格"), ("差", "不合格"))}
        facts = years.of_appointments([good, bad, lacking], date(2023, 12, 31))
        assert [facts[one.pk].get("年度等次") for one in (good, bad, lacking)] == ["合格", "不合格", None]
        closings.reopen(closing, "十二月漏算一人", actor=county_manager)
        assert not years.counting([good.person_id, bad.person_id]).exists()

    @pytest.mark.req("P8")
    def test_who_came_in_mid_year_is_judged_by_the_months_served(self, year, county_manager):
        """Six of six and five of six months pass, four of six do not."""
        world, *_others = year
        for name, failed in (("六个月", 0), ("五个月", 1), ("四个月", 2)):
            world.judged(name, (*("59.00",) * failed, *("80.00",) * (6 - failed)), first=7, starts=date(2023, 7, 1))
        closings.close(asked(world, "year", YEAR, COUNTY), actor=county_manager)
        rows = PeriodResult.objects.filter(appointment__starts=date(2023, 7, 1)).order_by("pk")
        assert [row.grade for row in rows] == ["合格", "合格", "不合格"]

    def test_the_same_facts_in_any_order_give_the_same_digest(self, year):
        world, *_people = year
        one, other = (closings.standing(asked(world, "year", YEAR, COUNTY)) for _again in range(2))
        assert one.results.equals(other.results)
        assert one.grades() == {"合格": 1, "不合格": 1}

    @pytest.mark.req("P8")
    def test_who_moved_has_the_result_of_the_post_that_began_last(self, year, town_officer):
        """One post entered late, though begun first; somebody else ends the year in another town, whose closing says it."""
        world, good, bad, _lacking = year
        for held in (good, bad):
            type(held).objects.filter(pk=held.pk).update(starts=date(2023, 12, 1))
        earlier = world.judged("好", ("70.00",) * 11, first=1, starts=YEAR)
        moved = world.judged("搬", ("80.00",) * 11, first=1, starts=YEAR)
        type(moved).objects.filter(pk__in=[earlier.pk, moved.pk]).update(ends=date(2023, 11, 30))
        type(moved).objects.filter(pk=earlier.pk).update(person=good.person)
        there = world.hire("搬", village=OTHER_VILLAGE, starts=date(2023, 12, 1))
        type(moved).objects.filter(pk=there.pk).update(person=moved.person)
        closings.close(asked(world, "year", YEAR), actor=town_officer)
        assert PeriodResult.objects.filter(appointment__in=[earlier, good, moved]).count() == 3
        kept = dict(YearResult.objects.values_list("person", "score"))
        assert (kept[good.person_id], moved.person_id in kept) == (Decimal("80.00"), False)
