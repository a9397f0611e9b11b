"""A month settled from facts: who is paid what, who waits for what, and that nobody moves anybody else."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.policy.village import appointment, facts, full_month, leave, logs, mark, mornings

from yigang.policy import Facts, Period, PolicyVersion, load_policy, policies_folder, settle
from yigang.policy.exact import round_half_up

JULY = Period.parse("2020-07")


@pytest.fixture(scope="module")
def rangers() -> PolicyVersion:
    return load_policy(policies_folder() / "pingba-ranger.yaml").version_on(JULY)


def line(given: Facts, version: PolicyVersion, number: int = 1, period: Period = JULY) -> dict[str, Any]:
    (found,) = [row for row in settle(given, version, period).lines.to_dicts() if row["appointment_id"] == number]
    return found


@pytest.mark.req("P8")
def test_a_full_month_that_passed_is_paid_in_full(rangers: PolicyVersion) -> None:
    row = line(facts(**full_month()), rangers)

    assert (row["state"], row["grade"], str(row["score"]), row["pay_fen"]) == ("settled", "合格", "98.00", 83333)


@pytest.mark.req("P8")
def test_december_takes_the_rest_of_the_year(rangers: PolicyVersion) -> None:
    pay = rangers.pay
    assert pay

    assert sum(pay.amount.fen) == 10_000_00
    assert [pay.amount.of(Period(2020, month)) for month in (7, 12)] == [83333, 83337]


def test_a_mark_that_nobody_gave_makes_the_month_undetermined(rangers: PolicyVersion) -> None:
    row = line(facts(**{**full_month(), "marks": []}), rangers)

    assert (row["state"], row["missing"]) == ("undetermined", ["乡镇评定"])
    assert (row["grade"], row["pay_fen"]) == (None, None)


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
    assert late["pay_fen"] == int(round_half_up(Fraction(83333 * 12, 31), 0))
    assert line(together, rangers) == alone


def test_a_month_without_any_evidence_of_work_never_pays_in_full(rangers: PolicyVersion) -> None:
    """Excused for the whole month and kindly marked, the formula alone might pass; the line is held."""
    rows = full_month()
    rows.update(check_ins=mornings(10, range(1, 32), result="not_signed"), work_logs=[])
    rows["leaves"] = [leave(10, "sick", date(2020, 7, 1), date(2020, 7, 31))]

    row = line(facts(**rows), rangers)

    assert row["履职证据"] == 0
    assert row["pay_fen"] in {None, 0}
