"""Paying from the command line: two people, one file, one return. Each exit status means something."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.exchange.test_bank_files import answer
from tests.payment.bank.conftest import JULY, World, build

from yigang.cli.main import main
from yigang.payment.models import BankBatch


@pytest.fixture
def world(make_user) -> World:
    world = build(make_user)
    world.person("没账户", account=False)
    world.seal(JULY, {"张三": 83333, "李四": 40000, "没账户": 100})
    return world


def run(*arguments: str):
    return CliRunner().invoke(main, ["bank", *arguments])


def export(world: World, out: Path, *more: str):
    return run(
        "export", "--programme", "pingba", "--month", "2020-07", "--budget", str(world.budget.pk), "--layout", "yikatong",
        "--out", str(out), "--as", world.finance.username, *more,
    )  # fmt: skip


@pytest.fixture
def sent(world, tmp_path) -> BankBatch:
    export(world, tmp_path)
    batch = BankBatch.objects.get()
    assert run("approve", batch.number, "--as", world.manager.username).exit_code == 0
    assert export(world, tmp_path).exit_code == 0
    batch.refresh_from_db()
    return batch


@pytest.mark.req("Z10")
def test_a_file_is_written_when_another_person_has_approved(world, tmp_path):
    first = export(world, tmp_path, "--json")
    assert first.exit_code == 1, "a draft waits for another person"
    number = json.loads(first.output)["batch"]
    assert list(tmp_path.iterdir()) == []
    assert run("approve", number, "--as", world.finance.username).exit_code == 3
    assert run("approve", number, "--as", world.manager.username).exit_code == 0
    done = json.loads(export(world, tmp_path, "--json").output)
    assert hashlib.sha256(Path(done["file"]).read_bytes()).hexdigest() == done["sha256"]
    assert (done["count"], done["total_fen"]) == (2, 123333)
    assert Path(done["file"]).stat().st_mode & 0o077 == 0, "card numbers are for the owner of the file only"


def test_a_sent_batch_is_written_again_by_its_number(world, sent, tmp_path):
    again = run("export", sent.number, "--out", str(tmp_path / "again"), "--as", world.finance.username)
    assert again.exit_code == 0
    assert sent.file_digest in again.output


def test_who_cannot_be_paid_is_told(world):
    result = run("propose", "--programme", "pingba", "--as", world.finance.username, "--json")
    assert result.exit_code == 1
    told = json.loads(result.output)
    assert told["total_fen"] == 123333
    assert [(row["name"], row["reason"]) for row in told["held"]] == [("没账户", "no_account")]


@pytest.mark.req("Z10")
def test_a_return_is_read(world, sent, tmp_path):
    file = tmp_path / "return.xlsx"
    file.write_bytes(answer(sent, {"李四"}))
    result = run("return", sent.number, str(file), "--as", world.finance.username, "--json")
    assert result.exit_code == 1, "somebody was refused"
    assert json.loads(result.output)["refused"] == 1
    months = run("standing", "--programme", "pingba", "--as", world.finance.username)
    assert months.exit_code == 0
    assert "2020-07: 1234.33 = 833.33 + 0.00 + 400.00 + 1.00 + 0.00" in months.output


def test_a_return_that_does_not_fit_names_the_rows(world, sent, tmp_path):
    file = tmp_path / "return.csv"
    file.write_text("序号,金额,处理结果\n1,1.00,成功\n9,1.00,成功\n", encoding="utf-8")
    result = run("return", sent.number, str(file), "--as", world.finance.username)
    assert result.exit_code == 3
    assert f"{file}:2:" in result.output
    assert f"{file}:3:" in result.output
    assert set(sent.entries.values_list("state", flat=True)) == {"pending"}


def test_a_draft_is_cancelled_with_a_reason(world, tmp_path):
    export(world, tmp_path)
    number = BankBatch.objects.get().number
    assert run("cancel", number, "--as", world.finance.username).exit_code == 2
    assert run("cancel", number, "--reason", "wrong fund", "--as", world.finance.username).exit_code == 0


def test_wrong_usage_says_what_is_missing(world, tmp_path):
    result = run("export", "--out", str(tmp_path), "--as", world.finance.username)
    assert result.exit_code == 2
    assert "--programme" in result.output
    assert run("return", "none", __file__, "--as", world.finance.username).exit_code == 2


@pytest.mark.req("P5")
def test_another_county_sees_no_batch(world, sent, make_user, tmp_path):
    from yigang.foundation.enums import Role

    stranger = make_user(Role.FINANCE, "520402")
    assert run("export", sent.number, "--out", str(tmp_path), "--as", stranger.username).exit_code == 2
