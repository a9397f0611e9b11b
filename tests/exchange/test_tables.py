"""Rosters as offices send them: titles, two headings, totals, merged villages, one bad row among ten thousand."""

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.exchange import workbooks

from yigang.exchange import tables
from yigang.exchange.columns import ColumnSpec, match_columns
from yigang.foundation.errors import Refusal

NAME = ColumnSpec("name", "姓名", ("人员姓名",), required=True, kind="name")
NUMBER = ColumnSpec("identity", "身份证号", ("身份证号码", "公民身份号码"), required=True, kind="identity")
VILLAGE = ColumnSpec("village", "所在村", ("村", "村（社区）"))
PAY = ColumnSpec("pay", "月补贴", ("补贴标准",), kind="money")
FROM = ColumnSpec("from", "上岗日期", (), kind="date")
SEX = ColumnSpec("sex", "性别", kind="choice", choices={"男": "M", "女": "F"})
ACCOUNT = ColumnSpec("account", "一卡通账号", (), kind="passbook")
SPECS = [NAME, NUMBER, VILLAGE, PAY, FROM, SEX, ACCOUNT]

GOOD = ["11010519491231002X", "34052419800101001X", "440524188001010014"]
HEADING = ["姓名", "身份证号", "所在村", "月补贴"]


def merged(rows: Sequence[Sequence[Any]], *areas: str) -> bytes:
    """A workbook with merged cells."""

    def merge(sheet: Worksheet) -> None:
        for area in areas:
            sheet.merge_cells(area)

    return workbooks.xlsx(rows, change=merge)


def read(rows: Sequence[Sequence[Any]], **options: Any) -> tables.Table:
    return tables.read(workbooks.xlsx(rows), SPECS, **options)


def errors(table: tables.Table) -> list[tuple[int | None, str, str]]:
    return [(p.row, p.column, p.code) for p in table.problems if p.severity == "error"]


def codes(table: tables.Table) -> list[tuple[int | None, str]]:
    return [(p.row, p.code) for p in table.problems]


def test_a_plain_table() -> None:
    table = read([HEADING, ["张三", GOOD[0], "大坝村", 833.33], ["李四", GOOD[1], "二铺村", "833.33"]])
    assert table.columns["name"] == ["张三", "李四"]
    assert table.columns["pay"] == [83333, 83333]
    assert table.columns["from"] == [None, None]
    assert table.row_numbers == [2, 3]
    assert table.problems == []


def test_the_heading_stands_below_title_unit_and_date() -> None:
    rows = [
        ["平坝区生态护林员花名册"],
        ["填报单位：某某镇", "", "", "2020年7月"],
        [],
        HEADING,
        ["张三", GOOD[0], "大坝村", 400],
    ]
    table = read(rows)
    assert table.row_numbers == [5]
    assert table.mapping.place("identity") == "B 身份证号"


def test_two_heading_rows_with_groups() -> None:
    """Group headings are merged over their columns; single headings are merged downwards."""
    rows = [
        ["公益岗人员名册"],
        ["序号", "基本信息", None, None, "待遇", None],
        [None, "姓名", "身份证号码", "村", "补贴标准", "奖金"],
        [1, "张三", GOOD[0], "大坝村", 400, 50],
    ]

    table = tables.read(merged(rows, "A1:F1", "A2:A3", "B2:D2", "E2:F2"), SPECS)
    assert table.columns["name"] == ["张三"]
    assert table.columns["pay"] == [40000]
    assert [table.mapping.place_of(column) for column in table.mapping.unknown] == ["A 序号", "F 奖金"]
    assert table.row_numbers == [4]


def test_a_group_tells_two_equal_headings_apart() -> None:
    specs = [
        ColumnSpec("head", "户主姓名", ("户主/姓名",), required=True),
        ColumnSpec("holder", "姓名", ("护林员/姓名",)),
    ]
    rows = [["户主", None, "护林员", None], ["姓名", "电话", "姓名", "电话"], ["王一", "", "王二", ""]]
    table = tables.read(merged(rows, "A1:B1", "C1:D1"), specs)
    assert (table.columns["head"], table.columns["holder"]) == (["王一"], ["王二"])


