"""Workbooks we give away, opened again with a reader of another make."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from yigang.exchange import spreadsheet, tables
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.spreadsheet import Column, Sheet
from yigang.foundation.errors import Refusal

MADE = datetime(2020, 8, 1, tzinfo=UTC)
COLUMNS = [
    Column("姓名", required=True),
    Column("身份证号", hint="18位"),
    Column("性别", choices=("男", "女")),
    Column("月补贴", "money"),
    Column("上岗日期", "date"),
    Column("打卡时间", "datetime"),
    Column("天数", "integer"),
    Column("得分", "decimal"),
    Column("在岗", "yes_no"),
]
ROW = [
    "王𠮷", "11010519491231002X", "男", 83333, date(2020, 7, 1), datetime(2020, 7, 1, 23, tzinfo=UTC), 22,
    Decimal("95.50"), True,
]  # fmt: skip


def opened(*sheets: Sheet, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(spreadsheet.workbook_bytes(sheets, created=MADE, **options)))


def test_values_keep_their_type_and_their_digits() -> None:
    page = opened(Sheet("花名册", COLUMNS, [ROW]))["花名册"]
    assert [cell.value for cell in page[1]] == ["*姓名", *(column.title for column in COLUMNS[1:])]
    assert [cell.value for cell in page[2]] == [
        "王𠮷", "11010519491231002X", "男", 833.33, datetime(2020, 7, 1), datetime(2020, 7, 2, 7), 22, 95.5, "是",  # noqa: DTZ001
    ]  # fmt: skip
    assert [page["B2"].number_format, page["D2"].number_format] == ["@", "#,##0.00"]


def test_the_heading_stays_in_view_and_can_be_filtered() -> None:
    page = opened(Sheet("花名册", COLUMNS, [ROW], titles=["平坝区", "2020年7月"]))["花名册"]
    assert page["A1"].value == "平坝区"
    assert page["A3"].value == "*姓名"
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:I4"
    assert page["B3"].comment is not None


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "{=1}", "http://x"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    cell = opened(Sheet("a", [Column("备注")], [[text]]))["a"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.hyperlink is None
    assert bool(cell.quotePrefix) == text.startswith(spreadsheet.FORMULA_STARTS)


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (spreadsheet.workbook_bytes([Sheet("a", COLUMNS, [ROW])], created=MADE) for _time in range(2))
    assert first == second


def test_a_template_offers_choices_in_rows_to_be_filled() -> None:
    villages = tuple(f"第{i}村民委员会" for i in range(100))
    columns = [Column("性别", choices=("男", "女")), Column("村", choices=villages)]
    book = opened(Sheet("模板", columns, template=True), notes=[("姓名", "与身份证一致")])
    rules = {str(rule.sqref): rule.formula1 for rule in book["模板"].data_validations.dataValidation}
    assert rules == {"A2:A5001": '"男,女"', "B2:B5001": "'选项2'!$A$1:$A$100"}
    assert book["选项2"].sheet_state == "hidden"
    assert book["选项2"]["A100"].value == "第99村民委员会"
    assert book["填写说明"]["B1"].value == "与身份证一致"


def test_columns_are_wide_enough_for_chinese() -> None:
    page = opened(Sheet("a", [Column("村"), Column("x", width=30)], [["大坝村村民委员会", ""], ["短", ""]]))["a"]
    assert page.column_dimensions["A"].width >= 16
    assert 30 <= page.column_dimensions["B"].width <= 31


def test_text_beyond_excels_limit_is_cut_visibly() -> None:
    value = opened(Sheet("a", [Column("备注")], [["长" * 40_000]]))["a"]["A2"].value
    assert len(value) == spreadsheet.LONGEST_TEXT
    assert value.endswith("…")


def test_a_value_that_does_not_fit_its_column_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="833"):
        spreadsheet.workbook_bytes([Sheet("a", [Column("金额", "money")], [[833.33]])], created=MADE)


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    with pytest.raises(Refusal) as caught:
        spreadsheet.workbook_bytes([Sheet("a", [Column("x")], [["1"]] * 3)], created=MADE)
    assert caught.value.code == "too_many_rows"


def test_what_is_exported_can_be_imported() -> None:
    specs = [
        ColumnSpec("name", "姓名", kind="name"),
        ColumnSpec("id", "身份证号", kind="identity"),
        ColumnSpec("pay", "月补贴", kind="money"),
    ]
    data = spreadsheet.workbook_bytes([Sheet("花名册", COLUMNS, [ROW], titles=["平坝区"])], created=MADE)
    table = tables.read(data, specs)
    assert table.problems == []
    assert (table.columns["name"], table.columns["pay"]) == (["王𠮷"], [83333])
