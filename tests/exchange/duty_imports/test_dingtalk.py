"""DingTalk's files as evidence, down to the rows in the database."""

import json
from datetime import date

import pytest
from tests.duty.conftest import TOWN, at
from tests.exchange import workbooks

from yigang.duty import domain
from yigang.duty.models import CheckIn, UnmatchedRow
from yigang.exchange.duty_imports import dingtalk
from yigang.exchange.duty_imports.reading import About
from yigang.foundation import gcj02

HEADING = ["姓名", "考勤组", "部门", "工号", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果", "打卡地址"]
DAY = 1593532800000  # 2020-07-01 in China
MINUTE = 60_000


def workbook(*rows: list[str]) -> bytes:
    return workbooks.xlsx([["原始记录"], HEADING, *rows], sheet="原始记录")


def row(who="张大山", day="2020-07-01", planned="07:30", time="07:28", result="正常", user=None) -> list[str]:
    return [who, "护林员", "大坝村", "", user or f"u-{who}", day, planned, time, result, "大坝村委会"]


def api_row(minutes: float, *, user="u-张大山", check="OnDuty", **more) -> dict[str, object]:
    """A row of `attendance/listRecord`, punched so many minutes after midnight of 2020-07-01."""
    given = {
        "userId": user, "workDate": DAY, "checkType": check, "timeResult": "Normal", "locationResult": "Normal",
        "baseCheckTime": DAY + 450 * MINUTE, "userCheckTime": DAY + int(minutes * MINUTE), "sourceType": "USER",
    }  # fmt: skip
    return given | more


@pytest.fixture
def about(programme) -> About:
    return About(TOWN, programme.pk)


@pytest.fixture
def keep(about, county_manager):
    def keep_file(data: bytes):
        reading = dingtalk.read(data, about)
        assert not reading.errors, reading.errors
        return domain.take_in(reading.evidence, actor=county_manager)

    return keep_file


@pytest.mark.req("Z3")
def test_a_workbook_becomes_check_ins(hold, keep):
    person = hold("张大山")
    intake = keep(workbook(row(), row(planned="17:30", time="17:45"), row(day="2020-07-02", time="", result="未打卡")))
    assert (intake.first, intake.last, intake.rows_added) == (date(2020, 7, 1), date(2020, 7, 2), 3)
    found = CheckIn.objects.order_by("at").values_list("person", "at", "day", "kind", "result", "source")
    assert list(found) == [
        (person.pk, at(1, "07:28"), date(2020, 7, 1), "on", "normal", "dingtalk"),
        (person.pk, at(1, "17:45"), date(2020, 7, 1), "off", "normal", "dingtalk"),
        (person.pk, at(2, "07:30"), date(2020, 7, 2), "other", "not_signed", "SYSTEM"),
    ]
    assert json.loads(CheckIn.objects.order_by("at")[0].raw)["打卡地址"] == "大坝村委会"


def test_the_api_knows_the_punch_that_the_workbook_brought(hold, keep):
    """Same person, same minute: one event, though the API adds seconds, an id and coordinates."""
    hold("张大山")
    keep(workbook(row()))
    intake = keep(json.dumps({"recordresult": [api_row(448.6), api_row(1065, check="OffDuty")]}).encode())
    assert (intake.rows_added, intake.rows_known) == (1, 1)


def test_a_system_row_of_a_missed_check_is_no_presence(hold, keep):
    hold("张大山")
    keep(workbook(row(day="2020-06-30")))
    keep(json.dumps([api_row(450, sourceType="SYSTEM", timeResult="NotSigned")]).encode())
    missed = CheckIn.objects.filter(day="2020-07-01")
    assert list(missed.values_list("result", "source", "at")) == [("not_signed", "SYSTEM", at(1))]


def test_rows_of_people_on_leave_tell_of_no_check_in(hold, about):
    hold("张大山")
    reading = dingtalk.read(workbook(row(), row(day="2020-07-02", time="", result="请假")), about)
    assert reading.evidence.frame.height == 1
    assert [problem.code for problem in reading.problems if problem.severity == "note"] == [
        "taken_as_inside",
        "no_check_in",
    ]


def test_a_night_punch_after_midnight_counts_for_its_working_day(hold, keep):
    hold("张大山")
    keep(workbook(row(planned="17:30", time="次日 00:40")))
    assert CheckIn.objects.values_list("day", "at").get() == (date(2020, 7, 1), at(2, "00:40"))


def test_days_that_do_not_exist_are_errors_at_their_row(about):
    """2019-02-29 and the 31st of June; the other rows still read."""
    rows = [row(day="2019-02-29"), row(day="2020-06-31"), row()]
    reading = dingtalk.read(workbook(*rows), about)
    assert [(problem.row, problem.code) for problem in reading.errors] == [(3, "no_such_day"), (4, "no_such_day")]
    assert reading.evidence.frame.height == 1


def test_unknown_people_wait_and_nothing_is_dropped(hold, keep):
    hold("张大山")
    intake = keep(workbook(row(), row("查无此人"), row("查无此人", planned="17:30", time="17:40")))
    assert (intake.rows_read, intake.rows_added, intake.rows_unmatched) == (3, 1, 2)
    assert UnmatchedRow.objects.values_list("name", "key", "rows").get() == ("查无此人", "u-查无此人", 2)


def test_coordinates_are_turned_to_wgs84(hold, keep):
    hold("张大山")
    keep(workbook(row(day="2020-06-30")))
    keep(json.dumps([api_row(448, userLatitude=26.4, userLongitude=106.26)]).encode())
    stored = CheckIn.objects.get(day="2020-07-01")
    assert gcj02.from_wgs84(stored.latitude, stored.longitude) == pytest.approx((26.4, 106.26), abs=1e-7)
    assert abs(stored.latitude - 26.4) > 0.001
    assert json.loads(stored.raw)["userLatitude"] == 26.4


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"locationResult": "Outside"}, "outside"),
        ({"locationResult": "Normal", "userLatitude": 27.4}, "inside"),
        ({"locationResult": None, "userLatitude": 26.4005}, "inside"),
        ({"locationResult": None, "userLatitude": 26.41}, "outside"),
        ({"locationResult": None, "baseAccuracy": None}, None),
        ({"locationResult": None, "userLatitude": None}, None),
    ],
)
def test_the_place_is_dingtalks_word_else_the_distance_to_its_point(hold, keep, more, place):
    """Both positions have the same datum; the radius is DingTalk's own, in metres."""
    hold("张大山")
    keep(workbook(row(day="2020-06-30")))
    around = {"userLatitude": 26.4, "userLongitude": 106.26, "baseLatitude": "26.4", "baseLongitude": "106.26",
              "baseAccuracy": 200, "userAddress": "大坝村委会"}  # fmt: skip
    keep(json.dumps([api_row(448, **around | more)]).encode())
    stored = CheckIn.objects.get(day="2020-07-01")
    assert (stored.place, stored.address) == (place, "大坝村委会")


def test_a_workbooks_coordinates_are_kept_as_wgs84_and_the_original_in_its_row(hold, keep):
    hold("张大山")
    data = workbooks.xlsx([["原始记录"], [*HEADING, "经度", "纬度"], [*row(), 106.26, 26.4]], sheet="原始记录")
    keep(data)
    stored = CheckIn.objects.get()
    assert gcj02.from_wgs84(stored.latitude, stored.longitude) == pytest.approx((26.4, 106.26), abs=1e-7)
    assert stored.place == "inside"
    assert json.loads(stored.raw)["经度"] == "106.26"


def test_the_grid_of_times_brings_nothing_that_the_records_brought(hold, keep):
    """The same punches in another sheet of another file: known by person and minute."""
    hold("张大山")
    keep(workbook(row(), row(planned="17:30", time="17:45")))
    grid = [["统计日期：2020-07-01 至 2020-07-31"], ["姓名", "UserId", "1", "2"],
            ["张大山", "u-张大山", "07:28 17:45", "07:30"]]  # fmt: skip
    intake = keep(workbooks.xlsx(grid, sheet="打卡时间"))
    assert (intake.rows_added, intake.rows_known) == (1, 2)
