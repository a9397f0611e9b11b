"""DingTalk's exported workbook in the shapes that tenants and versions give it (requirement Z3)."""

import datetime
import json
from collections.abc import Sequence
from datetime import UTC, date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from tests.exchange import workbooks

from yigang.exchange.dingtalk import CHECK_INS, CheckIns, read_workbook
from yigang.exchange.dingtalk import workbook as sheets
from yigang.foundation.errors import Refusal

TITLE = [["原始记录 统计日期：2020-07-01 至 2020-07-31"], ["报表生成时间：2020-08-01 09:00"]]
HEADING = [
    "姓名",
    "考勤组",
    "部门",
    "工号",
    "UserId",
    "考勤日期",
    "考勤时间",
    "打卡时间",
    "打卡结果",
    "打卡地址",
    "打卡备注",
]
DAILY_TOP = ["姓名", "部门", "工号", "日期", "班次", "上班1", None, "下班1", None]
DAILY_LOW = [None, None, None, None, None, "打卡时间", "打卡结果", "打卡时间", "打卡结果"]
NO_ZONE = datetime.datetime(2020, 7, 1, 7, 30)  # noqa: DTZ001 - a cell has no zone


def punch(
    time: Any, result: str = "正常", *, planned: Any = "07:30", day: Any = "20-07-01 星期三", who: str = "张三"
) -> list[Any]:
    return [who, "护林员", "大坝村", f"G-{who}", f"u-{who}", day, planned, time, result, "大坝村委会", ""]


def records(*rows: Sequence[Any]) -> CheckIns:
    return read_workbook(workbooks.xlsx([*TITLE, HEADING, *rows], sheet="原始记录"))


def daily(*rows: Sequence[Any]) -> CheckIns:
    def merge(sheet: Worksheet) -> None:
        for area in ("F2:G2", "H2:I2", *(f"{letter}2:{letter}3" for letter in "ABCDE")):
            sheet.merge_cells(area)

    return read_workbook(workbooks.xlsx([["每日统计表"], DAILY_TOP, DAILY_LOW, *rows], sheet="每日统计", change=merge))


def utc(day: int, hour: int, minute: int) -> datetime.datetime:
    """A moment of July 2020 given in China's time."""
    return datetime.datetime(2020, 7, day, hour, minute, tzinfo=UTC) - datetime.timedelta(hours=8)


def codes(found: CheckIns) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.code) for problem in found.problems]


@pytest.mark.req("Z3")
def test_a_punch_becomes_a_check_in() -> None:
    found = records(punch("2020-07-01 07:28"))
    assert dict(found.frame.schema) == CHECK_INS
    row = found.frame.row(0, named=True)
    assert row["at"] == utc(1, 7, 28)
    assert row["planned_at"] == utc(1, 7, 30)
    assert row["work_date"] == date(2020, 7, 1)
    assert (row["name"], row["job_number"], row["user_id"]) == ("张三", "G-张三", "u-张三")
    assert (row["result"], row["place"], row["address"], row["row"]) == ("normal", "inside", "大坝村委会", 4)
    assert json.loads(row["raw"])["考勤日期"] == "20-07-01 星期三"
    assert found.problems == []


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("2020-07-01 07:30", "20-07-01 星期三"),
        ("2020-07-01 07:30:00", "2020-07-01"),
        ("2020/7/1 7:30", None),
        ("20-07-01 07:30", None),
        ("07:30", "2020年7月1日"),
        ("07：30", "2020-07-01"),
        ("上午7:30", "2020-07-01"),
        (0.3125, "2020-07-01"),
        (44013.3125, None),
        (44013.3125, 44013),
        (NO_ZONE, NO_ZONE.date()),
        (NO_ZONE.time(), NO_ZONE),
        ("次日 07:30", "2020-06-30"),
    ],
)
def test_times_as_text_as_numbers_and_as_excels_own(time: Any, day: Any) -> None:
    found = records(punch(time, day=day))
    assert found.problems == []
    assert found.frame["at"].to_list() == [utc(1, 7, 30)]


def test_after_midnight_belongs_to_the_day_before() -> None:
    found = records(punch("次日 02:10", planned="次日 02:00"))
    assert found.frame["at"].to_list() == [utc(2, 2, 10)]
    assert found.frame["planned_at"].to_list() == [utc(2, 2, 0)]
    assert found.frame["work_date"].to_list() == [date(2020, 7, 1)]


