"""Card and passbook numbers (field-facts 2: subsidies go to 社保卡 or 一卡通 passbooks)."""

import polars as pl
import pytest

from yigang.foundation import bankcard
from yigang.foundation.bankcard import BankCardError

CARD = "6217000010001234560"


def luhn(first: str) -> str:
    """A card number that begins so, made by the definition of ISO/IEC 7812."""
    digits = [int(d) for d in reversed(first)]
    total = sum(d if i % 2 else sum(divmod(d * 2, 10)) for i, d in enumerate(digits))
    return first + str(-total % 10)


@pytest.mark.parametrize("length", [16, 17, 18, 19])
def test_cards_of_every_length_pass(length: int) -> None:
    number = luhn("6217" + "0" * (length - 8) + "123")
    assert len(number) == length
    assert bankcard.parse(number) == bankcard.BankCard(number)


def test_spaces_hyphens_and_full_width_digits_are_taken_away() -> None:
    number = luhn("621700001000123456")
    typed = " ".join(number[i : i + 4] for i in range(0, 19, 4)).translate({ord("6"): "６"})
    assert bankcard.parse(f"'{typed}-").number == number


def test_a_passbook_that_fails_the_check_is_a_warning() -> None:
    wrong = luhn("621700001000123456")[:-1] + "x".replace("x", str((int(luhn("621700001000123456")[-1]) + 1) % 10))
    with pytest.raises(BankCardError) as caught:
        bankcard.parse(wrong)
    assert caught.value.code == "check_digit"
    read = bankcard.parse(wrong, passbook=True)
    assert read.number == wrong
    assert read.warning is not None
    assert read.warning.code == "check_digit"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (None, "empty"),
        ("6.217E+18", "excel_number"),
        (6217000010001234560.0, "excel_number"),
        (6217000010001234, "excel_number"),
        ("6217000010001234560.0", "excel_number"),
        ("62170000甲0001234560", "characters"),
        ("621700001000123", "length"),
        ("62170000100012345601", "length"),
    ],
)
def test_refusals_say_what_happened(typed: object, code: str) -> None:
    with pytest.raises(BankCardError) as caught:
        bankcard.parse(typed, passbook=True)
    assert caught.value.code == code
    assert str(caught.value)


def test_masks_keep_the_first_and_last_four() -> None:
    assert bankcard.mask("6217000010001231234") == "6217********1234"
    assert bankcard.mask("12345") == "*****"
    numbers = pl.Series("card", ["6217000010001231234", "12345", None])
    assert bankcard.masks(numbers).to_list() == ["6217********1234", "*****", None]
