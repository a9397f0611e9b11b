"""Cards of points for units: how they add up, who stands where, what the places bring and who shares it."""

from decimal import Decimal
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.texts import text, version, written

from yigang.policy import PolicyError, load_policy, policies_folder, run_cases
from yigang.policy.describe import describe
from yigang.policy.scorecards import (
    Bound,
    Department,
    Entrant,
    brings,
    cards,
    combined,
    department_fen,
    rank,
    score,
    shares,
    tie_points,
)

CARD = """scorecards:
  - name: 村居考核
    units: village
    items:
      - {name: 增收, most: 60, cites: 附表}
      - {name: 台账, most: 40, cites: 附表}
      - {name: 新项目, kind: addition, most: 10, cites: 附表}
      - {name: 信访, kind: deduction, most: 10, cites: 附表}
    ties: [新项目, 信访]
    rankings:
      - {name: 观摩, months: 2, first: [800, 600, 400], last: [300, 200], flags: {first: 红旗, last: 黄旗}, cites: 方案}
      - {name: 半年, months: 6, own: 60, others: [{ranking: 观摩, weight: 40}], first: [1000], last: [600], cites: 方案}
    bound: [{role: 支部书记}, {role: 大学生村官, penalty: unless_own_task}]
    cites: 方案
"""
ONE = cards(yaml.safe_load(CARD))[0]
TOWN = cards(load_policy(policies_folder() / "rural-post-400.yaml").versions[0].text)[0]
scores = st.decimals(0, 120, places=2)
fields = st.lists(scores, min_size=1, max_size=40).map(
    lambda many: [Entrant(f"{number:03}", each) for number, each in enumerate(many)]
)


@pytest.mark.req("T6")
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("双月观摩", [800, 600, 400, 0, 0, -200, -300]),
        ("半年考核", [1000, 800, 500, 0, 0, -400, -600]),
        ("年终总评", [1500, 1000, 500, 0, 0, -500, -800]),
    ],
)
def test_the_three_tables_of_the_source(name, wanted):
    """Awards for the first three, penalties for the last two, the last place the most; flags where the source gives them."""
    rule = TOWN.ranking(name)
    placed = rank(
        rule, [Entrant(unit, Decimal(score)) for unit, score in zip("甲乙丙丁戊己庚", range(99, 92, -1), strict=True)]
    )
    assert [each.fen for each in placed] == [yuan * 100 for yuan in wanted]
    assert [each.place for each in placed] == [1, 2, 3, 4, 5, 6, 7]
    flags = [] if name == "年终总评" else ["流动红旗", "流动黄旗"]
    assert sorted({each.flag for each in placed} - {""}) == sorted(flags)
    deputies = {one.name: department_fen(rule, one, on_schedule=False) for one in rule.departments}
    assert set(deputies.values()) == ({wanted[-1] * 100, wanted[-2] * 100} if deputies else set())


@pytest.mark.req("T5")
def test_a_card_adds_up_and_says_what_it_lacks():
    full = {"增收": Decimal("55.5"), "台账": Decimal(40), "新项目": Decimal(4), "信访": Decimal("2.25")}
    assert score(ONE, full).score == Decimal("97.25")
    assert score(ONE, {"增收": Decimal(1), "台账": Decimal(0), "信访": Decimal(9)}).score == 0, "never below nothing"
    assert score(ONE, {"增收": Decimal(60)}).missing == ("台账",)
    assert tie_points(ONE, full) == (Decimal(4), Decimal("-2.25"))
    half = ONE.ranking("半年")
    assert combined(half, Decimal(90), {"观摩": [Decimal(80), Decimal(95), Decimal(81)]}).score == Decimal("88.13")
    assert combined(half, Decimal(90), {}).missing == ("观摩",)


@given(fields)
def test_what_is_given_out_is_what_the_places_bring(entrants):
    """And a better score never stands or earns worse, units alike stand and earn alike to the fen."""
    rule = ONE.ranking("观摩")
    placed = rank(rule, entrants)
    assert sum(each.fen for each in placed) == sum(brings(rule, n, len(placed)) for n in range(1, len(placed) + 1))
    for one, other in pairwise(placed):
        if one.score == other.score:
            assert one.place == other.place
            assert abs(one.fen - other.fen) <= 1
        else:
            assert one.score > other.score
            assert one.place < other.place
            assert one.fen >= other.fen


