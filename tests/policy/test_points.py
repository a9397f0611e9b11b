"""What a policy says of points and honours: loaded or refused, read aloud, summed and chosen without a lot."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.texts import version

from yigang.policy import load_policies
from yigang.policy.cases import run_cases
from yigang.policy.describe import describe
from yigang.policy.points import Entrant, choose, honour_rules, point_clauses, refusal, summed
from yigang.policy.problems import PolicyError

TOWN = load_policies()["rural-post-400"]
POINTS = """
points:
  clauses:
    - {code: praise, name: 表扬, kind: credit, points: 2, cites: 例子}
    - {code: idle, name: 不履职, kind: debit, least: 1, most: 5, cites: 例子}
  cites: 例子
"""
ON = "capabilities: {points: {basis: 例子}}"
FLAG = "honours:\n  - {name: 红旗, by: points, months: 3, unit: town, ties: [{by: 负面扣分, first: lowest}], cites: 例子}\n"


@pytest.mark.req("Z3", "Z11", "Z13")
def test_the_sections_are_read_aloud_and_their_cases_hold():
    text = describe(TOWN, TOWN.versions[-1])
    assert "正向积分·群众表扬：加 2 分" in text
    assert "流动红旗岗：每季度一次，每个乡镇 1 名，按期内积分" in text
    assert run_cases(TOWN.versions[-1]) == []


def test_a_case_that_says_otherwise_is_told(tmp_path: Path):
    case = "point_cases:\n  - {case: 错, given: [{条款: 表扬, 分数: 2}], then: {合计: 3, 不能给: [表扬]}}\n"
    found = run_cases(version(tmp_path, more=f"{ON}{POINTS}{case}"))
    assert [(one.result, one.expected, one.found) for one in found] == [
        ("合计", "3", "2"),
        ("不能给", "['表扬']", "[]"),
    ]


def test_points_are_off_unless_the_policy_names_the_basis(tmp_path: Path):
    assert point_clauses({"points": {"clauses": [{"code": "a"}]}}) == ()
    assert (
        honour_rules({"honours": [{"name": "红旗", "by": "points", "months": 1, "unit": "town", "cites": "例子"}]})
        == ()
    )
    with pytest.raises(PolicyError, match="没有写法律依据"):
        version(tmp_path, more=POINTS)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (ON + POINTS.replace("idle", "praise"), "「praise」写了两次"),
        (ON + POINTS.replace("least: 1", "least: 6"), "least 大于 most"),
        (FLAG, "「红旗」要看积分"),
        (ON + POINTS + FLAG.replace("points", "score"), "周期应为十二个月"),
        (ON + POINTS + FLAG.replace("unit", "quorum: 1/2, unit"), "没有到票比例"),
        (ON + POINTS + "point_cases:\n  - {case: 错, given: [{条款: 无, 分数: 2}], then: {合计: 2}}\n", "没有「无」"),
        (ON + POINTS + FLAG + "honour_cases:\n  - {case: 错, honour: 红旗, given: {甲: 1}, then: {得主: [乙]}}\n", "没有「乙」"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(tmp_path: Path, more: str, sentence: str):
    with pytest.raises(PolicyError, match=sentence):
        version(tmp_path, more=more)


def test_points_keep_to_their_clause():
    clauses = {one.code: one for one in point_clauses(TOWN.versions[-1].text)}
    hazard = clauses["hazard"]
    assert refusal(None, Decimal(1), evidence=True) == "no_clause"
    assert refusal(hazard, Decimal("5.01"), evidence=True) == refusal(hazard, Decimal("1.005"), evidence=True)
    assert refusal(hazard, Decimal(5), evidence=False) == "no_evidence"
    assert refusal(hazard, Decimal(5), evidence=True) == ""
    assert clauses["idle"].signed(Decimal(3)) == -3


ENTRY = st.tuples(
    st.sampled_from(["credit", "debit", "award"]), st.decimals(1, 100, places=2), st.booleans(),
)  # fmt: skip


@pytest.mark.req("Z11")
@given(st.lists(ENTRY, max_size=30), st.randoms(use_true_random=False))
def test_the_total_is_the_sum_of_the_entries_in_any_order_whatever_is_taken_back(given_, shuffle):
    """What was given and taken back leaves nothing behind."""
    entries = []
    for kind, points, taken_back in given_:
        signed = -points if kind == "debit" else points
        entries += [(kind, signed)] + [(kind, -signed)] * taken_back
    ordered = summed(entries)
    shuffle.shuffle(entries)
    assert summed(entries) == ordered == summed(
        (kind, -points if kind == "debit" else points) for kind, points, taken_back in given_ if not taken_back
    )  # fmt: skip
    assert ordered.total == sum((points for _kind, points in entries), Decimal(0))


@given(st.dictionaries(st.integers(1, 30), st.integers(-3, 6), max_size=12), st.integers(1, 4))
def test_who_is_honoured_has_more_than_everybody_who_is_not(values, seats):
    """Equals for the last seats are named together, and none of them is chosen."""
    rule = replace(honour_rules(TOWN.versions[-1].text)[0], seats=seats, ties=())
    found = choose(rule, [Entrant(key, Decimal(value), {}) for key, value in values.items()])
    won, equal = {one.key for one in found.winners}, {one.key for one in found.equal}
    rest = [value for key, value in values.items() if key not in won]
    assert all(values[key] > 0 for key in won | equal)
    assert all(values[key] > max(rest, default=0) for key in won) or not equal
    assert len(won) <= seats
    assert not equal or (len({values[key] for key in equal}) == 1 and len(won | equal) > seats)
    assert equal or len(won) == min(seats, sum(value > 0 for value in values.values()))
