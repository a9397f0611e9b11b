"""One cell, as people write it and as spreadsheets keep it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigang.exchange import cells
from yigang.foundation.errors import Refusal

DAY = date(2020, 7, 1)
MOMENT = datetime(2020, 7, 1, 7, 30)  # noqa: DTZ001 - a cell has no zone


def code_of(kind: str, cell: object) -> str:
    with pytest.raises(Refusal) as caught:
        cells.READERS[kind](cell)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    "cell",
    [
        "2020-07-01", "2020.7.1", "2020/7/1", "2020年7月1日", "2020 年 7 月 1 日", "20200701",
        "２０２０－０７－０１", " 2020-07-01 ", "2020-07-01 星期三", "2020-07-01 00:00:00", "2020年7月1号",
        20200701, 20200701.0, 44013, 44013.0, "44013",
        date(2020, 7, 1), MOMENT,
    ],
)  # fmt: skip
def test_days(cell: object) -> None:
    assert cells.date_(cell) == DAY


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2019-02-29", "no_such_day"),
        ("2020年6月31日", "no_such_day"),
        ("20200631", "no_such_day"),
        (20190229, "no_such_day"),
        ("2020年7月", "date_without_day"),
        ("2020.7", "date_without_day"),
        ("七月一日", "not_a_date"),
        ("2020-07-01 下班", "not_a_time"),
        ("07-01", "not_a_date"),
        ("0202-07-01", "no_such_year"),
        (float("inf"), "not_a_date"),
        (12, "not_a_date"),
        (True, "not_a_date"),
    ],
)
def test_what_is_no_day_says_why(cell: object, code: str) -> None:
    assert code_of("date", cell) == code


def test_the_day_that_does_not_exist_is_named() -> None:
    with pytest.raises(Refusal, match="2019-02-29"):
        cells.date_("2019/2/29")


@pytest.mark.parametrize(
    "cell",
    [
        "7:30", "07:30", "07：30", "7:30:00", "7时30分", "7点30分", "上午7:30", "７：３０",
        0.3125, time(7, 30), timedelta(hours=7, minutes=30), MOMENT,
    ],
)  # fmt: skip
def test_times(cell: object) -> None:
    assert cells.time_(cell) == time(7, 30)


@pytest.mark.parametrize("cell", ["24:00", "7:75", "早上", 1.5, -0.1, True, timedelta(hours=26)])
def test_what_is_no_time_says_so(cell: object) -> None:
    assert code_of("time", cell) == "not_a_time"


def test_the_afternoon_is_counted() -> None:
    assert cells.time_("下午1:05") == time(13, 5)
    assert cells.time_("下午12:05") == time(12, 5)


@given(st.integers(0, 86399))
def test_every_second_of_the_day_survives_as_a_fraction(second: int) -> None:
    found = cells.time_(second / 86400)
    assert found is not None
    assert found.hour * 3600 + found.minute * 60 + found.second == second


@pytest.mark.parametrize(
    "cell",
    [
        "2020-07-01 07:30", "2020/7/1 7:30:00", "2020年7月1日 7时30分", "20200701 07:30", "2020-07-01T07:30:00",
        44013.3125, MOMENT,
    ],
)  # fmt: skip
def test_moments(cell: object) -> None:
    assert cells.datetime_(cell) == MOMENT


def test_a_day_alone_is_its_first_minute() -> None:
    assert cells.datetime_("2020-07-01") == cells.datetime_(DAY) == datetime(2020, 7, 1)  # noqa: DTZ001


def test_numbers() -> None:
    assert cells.integer("1,234") == cells.integer(1234.0) == cells.integer("１２３４") == 1234
    assert cells.decimal(0.1 + 0.2) == Decimal("0.3")
    assert cells.decimal("-3.50") == Decimal("-3.5")
    assert code_of("integer", 1.5) == "not_whole"
    assert code_of("integer", "十二") == "not_a_number"
    assert code_of("decimal", "12,34") == "not_a_number"
    assert code_of("decimal", True) == "not_a_number"


def test_money_is_fen() -> None:
    assert cells.money_("￥1,234.50") == 123450
    assert cells.money_(833.33) == 83333
    assert code_of("money", "833.333") == "fraction_of_fen"


def test_yes_and_no() -> None:
    assert [cells.yes_no(cell) for cell in ("是", "√", "有", "Y", 1.0, True)] == [True] * 6
    assert [cells.yes_no(cell) for cell in ("否", "×", "无", "n", 0, False)] == [False] * 6
    assert code_of("yes_no", "也许") == "not_yes_no"


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("13800138000", "13800138000"),
        (13800138000.0, "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0851-34221234", "0851-34221234"),
        ("(0851)34221234", "0851-34221234"),
        ("34221234", "34221234"),
    ],
)
def test_telephone_numbers(cell: object, number: str) -> None:
    assert cells.phone(cell) == number


@pytest.mark.parametrize("cell", ["1380013800", "12800138000", "138001380001", "无电话"])
def test_what_is_no_telephone_number(cell: str) -> None:
    assert code_of("phone", cell) == "not_a_phone"


def test_text_is_trimmed_and_keeps_its_punctuation() -> None:
    assert cells.text("\u00a0大坝村　１ 组（东） ") == "大坝村 1 组（东）"
    assert cells.text(12.0) == "12"
    assert cells.text(" a \n\n b ") == "a\nb"


def test_identity_numbers_that_excel_spoiled_are_named() -> None:
    assert code_of("identity", 5.20403199001011e17) == "excel_number"
    assert code_of("card", 6.21700001000123e18) == "excel_number"


@pytest.mark.parametrize("kind", sorted(cells.READERS))
@given(
    st.one_of(
        st.text(max_size=30), st.text("0123456789-/.:年月日时分 ￥,万元xX", max_size=20), st.floats(), st.integers(),
        st.booleans(), st.datetimes(), st.dates(), st.times(), st.timedeltas(),
    )
)  # fmt: skip
def test_no_cell_breaks_a_reader(kind: str, cell: object) -> None:
    """Whatever stands in a cell is a value or a refusal with a sentence; nothing else is ever raised."""
    sentence = "read"
    try:
        cells.READERS[kind](cell)
    except Refusal as refusal:
        sentence = str(refusal)
    assert sentence


@pytest.mark.parametrize("kind", sorted(cells.READERS))
@pytest.mark.parametrize("cell", ["", None])
def test_an_empty_cell_is_nothing(kind: str, cell: object) -> None:
    assert cells.READERS[kind](cell) is None