@pytest.mark.parametrize(
    ("word", "result", "place"),
    [
        ("正常", "normal", "inside"),
        ("迟到", "late", None),
        ("严重迟到", "serious_late", None),
        ("旷工迟到", "absent", None),
        ("早退", "early", None),
        ("外勤", "normal", "outside"),
        ("外勤迟到", "late", "outside"),
        ("正常（管理员改签）", "normal", None),
        ("补卡审批通过", "normal", None),
        ("请假", None, None),
        (None, None, None),
    ],
)
def test_results_in_our_words(word: str, result: str | None, place: str | None) -> None:
    found = records(punch("07:28", word))
    assert found.frame.select("result", "place").row(0) == (result, place)
    assert found.frame["at"].to_list() == [utc(1, 7, 28)]


@pytest.mark.parametrize(("time", "word"), [("", "缺卡"), ("", "未打卡"), ("", ""), ("2020-07-01 07:30", "未打卡")])
def test_a_missed_check_is_no_presence(time: str, word: str) -> None:
    """DingTalk fills the planned time into a missed check of some versions: the result decides."""
    found = records(punch(time, word))
    assert found.frame.select("at", "result").row(0) == (None, "not_signed")
    assert found.frame["work_date"].to_list() == [date(2020, 7, 1)]


def test_coming_or_going_only_where_the_file_says_so() -> None:
    """原始记录 has no such column; some tenants write it into the planned time."""
    found = records(
        punch("07:28", planned="上班 07:30"), punch("17:31", planned="下班 17:30"), punch("12:00", planned="12:00")
    )
    assert found.frame["kind"].to_list() == ["on", "off", "other"]
    assert found.frame["planned_at"].to_list() == [utc(1, 7, 30), utc(1, 17, 30), utc(1, 12, 0)]


def test_the_same_file_twice_gives_the_same_ids() -> None:
    rows = [punch("07:28"), punch("17:31", planned="17:30"), punch("", "缺卡", who="李四")]
    ids = records(*rows).frame["external_id"]
    assert ids.n_unique() == 3
    assert records(*rows).frame["external_id"].to_list() == ids.to_list()
    assert set(records(*reversed(rows)).frame["external_id"]) == set(ids)


def test_a_corrected_result_is_still_the_same_punch() -> None:
    before, after = records(punch("07:48", "迟到")), records(punch("07:48", "正常（管理员改签）"))
    assert before.frame["external_id"].to_list() == after.frame["external_id"].to_list()


def test_rows_that_repeat_a_punch_count_once_and_are_told() -> None:
    found = records(punch("07:28"), punch("07:28"), punch("07:28", "迟到"))
    assert found.frame.height == 1
    assert codes(found) == [(5, "duplicate"), (6, "conflict")]
    assert [problem.severity for problem in found.problems] == ["note", "warning"]


def test_two_people_of_one_name_are_told_apart() -> None:
    rows = [["王芳", None, "甲村", None, None, "2020-07-01", None, "07:30", "正常"]]
    rows.append(["王芳", None, "乙村", None, None, "2020-07-01", None, "07:30", "正常"])
    assert records(*rows).frame["external_id"].n_unique() == 2


@pytest.mark.parametrize(
    ("row", "place", "code"),
    [
        (punch("七点半"), "H 打卡时间", "not_a_time"),
        (punch("25:10"), "H 打卡时间", "not_a_time"),
        (punch("2019-02-29 07:30"), "H 打卡时间", "no_such_day"),
        (punch("07:30", day=""), "H 打卡时间", "no_day"),
        (punch("07:30", day="2020-06-31"), "F 考勤日期", "no_such_day"),
    ],
)
def test_a_bad_row_is_reported_and_harms_no_other(row: list[Any], place: str, code: str) -> None:
    found = records(punch("07:28", who="李四"), row, punch("07:29", who="王五"))
    assert found.frame["name"].to_list() == ["李四", "王五"]
    assert [(p.row, p.column, p.code, p.severity) for p in found.problems] == [(5, place, code, "error")]
    assert found.problems[0].sheet == "原始记录"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("0123456789-/.:：年月日时分次上下午 星期三abT", max_size=18), min_size=1, max_size=6))
def test_no_text_in_the_place_of_a_time_breaks_the_file(times: list[str]) -> None:
    """Every row ends as a check-in or as a problem; the good row beside them is always read."""
    rows = [HEADING, punch("07:28", who="李四"), *(punch(f"{time}", who=f"人{i}") for i, time in enumerate(times))]
    found = read_workbook(workbooks.csv("\n".join(",".join(map(str, row)) for row in rows), "utf-8"))
    told = {problem.row for problem in found.problems}
    assert set(found.frame["row"]) | told == set(range(2, 3 + len(times)))
    assert found.frame.filter(name="李四")["at"].to_list() == [utc(1, 7, 28)]