def test_a_heading_merged_downwards_over_unknown_columns_is_no_data() -> None:
    rows = [["姓名", "身份证号", "家庭收入", None], [None, None, "工资", "其他"], ["张三", GOOD[0], 1, 2]]
    table = tables.read(
        workbooks.xlsx(rows, change=lambda sheet: [sheet.merge_cells(area) for area in ("A1:A2", "B1:B2", "C1:D1")]),
        SPECS,
    )
    assert table.row_numbers == [3]


@pytest.mark.parametrize("heading", ["姓 名", "姓名（必填）", "*姓名", "姓名：", "姓\n名", "人员姓名"])
def test_headings_are_known_in_every_dress(heading: str) -> None:
    assert read([[heading, "身份证号"], ["张三", GOOD[0]]]).columns["name"] == ["张三"]


def test_totals_footnotes_and_repeated_headings_are_left_out_and_told() -> None:
    rows = [
        HEADING,
        ["张三", GOOD[0], "大坝村", 400],
        ["小 计", "", "", 400],
        HEADING,
        ["李四", GOOD[1], "二铺村", 400],
        [],
        ["合计（元）：", "", "", 800],
        ["填表人：王五"],
    ]
    table = read(rows)
    assert table.columns["name"] == ["张三", "李四"]
    assert table.row_numbers == [2, 5]
    assert codes(table) == [(3, "total_row"), (4, "heading_row"), (7, "total_row"), (8, "footnote_row")]
    assert {problem.severity for problem in table.problems} == {"note"}


def test_a_village_merged_over_its_people_counts_for_each() -> None:
    rows = [HEADING, ["张三", GOOD[0], "大坝村", 400], ["李四", GOOD[1], None, 400], ["王五", GOOD[2], None, 400]]
    assert tables.read(merged(rows, "C2:C3"), SPECS).columns["village"] == ["大坝村", "大坝村", None]


@pytest.mark.parametrize(("encoding", "sign"), [("gb18030", "𠮷䶮"), ("utf-8", "𠮷䶮"), ("utf-8-sig", "𠮷䶮")])
def test_rare_signs_survive_csv(encoding: str, sign: str) -> None:
    data = workbooks.csv(f"姓名,身份证号\n王{sign},'{GOOD[0]}\n", encoding)
    assert tables.read(data, SPECS).columns["name"] == [f"王{sign}"]


def test_old_workbooks_are_tables_too() -> None:
    assert tables.read(workbooks.xls([HEADING, ["张三", GOOD[0], "大坝村", 400]]), SPECS).columns["pay"] == [40000]


def test_problems_stand_where_excel_shows_them() -> None:
    rows = [
        ["花名册"],
        ["姓名", "身份证号", "上岗日期", "性别", "一卡通账号"],
        ["张三", "110105194912310021", "2019-02-29", "男", "6217000010001234"],
        ["", GOOD[0], "2020年6月31日", "不详", "无"],
        ["李四", 5.20403199001011e17, datetime.date(2020, 7, 1), "女", ""],
    ]
    table = read(rows)
    assert errors(table) == [
        (3, "B 身份证号", "check_digit"),
        (3, "C 上岗日期", "no_such_day"),
        (4, "A 姓名", "required"),
        (4, "C 上岗日期", "no_such_day"),
        (4, "D 性别", "not_a_choice"),
        (4, "E 一卡通账号", "characters"),
        (5, "B 身份证号", "excel_number"),
    ]
    assert table.columns["sex"] == ["M", None, "F"]
    assert table.bad_rows() == {3, 4, 5}
    assert all(problem.sheet == "Sheet1" and problem.message for problem in table.problems)


def test_warnings_do_not_keep_a_row_out() -> None:
    rows = [["姓名", "身份证号", "一卡通账号"], ["王？", "110105491231002", "6217000010001235"]]
    table = read(rows)
    assert table.bad_rows() == set()
    assert [(p.column[0], p.code) for p in table.problems] == [
        ("A", "doubtful_name"), ("B", "converted_from_15"), ("C", "check_digit"),
    ]  # fmt: skip


def test_ten_thousand_rows_with_one_bad_one() -> None:
    rows = [HEADING, *([f"张{i}", GOOD[i % 3], f"第{i % 11}村", 400] for i in range(10_000))]
    rows[7_000][3] = "四百"
    table = read([[str(cell) for cell in row] for row in rows])
    assert table.height == 10_000
    assert errors(table) == [(7_001, "D 月补贴", "not_an_amount")]


