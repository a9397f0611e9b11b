"""The month from the command line: computed, reviewed elsewhere, sealed, verified. Each exit status means something."""

import json

import pytest
from click.testing import CliRunner
from tests.payment.world import HUNG, World

from yigang.cli.main import main
from yigang.duty.enums import Table
from yigang.foundation.enums import Role
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review


@pytest.fixture
def officer(make_user):
    return make_user(Role.TOWN_OFFICER, "520403100", username="officer")


@pytest.fixture
def manager(make_user):
    return make_user(Role.COUNTY_MANAGER, "520403", username="manager")


@pytest.fixture
def world(officer, manager) -> World:
    world = World(officer)
    world.declare(Table.LEAVES, Table.WORK_LOGS)
    world.work(world.hire("王大山"))
    return world


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def settle(*more: str):
    return run("settle", "2020-07", "--region", "520403100", "--programme", "pingba", "--as", "officer", *more)


@pytest.fixture
def sealed(world, officer, manager) -> Settlement:
    settle()
    settlement = Settlement.objects.get()
    review.publish(settlement, on=HUNG, actor=officer)
    review.submit(settlement, actor=officer)
    review.approve(settlement, actor=manager)
    assert run("seal", "2020-07", "--as", "manager").exit_code == 0
    return settlement


def test_a_month_with_everybody_settled_ends_with_0(world):
    result = settle("--json")
    assert result.exit_code == 0
    found = json.loads(result.output)
    assert (found["people"], found["undetermined"], found["total_fen"]) == (1, 0, 83333)


def test_an_undetermined_person_ends_with_1(world):
    world.hire("没有数据")
    result = settle()
    assert result.exit_code == 1
    assert "1 undetermined" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("settle", "2020-13", "--region", "520403100", "--programme", "pingba", "--as", "officer"),
        ("settle", "2020-07", "--region", "5204031", "--programme", "pingba", "--as", "officer"),
        ("settle", "2020-07", "--region", "520403100", "--programme", "none", "--as", "officer"),
        ("settle", "2020-07", "--region", "520403100", "--programme", "pingba", "--as", "nobody"),
        ("explain", "1", "--as", "officer"),
        ("verify", "2020-07", "--as", "manager"),
    ],
    ids=["month", "region", "programme", "account", "line", "nothing sealed"],
)
def test_wrong_usage_ends_with_2(world, arguments):
    assert run(*arguments).exit_code == 2


def test_a_refusal_ends_with_3_and_says_why(sealed):
    result = settle()
    assert result.exit_code == 3
    assert "2020-07" in result.output


def test_a_foreign_town_ends_with_3(world):
    result = run("settle", "2020-07", "--region", "520403101", "--programme", "pingba", "--as", "officer")
    assert result.exit_code == 3


def test_a_line_is_explained_in_both_languages(world):
    settle()
    line = SubsidyLine.objects.get()
    chinese = run("explain", str(line.pk), "--as", "officer")
    assert chinese.exit_code == 0
    assert "王大山 2020-07 833.33" in chinese.output
    assert "管理考核办法" in chinese.output
    english = json.loads(run("explain", str(line.pk), "--lang", "en", "--json", "--as", "officer").output)
    assert any("Grade: passed" in sentence["text"] for sentence in english["sentences"])


def test_a_sealed_month_verifies(sealed):
    result = run("verify", "2020-07", "--region", "520403", "--programme", "pingba", "--json", "--as", "manager")
    assert result.exit_code == 0
    assert json.loads(result.output)[0]["differences"] == []


def test_sealing_when_nothing_waits_says_so(world):
    result = run("seal", "2020-07", "--as", "manager")
    assert result.exit_code == 0
    assert "Nothing" in result.output
