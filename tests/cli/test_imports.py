"""Importing from the command line: it looks first, applies when told to, and says by its status what happened."""

import json

import pytest
from click.testing import CliRunner
from tests.exchange.roster.conftest import CREATED, county, programme, row  # noqa: F401 - fixtures

from yigang.appraisal.models import Mark, MarkWithdrawal
from yigang.cli.main import main
from yigang.exchange.roster import sheets
from yigang.exchange.tables import read
from yigang.people.models import Person


@pytest.fixture
def roster(tmp_path):
    def write(*rows, name="花名册.xlsx"):
        path = tmp_path / name
        path.write_bytes(sheets.workbook(rows, CREATED))
        return str(path)

    return write


def run(*arguments: str):
    return CliRunner().invoke(main, ["import", *arguments])


def test_a_roster_is_looked_at_then_applied_then_taken_back(programme, county_manager, roster):  # noqa: F811 - the fixture
    given = ("roster", roster(row(1), row(2)), "--programme", programme.code, "--as", county_manager.username)
    seen = run(*given)
    assert seen.exit_code == 0, seen.output
    assert not Person.objects.exists()
    assert "new 2" in seen.output
    done = run(*given, "--apply", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["state"], told["counts"]["appointed"]) == (0, "applied", 2)
    assert Person.objects.count() == 2
    assert row(1)["identity"] not in done.output
    undone = run("undo", str(told["import"]), "--reason", "传错", "--as", county_manager.username)
    assert undone.exit_code == 0, undone.output
    assert not Person.objects.exists()


def test_a_file_with_an_error_is_refused_with_its_place(programme, county_manager, roster):  # noqa: F811 - the fixture
    file = roster(row(1), row(2, identity="520403198003070029"))
    done = run("roster", file, "--programme", programme.code, "--as", county_manager.username, "--apply")
    assert done.exit_code == 3
    assert "花名册 3 G" in done.output
    assert not Person.objects.exists()


def test_warnings_give_status_1(programme, county_manager, roster):  # noqa: F811 - the fixture
    file = roster(row(1, kinship="李某/村支书/叔叔"))
    assert run("roster", file, "--programme", programme.code, "--as", county_manager.username).exit_code == 1


@pytest.mark.parametrize("more", [("--programme", "nowhere"), ("--programme", "rangers-2020", "--region", "52")])
def test_what_is_not_there_or_not_yours_is_refused(programme, town_officer, roster, more):  # noqa: F811 - the fixture
    assert run("roster", roster(row(1)), "--as", town_officer.username, *more).exit_code in (2, 3)


def test_the_template_is_a_roster_without_people(tmp_path):
    out = tmp_path / "模板.xlsx"
    assert run("template", "--out", str(out)).exit_code == 0
    table = read(out, sheets.ROSTER)
    assert not table.mapping.unknown
    assert table.columns["name"] == ["示例(请删除)"]


def test_marks_are_imported_for_their_month_and_withdrawn(programme, county_manager, town_officer, roster, tmp_path):  # noqa: F811 - the fixture
    run("roster", roster(row(1)), "--programme", programme.code, "--as", county_manager.username, "--apply")
    file = tmp_path / "2020年7月评定.csv"
    file.write_text(f"姓名,评定项目,得分,评定理由\n{row(1)['name']},乡镇评定,18,巡护认真\n", encoding="utf-8")
    given = ("marks", str(file), "--programme", programme.code, "--as", town_officer.username, "--apply", "--json")
    done = run(*given)
    told = json.loads(done.stdout)
    assert (done.exit_code, told["state"], told["counts"]["new"]) == (0, "applied", 1)
    assert Mark.objects.get().reason == "巡护认真"
    file.write_text(f"姓名,评定项目,得分,评定理由\n{row(1)['name']},乡镇评定,99,巡护认真\n", encoding="utf-8")
    assert run(*given).exit_code == 3
    assert run("undo", str(told["import"]), "--reason", "传错", "--as", town_officer.username).exit_code == 0
    assert MarkWithdrawal.objects.count() == 1
