"""Money in fen: reading, writing, dividing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigang.foundation import money
from yigang.foundation.money import MoneyError

amounts = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1,234.50", 123450),
        ("￥833.33", 83333),
        ("¥ 833.33", 83333),
        ("１２．５元", 1250),
        ("1.5万", 1_500_000),
        ("484.28万元", 484_280_000),
        ("400", 40000),
        ("+5", 500),
        ("-0.05", -5),
        ("6.", 600),
        (833.33, 83333),
        (0.1 + 0.2, 30),
        (400, 40000),
        (Decimal("12.340"), 1234),
    ],
)
def test_amounts_are_read_as_people_and_cells_write_them(written: object, fen: int) -> None:
    assert money.parse(written) == fen


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "empty"),
        ("", "empty"),
        ("12,34", "not_an_amount"),
        ("833,33", "not_an_amount"),
        ("四百", "not_an_amount"),
        ("1.2.3", "not_an_amount"),
        ("1e3", "not_an_amount"),
        (True, "not_an_amount"),
        (float("nan"), "not_an_amount"),
        (Decimal("Infinity"), "not_an_amount"),
        ("833.333", "fraction_of_fen"),
        (833.3333333, "fraction_of_fen"),
        (1e300, "too_large"),
        ("9" * 40, "too_large"),
    ],
)
def test_what_is_no_amount_is_refused(written: object, code: str) -> None:
    with pytest.raises(MoneyError) as caught:
        money.parse(written)
    assert caught.value.code == code
    assert str(caught.value)


def test_decimals_round_half_up() -> None:
    assert [money.from_decimal(Decimal(text)) for text in ("0.004", "0.005", "0.015", "-0.005")] == [0, 1, 2, -1]


@given(st.integers(-(10**12), 10**12))
def test_what_is_shown_is_read_back(fen: int) -> None:
    assert money.parse(money.show(fen)) == money.parse(money.plain(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (1_000_000, "壹万元整"),
        (100_050_000, "壹佰万零伍佰元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (-62000, "负陆佰贰拾元整"),
    ],
)
def test_capitals_follow_the_rules_for_bank_papers(fen: int, words: str) -> None:
    """The first six are the examples of 《正确填写票据和结算凭证的基本规定》."""
    assert money.capitals(fen) == words


@given(st.integers(0, money.LARGEST))
def test_capitals_say_the_amount(fen: int) -> None:
    """Read back by a reader that knows nothing of the writer."""
    words = money.capitals(fen)
    assert "零零" not in words
    assert not words.startswith("零") or fen == 0
    value = group = digit = 0
    for sign in words:
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in "拾佰仟":
            group, digit = group + digit * 10 ** ("拾佰仟".index(sign) + 1), 0
        elif sign in "万亿元":
            value, group, digit = value + (group + digit) * {"万": 10**6, "亿": 10**10, "元": 100}[sign], 0, 0
        elif sign in "角分":
            value, digit = value + digit * {"角": 10, "分": 1}[sign], 0
    assert value == fen


def test_capitals_end_somewhere() -> None:
    with pytest.raises(MoneyError):
        money.capitals(money.LARGEST + 1)


@given(amounts, st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any))
def test_parts_by_weight_lose_nothing(amount: int, weights: list[int]) -> None:
    parts = money.by_weight(amount, weights)
    assert sum(parts) == amount
    assert all(
        abs(part - amount * weight / sum(weights)) < 1 + 1e-3 for part, weight in zip(parts, weights, strict=True)
    )
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@pytest.mark.req("T3")
def test_eighty_ten_ten() -> None:
    assert money.by_weight(240_000_001, [80, 10, 10]) == [192_000_001, 24_000_000, 24_000_000]
    assert money.by_weight(100, [1, 1, 1]) == [34, 33, 33]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_must_be_able_to_divide(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.by_weight(100, weights)