@given(fields, st.randoms())
def test_the_order_of_the_units_does_not_matter(entrants, random):
    rule = ONE.ranking("观摩")
    shuffled = entrants.copy()
    random.shuffle(shuffled)
    assert rank(rule, shuffled) == rank(rule, entrants)


def test_equal_units_share_the_places_they_take_up_and_ties_decide_before():
    rule = ONE.ranking("观摩")
    same = [
        Entrant("甲", Decimal(90)),
        Entrant("乙", Decimal(90)),
        Entrant("丙", Decimal(90)),
        Entrant("丁", Decimal(70)),
    ]
    assert [(each.place, each.together, each.fen) for each in rank(rule, same)] == [
        (1, 3, 60_000), (1, 3, 60_000), (1, 3, 60_000), (4, 1, -30_000)
    ]  # fmt: skip
    better = [Entrant("甲", Decimal(90), (Decimal(1),)), Entrant("乙", Decimal(90), (Decimal(2),))]
    assert [each.unit for each in rank(rule, better)] == ["乙", "甲"]


@pytest.mark.req("T5")
def test_bound_people_share_and_an_own_task_spares_the_penalty_only():
    placed = rank(
        ONE.ranking("观摩"),
        [Entrant(name, Decimal(score)) for name, score in zip("甲乙丙丁戊", (9, 8, 7, 6, 5), strict=True)],
    )
    people = [
        Bound("书记", "戊", "支部书记"), Bound("做完", "戊", "大学生村官", own_task=True),
        Bound("没做完", "戊", "大学生村官", own_task=False), Bound("没说", "戊", "大学生村官"),
        Bound("得奖", "甲", "大学生村官", own_task=False), Bound("别处", "辛", "支部书记"),
    ]  # fmt: skip
    assert {each.key: (each.fen, each.why) for each in shares(ONE, placed, people)} == {
        "书记": (-30_000, "same"), "做完": (0, "own_task_done"), "没做完": (-30_000, "same"),
        "没说": (0, "own_task_open"), "得奖": (80_000, "same"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("most: 60", "most: 50", "基本分合计 90，应为 100"),
        ("name: 台账", "name: 增收", "「增收」写了两次"),
        ("ties: [新项目, 信访]", "ties: [人缘]", "没有「人缘」这一项"),
        ("weight: 40", "weight: 30", "合计 90，应为 100"),
        ("ranking: 观摩, weight", "ranking: 年终, weight", "「年终」不是本表里周期更短"),
        ("last: [600], ", "last: [600], departments: [{role: 正职, place: 2}], ", "第 2 名没有奖和罚"),
    ],
)
def test_a_card_that_contradicts_itself_is_not_loaded(tmp_path, wrong, right, said):
    assert wrong in CARD
    with pytest.raises(PolicyError, match=said):
        load_policy(written(tmp_path, text(more=CARD.replace(wrong, right))))


def test_a_case_about_a_ranking_is_run(tmp_path):
    good = "ranking_cases:\n  - {case: 第一名, ranking: 观摩, given: {甲: 9, 乙: 8}, then: {甲: 800, 乙: 600}}\n"
    assert run_cases(version(tmp_path, more=CARD + good)) == []
    (failure,) = run_cases(version(tmp_path, more=CARD + good.replace("600}", "500}")))
    assert "乙 应为 500.00，算得 600.00" in str(failure)
    with pytest.raises(PolicyError, match="没有「季度」这个排名"):
        load_policy(written(tmp_path, text(more=CARD + good.replace("ranking: 观摩", "ranking: 季度"))))


def test_it_is_read_aloud():
    policy = load_policy(policies_folder() / "rural-post-400.yaml")
    read = describe(policy, policy.versions[0])
    for said in (
        "前 3 名奖 800.00、600.00、400.00 元（流动红旗）",
        "大学生村官、发展书记完成自身任务的免罚",
        "双月观摩平均分占 40%",
    ):
        assert said in read
    assert department_fen(TOWN.ranking("年终总评"), Department("正职", 1), on_schedule=True) == 150_000
