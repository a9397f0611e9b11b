"""How alike two entries are: what people mistake for each other, and what only looks so."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigang.recruitment.comparison import likeness, match

BORN = date(1975, 3, 14)
SIGNS = "张王李伟芳明小龍龙昇升·?□䶮 "
NAMES = st.text(SIGNS, max_size=5)
DATES = st.one_of(st.none(), st.dates(date(1940, 1, 1), date(2010, 1, 1)))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("张小明", "张小明", "same"),
        ("买买提·艾力", "买买提•艾力", "same"),
        ("张龍", "张龙", "variant"),
        ("闫昇", "阎升", "variant"),
        ("张晓明", "张小名", "sound"),
        ("张䶮", "张?", "lost"),
        ("王□芳", "王秀芳", "lost"),
        ("张䶮明", "张明", "left_out"),
        ("张小明", "张大明", "one_sign"),
        ("张明", "张强", "one_of_two"),
        ("张小明", "李大明", ""),
        ("张?", "李?", ""),
        ("", "", ""),
    ],
)
def test_names_differ_in_ways_that_registers_know(one, other, expected):
    assert likeness.name_class(one, other) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (BORN, "same"),
        (date(1975, 3, 15), "one_digit"),
        (date(1957, 3, 14), "swapped"),
        (date(1975, 3, 41 - 27), "same"),
        (None, "unknown"),
        (date(1981, 11, 2), ""),
    ],
)
def test_birth_dates_differ_by_a_slip_or_by_a_life(other, expected):
    assert likeness.birth_class(BORN, other) == expected


def test_day_and_month_exchanged_are_a_slip():
    assert likeness.birth_class(date(1980, 3, 7), date(1980, 7, 3)) == "swapped"


def test_a_number_typed_wrongly_is_near_and_another_number_is_not():
    right = "520403197503140019"
    assert likeness.near_number(right, "520403197503140091")
    assert likeness.near_number(right, "520403197503141019")
    assert not likeness.near_number(right, right)
    assert not likeness.near_number(right, "520403197505140091")


def test_the_formula_as_the_algorithm_page_states_it():
    """0.50 name + 0.35 birth + 0.15 place; by 0.85 with two whole numbers; plus 0.10 for a slip in a faulty number."""
    assert likeness.combined("same", "same", "county", two_numbers=False, near=False) == 0.99
    assert likeness.combined("same", "same", "county", two_numbers=True, near=False) == 0.85
    assert likeness.combined("sound", "same", "county", two_numbers=True, near=False) == 0.786
    assert likeness.combined("one_sign", "same", "county", two_numbers=True, near=False) == 0.722
    assert likeness.combined("same", "swapped", "county", two_numbers=False, near=True) == 0.96
    assert likeness.combined("same", "unknown", "county", two_numbers=False, near=False) == 0.79
    assert likeness.combined("", "same", "county", two_numbers=False, near=True) == 0.0


@given(NAMES, NAMES, DATES, DATES)
def test_likeness_is_symmetrical(one, other, born, other_born):
    assert likeness.name_class(one, other) == likeness.name_class(other, one)
    assert likeness.birth_class(born, other_born) == likeness.birth_class(other_born, born)


@given(st.lists(st.sampled_from(["520403", "520421", "510104", None]), max_size=2), st.sampled_from(["520403", None]))
def test_places_are_as_near_from_either_side(places, other):
    assert likeness.area_class(places, [other]) == likeness.area_class([other], places)


@given(st.lists(st.text(SIGNS, min_size=1, max_size=5).map(likeness.names.normalise), min_size=1, unique=True))
def test_columns_fold_names_as_single_names_are_folded(called):
    folded = match.with_folds(pl.DataFrame({"name": called}))
    for name, fold, sound in folded.select("name", "fold", "sound").iter_rows():
        assert fold == likeness.folded(name)
        assert sound == likeness.sound(fold)
