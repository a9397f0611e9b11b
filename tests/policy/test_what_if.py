"""A second text beside the first: who gains, who loses, who cannot be compared."""

from pathlib import Path

from tests.policy.texts import MONTH, PAY, version
from tests.policy.village import appointment, facts, mornings

from yigang.policy import Facts, Period
from yigang.policy.what_if import summary, what_if

JULY = Period.parse("2020-07")


def village() -> Facts:
    """22, 19 and 5 days present; the fourth was never looked at."""
    rows = [appointment(number) for number in (1, 2, 3, 4)]
    checks = [*mornings(10, range(1, 23)), *mornings(20, range(1, 20)), *mornings(30, range(1, 6))]
    return facts(appointments=rows, check_ins=checks, leaves=[])


def test_who_gains_and_who_loses_by_how_much(tmp_path: Path) -> None:
    now = version(tmp_path)
    stricter_but_better = version(tmp_path, MONTH.replace(">= 20", ">= 22"), PAY.replace("400.00", "450.00"))
    milder = version(tmp_path, MONTH.replace(">= 20", ">= 19"), PAY.replace("400.00", "390.00"))

    better = what_if(village(), now, stricter_but_better, JULY)
    mild = what_if(village(), now, milder, JULY)

    assert better["outcome"].to_list() == ["gain", "same", "same", "undetermined"]
    assert mild["change_fen"].to_list() == [-1000, 39000, 0, None]
    assert mild["outcome"].to_list() == ["lose", "gain", "same", "undetermined"]


def test_the_summary_counts_people_and_fen(tmp_path: Path) -> None:
    compared = what_if(village(), version(tmp_path), version(tmp_path, pay=PAY.replace("400.00", "410.00")), JULY)

    assert summary(compared) == {
        "gain": {"people": 1, "change_fen": 1000},
        "lose": {"people": 0, "change_fen": 0},
        "same": {"people": 2, "change_fen": 0},
        "undetermined": {"people": 1, "change_fen": 0},
    }


def test_unpaid_posts_compare_by_grade(tmp_path: Path) -> None:
    compared = what_if(
        village(), version(tmp_path, pay=""), version(tmp_path, MONTH.replace(">= 20", ">= 5"), ""), JULY
    )

    assert compared["outcome"].to_list() == ["same", "undetermined", "undetermined", "undetermined"]
    assert compared["grade_b"].to_list()[:3] == ["合格", "合格", "合格"]
