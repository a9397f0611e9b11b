"""`yigang policy`: checks files, reads one aloud, lists the measures, with exit statuses that mean something."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.policy.texts import text, written

from yigang.cli.main import main


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["policy", *words])


def test_the_policies_that_ship_are_right() -> None:
    done = run("check")

    assert done.exit_code == 0, done.output
    assert "0 problems" in done.output


def test_a_wrong_file_is_shown_with_line_and_remedy_and_status_1(tmp_path: Path) -> None:
    file = written(tmp_path, text().replace("出勤天数 >= 20", "出勤天树 >= 20"))

    done = run("check", str(file))

    assert done.exit_code == 1
    assert f"{file}:11" in done.output
    assert "是不是「出勤天数」" in done.output


def test_a_case_that_does_not_hold_is_status_1(tmp_path: Path) -> None:
    case = "cases:\n  - {case: 例, given: {出勤天数: 19}, then: {等次: 合格}}\n"

    done = run("check", str(written(tmp_path, text(more=case))), "--json")

    (problem,) = json.loads(done.output)["problems"]
    assert done.exit_code == 1
    assert "应为 合格，算得 不合格" in problem["what"]["zh"]


@pytest.mark.parametrize(
    "words", [["check", "no-such-file.yaml"], ["describe"], ["describe", "pingba-ranger", "--on", "yesterday"]]
)
def test_wrong_use_is_status_2(words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_a_policy_is_read_aloud_as_of_a_day() -> None:
    done = run("describe", "pingba-ranger", "--on", "2020-08-01")

    assert done.exit_code == 0
    assert "合格：得分 ≥ 60 且 旷工天数 < 3" in done.output


def test_before_its_first_day_there_is_nothing_to_read() -> None:
    done = run("describe", "pingba-ranger", "--on", "2010-01-01")

    assert done.exit_code == 1
    assert "第一版自" in done.output


def test_an_unknown_policy_names_the_known_ones() -> None:
    done = run("describe", "nowhere")

    assert done.exit_code == 1
    assert "huaihua-team" in done.output


def test_describe_speaks_json() -> None:
    told = json.loads(run("describe", "huaihua-team", "--on", "2018-01-01", "--json").output)

    assert told["effective"] == "2017-03-01"
    assert len(told["digest"]) == 64


def test_the_measures_are_listed_in_both_forms() -> None:
    listed = json.loads(run("measures", "--json").output)

    assert {one["code"] for one in listed["measures"]} >= {
        "days_present",
        "nights_in_village",
        "consecutive_failed_months",
    }
    assert "least" in listed["functions"]
    assert "出勤天数  days_present（天）" in run("measures").output


def test_another_folder_of_policies_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, text())
    monkeypatch.setenv("YIGANG_POLICIES", str(tmp_path))

    assert "1 files" in run("check").output
    assert "试验办法" in run("describe", "test-post").output
