"""Units judged by a card: drawn up, bound, given points, ranked and closed by somebody else; taken back in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.posts.factories import make_programme

from yigang.appraisal import rankings, units
from yigang.appraisal.models import Ranking, RankingLine, RankingShare, Unit, UnitPoints
from yigang.appraisal.rankings import Closing
from yigang.appraisal.units import GivenPoints, PointsRefused
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry, Region

CARD, OBSERVED, HALF, YEAR = "村居百分制考核", "双月观摩", "半年考核", "年终总评"
TOWN = "520403100000"
JANUARY = date(2020, 1, 1)
VILLAGES = "甲乙丙丁戊己"
BASIC = {"低收入户增收": 30, "结对帮扶走访": 20, "公益性岗位安置": 20, "技能培训": 15, "台账资料": 15}
NOBODY = Closing({}, {})


@pytest.fixture
def programme(db):
    return make_programme("posts-2020", policy_code="rural-post-400", kind="public_welfare")


@pytest.fixture
def judge(make_user):
    return make_user(Role.STATION_OFFICER, "520403100")


@pytest.fixture
def villages(programme, town_officer) -> list[Unit]:
    Region.objects.bulk_create(
        Region(code=f"52040310020{n}", name=f"{name}村", level=5, parent_code=TOWN, valid_from=2019, source="test")
        for n, name in enumerate(VILLAGES, start=1)
    )
    assert units.draw_up(programme, CARD, TOWN, JANUARY, actor=town_officer) == len(VILLAGES)
    return list(Unit.objects.filter(programme=programme))


def scores(village: Unit, less: int, **more: int) -> list[GivenPoints]:
    """Full points of every item, less some of the last."""
    points = {**BASIC, "台账资料": BASIC["台账资料"] - less, **more}
    return [GivenPoints(village, item, Decimal(value), "查看台账") for item, value in points.items()]


@contextmanager
def refused(code: str, *named: object) -> Iterator[None]:
    """The refusal of this kind, whose sentence names these."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code
    for each in named:
        assert str(each) in str(caught.value)


def judge_all(asked, programme, villages, judge) -> None:
    units.give_points(
        asked, programme, [one for n, village in enumerate(villages) for one in scores(village, n)], actor=judge
    )


@pytest.mark.req("T5", "T6")
def test_villages_are_judged_ranked_and_closed_by_somebody_else(programme, villages, judge, town_officer):
    """Awards and penalties of the source's first table; whoever is bound shares, an own task spares the penalty."""
    asked = units.span(programme, CARD, OBSERVED, JANUARY)
    assert (asked.first, asked.last) == (JANUARY, date(2020, 2, 29))
    for unit, name, role in (
        (villages[0], "王一", "村（居）支部书记"), (villages[0], "李包片", "包片领导"), (villages[5], "赵六", "村（居）支部书记"),
        (villages[5], "小陈", "大学生村官"),
    ):  # fmt: skip
        units.bind(unit, name, role, starts=JANUARY, actor=town_officer)
    judge_all(asked, programme, villages, judge)
    graduate = villages[5].bound.get(name="小陈")
    units.say_own_task(graduate, asked, done=True, reason="引进一个项目", actor=judge)
    ranking = rankings.close(programme, asked, TOWN, NOBODY, actor=town_officer)
    lines = {
        line.unit.name: (line.place, line.score, line.fen, line.flag) for line in ranking.lines.select_related("unit")
    }
    assert lines == {
        "甲村": (1, 100, 80_000, "流动红旗"), "乙村": (2, 99, 60_000, "流动红旗"), "丙村": (3, 98, 40_000, "流动红旗"),
        "丁村": (4, 97, 0, ""), "戊村": (5, 96, -20_000, "流动黄旗"), "己村": (6, 95, -30_000, "流动黄旗"),
    }  # fmt: skip
    shares = {share.name: (share.fen, share.why) for share in ranking.shares.all()}
    assert shares == {
        "王一": (80_000, "same"), "李包片": (80_000, "same"), "赵六": (-30_000, "same"), "小陈": (0, "own_task_done"),
    }  # fmt: skip
    assert {line.unit.name for line in rankings.flags_held(TOWN)} == {"甲村", "乙村", "丙村", "戊村", "己村"}
    assert AuditEntry.objects.filter(verb="appraisal.close_ranking").count() == 1


@pytest.mark.req("T6")
def test_half_a_year_counts_the_observations_and_the_departments_the_schedule(programme, villages, judge, town_officer):
    half = units.span(programme, CARD, HALF, JANUARY)
    judge_all(half, programme, villages, judge)
    with refused("lacking", 6, "甲村", "双月观摩"):
        rankings.close(programme, half, TOWN, NOBODY, actor=town_officer)
    for month in (1, 3, 5):
        observed = units.span(programme, CARD, OBSERVED, date(2020, month, 1))
        judge_all(observed, programme, villages[::-1], judge)
        rankings.close(programme, observed, TOWN, NOBODY, actor=town_officer)
    heads = {"业务主管部门正职": "孙主任", "业务主管部门副职": "吴主任"}
    with refused("department", "业务主管部门副职"):
        rankings.close(
            programme, half, TOWN, Closing({}, {"业务主管部门正职": "孙主任"}, on_schedule=False), actor=town_officer
        )
    closed = rankings.close(programme, half, TOWN, Closing({}, heads, on_schedule=False), actor=town_officer)
    assert [(line.unit.name, line.score, line.fen) for line in closed.lines.select_related("unit")][:2] == [
        ("甲村", Decimal("98.00"), 100_000), ("乙村", Decimal("97.80"), 80_000)
    ]  # fmt: skip
    assert {share.name: share.fen for share in closed.shares.all()} == {"孙主任": -60_000, "吴主任": -40_000}
    with refused("rests_on"):
        rankings.take_back(Ranking.objects.filter(name=OBSERVED).first(), "录错", actor=town_officer)
    rankings.take_back(closed, "录错", actor=town_officer)
    rankings.take_back(Ranking.objects.filter(name=OBSERVED).first(), "录错", actor=town_officer)


