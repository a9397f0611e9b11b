"""The measures, one by one: what is counted, what is not, and when a figure is missing rather than zero."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.policy.village import appointment, check_in, facts, leave, local, logs, mark, mornings, patrol

from yigang.policy import Facts, FactsError, Period
from yigang.policy.facts import checked
from yigang.policy.measures import by_code, measures
from yigang.policy.model import LeaveRule, Mark, Month, Required
from yigang.policy.observe import observe

JULY = Period.parse("2020-07")
ZH = {measure.zh: measure.code for measure in measures()}
FIRST, LAST = date(2020, 7, 1), date(2020, 7, 31)


def month(**given: Any) -> Month:
    base: dict[str, Any] = {
        "required": Required("days", 22),
        "leave": LeaveRule(excuse=("sick",), present=("trip",), nights=("trip",)),
        "defaults": {},
        "marks": (),
        "quantities": (),
        "parts": (),
        "deductions": (),
        "score_least": 0,
        "score_most": None,
        "grades": (),
        "publish": (),
        "then": (),
    }
    return Month(**{**base, **given})


def seen(given: Facts, number: int = 1, period: Period = JULY, **rules: Any) -> dict[str, Any]:
    """All measures of one appointment by Chinese name, unscaled, with its problems."""
    frame = observe(checked(given), month(**rules), period, set(by_code())).frame
    (row,) = [each for each in frame.to_dicts() if each["appointment_id"] == number]
    return {**{zh: row[code] for zh, code in ZH.items()}, **row}


# --- service and what is asked


@pytest.mark.parametrize(
    ("start", "end", "served", "required"),
    [
        (date(2020, 1, 1), None, 31, 22),
        (date(2020, 7, 20), None, 12, 9),
        (date(2020, 1, 1), date(2020, 7, 1), 1, 1),
        (date(2020, 7, 31), date(2020, 7, 31), 1, 1),
        (date(2020, 7, 10), date(2020, 7, 20), 11, 8),
    ],
)
def test_a_fixed_count_is_scaled_to_the_days_in_the_post(
    start: date, end: date | None, served: int, required: int
) -> None:
    row = seen(facts(appointments=[appointment(start=start, end=end)]))

    assert (row["服务天数"], row["应出勤天数"], row["在岗月数"]) == (served, required, (served * 20_000 + 31) // 62)


def test_who_was_not_in_the_post_that_month_has_no_line() -> None:
    gone = [appointment(1, end=date(2020, 6, 30)), appointment(2, start=date(2020, 8, 1)), appointment(3)]

    frame = observe(checked(facts(appointments=gone)), month(), JULY, set()).frame

    assert frame["appointment_id"].to_list() == [3]


def test_a_fixed_count_may_stay_unscaled() -> None:
    row = seen(facts(appointments=[appointment(start=date(2020, 7, 20))]), required=Required("days", 22, scaled=False))

    assert row["应出勤天数"] == 22


def july(*, holidays: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    days = [date(2020, 7, number) for number in range(1, 32)]
    return [{"date": day, "working": day.weekday() < 5 and day.day not in holidays, "name": None} for day in days]


def test_working_days_come_from_the_calendar() -> None:
    asked = Required("working_days")

    assert seen(facts(calendar=july()), required=asked)["应出勤天数"] == 23
    assert seen(facts(calendar=july(holidays=(1, 2))), required=asked)["应出勤天数"] == 21


def test_working_days_without_a_calendar_are_refused_and_only_then() -> None:
    with pytest.raises(FactsError, match="calendar"):
        seen(facts(), required=Required("working_days"))
    with pytest.raises(FactsError, match="2020-07-31"):
        seen(facts(calendar=july()[:-1]), required=Required("working_days"))
    assert seen(facts(), required=Required("calendar_days"))["应出勤天数"] == 31


def test_absence_on_working_days_looks_at_the_days_themselves() -> None:
    """Work on a Sunday does not make up for a missed Monday when the calendar decides."""
    days = [day for day in range(1, 32) if date(2020, 7, day).weekday() < 5 and day != 6]
    given = facts(check_ins=mornings(10, [*days, 5]), leaves=[], calendar=july())

    row = seen(given, required=Required("working_days"))

    assert (row["出勤天数"], row["旷工天数"]) == (23, 1)


# --- presence


def test_two_check_ins_a_day_are_one_day() -> None:
    rows = [check_in(10, local(2020, 7, 1, clock)) for clock in ("07:30", "18:30", "23:59")]

    assert seen(facts(check_ins=rows, leaves=[]))["出勤天数"] == 1


def test_the_day_is_the_local_day() -> None:
    """00:10 on 1 July in the village is still 30 June in UTC; 23:50 on 30 June belongs to June."""
    rows = [check_in(10, local(2020, 7, 1, "00:10")), check_in(10, local(2020, 6, 30, "23:50"))]
    given = facts(check_ins=rows, leaves=[])

    assert seen(given)["出勤天数"] == 1
    assert seen(given, period=Period(2020, 6))["出勤天数"] == 1


@pytest.mark.req("Z3")
@pytest.mark.parametrize("missed", [{"source": "SYSTEM"}, {"result": "not_signed"}, {"result": "absent"}])
def test_a_missed_check_is_never_a_presence_but_shows_that_somebody_looked(missed: dict[str, str]) -> None:
    row = seen(facts(check_ins=mornings(10, [1, 2, 3], **missed), leaves=[]))

    assert (row["出勤天数"], row["缺卡次数"], row["旷工天数"], row["履职证据"]) == (0, 3, 22, 0)


def test_check_ins_that_do_not_speak_of_a_person_are_missing_not_zero() -> None:
    given = facts(appointments=[appointment(1), appointment(2)], check_ins=mornings(10, [1]), leaves=[])

    assert seen(given, 1)["出勤天数"] == 1
    assert seen(given, 2)["出勤天数"] is None
    assert seen(given, 2)["旷工天数"] is None


@pytest.mark.parametrize(
    ("coverage", "known"),
    [
        ({"table": "check_ins", "region_prefix": None, "person_id": None}, True),
        ({"table": "check_ins", "region_prefix": "520403", "person_id": None}, True),
        ({"table": "check_ins", "region_prefix": "520402", "person_id": None}, False),
        ({"table": "check_ins", "region_prefix": None, "person_id": 20}, True),
        ({"table": "check_ins", "region_prefix": "520402", "person_id": 20}, False),
        ({"table": "leaves", "region_prefix": None, "person_id": None}, False),
    ],
)
def test_coverage_says_of_whom_a_table_speaks(coverage: dict[str, Any], known: bool) -> None:
    rows = [appointment(1), appointment(2)]
    given = facts(appointments=rows, check_ins=mornings(10, [1]), leaves=[], coverage=[coverage])

    assert (seen(given, 2)["出勤天数"] == 0) is known


def test_coverage_narrows_a_table_that_would_speak_of_everybody() -> None:
    said = [{"table": "leaves", "region_prefix": "520402", "person_id": None}]

    assert seen(facts(leaves=[], coverage=said))["请假天数"] is None
    assert seen(facts(leaves=[]))["请假天数"] == 0


def test_days_before_joining_and_after_leaving_do_not_count() -> None:
    one = appointment(start=date(2020, 7, 10), end=date(2020, 7, 20))
    given = facts(appointments=[one], check_ins=mornings(10, range(1, 32)), leaves=[], work_logs=logs(10, range(1, 32)))

    assert (seen(given)["出勤天数"], seen(given)["日志篇数"]) == (11, 11)


def test_two_appointments_in_one_month_share_its_check_ins_by_date() -> None:
    rows = [appointment(1, end=date(2020, 7, 15)), appointment(2, person_id=10, start=date(2020, 7, 16))]
    given = facts(appointments=rows, check_ins=mornings(10, range(1, 32)), leaves=[])

    assert (seen(given, 1)["出勤天数"], seen(given, 2)["出勤天数"]) == (15, 16)


# --- leave


def test_excused_leave_is_no_absence_and_a_reported_trip_is_presence() -> None:
    rows = [
        leave(10, "sick", date(2020, 6, 29), date(2020, 7, 3)),
        leave(10, "trip", date(2020, 7, 30), date(2020, 8, 5)),
    ]
    row = seen(facts(check_ins=mornings(10, range(6, 20)), leaves=rows))

    assert (row["出勤天数"], row["驻村天数"], row["病假天数"], row["外出报备天数"]) == (16, 16, 3, 2)
    assert (row["准假天数"], row["旷工天数"], row["请假天数"]) == (3, 22 - 16 - 3, 5)


def test_a_day_of_work_within_leave_counts_once_and_costs_nothing() -> None:
    rows = [leave(10, "sick", FIRST, date(2020, 7, 3))]
    row = seen(facts(check_ins=mornings(10, [1, 9]), leaves=rows))

    assert (row["准假天数"], row["出勤天数"], row["出勤或准假天数"], row["旷工天数"]) == (3, 2, 4, 18)


def test_days_and_nights_in_the_village_or_excused() -> None:
    rows = [
        check_in(10, local(2020, 7, 1, "21:00"), kind="night"),
        check_in(10, local(2020, 7, 2, "21:00"), kind="night", place=None),
    ]
    row = seen(facts(check_ins=rows, leaves=[leave(10, "sick", date(2020, 7, 2), date(2020, 7, 4))]))

    assert (row["驻村天数"], row["驻村或准假天数"]) == (None, 4)
    assert (row["住村夜数"], row["住村或准假夜数"]) == (None, 4)


def test_leave_that_was_not_approved_is_no_leave() -> None:
    rows = [leave(10, "sick", FIRST, LAST, approved=False)]

    assert seen(facts(check_ins=mornings(10, [1]), leaves=rows))["旷工天数"] == 21


def test_leave_that_the_policy_does_not_excuse_is_absence() -> None:
    rows = [leave(10, "personal", FIRST, LAST)]
    row = seen(facts(check_ins=mornings(10, [1]), leaves=rows))

    assert (row["事假天数"], row["准假天数"], row["旷工天数"]) == (31, 0, 21)


def test_overlapping_leaves_count_a_day_once() -> None:
    rows = [leave(10, "sick", FIRST, date(2020, 7, 5)), leave(10, "sick", date(2020, 7, 3), date(2020, 7, 8))]

    assert seen(facts(check_ins=mornings(10, [20]), leaves=rows))["病假天数"] == 8


def test_without_leave_facts_absence_is_unknown_only_if_leave_matters() -> None:
    given = facts(check_ins=mornings(10, [1]))

    assert seen(given)["旷工天数"] is None
    assert seen(given, leave=LeaveRule())["旷工天数"] == 21
    assert seen(given, leave=LeaveRule())["出勤天数"] == 1


# --- in the village


def test_a_day_in_the_village_needs_a_check_in_inside() -> None:
    rows = [*mornings(10, [1, 2]), *mornings(10, [3], place="outside")]
    row = seen(facts(check_ins=rows, leaves=[]))

    assert (row["出勤天数"], row["驻村天数"], row["村外打卡次数"]) == (3, 2, 1)


def test_a_day_of_unknown_place_makes_the_count_unknown() -> None:
    rows = [*mornings(10, [1, 2]), *mornings(10, [3], place=None)]

    assert seen(facts(check_ins=rows, leaves=[]))["驻村天数"] is None


def test_an_unknown_place_beside_a_known_one_does_no_harm() -> None:
    rows = [*mornings(10, [1, 2]), check_in(10, local(2020, 7, 2, "18:00"), place=None)]
    row = seen(facts(check_ins=rows, leaves=[]))

    assert (row["驻村天数"], row["村外打卡次数"]) == (2, None)


@pytest.mark.req("H3")
@pytest.mark.parametrize(
    ("checks", "nights"),
    [
        ([(1, "21:00", "night")], 1),
        ([(1, "18:00", "night")], 1),
        ([(1, "17:59", "night")], 0),
        ([(2, "08:59", "night")], 1),
        ([(2, "09:00", "night")], 0),
        ([(1, "18:30", "off"), (2, "07:30", "on")], 1),
        ([(1, "17:30", "off"), (2, "07:30", "on")], 0),
        ([(1, "18:30", "off"), (2, "09:30", "on")], 0),
        ([(1, "18:30", "off"), (3, "07:30", "on")], 0),
        ([(1, "21:00", "night"), (2, "07:30", "on"), (1, "19:00", "off")], 1),
    ],
)
def test_a_night_is_a_night_check_or_an_evening_and_the_next_morning(
    checks: list[tuple[int, str, str]], nights: int
) -> None:
    rows = [check_in(10, local(2020, 7, day, clock), kind=kind) for day, clock, kind in checks]

    assert seen(facts(check_ins=rows, leaves=[]))["住村夜数"] == nights


def test_the_last_night_ends_in_the_next_month() -> None:
    rows = [check_in(10, local(2020, 7, 31, "19:00"), kind="off"), check_in(10, local(2020, 8, 1), kind="on")]
    given = facts(check_ins=rows, leaves=[])

    assert seen(given)["住村夜数"] == 1
    assert seen(given)["出勤天数"] == 1
    assert seen(given, period=Period(2020, 8))["住村夜数"] == 0


def test_a_night_outside_or_of_unknown_place() -> None:
    outside = [check_in(10, local(2020, 7, 1, "21:00"), kind="night", place="outside")]
    unknown = [check_in(10, local(2020, 7, 1, "21:00"), kind="night", place=None)]

    assert seen(facts(check_ins=outside, leaves=[]))["住村夜数"] == 0
    assert seen(facts(check_ins=unknown, leaves=[]))["住村夜数"] is None


def test_leave_that_counts_as_nights() -> None:
    given = facts(check_ins=mornings(10, [20]), leaves=[leave(10, "trip", FIRST, date(2020, 7, 4))])

    assert seen(given)["住村夜数"] == 4


# --- hours and punctuality


def test_hours_are_first_on_to_last_off_and_only_what_is_proven() -> None:
    rows = [
        check_in(10, local(2020, 7, 1, "07:30"), kind="on"),
        check_in(10, local(2020, 7, 1, "08:10"), kind="on"),
        check_in(10, local(2020, 7, 1, "11:50"), kind="off"),
        check_in(10, local(2020, 7, 1, "17:50"), kind="off"),
        check_in(10, local(2020, 7, 2, "07:30"), kind="on"),
        check_in(10, local(2020, 7, 3, "17:30"), kind="off"),
    ]

    assert seen(facts(check_ins=rows, leaves=[]))["工时"] == 1033


def test_lateness_is_the_result_or_the_plan() -> None:
    rows = [
        check_in(10, local(2020, 7, 1), result="late"),
        check_in(10, local(2020, 7, 2), result="serious_late"),
        check_in(10, local(2020, 7, 3, "08:01"), result=None),
        check_in(10, local(2020, 7, 4, "08:00"), result=None),
        check_in(10, local(2020, 7, 5, "16:59"), kind="off", result=None),
        check_in(10, local(2020, 7, 6, "16:59"), kind="off", result="early"),
    ]
    planned = appointment(plan_start="08:00", plan_end="17:00")

    row = seen(facts(appointments=[planned], check_ins=rows, leaves=[]))

    assert (row["迟到次数"], row["早退次数"]) == (3, 2)
    assert row["严重迟到次数"] is None


def test_a_check_in_that_nobody_judged_leaves_lateness_unknown() -> None:
    row = seen(facts(check_ins=[check_in(10, local(2020, 7, 1), result=None)], leaves=[]))

    assert row["迟到次数"] is None
    assert row["早退次数"] == 0


# --- logs, findings, history, marks


def test_two_logs_a_day_are_one() -> None:
    assert seen(facts(work_logs=logs(10, [1, 1, 2])))["日志篇数"] == 2
    assert seen(facts())["日志篇数"] is None
    assert seen(facts(work_logs=[]))["日志篇数"] == 0


def test_patrols_are_days_and_kilometres_of_who_is_spoken_of() -> None:
    """Two a day are one day; one that goes nowhere is none; before service nothing counts; metres are summed, then rounded."""
    walked = [
        patrol(10, 1, 1234.4),
        patrol(10, 1, 2000.5),
        patrol(10, 2, 0),
        patrol(10, 30, 1_766),
        patrol(10, 31, 9, month=5),
    ]
    row = seen(facts(patrols=walked, work_logs=logs(10, [2])))
    assert (row["巡护天数"], row["巡护里程"], row["履职证据"]) == (2, 500, 3)
    assert seen(facts())["巡护里程"] is seen(facts(patrols=[]))["巡护天数"] is None
    spoken = [{"table": "patrols", "region_prefix": "520403", "person_id": None}]
    assert seen(facts(patrols=[], coverage=spoken))["巡护里程"] == 0
    late = facts(appointments=[appointment(1, start=date(2020, 7, 2))], patrols=walked)
    assert (seen(late)["巡护天数"], seen(late)["巡护里程"]) == (1, 177)
    assert "patrol_metres" in str(
        observe(checked(facts(patrols=[patrol(10, 1, -1)])), month(), JULY, set()).frame["problems"][0]
    )


def found(*days: date, kind: str = "absent", person: int = 10) -> list[dict[str, Any]]:
    return [{"person_id": person, "date": day, "kind": kind} for day in days]


@pytest.mark.req("H7")
def test_absences_found_are_days_of_the_year_so_far() -> None:
    rows = found(date(2019, 12, 31), date(2020, 1, 1), date(2020, 7, 31), date(2020, 7, 31), date(2020, 8, 1))
    row = seen(facts(findings=[*rows, *found(FIRST, kind="no_log")]))

    assert (row["查实旷工次数"], row["当月查实旷工次数"]) == (2, 1)


@pytest.mark.req("H7")
def test_no_findings_loaded_is_not_none_found() -> None:
    assert seen(facts())["查实旷工次数"] is None
    assert seen(facts(findings=[]))["查实旷工次数"] == 0


def history(*months: str, passed: bool = False) -> list[dict[str, Any]]:
    return [{"appointment_id": 1, "period": each, "grade": None, "passed": passed} for each in months]


@pytest.mark.parametrize(
    ("rows", "run"),
    [
        (history("2020-06", "2020-05", "2020-04"), 3),
        (history("2020-06", "2020-05", "2020-03"), 2),
        (history("2020-05", "2020-04"), 0),
        (history("2020-06") + history("2020-05", passed=True) + history("2020-04"), 1),
        (history("2020-07", "2020-08"), 0),
        (history("2020-01", "2019-12"), 0),
        ([], 0),
    ],
)
def test_failed_months_in_a_row_end_at_the_month_before(rows: list[dict[str, Any]], run: int) -> None:
    assert seen(facts(appraisals=rows))["连续不合格月数"] == run


def test_a_run_goes_over_the_new_year() -> None:
    rows = history("2019-11", "2019-12", "2020-01")

    assert seen(facts(appraisals=rows), period=Period(2020, 2))["连续不合格月数"] == 3


MARK = Mark("乡镇评定", "township", 20, "第一条")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["township", "乡镇评定"])
def test_a_mark_is_found_by_name_or_code(name: str) -> None:
    assert seen(facts(marks=[mark(1, 18.35, name)]), marks=(MARK,))["mark:乡镇评定"] == 1835


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([mark(1, -1)], "mark_out_of_range:乡镇评定"),
        ([mark(1, 20.01)], "mark_out_of_range:乡镇评定"),
        ([mark(1, float("nan"))], "mark_out_of_range:乡镇评定"),
        ([mark(1, float("inf"))], "mark_out_of_range:乡镇评定"),
        ([mark(1, 18.005)], "mark_too_fine:乡镇评定"),
        ([mark(1, 18), mark(1, 17)], "mark_twice:乡镇评定"),
    ],
)
def test_a_mark_that_cannot_be_right_is_a_problem_of_that_person(rows: list[dict[str, Any]], problem: str) -> None:
    given = facts(appointments=[appointment(1), appointment(2)], marks=[*rows, mark(2, 15)])

    assert seen(given, 1, marks=(MARK,))["problems"] == [problem]
    assert seen(given, 2, marks=(MARK,))["problems"] is None


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ({"leaves": [leave(10, "sick", LAST, FIRST)]}, "leave_end_before_start"),
        ({"leaves": [leave(10, "holiday", FIRST, LAST)]}, "unknown_value:leaves.kind"),
        ({"check_ins": [check_in(10, local(2020, 7, 1), kind="dance")]}, "unknown_value:check_ins.kind"),
        ({"check_ins": [check_in(10, local(2020, 7, 1), place="moon")]}, "unknown_value:check_ins.place"),
        ({"work_logs": [{"person_id": 10, "date": None}]}, "empty:work_logs.date"),
        ({"findings": [{"person_id": 10, "date": None, "kind": "absent"}]}, "empty:findings.date"),
        ({"appraisals": history("2020/06")}, "bad_period:appraisals.period"),
        ({"appraisals": history("2020-06") + history("2020-06", passed=True)}, "appraisal_twice"),
        ({"appointments": [appointment(plan_start="8 o'clock")]}, "bad_plan"),
        ({"appointments": [appointment(end=date(2020, 7, 1), start=date(2020, 7, 9))]}, "end_before_start"),
        ({"appointments": [appointment(start=None)]}, "no_start"),
        ({"appointments": [appointment(), appointment()]}, "duplicate_appointment"),
        ({"appointments": [appointment(), appointment(2, person_id=10)]}, "overlapping_appointments"),
    ],
)
def test_bad_facts_are_named(tables: dict[str, Any], problem: str) -> None:
    assert seen(facts(**tables))["problems"] == [problem]


def test_a_wrong_leave_long_ago_is_no_concern_of_this_month() -> None:
    assert seen(facts(leaves=[leave(10, "sick", date(2019, 5, 9), date(2019, 5, 1))]))["problems"] is None


def test_rows_of_people_who_are_not_on_the_roster_are_counted() -> None:
    given = facts(check_ins=mornings(99, [1, 2]), work_logs=logs(99, [1]), marks=[mark(99, 3)])

    assert observe(checked(given), month(), JULY, set()).unknown == {"check_ins": 2, "work_logs": 1, "marks": 1}


# --- a check after midnight that belongs to the day before


def night_shift(day: int) -> list[dict[str, Any]]:
    """On at 20:00 of the day, off at 02:10 of the next, both said to count for the day."""
    return [
        check_in(10, local(2020, 7, day, "20:00"), day=date(2020, 7, day)),
        check_in(10, local(2020, 7, day, "20:00") + timedelta(hours=6, minutes=10), kind="off", day=date(2020, 7, day)),
    ]


def test_a_night_shift_is_one_day_and_its_hours_are_whole() -> None:
    got = seen(facts(check_ins=night_shift(8), leaves=[]))
    assert got["出勤天数"] == 1
    assert got["工时"] == 617  # six hours and ten minutes in hundredths of an hour


def test_without_a_stated_day_each_check_counts_for_its_own_date() -> None:
    bare = [{key: value for key, value in row.items() if key != "day"} for row in night_shift(8)]
    assert seen(facts(check_ins=bare, leaves=[]))["出勤天数"] == 2


def test_the_last_shift_of_the_month_stays_in_the_month() -> None:
    assert seen(facts(check_ins=night_shift(31), leaves=[]))["出勤天数"] == 1
    assert seen(facts(check_ins=night_shift(31), leaves=[]), period=Period.parse("2020-08"))["出勤天数"] is None
