"""`yigang engine`: the door for auditors and other systems, files in and files out, without a database."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result
from tests.policy.village import appointment, facts, full_month

from yigang.cli.main import main
from yigang.policy import policies_folder

PINGBA = str(policies_folder() / "pingba-ranger.yaml")
ARGUMENTS = ["--policy", PINGBA, "--period", "2020-07"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two rangers: one did everything, of the other only the appointment is known."""
    rows = full_month()
    rows["appointments"].append(appointment(2, start=date(2020, 7, 20)))
    for name, frame in facts(**rows).tables().items():
        frame.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%SZ")).write_csv(tmp_path / f"{name}.csv")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["engine", *words])


def test_a_folder_becomes_lines_in_csv(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "lines.csv"

    done = run("settle", *ARGUMENTS, "--facts", str(folder), "--out", str(out), "--json")

    totals = json.loads(done.output)
    lines = pl.read_csv(out, infer_schema=False)
    assert (totals["settled"], totals["undetermined"], totals["pay_fen"]) == (1, 1, 83333)
    assert lines["grade"].to_list() == ["合格", None]
    assert lines["missing"].to_list() == ["", "出勤天数；乡镇评定；旷工天数"]


def test_csv_and_parquet_lines_are_the_same_lines(folder: Path, tmp_path: Path) -> None:
    told = [
        json.loads(run("settle", *ARGUMENTS, "--facts", str(folder), "--out", str(tmp_path / name), "--json").output)
        for name in ("a.csv", "a.parquet")
    ]

    assert told[0]["lines_digest"] == told[1]["lines_digest"]
    assert pl.read_parquet(tmp_path / "a.parquet")["pay_fen"].to_list() == [83333, None]


def test_the_totals_are_told_in_words(folder: Path, tmp_path: Path) -> None:
    done = run("settle", *ARGUMENTS, "--facts", str(folder), "--out", str(tmp_path / "a.csv"))

    assert "应发 833.33 元" in done.output


def test_one_person_is_explained(folder: Path) -> None:
    done = run("explain", *ARGUMENTS, "--facts", str(folder), "--person", "10")

    assert done.exit_code == 0
    assert "等次：合格。〔管理考核办法，月考核合格〕" in done.output


def test_an_explanation_speaks_json_english_and_plainly(folder: Path) -> None:
    (told,) = json.loads(run("explain", *ARGUMENTS, "--facts", str(folder), "--person", "10", "--json").output)
    plain = run("explain", *ARGUMENTS, "--facts", str(folder), "--person", "20", "--plain", "--lang", "en").output

    assert told["line"]["pay_fen"] == 83333
    assert {"text", "measure", "figure", "threshold", "clause", "cites", "evidence"} == set(told["sentences"][0])
    assert "not decided yet" in plain


@pytest.mark.parametrize("name", ["lines.csv", "lines.parquet"])
@pytest.mark.parametrize("person", ["10", "20"])
def test_lines_that_were_kept_explain_themselves_without_facts(
    folder: Path, tmp_path: Path, name: str, person: str
) -> None:
    out = tmp_path / name
    run("settle", *ARGUMENTS, "--facts", str(folder), "--out", str(out))

    kept = run("explain", "--policy", PINGBA, "--lines", str(out), "--person", person)

    assert kept.exit_code == 0, kept.output
    assert kept.output == run("explain", *ARGUMENTS, "--facts", str(folder), "--person", person).output


def test_an_explanation_needs_facts_or_lines(folder: Path) -> None:
    assert run("explain", "--policy", PINGBA, "--person", "10").exit_code == 2
    assert run("explain", "--policy", PINGBA, "--facts", str(folder), "--person", "10").exit_code == 2
    assert run("explain", "--policy", PINGBA, "--lines", str(folder / "check_ins.csv"), "--person", "10").exit_code == 1


def test_who_is_not_on_the_roster_cannot_be_explained(folder: Path) -> None:
    done = run("explain", *ARGUMENTS, "--facts", str(folder), "--person", "99")

    assert done.exit_code == 1
    assert "没有 99 的任职" in done.output


def test_a_second_policy_shows_who_would_gain(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = Path(PINGBA).read_text("utf-8").replace("yuan: 10000.00", "yuan: 12000.00")
    other.write_text(text, "utf-8")
    words = ["what-if", *ARGUMENTS, "--facts", str(folder), "--against", str(other)]

    told = json.loads(run(*words, "--json").output)

    assert told["summary"]["gain"] == {"people": 1, "change_fen": 16667}
    assert "增加 1 人，+166.67 元" in run(*words).output


def test_the_comparison_can_be_kept(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "compared.parquet"

    run("what-if", *ARGUMENTS, "--facts", str(folder), "--against", PINGBA, "--out", str(out))

    assert pl.read_parquet(out)["outcome"].to_list() == ["same", "undetermined"]


def test_a_wrong_structure_is_status_1_and_names_the_column(folder: Path, tmp_path: Path) -> None:
    (folder / "marks.csv").write_text("appointment_id,value\n1,3\n", "utf-8")

    done = run("settle", *ARGUMENTS, "--facts", str(folder), "--out", str(tmp_path / "a.csv"))

    assert done.exit_code == 1
    assert "marks.name" in done.output


def test_a_month_before_the_policy_is_status_1(folder: Path, tmp_path: Path) -> None:
    words = ["--policy", PINGBA, "--period", "2018-06", "--facts", str(folder), "--out", str(tmp_path / "a.csv")]

    assert run("settle", *words).exit_code == 1


@pytest.mark.parametrize("wrong", [["--period", "2020-7"], ["--out", "lines.xlsx"], ["--facts", "nowhere"]])
def test_wrong_use_is_status_2(folder: Path, tmp_path: Path, wrong: list[str]) -> None:
    words = ["settle", *ARGUMENTS, "--facts", str(folder), "--out", str(tmp_path / "a.csv")]

    assert run(*words, *wrong).exit_code == 2


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_goes_to_a_terminals_stderr_and_never_into_the_output(folder, tmp_path, monkeypatch, terminal) -> None:
    monkeypatch.setattr("yigang.cli.engine.on_terminal", lambda: terminal)
    done = run("settle", *ARGUMENTS, "--facts", str(folder), "--out", str(tmp_path / "lines.csv"), "--json")
    assert json.loads(done.stdout)["lines"] == 2
    assert ("settling" in done.stderr) == terminal
