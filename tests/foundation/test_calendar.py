"""The working calendar: what is published, what a county adds, what nobody knows yet."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigang.foundation import calendar
from yigang.foundation.calendar import NotPublished


def test_july_2020_has_23_working_days() -> None:
    assert calendar.working_days(date(2020, 7, 1), date(2020, 7, 31)) == 23


def test_make_up_days_are_worked_and_named() -> None:
    """October 2020: National Day and Mid-autumn 1–8, worked off on Sunday 27 September and Saturday 10 October."""
    frame = calendar.calendar_frame(date(2020, 9, 27), date(2020, 10, 10))
    assert frame.schema == {"date": pl.Date, "working": pl.Boolean, "name": pl.String}
    assert frame["working"].to_list() == [True] * 4 + [False] * 8 + [True] * 2
    assert frame["name"][0] == "国庆节调休"
    assert frame["name"][4] == "国庆节"
    assert frame["name"][12] == ""


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_published_year_is_whole(year: int) -> None:
    assert calendar.is_published(year)
    assert 245 <= calendar.working_days(date(year, 1, 1), date(year, 12, 31)) <= 255


@pytest.mark.parametrize("year", [1950, 2027])
def test_a_year_that_is_not_published_is_not_guessed(year: int) -> None:
    assert not calendar.is_published(year)
    with pytest.raises(NotPublished, match=str(year)) as caught:
        calendar.working_days(date(year, 1, 1), date(year, 1, 31))
    assert caught.value.year == year
    assert caught.value.remedy


def test_a_county_enters_a_year() -> None:
    """Statutory days stand in the entered year; the notice's other days come as overrides."""
    notice = {date(2027, 2, 11): (False, "春节"), date(2027, 2, 20): (True, "春节调休")}
    frame = calendar.calendar_frame(date(2027, 2, 1), date(2027, 2, 28), notice, entered=[2027])
    state = dict(zip(frame["date"], frame["working"], strict=True))
    assert not state[date(2027, 2, 11)]
    assert state[date(2027, 2, 20)]
    assert not state[date(2027, 2, 8)]
    assert state[date(2027, 2, 12)]


def test_one_override_does_not_make_a_year_known() -> None:
    overrides = {date(2027, 3, 1): (False, "停工")}
    assert calendar.working_days(date(2027, 3, 1), date(2027, 3, 1), overrides) == 0
    with pytest.raises(NotPublished):
        calendar.working_days(date(2027, 3, 1), date(2027, 3, 2), overrides)


def test_a_county_overrides_a_day() -> None:
    overrides = {date(2020, 7, 1): (False, "防汛停工"), date(2020, 7, 4): (True, "防火值班")}
    assert calendar.working_days(date(2020, 7, 1), date(2020, 7, 5), overrides) == 3


def test_seven_working_days_of_public_notice() -> None:
    """Published on Monday 28 September 2020: the holidays do not count (field-facts 2)."""
    assert calendar.add_working_days(date(2020, 9, 28), 7) == date(2020, 10, 14)
    assert calendar.add_working_days(date(2020, 9, 28), 0) == date(2020, 9, 28)
    with pytest.raises(ValueError, match="negative"):
        calendar.add_working_days(date(2020, 9, 28), -1)


def test_an_office_has_a_day_to_answer_by_before_the_next_year_is_published() -> None:
    """Of ten working days from Thursday 24 December 2026 five lie in 2026 and five, by the week alone, in 2027."""
    with pytest.raises(NotPublished):
        calendar.add_working_days(date(2026, 12, 24), 10)
    assert calendar.due_day(date(2026, 12, 24), 10) == date(2027, 1, 7)
    assert calendar.due_day(date(2020, 9, 28), 7) == calendar.add_working_days(date(2020, 9, 28), 7)


@given(st.dates(date(2005, 1, 1), date(2025, 6, 1)), st.integers(1, 60))
def test_adding_and_counting_agree(start: date, count: int) -> None:
    end = calendar.add_working_days(start, count)
    own = calendar.working_days(start, start)
    assert calendar.working_days(start, end) == count + own
    assert calendar.working_days(end, end) == 1
