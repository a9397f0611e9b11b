"""Leave and visits as a policy has them: checked when loaded, read aloud, judged as pure functions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.texts import MONTH, text, version, written

from yigang.policy import PolicyError, load_policy, policies_folder, run_cases
from yigang.policy.describe import describe
from yigang.policy.leave import Asked, YearDays, judge, leave_rules
from yigang.policy.visits import VisitRule, next_due, slots, wanted

PER = {"year": 12, "quarter": 3, "month": 1}
rules = st.builds(VisitRule, st.integers(1, 4), st.sampled_from(sorted(PER)), st.none(), st.none(), st.just("办法"))
days = st.dates(date(2020, 1, 1), date(2022, 12, 31))


@pytest.mark.req("T8")
def test_three_a_year_or_once_a_quarter():
    year, quarter = VisitRule(3, "year", 3, 30_000, "方案"), VisitRule(1, "quarter", 3, 30_000, "方案")
    since = date(2020, 1, 1)
    assert next_due(year, since, []) == date(2020, 4, 30)
    assert next_due(year, since, [date(2020, 2, 1), date(2020, 2, 1)]) == date(2020, 8, 31)
    assert next_due(year, since, [date(2020, 2, 1), date(2020, 3, 1), date(2020, 3, 2)]) == date(2021, 4, 30)
    assert next_due(quarter, since, [date(2020, 3, 31)]) == date(2020, 6, 30)
    assert next_due(quarter, since, [date(2020, 2, 1), date(2020, 3, 31)]) == date(2020, 6, 30)
    assert next_due(quarter, since, [date(2020, 8, 1)]) == date(2020, 12, 31), "the second quarter is past"
    assert next_due(quarter, date(2020, 3, 15), []) == date(2020, 6, 30), "too short before the end of the first"
    assert wanted(year, since, date(2020, 1, 1), date(2020, 12, 31)) == 3
    assert wanted(quarter, since, date(2020, 1, 1), date(2020, 9, 29)) == 2


@given(rules, days, st.lists(days, max_size=12))
def test_another_visit_never_makes_the_next_one_due_earlier(rule, since, visits):
    """And whoever visits before every deadline is never late."""
    some = [day for day in visits if day >= since]
    latest = max([*some, since])
    assert next_due(rule, since, [*some, latest + timedelta(days=1)]) >= next_due(rule, since, some) > since
    ahead, made = slots(rule, since), []
    for _step in range(5):
        slot = next(ahead)
        assert next_due(rule, since, made) == slot.until
        made.append(slot.until - timedelta(days=slot.number - 1))  # two of one month fall due on its last day


@pytest.mark.req("H4")
def test_limits_hold_in_each_calendar_year_and_pieces_count_as_one():
    rules_ = leave_rules(load_policy(policies_folder() / "pingba-ranger.yaml").versions[0].text)
    assert judge(rules_, Asked("personal", 3, {2020: YearDays(3, 27, 27)})).levels == ("town",)
    faults = {
        "year": Asked("personal", 3, {2020: YearDays(1, 0), 2021: YearDays(2, 29, 29)}),
        "together": Asked("sick", 3, {2020: YearDays(3, 5, 28)}), "each": Asked("personal", 8, {2020: YearDays(1)}),
        "late": Asked("personal", 1, days_after=1), "stand_in": Asked("personal", 1, stand_in=True),
        "paper": Asked("sick", 4, paper=False), "kind": Asked("other", 1), "long": Asked("maternity", 367),
    }  # fmt: skip
    assert {name: judge(rules_, asked).fault for name, asked in faults.items()} == {name: name for name in faults}


LEAVE = """\
leave:
  kinds:
    - {kind: sick, each: 15, cites: 第七条}
    - {kind: trip, cites: 第七条}
  levels:
    - {level: town, upto: 3}
    - {level: county, over: 3}
  cites: 第七条
"""
COUNTED = MONTH.replace(
    "required_days: 22", "required_days: 22\n  leave: {excuse: [sick], present: [trip], cites: 第二条}"
)


def test_it_is_read_aloud_and_its_cases_are_run(tmp_path):
    case = "leave_cases:\n  - {case: 五天归县里, given: {假别: 病假, 天数: 5}, then: {批准: 乡镇}}\n"
    made = version(tmp_path, COUNTED, more=LEAVE + case)
    told = describe(load_policy(tmp_path / "test-post.yaml"), made)
    assert "1 至 3 天由乡镇批准；超过 3 天由县批准" in told
    assert "请假期间不得由他人顶替" in told
    assert [str(one).split("：", 1)[1] for one in run_cases(made)] == ["批准 应为 乡镇，算得 县"]
    assert made.digest == version(tmp_path, COUNTED, more=LEAVE).digest, "a case changes no judgement"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("over: 3", "over: 4", "请 4 天假没有人批"), ("{level: town, upto: 3}", "{level: county}", "从下到上"),
        ("kind: trip", "kind: sick", "病假写了两次"), ("kind: trip", "kind: personal", "事假批准后仍算旷工"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_named_with_its_line(tmp_path, old, new, what):
    file = written(tmp_path, text(COUNTED, more=LEAVE.replace(old, new)))
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    problem = caught.value.problems[0]
    assert what in problem.what.zh
    assert problem.line > file.read_text().splitlines().index("    leave:")
