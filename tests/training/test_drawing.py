"""A paper comes out of rule, bank and seed the same every time; what the bank lacks is named."""

from decimal import Decimal

import pytest

from yigang.training.drawing import Known, Row, Shortage, draw, kept, rows_of, shortages

pytestmark = pytest.mark.req("P6")
BANK = [Known(key, "fire" if key <= 20 else "pest", "single") for key in range(1, 31)]
FIRE, PEST = Row("fire", "single", 5, Decimal(2)), Row("pest", "single", 3, Decimal(1))


def test_the_draw_of_a_seed_is_this_one_for_ever():
    drawn = draw([FIRE, PEST], BANK, "8月测评")
    assert [key for key, _points in drawn] == [17, 10, 6, 2, 9, 24, 25, 21]
    assert draw([FIRE, PEST], list(reversed(BANK)), "8月测评") == drawn
    assert draw(rows_of(kept([FIRE, PEST])), BANK, "8月测评") == drawn


def test_each_row_has_its_subject_points_and_nothing_comes_twice():
    drawn = draw([FIRE, Row("fire", "single", 5, Decimal(4)), PEST], BANK, "x")
    assert len({key for key, _points in drawn}) == 13
    assert [points for _key, points in drawn] == [2] * 5 + [4] * 5 + [1] * 3
    assert all((key <= 20) == (place < 10) for place, (key, _points) in enumerate(drawn))


def test_people_get_different_draws():
    draws = {tuple(key for key, _points in draw([FIRE], BANK, f"seed:{person}")) for person in range(50)}
    assert len(draws) > 45


def test_what_is_lacking_is_counted_over_rows_of_one_kind():
    twelve = Row("fire", "single", 12, Decimal(1))
    assert shortages([twelve], BANK) == []
    assert shortages([twelve, twelve], BANK) == [Shortage(twelve, 8)]
    unknown = Row("pest", "multiple", 1, Decimal(1))
    assert shortages([unknown], BANK) == [Shortage(unknown, 0)]
