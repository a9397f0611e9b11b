"""Each policy that ships, from facts to the line: the same engine, seven different offices."""

from datetime import date
from typing import Any

import pytest
from tests.policy.village import appointment, check_in, facts, full_month, leave, local, mark, mornings

from yigang.policy import Facts, Period, load_policies, settle

POLICIES = load_policies()


def line(given: Facts, code: str, period: str) -> dict[str, Any]:
    month = Period.parse(period)
    return settle(given, POLICIES[code].version_on(month), month).lines.row(0, named=True)


def in_the_village(days: int, nights: int) -> list[dict[str, Any]]:
    """Check-ins in July 2020: mornings inside, and night checks on the first of those days."""
    return [
        *mornings(10, range(1, days + 1)),
        *(check_in(10, local(2020, 7, day, "21:30"), kind="night") for day in range(1, nights + 1)),
    ]


def absences(count: int) -> list[dict[str, Any]]:
    return [{"person_id": 10, "date": date(2020, 3, day), "kind": "absent"} for day in range(1, count + 1)]


@pytest.mark.req("H3")
@pytest.mark.parametrize(
    ("days", "nights", "grade"), [(22, 15, "达标"), (21, 15, "未达标"), (22, 14, "未达标"), (31, 31, "达标")]
)
def test_a_team_member_needs_22_days_and_15_nights(days: int, nights: int, grade: str) -> None:
    row = line(facts(check_ins=in_the_village(days, nights), leaves=[], findings=[]), "huaihua-team", "2020-07")

    assert (row["state"], row["grade"], row["pay_fen"]) == ("settled", grade, None)


@pytest.mark.req("H7")
@pytest.mark.parametrize(
    ("found", "consequences"),
    [(1, []), (2, ["no_award"]), (3, ["no_award"]), (4, ["no_award", "not_above:基本称职"])],
)
def test_absences_found_in_the_year_have_consequences(found: int, consequences: list[str]) -> None:
    given = facts(check_ins=in_the_village(22, 15), leaves=[], findings=absences(found))

    assert line(given, "huaihua-team", "2020-07")["consequences"] == consequences


@pytest.mark.req("H7")
def test_without_inspection_facts_the_team_member_waits() -> None:
    row = line(facts(check_ins=in_the_village(22, 15), leaves=[]), "huaihua-team", "2020-07")

    assert (row["state"], row["missing"]) == ("undetermined", ["查实旷工次数"])


@pytest.mark.req("H4")
def test_approved_leave_excuses_days_and_nights_in_the_village() -> None:
    away = leave(10, "sick", date(2020, 7, 18), date(2020, 7, 22))
    row = line(facts(check_ins=in_the_village(17, 10), leaves=[away], findings=[]), "huaihua-team", "2020-07")

    assert (row["grade"], row["驻村天数"], row["驻村或准假天数"], row["住村或准假夜数"]) == ("达标", 17, 22, 15)


@pytest.mark.req("T2")
def test_a_rural_post_loses_a_day_of_21_75() -> None:
    days = [date(2020, 7, day) for day in range(1, 32)]
    worked = [day.day for day in days if day.weekday() < 5][:-1]
    given = facts(
        check_ins=mornings(10, worked),
        leaves=[],
        appraisals=[],
        calendar=[{"date": day, "working": day.weekday() < 5, "name": None} for day in days],
    )

    row = line(given, "rural-post-400", "2020-07")

    assert (row["应出勤天数"], row["旷工天数"], row["扣款·缺勤扣款"], row["pay_fen"]) == (23, 1, 1839, 38161)
    assert row["assumed"] == ["当月查实旷工次数"]


def test_eight_days_and_a_mark_of_ninety_pay_350() -> None:
    given = facts(
        appointments=[appointment(start=date(2021, 1, 1))],
        check_ins=mornings(10, range(1, 9), 2021),
        leaves=[],
        marks=[mark(1, 90, "village")],
    )

    assert line(given, "huoqiu-rural-post", "2021-07")["pay_fen"] == 35000


@pytest.mark.parametrize(("month", "fen"), [(1, 50000), (4, 50000), (5, 30000), (8, 30000), (9, 50000), (12, 50000)])
def test_ten_points_cost_25_yuan_each_in_the_fire_season_and_15_outside(month: int, fen: int) -> None:
    rows = full_month()
    rows["check_ins"] = mornings(10, range(1, 23), 2025, month)
    rows["work_logs"] = [{"person_id": 10, "date": date(2025, month, day)} for day in range(1, 23)]
    rows["marks"] = [mark(1, 20, "station")]

    row = line(facts(**rows), "yongzhou-ranger", f"2025-{month:02}")

    assert (str(row["score"]), row["pay_fen"]) == ("90.00", fen)


@pytest.mark.req("Z5", "Z15")
@pytest.mark.parametrize(
    ("village", "street", "review", "score", "grade"),
    [(30, 50, 20, "100", "优秀"), (27, 45, 18, "90", "优秀"), (27, 45, 17, "89", "合格"), (15, 30, 10, "55", "不合格")],
)
def test_a_month_is_30_of_the_village_50_of_the_street_20_of_the_neighbours(
    village: int, street: int, review: int, score: str, grade: str
) -> None:
    marks = [mark(1, village, "village"), mark(1, street), mark(1, review, "review")]
    given = facts(check_ins=mornings(10, range(1, 23), 2022, 9), leaves=[], appraisals=[], marks=marks)

    row = line(given, "zaozhuang-public-welfare", "2022-09")

    assert (str(row["score"]), row["grade"], row["missing"]) == (f"{score}.00", grade, [])


@pytest.mark.req("Z15")
def test_without_the_neighbours_word_the_month_waits() -> None:
    marks = [mark(1, 30, "village"), mark(1, 50)]
    given = facts(check_ins=mornings(10, range(1, 23), 2022, 9), leaves=[], appraisals=[], marks=marks)

    row = line(given, "zaozhuang-public-welfare", "2022-09")

    assert (row["state"], row["missing"], row["pay_fen"]) == ("undetermined", ["民主评议"], None)


@pytest.mark.req("M3", "H7")
@pytest.mark.parametrize(("found", "consequences"), [(0, []), (1, ["no_award"])])
def test_one_absence_found_costs_a_cadre_of_maiji_the_award(found: int, consequences: list[str]) -> None:
    nights = [check_in(10, local(2021, 7, day, "21:30"), kind="night") for day in range(1, 13)]
    absent = [{"person_id": 10, "date": date(2021, 3, day), "kind": "absent"} for day in range(1, found + 1)]
    given = facts(check_ins=[*mornings(10, range(1, 21), 2021, 7), *nights], leaves=[], findings=absent)

    row = line(given, "maiji-team", "2021-07")

    assert (row["grade"], row["consequences"]) == ("达标", consequences)