def test_an_unknown_result_keeps_the_time() -> None:
    found = records(punch("07:28", "神秘"))
    assert found.frame.select("at", "result").row(0) == (utc(1, 7, 28), None)
    assert [(p.row, p.code, p.severity) for p in found.problems] == [(4, "unknown_result", "warning")]


def test_a_row_that_names_nobody_is_reported() -> None:
    found = records(["", "护林员", "", "", "", "2020-07-01", "", "07:30", "正常"], punch("07:28"), HEADING, [])
    assert found.frame.height == 1
    assert codes(found) == [(4, "no_name")]


def test_ten_thousand_rows_with_one_bad_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks are joined without loss, rows keep their numbers, and progress reaches its end."""
    monkeypatch.setattr(sheets, "BLOCK", 999)
    rows = [punch(f"2020-07-{i % 31 + 1:02d} 07:{i % 60:02d}", who=f"人{i}", day=None) for i in range(10_000)]
    rows[4321][7] = "早上"
    seen: list[tuple[int, int]] = []
    data = workbooks.xlsx([*TITLE, HEADING, *rows], sheet="原始记录")
    found = read_workbook(data, progress=lambda done, total: seen.append((done, total)))
    assert found.frame.height == 9_999
    assert codes(found) == [(4325, "not_a_time")]
    assert found.frame.row(-1, named=True)["row"] == 10_003
    assert seen[-1][0] == seen[-1][1] == 10_000
    assert [done for done, _total in seen] == sorted(done for done, _total in seen)


@pytest.mark.req("Z3")
def test_daily_sheet_with_two_heading_rows() -> None:
    found = daily(
        ["张三", "大坝村", "G1", "20-07-01 星期三", "A 07:30-17:30", "07:28", "正常", "", "缺卡"],
        ["张三", "大坝村", "G1", "20-07-02 星期四", "A 07:30-17:30", "07:45", "迟到", "次日 02:10", "正常"],
        ["张三", "大坝村", "G1", "20-07-04 星期六", "休息", "", "", "", ""],
    )
    rows = found.frame.sort("work_date", "kind", descending=[False, True]).select("work_date", "kind", "at", "result")
    assert rows.rows() == [
        (date(2020, 7, 1), "on", utc(1, 7, 28), "normal"),
        (date(2020, 7, 1), "off", None, "not_signed"),
        (date(2020, 7, 2), "on", utc(2, 7, 45), "late"),
        (date(2020, 7, 2), "off", utc(3, 2, 10), "normal"),
    ]
    assert found.frame["planned_at"].drop_nulls().to_list()[0] == utc(1, 7, 30)
    assert found.problems == []


def test_daily_sheet_names_the_column_of_a_bad_time() -> None:
    found = daily(["张三", "大坝村", "G1", "20-07-01", "A", "07:28", "正常", "晚上", "正常"])
    assert [(p.row, p.column, p.code) for p in found.problems] == [(4, "H 下班1/打卡时间", "not_a_time")]
    assert found.frame["kind"].to_list() == ["on"]


def test_the_record_sheet_goes_before_the_daily_one() -> None:
    """The daily sheet is made from the records: reading both would count everybody twice."""
    sheets_ = {
        "月度汇总": [["姓名"]],
        "每日统计": [["姓名", "日期", "上班1打卡时间"]],
        "原始记录": [HEADING, punch("07:28")],
    }
    assert read_workbook(workbooks.xlsx_of(sheets_)).frame.height == 1


def test_times_as_excel_keeps_them_in_an_old_workbook() -> None:
    data = workbooks.xls([HEADING, punch(44013.3125, day=44013)], sheet="原始记录")
    assert read_workbook(data).frame["at"].to_list() == [utc(1, 7, 30)]


def test_the_same_sheet_saved_as_text() -> None:
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in [HEADING, punch("2020-07-01 07:30")])
    found = read_workbook(workbooks.csv(text, "gb18030"))
    assert found.frame["at"].to_list() == [utc(1, 7, 30)]


def test_signs_that_json_escapes_survive() -> None:
    row = punch("07:28")
    row[10] = '说"好"\\行\n二'
    assert json.loads(records(row).frame["raw"][0])["打卡备注"] == '说"好"\\行\n二'


@pytest.mark.parametrize(
    ("sheets_", "code"),
    [
        ({"花名册": [["姓名", "身份证号"]], "说明": [["x"]]}, "no_such_sheet"),
        ({"原始记录": [["a", "b"], [1, 2]]}, "no_header"),
        ({"原始记录": [["姓名", "部门", "考勤日期"], ["张三", "x", "2020-07-01"]]}, "no_header"),
        ({"原始记录": [HEADING]}, "no_rows"),
        ({"原始记录": []}, "no_header"),
    ],
)
def test_other_workbooks_are_refused(sheets_: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_workbook(workbooks.xlsx_of(sheets_))
    assert caught.value.code == code


def test_a_password_is_named_here_too() -> None:
    with pytest.raises(Refusal) as caught:
        read_workbook(workbooks.encrypted())
    assert caught.value.code == "password"


def test_an_empty_result_has_the_shape() -> None:
    found = records(punch("七点"))
    assert found.frame.height == 0
    assert found.frame.schema == pl.Schema(CHECK_INS)


def placed(**more: Any) -> dict[str, Any]:
    """A punch of a workbook that has other columns of place than 打卡地址, as read."""
    plain = [head for head in HEADING if head != "打卡地址"]
    row = [cell for head, cell in zip(HEADING, punch("07:28"), strict=True) if head != "打卡地址"]
    row[plain.index("打卡结果")] = more.pop("result", "正常")
    found = read_workbook(workbooks.xlsx([*TITLE, [*plain, *more], [*row, *more.values()]], sheet="原始记录"))
    assert found.problems == []
    return found.frame.row(0, named=True)


@pytest.mark.parametrize(
    ("columns", "position", "address"),
    [
        ({"打卡位置": "106.26123,26.40456"}, (26.40456, 106.26123), None),
        ({"经纬度": "26.40456，106.26123"}, (26.40456, 106.26123), None),
        ({"打卡地址": "大坝村委会 (106.26123, 26.40456)"}, (26.40456, 106.26123), "大坝村委会 (106.26123, 26.40456)"),
        ({"经度": 106.26123, "纬度": 26.40456}, (26.40456, 106.26123), None),
        ({"打卡位置": "大坝村委会"}, (None, None), "大坝村委会"),
        ({"经度": 0, "纬度": 0}, (None, None), None),
        ({"经度": "106.26123"}, (None, None), None),
    ],
)
def test_a_place_is_read_in_whatever_column_it_stands(columns, position, address) -> None:
    row = placed(**columns)
    assert (row["lat"], row["lng"]) == position
    assert row["address"] == address
    assert row["datum"] == ("GCJ-02" if position[0] else None)
    assert json.loads(row["raw"]).items() >= {key: str(value) for key, value in columns.items()}.items()


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ({"打卡位置": "大坝村委会"}, "inside"),
        ({"经度": 106.26123, "纬度": 26.40456}, "inside"),
        ({"经度": 106.26123, "纬度": 26.40456, "result": "早退"}, None),
        ({"打卡位置": "西藏自治区那曲市", "result": "迟到"}, None),
        ({"打卡位置": "县城某酒店", "result": "外勤"}, "outside"),
        ({"result": "外勤"}, "outside"),
        ({"result": "正常"}, None),
        ({"打卡位置": "大坝村委会", "result": "补卡审批通过"}, None),
        ({"打卡位置": "大坝村委会", "管理员修改备注": "改为正常"}, None),
        ({"打卡位置": "大坝村委会", "数据来源": "APPROVE"}, None),
    ],
)
def test_a_punch_with_a_place_is_inside_when_dingtalk_finds_no_fault_with_it(columns, place) -> None:
    """What somebody set afterwards, a punch without any place, and one with a fault of time alone, shows nothing."""
    assert placed(**columns)["place"] == place


PEOPLE = ["姓名", "考勤组", "部门", "工号", "UserId"]
ZHANG = ["张三", "护林员", "大坝村", "G-1", "u-1"]


def times_of(*lines: Sequence[Any], days: Sequence[Any] = ("1", "2", "3"), **sheets_more: Any) -> CheckIns:
    title = [["打卡时间 统计日期：2020-07-01 至 2020-07-31"]]
    return read_workbook(workbooks.xlsx_of({**sheets_more, "打卡时间": [*title, [*PEOPLE, *days], *lines]}))


@pytest.mark.req("Z3")
def test_the_grid_of_times_is_read_where_nothing_better_is_there() -> None:
    found = times_of([*ZHANG, "07:28\n17:31", "07:40外勤", "17:30 次日00:40"])
    assert found.problems == []
    assert found.frame.select("at", "work_date", "kind", "place", "result").rows() == [
        (utc(1, 7, 28), date(2020, 7, 1), "on", None, None), (utc(1, 17, 31), date(2020, 7, 1), "off", None, None),
        (utc(2, 7, 40), date(2020, 7, 2), "other", "outside", None),
        (utc(3, 17, 30), date(2020, 7, 3), "on", None, None), (utc(4, 0, 40), date(2020, 7, 3), "off", None, None),
    ]  # fmt: skip
    assert found.frame["user_id"].unique().to_list() == ["u-1"]
    assert json.loads(found.frame["raw"][0]) == {"日期": "2020-07-01", "打卡时间": "07:28\n17:31"}


@pytest.mark.parametrize(
    "days",
    [
        ("1", "2", "3"), (1, 2, 3), ("2020-07-01", "2020-07-02", "2020-07-03"), ("7月1日", "7月2日", "7月3日"),
        ("07-01 星期三", "07-02 星期四", "07-03 星期五"), (datetime.date(2020, 7, 1), "2020/7/2", "3日"),
    ],
)  # fmt: skip
def test_days_are_headed_in_many_ways(days) -> None:
    found = times_of([*ZHANG, "07:28", "07:29", "07:30"], days=days)
    assert found.frame["work_date"].to_list() == [date(2020, 7, day) for day in (1, 2, 3)]


def test_days_under_the_days_of_the_week() -> None:
    below = ["", "", "", "", "", 1, 2, 3]
    found = times_of(below, [*ZHANG, "07:28", "", "07:30"], days=("三", "四", "五"))
    assert found.frame["work_date"].to_list() == [date(2020, 7, 1), date(2020, 7, 3)]
    assert found.frame["row"].to_list() == [4, 4]
    assert found.problems == []


def test_an_empty_cell_is_no_missed_check_and_bad_times_are_told_at_their_place() -> None:
    found = times_of([*ZHANG, "", "25:10", "请假"], [*ZHANG[:3], "G-2", "u-2", "07:28", "", "12"])
    assert [(problem.row, problem.column, problem.code) for problem in found.problems] == [
        (3, "G 2", "not_times"), (4, "H 3", "not_times"),
    ]  # fmt: skip
    assert found.frame.height == 1


def test_days_without_a_month_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        read_workbook(workbooks.xlsx([[*PEOPLE, 1, 2], [*ZHANG, "07:28", ""]], sheet="打卡时间"))
    assert refused.value.code == "no_month"


def test_the_records_go_before_the_grid_and_nothing_counts_twice() -> None:
    found = times_of([*ZHANG, "07:28", "07:29", ""], 原始记录=[*TITLE, HEADING, punch("07:28")])
    assert found.frame["at"].to_list() == [utc(1, 7, 28)]


def test_a_daily_sheet_without_times_gives_way_to_the_grid() -> None:
    daily_only = [
        ["每日统计表"],
        ["姓名", "部门", "工号", "日期", "班次"],
        ["张三", "大坝村", "G-1", "2020-07-01", "A"],
    ]
    assert times_of([*ZHANG, "07:28", "", ""], 每日统计=daily_only).frame["at"].to_list() == [utc(1, 7, 28)]


def summed(*lines: Sequence[Any], **figures: Any) -> CheckIns:
    monthly = [["月度汇总"], ["姓名", "UserId", *figures], *lines]
    rows = [punch("07:28"), punch("07:50", "迟到", day="2020-07-02"), punch("", "缺卡", day="2020-07-03")]
    return read_workbook(workbooks.xlsx_of({"月度汇总": monthly, "原始记录": [*TITLE, HEADING, *rows]}))


def test_the_monthly_sheet_is_compared_and_never_evidence() -> None:
    found = summed(["张三", "u-张三", "3", 1], ["李四", "u-李四", 22, 0], 出勤天数=0, 迟到次数=0)
    assert [problem.params for problem in found.problems] == [
        {"name": "张三", "figure": "出勤天数", "told": "3", "counted": 2},
        {"name": "李四", "figure": "出勤天数", "told": "22", "counted": 0},
    ]
    assert {problem.severity for problem in found.problems} == {"warning"}
    assert found.frame["name"].unique().to_list() == ["张三"]


def test_a_monthly_sheet_that_agrees_says_nothing() -> None:
    assert summed(["张三", "u-张三", 2.0, "1"], 出勤天数=0, 迟到次数=0).problems == []


def test_many_differences_are_counted_not_listed() -> None:
    found = summed(*([f"王{number}", f"u{number}", 20] for number in range(130)), 出勤天数=0)
    assert len(found.problems) == 101
    assert found.problems[-1].params == {"count": 30}
