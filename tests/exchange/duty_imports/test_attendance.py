"""Attendance tables that villages and towns keep themselves."""

from datetime import date, datetime, time

import pytest
from tests.duty.conftest import TOWN, at
from tests.exchange import workbooks

from yigang.exchange.duty_imports import attendance
from yigang.exchange.duty_imports.reading import About

ABOUT = About(TOWN)
HEADING = ["姓名", "日期", "上班时间", "下班时间", "出勤情况", "是否住村"]


def read(*rows, heading=HEADING, above=()):
    return attendance.read(workbooks.xlsx([*above, heading, *rows]), ABOUT)


def events(reading) -> list[tuple[object, ...]]:
    assert not reading.errors, reading.errors
    frame = reading.evidence.frame
    moments = frame["at"].dt.convert_time_zone("Asia/Shanghai").dt.strftime("%m-%d %H:%M").to_list()
    return list(zip(moments, frame["kind"], frame["result"], strict=True))


def test_a_row_for_each_person_and_day():
    assert events(read(["张大山", "2020-07-01", "07:30", "17:30", "出勤", "是"])) == [
        ("07-01 07:30", "on", None), ("07-01 17:30", "off", None), ("07-01 21:00", "night", None),
    ]  # fmt: skip


def test_a_row_for_each_punch():
    heading = ["姓名", "打卡时间", "打卡类型"]
    rows = ["张大山", "2020-07-01 07:28", "上班"], ["张大山", datetime(2020, 7, 1, 17, 31), "下班"]  # noqa: DTZ001 - a cell
    assert events(read(*rows, heading=heading)) == [("07-01 07:28", "on", None), ("07-01 17:31", "off", None)]


@pytest.mark.parametrize("cell", ["07:30", "7:30", "上午7:30", "7时30分", time(7, 30), 0.3125])
def test_times_as_text_and_as_numbers(cell):
    assert events(read(["张大山", "2020年7月1日", cell, "", "", ""])) == [("07-01 07:30", "on", None)]
    moment = ["姓名", "日期", "打卡时间"]
    assert events(read(["张大山", date(2020, 7, 1), cell], heading=moment)) == [("07-01 07:30", "other", None)]


def test_a_day_without_times_is_a_check_in_at_noon():
    assert events(read(["张大山", 44013, "", "", "出勤", ""])) == [("07-01 12:00", "other", None)]


def test_a_shift_over_midnight_ends_the_next_day_and_counts_for_the_first():
    reading = read(["张大山", "2020-07-01", "22:00", "06:00", "", ""])
    assert events(reading) == [("07-01 22:00", "on", None), ("07-02 06:00", "off", None)]
    assert reading.evidence.frame["day"].to_list() == [date(2020, 7, 1)] * 2


def test_absence_and_missed_checks_are_kept_as_such_and_leave_is_no_check_in():
    rows = ["张大山", "2020-07-01", "", "", "旷工", ""], ["张大山", "2020-07-02", "", "", "未打卡", ""]
    away = ["张大山", "2020-07-03", "", "", "请假", ""]
    assert events(read(*rows, away)) == [("07-01 12:00", "other", "absent"), ("07-02 12:00", "other", "not_signed")]


def test_two_heading_rows_below_a_title():
    above = [["2020年7月护林员考勤表"], ["基本情况", "", "签到情况", "", "", ""]]
    heading = ["姓名", "日期", "上班时间", "签名", "下班时间", "签名"]
    assert events(read(["张大山", "2020-07-01", "07:30", "", "17:30", ""], heading=heading, above=above)) == [
        ("07-01 07:30", "on", None), ("07-01 17:30", "off", None),
    ]  # fmt: skip


def test_thirty_days_in_february_and_other_days_that_never_were():
    """2019-02-29, the 30th of February and the 31st of June: errors at their rows; the others read."""
    days = ["2020-02-29", "2020-02-30", "2019-02-29", "2020-06-31"]
    reading = read(*(["张大山", day, "07:30", "", "", ""] for day in days))
    assert [(problem.row, problem.code, problem.column) for problem in reading.errors] == [
        (3, "no_such_day", "B 日期"), (4, "no_such_day", "B 日期"), (5, "no_such_day", "B 日期"),
    ]  # fmt: skip
    assert "2020-02-30" in reading.errors[0].message
    assert reading.evidence.frame["at"].to_list() == [at(29, month=2)]


def test_a_row_that_says_nothing_is_pointed_out():
    reading = read(["张大山", "2020-07-01", "", "", "", ""])
    assert [(problem.row, problem.code) for problem in reading.problems] == [(2, "nothing_said")]


def test_a_time_without_a_day_is_an_error():
    reading = read(["张大山", "", "07:30", "", "", ""])
    assert [(problem.row, problem.code) for problem in reading.errors] == [(2, "required")]


def test_identity_numbers_are_masked_in_the_kept_row():
    reading = read(
        ["张大山", "11010519491231002X", "2020-07-01", "07:30"], heading=["姓名", "身份证号", "日期", "上班时间"]
    )
    row = reading.evidence.frame.row(0, named=True)
    assert row["identity"] == "11010519491231002X"
    assert "19491231" not in row["raw"]