@pytest.mark.req("T6")
def test_a_ranking_is_refused_too_early_twice_and_to_who_gave_points(
    programme, villages, judge, town_officer, make_user
):
    asked = units.span(programme, CARD, OBSERVED, JANUARY)
    judge_all(asked, programme, villages[1:], town_officer)
    with refused("lacking", 1, "甲村", "低收入户增收"):
        rankings.close(programme, asked, TOWN, NOBODY, actor=town_officer)
    out = Closing({villages[0].pk: "村已撤并"}, {})
    with refused("own_points"):
        rankings.close(programme, asked, TOWN, out, actor=town_officer)
    other = make_user(Role.TOWN_OFFICER, "520403100")
    with refused("reason_missing"):
        rankings.close(programme, asked, TOWN, Closing({villages[0].pk: " "}, {}), actor=other)
    assert not Ranking.objects.exists()
    closed = rankings.close(programme, asked, TOWN, out, actor=other)
    assert closed.lines.get(unit=villages[0]).left_out == "村已撤并"
    for region in (TOWN, "520403000000"):
        actor = other if region == TOWN else make_user(Role.COUNTY_MANAGER, "520403")
        with refused("closed"):
            rankings.close(programme, asked, region, out, actor=actor)
    later = units.span(programme, CARD, OBSERVED, date(2098, 1, 1))
    with refused("open_period"):
        rankings.close(programme, later, TOWN, NOBODY, actor=other)
    with pytest.raises(Forbidden):
        rankings.close(programme, asked, "520403101000", NOBODY, actor=other)


@pytest.mark.parametrize(
    ("item", "points", "reason", "code"),
    [
        ("低收入户增收", "30.01", "x", "out_of_range"), ("低收入户增收", "1.005", "x", "out_of_range"),
        ("人缘", "1", "x", "item"), ("低收入户增收", "30", " ", "no_reason"),
    ],
)  # fmt: skip
def test_one_bad_entry_keeps_all_out(programme, villages, judge, item, points, reason, code):
    asked = units.span(programme, CARD, OBSERVED, JANUARY)
    good = scores(villages[0], 0)
    with pytest.raises(PointsRefused) as caught:
        units.give_points(
            asked, programme, [*good, GivenPoints(villages[1], item, Decimal(points), reason, row=7)], actor=judge
        )
    assert [(one.code, one.row) for one in caught.value.problems] == [(code, 7)]
    assert not UnitPoints.objects.exists()


def test_newer_points_count_and_a_closed_period_takes_none(programme, villages, judge, town_officer):
    asked = units.span(programme, CARD, OBSERVED, JANUARY)
    judge_all(asked, programme, villages, judge)
    units.give_points(
        asked, programme, [GivenPoints(villages[5], "新增工业项目", Decimal(10), "引进一厂")], actor=judge
    )
    assert rankings.standing(programme, asked, TOWN).placed[0].score == 105
    rankings.close(programme, asked, TOWN, NOBODY, actor=town_officer)
    with refused("points_refused", "甲村"):
        units.give_points(asked, programme, scores(villages[0], 1), actor=judge)
    with refused("period"):
        units.span(programme, CARD, OBSERVED, date(2020, 2, 1))


def test_the_database_keeps_what_is_closed(programme, villages, judge, town_officer):
    asked = units.span(programme, CARD, OBSERVED, JANUARY)
    judge_all(asked, programme, villages, judge)
    units.bind(villages[0], "王一", "包片领导", starts=JANUARY, actor=town_officer)
    rankings.close(programme, asked, TOWN, NOBODY, actor=town_officer)
    for change in (
        lambda: RankingLine.objects.update(fen=1), lambda: RankingShare.objects.all().delete(),
        lambda: Ranking.objects.update(first=JANUARY), lambda: UnitPoints.objects.update(points=1),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.req("T5")
def test_who_is_bound_is_bound_once_and_only_in_a_role_of_the_card(programme, villages, town_officer, make_user):
    bound = units.bind(villages[0], "王一", "包片领导", starts=JANUARY, actor=town_officer)
    with refused("bound", "王一"):
        units.bind(villages[0], "王一", "包片领导", starts=date(2020, 3, 1), actor=town_officer)
    with refused("role", "门卫"):
        units.bind(villages[0], "王一", "门卫", starts=JANUARY, actor=town_officer)
    with refused("dates"):
        units.unbind(bound, ends=date(2019, 12, 31), actor=town_officer)
    units.unbind(bound, ends=date(2020, 2, 28), actor=town_officer)
    assert not units.on(villages[0].bound.all(), date(2020, 2, 29)).exists()
    with pytest.raises(Forbidden):
        units.bind(villages[0], "王一", "包片领导", starts=JANUARY, actor=make_user(Role.VILLAGE_CLERK, "520403100201"))
