"""Batches to the bank and back (requirement Z10: a batch, its return, nothing lost and nothing paid twice)."""

import csv
import dataclasses
import hashlib
import io
from datetime import date

import openpyxl
import pytest
from tests.exchange import workbooks

from yigang.exchange import bank
from yigang.exchange.bank import BatchHeader, BatchLine
from yigang.exchange.bank_layouts import Layout, presets
from yigang.foundation.errors import Refusal

HEADER = BatchHeader("2020-07/01", "平坝区林业局", "生态护林员补助", "2020-07", date(2020, 8, 5))
LINES = [
    BatchLine(1, "张三", "6217000010001234567", 83333, identity="11010519491231002X", region="大坝村"),
    BatchLine(2, "王𠮷䶮", "6217000010001234568", 83334, identity="34052419800101001X", region="二铺村"),
    BatchLine(3, "李四", "6217000010001234569", 62000, region="二铺村"),
]
TOTAL = 83333 + 83334 + 62000
LAYOUTS = list(presets().values())


def layout(code: str) -> Layout:
    return presets()[code]


@pytest.mark.req("Z10")
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.code)
def test_the_same_lines_give_the_same_bytes(layout: Layout) -> None:
    first, second = bank.write_batch(layout, HEADER, LINES), bank.write_batch(layout, HEADER, list(LINES))
    assert first == second
    assert first.sha256 == hashlib.sha256(first.data).hexdigest()
    assert (first.count, first.total_fen) == (3, TOTAL)
    assert "/" not in first.filename


@pytest.mark.req("Z10")
def test_the_cover_says_count_and_total_in_figures_and_capitals() -> None:
    file = bank.write_batch(layout("yikatong"), HEADER, LINES)
    assert file.filename == "一卡通代发_2020-07_01_3笔_2286.67元.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    cover = {row[0].value: row[1].value for row in book["封面"].iter_rows()}
    assert cover["笔数"] == "3"
    assert cover["合计金额（小写）"] == "2,286.67元"
    assert cover["合计金额（大写）"] == "贰仟贰佰捌拾陆元陆角柒分"
    amounts = [row[6].value for row in book["明细"].iter_rows(min_row=2)]
    assert amounts == [833.33, 833.34, 620]
    assert [row[3].value for row in book["明细"].iter_rows(min_row=2)] == [line.account for line in LINES]


def test_rare_signs_reach_a_bank_that_reads_gb18030() -> None:
    file = bank.write_batch(layout("nongshang"), HEADER, LINES)
    assert file.filename == "DF20200805_2020-07_01.csv"
    rows = list(csv.reader(io.StringIO(file.data.decode("gb18030"))))
    assert rows[0] == ["序号", "账号", "户名", "金额", "摘要"]
    assert rows[2] == ["2", "6217000010001234568", "王𠮷䶮", "833.34", "生态护林员补助"]


def test_amounts_in_fen_where_the_layout_says_so() -> None:
    rows = list(csv.reader(io.StringIO(bank.write_batch(layout("generic"), HEADER, LINES).data.decode("utf-8-sig"))))
    assert [row[4] for row in rows[1:]] == ["83333", "83334", "62000"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_fen": 0}, "no_amount"),
        ({"amount_fen": -5}, "no_amount"),
        ({"account": " "}, "no_account"),
        ({"name": ""}, "no_account"),
        ({"serial": 1}, "duplicate_serial"),
        ({"name": "=HYPERLINK(1)"}, "formula"),
    ],
)
def test_a_line_that_must_not_leave_the_house(change: dict[str, object], code: str) -> None:
    lines = [*LINES[:2], dataclasses.replace(LINES[2], **change)]  # type: ignore[arg-type]
    with pytest.raises(Refusal) as caught:
        bank.write_batch(layout("nongshang"), HEADER, lines)
    assert caught.value.code == code


def test_an_empty_batch_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        bank.write_batch(layout("nongshang"), HEADER, [])
    assert caught.value.code == "empty_batch"


RETURN_HEADING = ["序号", "姓名", "一卡通账号", "补贴金额（元）", "发放状态", "失败原因"]


def returned(*rows: list[object], code: str = "yikatong") -> bank.BankReturn:
    return bank.read_return(layout(code), workbooks.xlsx([["代发结果"], RETURN_HEADING, *rows]))


