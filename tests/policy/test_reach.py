"""Which grades can be reached: proven where it is claimed, silent where it is not."""

from pathlib import Path

import pytest
from tests.policy.texts import text, written

from yigang.policy import PolicyError, load_policy


def loads(folder: Path, *grades: str, parts: str = "") -> list[str]:
    """What is wrong with these grades, in Chinese; nothing when they load."""
    month = "month:\n  required_days: 22\n" + parts + "  grades:\n" + "".join(f"    - {{{each}}}\n" for each in grades)
    try:
        load_policy(written(folder, text(month, pay="")))
    except PolicyError as error:
        return [each.what.zh for each in error.problems]
    return []


def when(grade: str, condition: str) -> str:
    return f'grade: {grade}, when: "{condition}", cites: 第一条'


PARTS = "  parts:\n    - {name: 评定, points: 100, mark: village, cites: 第一条}\n"
REST = "grade: 其余, otherwise: true"


def test_a_ladder_from_the_top_is_complete(tmp_path: Path) -> None:
    assert not loads(tmp_path, when("优", "得分 >= 90"), when("良", "得分 >= 80"), when("差", "得分 < 80"), parts=PARTS)


def test_a_ladder_from_the_bottom_swallows_its_top(tmp_path: Path) -> None:
    (problem,) = loads(tmp_path, when("合格", "得分 >= 60"), when("优秀", "得分 >= 90"), REST, parts=PARTS)

    assert "优秀" in problem


def test_a_score_beyond_the_points_can_never_be(tmp_path: Path) -> None:
    (problem,) = loads(tmp_path, when("优秀", "得分 > 100"), REST, parts=PARTS)

    assert "优秀" in problem


def test_a_hundredth_between_two_limits_is_found(tmp_path: Path) -> None:
    """Scores have two decimals: 59.99 lies between “< 59.99” and “>= 60”."""
    (problem,) = loads(tmp_path, when("合格", "得分 >= 60"), when("不合格", "得分 < 59.99"), parts=PARTS)

    assert "得分 = 59.99" in problem


def test_whole_days_leave_no_gap_between_limits(tmp_path: Path) -> None:
    assert not loads(tmp_path, when("合格", "出勤天数 > 19"), when("不合格", "出勤天数 < 20"))


def test_otherwise_after_everything_is_unreachable(tmp_path: Path) -> None:
    (problem,) = loads(tmp_path, when("合格", "出勤天数 > 19"), when("不合格", "出勤天数 < 20"), REST)

    assert "其余" in problem


def test_two_names_together_are_judged_in_all_combinations(tmp_path: Path) -> None:
    (problem,) = loads(
        tmp_path, when("甲", "出勤天数 >= 20 and 旷工天数 = 0"), when("乙", "出勤天数 < 20 or 旷工天数 > 1")
    )

    assert "旷工天数 = 1" in problem


def test_comparisons_of_two_names_are_taken_as_free(tmp_path: Path) -> None:
    """Not proven: that 出勤天数 < 0 + 应出勤天数 and its opposite cover all; `otherwise` is asked for."""
    (problem,) = loads(tmp_path, when("甲", "出勤天数 >= 应出勤天数"), when("乙", "出勤天数 < 应出勤天数"))

    assert "没有等次" in problem
    assert not loads(tmp_path, when("甲", "出勤天数 >= 应出勤天数"), REST)


def test_the_same_comparison_twice_is_known_to_be_the_same(tmp_path: Path) -> None:
    assert not loads(tmp_path, when("甲", "出勤天数 >= 应出勤天数"), when("乙", "not 出勤天数 >= 应出勤天数"))


@pytest.mark.parametrize("condition", ["1 = 2", "出勤天数 > 31", "出勤天数 >= 10 and 出勤天数 < 10"])
def test_a_contradiction_is_unreachable(tmp_path: Path, condition: str) -> None:
    (problem,) = loads(tmp_path, when("甲", condition), REST)

    assert "甲" in problem


def test_too_many_combinations_ask_for_otherwise(tmp_path: Path) -> None:
    names = [
        "出勤天数",
        "旷工天数",
        "请假天数",
        "病假天数",
        "事假天数",
        "日志篇数",
        "驻村天数",
        "住村夜数",
        "迟到次数",
        "早退次数",
    ]
    condition = " and ".join(f"{name} > 3 and {name} < 20" for name in names)

    (problem,) = loads(tmp_path, when("甲", condition), when("乙", f"not ({condition})"))

    assert "没有等次" in problem
    assert not loads(tmp_path, when("甲", condition), REST)
