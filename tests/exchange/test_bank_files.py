"""From a sealed month to the bank's file and back: the sum of the lines, the cover and the file are one."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.payment.bank.conftest import JULY, World, build

from yigang.exchange import bank_files, spreadsheet
from yigang.exchange.spreadsheet import Column, Sheet
from yigang.foundation import money
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.payment.bank import domain
from yigang.payment.bank.returns import ReturnRefused
from yigang.payment.enums import BatchState
from yigang.payment.models import BankBatch, SubsidyLine

CREATED = datetime(2020, 8, 5, tzinfo=UTC)


@pytest.fixture
def world(make_user) -> World:
    return build(make_user)


def approved(world: World) -> BankBatch:
    batch = domain.create_batch(world.order(), actor=world.finance)
    return domain.approve_batch(batch, actor=world.manager)


def content_of(stored) -> bytes:
    with stored.content.open() as file:
        return file.read()


def amounts_in(data: bytes) -> list[int]:
    rows = list(openpyxl.load_workbook(io.BytesIO(data))["明细"].iter_rows(values_only=True))
    column = rows[0].index("补贴金额（元）")
    return [money.from_decimal(Decimal(str(row[column]))) for row in rows[1:]]


def answer(batch: BankBatch, refused: frozenset[str] | set[str] = frozenset()) -> bytes:
    """The bank's workbook: what was sent, with its verdict beside it."""
    rows = [
        (line.serial, line.name, line.account, line.amount_fen, "失败" if line.name in refused else "成功",
         "账户已销户" if line.name in refused else "")
        for line in bank_files.lines_of(batch)
    ]  # fmt: skip
    headings = ("序号", "姓名", "账号", "金额", "处理结果", "失败原因")
    columns = [Column(name, "money" if name == "金额" else "text") for name in headings]
    return spreadsheet.workbook_bytes([Sheet("回盘", columns, rows)], created=CREATED)


@pytest.mark.req("Z10")
def test_lines_cover_and_file_are_one_sum_to_the_fen(world):
    world.seal(JULY, {"张三": 83333, "李四": 1, "王五": 40050})
    batch = approved(world)
    data = content_of(bank_files.export(batch, actor=world.finance))
    batch.refresh_from_db()
    lines = SubsidyLine.objects.filter(payments__entry__batch=batch)
    cover = {row[0]: row[1] for row in openpyxl.load_workbook(io.BytesIO(data))["封面"].iter_rows(values_only=True)}
    assert sum(line.amount_fen for line in lines) == batch.total_fen == sum(amounts_in(data)) == 123384
    assert cover["合计金额（小写）"] == "1,233.84元"
    assert cover["合计金额（大写）"] == money.capitals(123384)
    assert cover["批次号"] == batch.number
    assert cover["所属期"] == "2020-07"
    assert batch.state == BatchState.SENT
    assert batch.file_name == f"一卡通代发_{batch.number}_3笔_1233.84元.xlsx"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=8))
def test_the_sums_agree_whatever_the_amounts(world, amounts):
    from django.db import transaction

    point = transaction.savepoint()
    world.people.clear()
    world.budget.amount_fen = 10**12
    world.budget.save()
    world.seal(JULY, {f"人{number}号": fen for number, fen in enumerate(amounts)})
    batch = approved(world)
    data = content_of(bank_files.export(batch, actor=world.finance))
    assert sum(amounts_in(data)) == sum(amounts) == batch.total_fen
    transaction.savepoint_rollback(point)


def test_the_same_batch_gives_the_same_bytes(world):
    world.seal(JULY, {"张三": 83333})
    batch = approved(world)
    first = bank_files.export(batch, actor=world.finance)
    world.account(world.people["张三"])
    batch.refresh_from_db()
    again = bank_files.export(batch, actor=world.colleague)
    assert content_of(again) == content_of(first)
    assert again.sha256 == batch.file_digest


def test_a_draft_has_no_file(world):
    world.seal(JULY, {"张三": 83333})
    draft = domain.create_batch(world.order(), actor=world.finance)
    with pytest.raises(Refusal, match=draft.number):
        bank_files.export(draft, actor=world.finance)


@pytest.mark.req("P5")
def test_a_leader_takes_no_file_away(world, make_user):
    world.seal(JULY, {"张三": 83333})
    with pytest.raises(Forbidden):
        bank_files.export(approved(world), actor=make_user(Role.LEADER, "520403"))


@pytest.mark.req("Z10")
def test_the_banks_workbook_is_read_back(world):
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    batch = approved(world)
    bank_files.export(batch, actor=world.finance)
    batch.refresh_from_db()
    read = bank_files.read(batch, answer(batch, {"李四"}), name="回盘.xlsx", actor=world.finance)
    assert (read.paid, read.refused, read.pending) == (1, 1, 0)
    assert batch.entries.get(state="refused").bank_reason == "账户已销户"


def test_a_return_of_another_batch_is_refused_by_its_rows(world):
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    batch = approved(world)
    bank_files.export(batch, actor=world.finance)
    world.account(world.people["张三"])
    other = answer(batch)
    world.seal(JULY.replace(month=8), {"张三": 83334, "李四": 40000})
    second = approved(world)
    bank_files.export(second, actor=world.finance)
    second.refresh_from_db()
    with pytest.raises(ReturnRefused) as refused:
        bank_files.read(second, other, name="回盘.xlsx", actor=world.finance)
    assert {problem.code for problem in refused.value.problems} == {"amount_changed", "card_changed"}
    assert {problem.row for problem in refused.value.problems} == {3}


def test_a_word_the_layout_does_not_know_is_refused(world):
    world.seal(JULY, {"张三": 83333})
    batch = approved(world)
    bank_files.export(batch, actor=world.finance)
    batch.refresh_from_db()
    columns = [Column(name) for name in ("序号", "处理结果")]
    data = spreadsheet.workbook_bytes([Sheet("回盘", columns, [("1", "也许")])], created=CREATED)
    with pytest.raises(ReturnRefused) as refused:
        bank_files.read(batch, data, name="回盘.xlsx", actor=world.finance)
    assert refused.value.problems[0].code == "unknown_status"
    assert batch.entries.get().state == "pending"


def test_an_unknown_layout_names_those_there_are():
    with pytest.raises(Refusal) as refused:
        bank_files.layout_named("none")
    assert "yikatong" in str(refused.value.remedy)


def test_a_period_is_one_month_or_from_the_first_to_the_last():
    assert bank_files.period_of([JULY]) == "2020-07"
    assert bank_files.period_of([JULY, JULY.replace(month=8), JULY.replace(month=9)]) == "2020-07至2020-09"