@pytest.mark.req("Z10")
def test_the_bank_says_what_was_paid_and_what_bounced() -> None:
    found = returned(
        [1, "张三", "6217000010001234567", 833.33, "成功", ""],
        [2, "王𠮷䶮", "6217********4568", "833.34", "失败", "户名不符"],
        ["合计", "", "", 1666.67, "", ""],
    )
    assert [(row.serial, row.name, row.status, row.amount_fen, row.reason) for row in found.rows] == [
        (1, "张三", "paid", 83333, ""),
        (2, "王𠮷䶮", "refused", 83334, "户名不符"),
    ]
    assert [(row.account, row.account_last4) for row in found.rows] == [("6217000010001234567", "4567"), (None, "4568")]
    assert [row.row for row in found.rows] == [3, 4]
    assert [problem.severity for problem in found.problems] == ["note"]


def test_a_word_nobody_knows_is_a_problem_and_no_payment() -> None:
    found = returned([1, "张三", "6217000010001234567", 833.33, "处理中", ""], [2, "李四", "", 620, "", ""])
    assert found.rows == []
    assert [(p.row, p.code) for p in found.problems] == [(3, "unknown_status"), (4, "required")]
    assert found.problems[0].column == "E 发放状态"


def test_a_serial_twice_counts_for_none() -> None:
    """One row says paid and the other refused: neither is believed."""
    rows = [
        [1, "张三", "", 833.33, "成功", ""],
        [1, "张三", "", 833.33, "失败", "销户"],
        [2, "李四", "", 620, "成功", ""],
    ]
    found = returned(*rows)
    assert [row.serial for row in found.rows] == [2]
    assert [(p.row, p.code) for p in found.problems] == [(3, "duplicate_serial"), (4, "duplicate_serial")]


def test_a_status_with_a_remark_is_understood() -> None:
    found = returned([1, "张三", "", 833.33, "失败：账户状态异常", ""])
    assert (found.rows[0].status, found.rows[0].reason) == ("refused", "失败：账户状态异常")


def test_an_amount_that_cannot_be_read_is_a_problem() -> None:
    found = returned([1, "张三", "", "八百", "成功", ""])
    assert found.rows == []
    assert [(p.row, p.code) for p in found.problems] == [(3, "not_an_amount")]


def test_codes_of_a_bank_as_text_and_as_number() -> None:
    text = "序号,户名,金额,处理标志,处理信息\n1,张三,833.33,0000,\n2,李四,620.00,9999,账号不存在\n"
    found = bank.read_return(layout("nongshang"), text.encode("gb18030"))
    assert [(row.serial, row.status, row.reason) for row in found.rows] == [
        (1, "paid", ""),
        (2, "refused", "账号不存在"),
    ]
    numbers = workbooks.xlsx([["序号", "户名", "金额", "处理标志"], [1, "张三", 833.33, 0], [2, "李四", 620, 1]])
    assert [row.status for row in bank.read_return(layout("nongshang"), numbers).rows] == ["paid", "refused"]


def test_amounts_in_fen_come_back_in_fen() -> None:
    found = bank.read_return(layout("generic"), "序号,姓名,金额（分）,结果\n1,张三,83333,paid\n".encode())
    assert found.rows[0].amount_fen == 83333


def test_our_own_batch_file_is_no_return() -> None:
    file = bank.write_batch(layout("yikatong"), HEADER, LINES)
    with pytest.raises(Refusal) as caught:
        bank.read_return(layout("yikatong"), file.data)
    assert caught.value.code == "missing_columns"


@pytest.mark.parametrize("code", sorted(presets()))
def test_every_line_survives_the_way_to_the_bank_and_back(code: str) -> None:
    """The bank adds a column to our file and sends it back."""
    chosen = layout(code)
    head = {key: names[0] for key, names in chosen.returns.items()}
    amount = [str(line.amount_fen) if chosen.amount_unit == "fen" else f"{line.amount_fen / 100:.2f}" for line in LINES]
    rows = [[line.serial, line.name, line.account, amount[i], min(chosen.paid)] for i, line in enumerate(LINES)]
    heading = [head[key] for key in ("serial", "name", "account", "amount", "status")]
    found = bank.read_return(chosen, workbooks.xlsx([heading, *rows]))
    assert found.problems == []
    assert [(r.serial, r.name, r.account, r.amount_fen) for r in found.rows] == [
        (line.serial, line.name, line.account, line.amount_fen) for line in LINES
    ]