def test_one_and_true_are_different_cells() -> None:
    """The memory of read cells must not take 1 for True: an amount of TRUE is refused."""
    table = read([HEADING, ["张三", GOOD[0], "", 1], ["李四", GOOD[1], "", True]])
    assert table.columns["pay"] == [100, None]


def test_formulas_never_computed_are_problems_of_their_cell() -> None:
    table = read([HEADING, ["张三", GOOD[0], "大坝村", "=400+1"]])
    assert errors(table) == [(2, "D 月补贴", "formula")]


def test_the_right_sheet_is_found_among_several() -> None:
    data = workbooks.xlsx_of(
        {"说明": [["请先阅读"]], "名册": [HEADING, ["张三", GOOD[0], "大坝村", 400]], "Sheet3": []}
    )
    assert tables.read(data, SPECS).sheet == "名册"


def test_a_sheet_that_cannot_be_used_does_not_spoil_another() -> None:
    """A calculation of thousands of formulas beside the roster is none of our business."""
    data = workbooks.xlsx_of({"测算": [["=1+1"]] * 1001, "名册": [HEADING, ["张三", GOOD[0], "大坝村", 400]]})
    assert tables.read(data, SPECS).sheet == "名册"
    with pytest.raises(Refusal) as caught:
        tables.read(data, SPECS, sheet="测算")
    assert caught.value.code == "formulas"


def test_a_wrong_sheet_names_what_was_expected() -> None:
    data = workbooks.xlsx_of({"说明": [["请先阅读"]], "名册": [HEADING, ["张三", GOOD[0], "大坝村", 400]]})
    with pytest.raises(Refusal, match="姓名、身份证号") as caught:
        tables.read(data, SPECS, sheet="说明")
    assert caught.value.code == "no_header"


def test_an_empty_sheet_is_named() -> None:
    with pytest.raises(Refusal) as caught:
        read([])
    assert caught.value.code == "empty_sheet"


def test_a_missing_column_is_named_with_what_is_there() -> None:
    with pytest.raises(Refusal, match=r"身份证号.*月补贴") as caught:
        read([["姓名", "所在村", "月补贴"], ["张三", "大坝村", 400]])
    assert caught.value.code == "missing_columns"
    assert caught.value.row == 1


def test_a_person_maps_columns_once_and_is_remembered() -> None:
    rows = [["护林员", "证件", "所在村"], ["张三", GOOD[0], "大坝村"]]
    choice = {"护林员": "name", "证件": "identity", "所在村": ""}
    table = read(rows, remembered=choice)
    assert table.columns["name"] == ["张三"]
    assert table.columns["village"] == [None]
    assert table.mapping.remember() == {"护林员": "name", "证件": "identity"}
    assert read(rows, remembered=table.mapping.remember()).columns["name"] == ["张三"]


def test_columns_named_twice_are_told() -> None:
    table = read([["姓名", "身份证号", "姓名"], ["张三", GOOD[0], "李四"]])
    assert table.columns["name"] == ["张三"]
    assert [(p.code, p.severity) for p in table.problems] == [("duplicate_column", "warning")]
    assert "A 姓名, C 姓名" in table.problems[0].message


def test_the_same_person_twice_is_left_to_the_importer() -> None:
    """A table keeps both rows; who is the same person is known to the chapter that imports."""
    table = read([HEADING, ["张三", GOOD[0], "大坝村", 400], ["张三", GOOD[0], "大坝村", 400]])
    assert table.row_numbers == [2, 3]


def test_rows_beyond_the_last_heading_cell_are_short_not_wrong() -> None:
    table = tables.read("姓名,身份证号,所在村\n张三,11010519491231002X\n".encode(), SPECS)
    assert table.columns["village"] == [None]


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_LIMIT", 100)
    with pytest.raises(Refusal) as caught:
        read([HEADING, *[["张三", GOOD[0], "", 1]] * 200])
    assert caught.value.code == "too_many_rows"


def test_matching_alone_reports_missing_and_unknown() -> None:
    found = match_columns(["姓名", "民族", ""], SPECS)
    assert found.columns == {"name": 0}
    assert [spec.key for spec in found.missing] == ["identity"]
    assert found.unknown == (1,)
