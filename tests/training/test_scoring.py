"""A score out of 100: the last answer in time counts, several answers must be exactly the right ones."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.training.conftest import at

from yigang.training.scoring import Given, score

pytestmark = pytest.mark.req("P6")
RIGHT = {1: ["A"], 2: ["A", "C"], 3: ["B"]}
DRAWN = [(1, Decimal(1)), (2, Decimal(1)), (3, Decimal(1))]


def given(question: int, letters: str, minute: int = 0, *, late: bool = False) -> Given:
    return Given(question, frozenset(letters), at() + timedelta(minutes=minute), late)


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ([], "0.00"), ([given(1, "A")], "33.33"), ([given(1, "A"), given(2, "CA")], "66.67"),
        ([given(1, "A"), given(2, "A"), given(3, "B")], "66.67"), ([given(2, "ABC")], "0.00"),
        ([given(1, "B", 1), given(1, "A", 2)], "33.33"), ([given(1, "A", 1), given(1, "B", 2)], "0.00"),
        ([given(1, "A", 1), given(1, "B", 2, late=True)], "33.33"), ([given(1, "A", late=True)], "0.00"),
        ([given(9, "A")], "0.00"), ([given(1, "A"), given(2, "AC"), given(3, "B")], "100.00"),
    ],
)  # fmt: skip
def test_what_a_test_amounts_to(answers, result):
    assert score(DRAWN, RIGHT, answers) == Decimal(result)


def test_a_paper_without_points_is_worth_nothing():
    assert score([], {}, [given(1, "A")]) == 0
