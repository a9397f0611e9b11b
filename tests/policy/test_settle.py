"""A month settled from facts: who is paid what, who waits for what, and that nobody moves anybody else."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.policy.texts import MONTH, PAY, version
from tests.policy.village import appointment, check_in, facts, full_month, leave, local, logs, mark, mornings

from yigang.policy import Facts, Period, PolicyVersion, lines_digest, load_policy, policies_folder, row_json, settle
from yigang.policy.exact import round_half_up

JULY = Period.parse("2020-07")


@pytest.fixture(scope="module")
def rangers() -> PolicyVersion:
    return load_policy(policies_folder() / "pingba-ranger.yaml").version_on(JULY)


def line(given: Facts, text: PolicyVersion, number: int = 1, period: Period = JULY) -> dict[str, Any]:
    (found,) = [row for row in settle(given, text, period).lines.to_dicts() if row["appointment_id"] == number]
    return found


@pytest.mark.req("P8")
def test_a_full_month_that_passed_is_paid_in_full(rangers: PolicyVersion) -> None:
    row = line(facts(**full_month()), rangers)

    assert (row["state"], row["grade"], str(row["score"]), row["pay_fen"]) == ("settled", "合格", "98.00", 83333)


@pytest.mark.req("P8")
def test_twelve_instalments_are_the_year(rangers: PolicyVersion) -> None:
    pay = rangers.pay
    assert pay

    assert sum(pay.amount.fen) == 10_000_00
    assert [pay.amount.of(Period(2020, month)) for month in (7, 12)] == [83333, 83337]


def test_a_mark_that_nobody_gave_makes_the_month_undetermined(rangers: PolicyVersion) -> None:
    row = line(facts(**{**full_month(), "marks": []}), rangers)

    assert (row["state"], row["missing"]) == ("undetermined", ["乡镇评定"])
    assert (row["grade"], row["pay_fen"], row["share"], row["金额·管护补助"]) == (None, None, None, None)


def test_missing_attendance_is_masked_by_name_and_not_by_sql(rangers: PolicyVersion) -> None:
    """`60 * least(1, 出勤天数 / 22)` over null is 60 in Polars: full marks for a month nobody saw."""
    rows = full_month()
    del rows["check_ins"]

    row = line(facts(**rows), rangers)

    assert (row["state"], row["得分·出勤"], row["score"]) == ("undetermined", None, None)
    assert row["missing"] == ["出勤天数", "旷工天数"]


def test_who_joins_on_the_20th_owes_and_earns_twelve_days_and_moves_nobody(rangers: PolicyVersion) -> None:
    alone = line(facts(**full_month()), rangers)
    rows = full_month()
    rows["appointments"].append(appointment(2, start=date(2020, 7, 20)))
    rows["check_ins"] += mornings(20, range(20, 29))
    rows["work_logs"] += logs(20, range(20, 29))
    rows["marks"].append(mark(2, 18))

    together = facts(**rows)

    late = line(together, rangers, 2)
    assert (late["服务天数"], late["应出勤天数"], late["旷工天数"]) == (12, 9, 0)
    assert late["pay_fen"] == round_half_up(Fraction(83333 * 12, 31), 0)
    assert line(together, rangers) == alone


# --- order decides


def ladder(folder: Path) -> PolicyVersion:
    month = """\
    month:
      required_days: 8
      marks: [{name: 评定, mark: village, most: 100, cites: 第一条}]
      grades:
        - {grade: 不合格, when: 出勤天数 < 8, cites: 第二条}
        - {grade: 优秀, when: 评定 >= 90, cites: 第三条}
        - {grade: 合格, otherwise: true}
    """
    return version(folder, month, PAY.replace("{合格: 1, 不合格: 0}", "{优秀: 1, 合格: 0.5, 不合格: 0}"))


def test_an_earlier_grade_that_is_certain_stands_although_a_later_fact_is_missing(tmp_path: Path) -> None:
    row = line(facts(check_ins=mornings(10, [1]), leaves=[], marks=[]), ladder(tmp_path))

    assert (row["state"], row["grade"], row["pay_fen"], row["missing"]) == ("settled", "不合格", 0, [])


def test_a_later_grade_cannot_jump_over_an_undecided_one(tmp_path: Path) -> None:
    """Nine days exclude 不合格; whether it is 优秀 or 合格 waits for the mark, although `otherwise` would take it."""
    row = line(facts(check_ins=mornings(10, range(1, 10)), leaves=[], marks=[]), ladder(tmp_path))

    assert (row["state"], row["missing"]) == ("undetermined", ["评定"])


def test_a_share_is_rounded_half_up_to_the_fen(tmp_path: Path) -> None:
    text = version(tmp_path, pay=PAY.replace("400.00", "833.33").replace("合格: 1,", "合格: 0.5,"))

    row = line(facts(check_ins=mornings(10, range(1, 23)), leaves=[]), text)

    assert (row["pay_fen"], str(row["share"])) == (41667, "0.5000")


# --- money


@pytest.mark.parametrize(("rule", "fen"), [("by_days", 15484), ("whole_month", 40000), ("none", 0)])
def test_joined_on_the_20th_by_each_stated_rule(tmp_path: Path, rule: str, fen: int) -> None:
    month = MONTH.replace("出勤天数 >= 20", "出勤天数 >= 应出勤天数")
    text = version(tmp_path, month, PAY.replace("by_days", rule))
    given = facts(appointments=[appointment(start=date(2020, 7, 20))], check_ins=mornings(10, range(20, 32)), leaves=[])

    assert line(given, text)["pay_fen"] == fen


@pytest.mark.parametrize(("how", "fen"), [("each", 3 * 1839), ("total", 5517)])
def test_a_days_deduction_is_rounded_where_the_policy_says(tmp_path: Path, how: str, fen: int) -> None:
    """400 ÷ 21.75 is 18.3908…: each day 18.39; three days together 55.17."""
    deduction = f"  deductions:\n    - {{name: 缺勤, count: 旷工天数, divisor: 21.75, round: {how}, cites: 第四条}}\n"
    text = version(tmp_path, MONTH.replace(">= 20", ">= 19"), PAY + deduction)

    row = line(facts(check_ins=mornings(10, range(1, 20)), leaves=[]), text)

    assert row["扣款·缺勤"] == fen
    assert row["pay_fen"] == 40000 - fen


def test_pay_never_falls_below_nothing_and_the_parts_still_sum(tmp_path: Path) -> None:
    deduction = "  deductions:\n    - {name: 缺勤, count: 旷工天数, yuan: 100.00, cites: 第四条}\n"
    text = version(tmp_path, MONTH.replace(">= 20", ">= 1"), PAY + deduction)

    row = line(facts(check_ins=mornings(10, [1]), leaves=[]), text)

    assert (row["金额·补贴"], row["扣款·缺勤"], row["调整·封顶保底"], row["pay_fen"]) == (40000, 210000, 170000, 0)


@pytest.mark.parametrize(("bounds", "fen"), [("floor: 350.00", 35000), ("cap: 100.00", 10000), ("floor: 50.00", 10000)])
def test_floor_and_cap(tmp_path: Path, bounds: str, fen: int) -> None:
    deduction = "  deductions:\n    - {name: 缺勤, count: 旷工天数, yuan: 100.00, cites: 第四条}\n"
    text = version(tmp_path, MONTH.replace(">= 20", ">= 19"), PAY + deduction + f"  {bounds}\n")

    assert line(facts(check_ins=mornings(10, range(1, 20)), leaves=[]), text)["pay_fen"] == fen


def test_the_floor_lifts_nobody_who_failed(tmp_path: Path) -> None:
    text = version(tmp_path, pay=PAY + "  floor: 100.00\n")

    assert line(facts(check_ins=mornings(10, [1]), leaves=[]), text)["pay_fen"] == 0


def test_a_deduction_from_nothing_needs_no_facts(tmp_path: Path) -> None:
    deduction = "  deductions:\n    - {name: 缺日志, count: 22 - 日志篇数, yuan: 1.00, cites: 第四条}\n"
    text = version(tmp_path, pay=PAY + deduction)

    failed = line(facts(check_ins=mornings(10, [1]), leaves=[]), text)
    passed = line(facts(check_ins=mornings(10, range(1, 23)), leaves=[]), text)

    assert (failed["state"], failed["pay_fen"]) == ("settled", 0)
    assert (passed["state"], passed["missing"]) == ("undetermined", ["日志篇数"])


def test_an_unpaid_post_has_a_grade_and_no_sum(tmp_path: Path) -> None:
    row = line(facts(check_ins=mornings(10, range(1, 23)), leaves=[]), version(tmp_path, pay=""))

    assert (row["state"], row["grade"], row["pay_fen"], row["share"]) == ("settled", "合格", None, None)


# --- evidence


def kind_to_all(folder: Path) -> PolicyVersion:
    """A policy that pays everyone whole, whatever happened."""
    month = "month:\n  required_days: 22\n  grades:\n    - {grade: 合格, otherwise: true}\n"
    return version(folder, month, PAY.replace("{合格: 1, 不合格: 0}", "{合格: 1}"))


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"check_ins": [], "leaves": [], "work_logs": []},
        {"check_ins": mornings(10, range(1, 32), result="not_signed")},
        {"leaves": [leave(10, "maternity", date(2020, 7, 1), date(2020, 7, 31))]},
        {"marks": [mark(1, 20)]},
        {"check_ins": mornings(10, range(1, 31), month=6)},
    ],
)
def test_a_month_without_any_evidence_of_work_never_pays_in_full(tmp_path: Path, tables: dict[str, Any]) -> None:
    row = line(facts(**tables), kind_to_all(tmp_path))

    assert (row["state"], row["missing"], row["pay_fen"]) == ("undetermined", ["履职证据"], None)


@pytest.mark.parametrize("tables", [{"check_ins": mornings(10, [5])}, {"work_logs": logs(10, [5])}])
def test_one_day_of_evidence_lifts_the_hold(tmp_path: Path, tables: dict[str, Any]) -> None:
    assert line(facts(**tables), kind_to_all(tmp_path))["pay_fen"] == 40000


def test_a_grade_that_pays_less_than_the_whole_needs_no_hold(tmp_path: Path) -> None:
    row = line(facts(check_ins=[check_in(10, local(2020, 7, 1), result="absent")], leaves=[]), version(tmp_path))

    assert (row["state"], row["grade"], row["pay_fen"]) == ("settled", "不合格", 0)


# --- bad facts stay with their owner


@pytest.mark.parametrize(
    "spoilt",
    [
        {"marks": [mark(2, float("nan"))]},
        {"marks": [mark(2, -5)]},
        {"leaves": [leave(20, "sick", date(2020, 7, 31), date(2020, 7, 1))]},
        {"check_ins": [check_in(20, local(2020, 7, 1), result="?")]},
        {"appointments": [appointment(2)]},
        {"appointments": [appointment(3, person_id=20)]},
        {"work_logs": [{"person_id": 20, "date": None}]},
        {"work_logs": logs(777, [1])},
    ],
)
def test_one_persons_bad_facts_change_nobody_else(
    rangers: PolicyVersion, spoilt: dict[str, list[dict[str, Any]]]
) -> None:
    rows = full_month(1)
    for name, more in full_month(2).items():
        rows[name] = [*rows[name], *more]
    before = line(facts(**rows), rangers)
    for name, more in spoilt.items():
        rows[name] = [*rows[name], *more]

    assert line(facts(**rows), rangers) == before


def test_a_bad_fact_makes_its_owner_undetermined_with_the_reason(rangers: PolicyVersion) -> None:
    rows = full_month()
    rows["leaves"] = [leave(10, "sick", date(2020, 7, 31), date(2020, 7, 1))]

    row = line(facts(**rows), rangers)

    assert (row["state"], row["problems"], row["pay_fen"]) == ("undetermined", ["leave_end_before_start"], None)


def test_an_appointment_that_is_there_twice_gives_one_line_and_no_money(rangers: PolicyVersion) -> None:
    rows = full_month()
    rows["appointments"] *= 2

    assert line(facts(**rows), rangers)["problems"] == ["duplicate_appointment"]


def test_two_appointments_at_once_pay_neither(rangers: PolicyVersion) -> None:
    rows = full_month()
    rows["appointments"].append(appointment(2, person_id=10, start=date(2020, 7, 15)))

    states = settle(facts(**rows), rangers, JULY).lines["state"].to_list()

    assert states == ["undetermined", "undetermined"]


def test_a_division_by_zero_is_the_rows_problem(tmp_path: Path) -> None:
    month = """\
    month:
      required_days: 22
      quantities: [{name: 比例, is: 出勤天数 / 日志篇数, cites: 第一条}]
      grades:
        - {grade: 合格, when: 比例 >= 1, cites: 第二条}
        - {grade: 不合格, otherwise: true}
    """
    given = facts(
        appointments=[appointment(1), appointment(2)],
        check_ins=[*mornings(10, [1]), *mornings(20, [1])],
        leaves=[],
        work_logs=logs(20, [1]),
    )

    rows = settle(given, version(tmp_path, month), JULY).lines.to_dicts()

    assert [(row["state"], row["problems"]) for row in rows] == [("undetermined", ["undefined:比例"]), ("settled", [])]


def test_an_empty_roster_gives_no_lines(rangers: PolicyVersion) -> None:
    settled = settle(facts(appointments=[]), rangers, JULY)

    assert settled.lines.height == 0
    assert lines_digest(settled.lines) == lines_digest(settled.lines)


# --- the word of the policy about what is missing


@pytest.mark.req("H7")
def test_only_the_policy_can_make_missing_zero_and_the_line_says_so(tmp_path: Path) -> None:
    month = MONTH + "  then:\n    - {when: 查实旷工次数 >= 2, do: [no_award], cites: 第五条}\n"
    given = facts(check_ins=mornings(10, range(1, 23)), leaves=[])

    strict = line(given, version(tmp_path, month))
    lenient = line(given, version(tmp_path, month + "  missing: [{name: 查实旷工次数, is: 0, cites: 第六条}]\n"))

    assert (strict["state"], strict["missing"]) == ("undetermined", ["查实旷工次数"])
    assert (lenient["state"], lenient["assumed"], lenient["查实旷工次数"]) == ("settled", ["查实旷工次数"], 0)


# --- the trace


def test_the_line_is_kept_as_json_with_exact_decimals(rangers: PolicyVersion) -> None:
    lines = settle(facts(**full_month()), rangers, JULY).lines

    kept = json.loads(row_json(lines)[0])

    assert kept["score"] == "98.00"
    assert kept["pay_fen"] == 83333
    assert kept["start"] == "2020-01-01"
    assert kept["出勤天数"] == 22
    assert set(kept) == set(lines.columns)


def test_settling_twice_gives_the_same_bytes(rangers: PolicyVersion) -> None:
    given = facts(**full_month())

    first, second = (settle(given, rangers, JULY).lines for _ in range(2))

    assert lines_digest(first) == lines_digest(second)
    assert first.equals(second)
