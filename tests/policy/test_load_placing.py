"""What a policy says about matching and the reserve pool, and what is wrong with it, by line."""

from pathlib import Path

import pytest
from tests.policy.test_load import line_of, only
from tests.policy.texts import text, version, written

from yigang.policy import load_policy
from yigang.policy.describe import describe
from yigang.policy.placing import Matching, Weights

MATCHING = """\
matching:
  reach: {metres: 5000, within: village}
  one_per_household: false
  unfit: {severe: all, chronic: [生态护林, 治安巡护]}
  weights: {same_village: 50, wish: 2.5}
  urgency: case when 建档立卡 = true then 100 else 0 end
  cites: 第四条
"""
POOL = """\
pool:
  when:
    - {name: 年龄, when: 年龄 >= 18 and 年龄 <= 60, else: 须年满18周岁, cites: 第五条}
  order:
    - {name: 人口, score: 家庭人口, weight: 2, cites: 第六条}
  cites: 第五条
"""


@pytest.mark.req("Z6")
def test_what_is_written_replaces_the_presets_and_the_rest_stands(tmp_path: Path) -> None:
    rules = version(tmp_path, more=MATCHING).matching
    assert (rules.reach_metres, rules.within, rules.one_per_household) == (5000, "village", False)
    assert rules.weights == Weights(same_village=5000, wish=250)
    assert rules.unfit == {"severe": None, "chronic": ("生态护林", "治安巡护")}
    assert rules.urgency is not None
    assert rules.urgency.names == ("建档立卡",)


def test_without_the_sections_the_presets_hold_and_there_is_no_pool(tmp_path: Path) -> None:
    silent = version(tmp_path)
    assert (silent.matching, silent.pool) == (Matching(), None)


@pytest.mark.req("P3")
def test_a_pool_has_clauses_and_an_order(tmp_path: Path) -> None:
    pool = version(tmp_path, more=POOL).pool
    assert pool is not None
    assert [clause.name for clause in pool.clauses] == ["年龄"]
    assert [(one.name, one.weight) for one in pool.order] == [("人口", 2)]


@pytest.mark.parametrize(
    ("before", "after", "said", "at"),
    [
        ("wish: 2.5", "wish: 2.505", "两位小数", "weights"),
        ("same_village: 50, wish: 2.5", "same_village: 10", "同村", "weights"),
        ("建档立卡 = true", "出勤天数 > 3", "出勤天数", "urgency"),
        ("建档立卡 = true", "考察得分 > 3", "考察得分", "urgency"),  # known only when a round is under way
        ("metres: 5000", "metres: 1", "1", "reach"),
        ("cites: 第四条", "", "cites", "matching"),
    ],
)
def test_a_wrong_matching_is_refused_with_its_line(tmp_path: Path, before: str, after: str, said: str, at: str) -> None:
    content = text(more=MATCHING.replace(before, after))
    found = only(tmp_path, content)
    assert said in found.what.zh
    assert found.line == line_of(content, at)


def test_a_wrong_clause_of_the_pool_is_refused(tmp_path: Path) -> None:
    assert "年令" in only(tmp_path, text(more=POOL.replace("年龄 >= 18", "年令 >= 18"))).what.zh
    assert "家庭人囗" in only(tmp_path, text(more=POOL.replace("score: 家庭人口", "score: 家庭人囗"))).what.zh


def test_both_are_read_aloud(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, text(more=MATCHING + POOL)))
    told = describe(policy, policy.versions[0])
    assert "不超过 5,000 米；位置不明的，须在同一个村" in told
    assert "患慢性病的，不推荐到生态护林、治安巡护。" in told
    assert "患大病的，不推荐到任何岗位。" in told
    assert "本人意愿 2.5 分" in told
    assert "入库早者在前" in told
