"""The rhythm of meetings: periods that tile any stretch of days, deadlines within them, faults of the text."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.texts import text, version, written

from yigang.policy import load_policy, policies_folder
from yigang.policy.describe import describe
from yigang.policy.meetings import FEWEST, MeetingRule, meeting_rules
from yigang.policy.problems import PolicyError

pytestmark = pytest.mark.req("T10")

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
EVERY = st.sampled_from(["week", "month", "quarter"])
SECTION = """\
meetings:
  rhythms:
    - {code: weekly, name: 周了解, every: week, level: village, concerns: 全体护林员, cites: 第八条}
    - {code: monthly, name: 月听取, every: month, level: town, within: 5, concerns: 包村干部, cites: 第九条}
"""


def rule(every: str = "week", within: int | None = None) -> MeetingRule:
    return MeetingRule("one", "例会", every, "town", within, "全体人员", "第八条")


def weekdays(day: date) -> bool:
    return day.weekday() < 5


@given(EVERY, DAYS, st.integers(0, 1_500))
def test_every_day_of_a_programme_lies_in_exactly_one_period(every, starts, length):
    """Periods follow each other without gap or overlap from before the first day to after the last."""
    ends = starts + timedelta(days=length)
    periods = list(rule(every).periods(starts, ends))
    assert periods[0][0] <= starts <= periods[0][1]
    assert periods[-1][0] <= ends <= periods[-1][1]
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(periods))
    assert all(first <= last for first, last in periods)


@given(EVERY, DAYS)
def test_the_period_of_a_day_is_that_of_all_its_days(every, day):
    one = rule(every)
    first = one.first_of(day)
    assert first <= day <= one.last_of(first)
    assert {one.first_of(first), one.first_of(one.last_of(first))} == {first}
    assert one.first_of(one.after(first)) == one.after(first)


@given(EVERY, DAYS, st.none() | st.integers(1, 80), st.sets(st.integers(0, 91)))
def test_a_deadline_lies_in_its_period_whatever_the_calendar(every, day, within, off):
    one = rule(every, within)
    first = one.first_of(day)
    closed = {first + timedelta(days=number) for number in off}
    until = one.until(first, lambda each: each not in closed)
    assert first <= until <= one.last_of(first)


@given(EVERY, DAYS)
def test_a_later_working_day_is_never_an_earlier_deadline(every, day):
    first = rule(every).first_of(day)
    found = [rule(every, within).until(first, weekdays) for within in range(1, FEWEST[every] + 1)]
    assert found == sorted(set(found))
    assert rule(every).until(first, weekdays) >= found[-1]


def test_deadlines_by_hand():
    """May 2021 begins with five days off; its fifth working day in a five-day week is the 7th when nothing is off."""
    assert rule("month", 5).until(date(2021, 5, 1), weekdays) == date(2021, 5, 7)
    assert rule("month").until(date(2021, 5, 1), weekdays) == date(2021, 5, 31)
    assert rule("quarter", 1).until(date(2021, 4, 1), weekdays) == date(2021, 4, 1)
    assert rule("week").until(date(2021, 5, 10), lambda _day: False) == date(2021, 5, 16)
    assert rule("quarter").last_of(date(2020, 10, 1)) == date(2020, 12, 31)


def test_a_policy_says_its_meetings_and_is_read_aloud(tmp_path):
    made = version(tmp_path, more=SECTION)
    assert [(one.name, one.level, one.within, one.role) for one in meeting_rules(made.text)] == [
        ("周了解", "village", None, "village_clerk"), ("月听取", "town", 5, "town_officer"),
    ]  # fmt: skip
    said = describe(load_policy(tmp_path / "test-post.yaml"), made)
    assert "周了解：村每周一次，最后一个工作日前召开，对象：全体护林员〔第八条〕" in said
    assert "月听取：乡镇（街道）每月一次，第 5 个工作日前召开，对象：包村干部〔第九条〕" in said


def test_the_street_s_three_meetings_are_those_of_the_source():
    policy = load_policy(policies_folder() / "rural-post-400.yaml")
    rules = meeting_rules(policy.versions[-1].text)
    assert [(one.name, one.every, one.level) for one in rules] == [
        ("周了解", "week", "town"), ("月听取", "month", "town"), ("季调度", "quarter", "town"),
    ]  # fmt: skip
    assert all("云门山" in one.cites for one in rules)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("code: monthly", "code: weekly", "会议「weekly」写了两次"),
        ("name: 月听取", "name: 周了解", "会议「周了解」写了两次"),
        ("within: 5", "within: 16", "每月不一定有 16 个工作日"),
        ("within: 5", "within: 0", "within"),
        ("every: month", "every: year", "every"),
        ("level: town", "level: city", "level"),
        (", cites: 第九条", "", "cites"),
    ],
)
def test_a_faulty_section_is_told_with_line_and_remedy(tmp_path, before, after, told):
    file = written(tmp_path, text(more=SECTION.replace(before, after)))
    with pytest.raises(PolicyError) as error:
        load_policy(file)
    lines = file.read_text("utf-8").splitlines()
    line = next(number for number, each in enumerate(lines, 1) if "within" in each or "every: year" in each)
    assert told in str(error.value)
    assert f"test-post.yaml:{line}" in str(error.value)
