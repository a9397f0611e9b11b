"""Identity numbers as clerks type them and as spreadsheets spoil them (GB 11643, field-facts 5)."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigang.foundation import identity
from yigang.foundation.identity import IdentityError

GOOD = ["11010519491231002X", "34052419800101001X", "440524188001010014"]


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Any valid eighteen-sign number."""
    province = draw(st.sampled_from(sorted(identity.PROVINCES)))
    birth = draw(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
    first17 = f"{province}{draw(st.integers(0, 9999)):04d}{birth:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first17 + identity.check_sign(first17)


def code_of(text: object) -> str:
    with pytest.raises(IdentityError) as caught:
        identity.parse(text)
    assert str(caught.value)
    assert str(caught.value.remedy)
    return caught.value.code


@pytest.mark.parametrize("number", GOOD)
def test_published_examples_are_good(number: str) -> None:
    assert identity.parse(number).number18 == number


@pytest.mark.req("P1")
def test_birth_and_sex_come_from_the_number() -> None:
    found = identity.parse("11010519491231002X")
    assert (found.birth, found.sex, found.region6) == (date(1949, 12, 31), "F", "110105")
    assert identity.parse("440524188001010014").sex == "M"


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "'11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "\u202a11010519491231002X\u202c",
        "1101 0519 4912 3100 2X\u3000",
    ],
)
def test_what_typing_adds_is_taken_away(typed: str) -> None:
    assert identity.parse(typed).number18 == "11010519491231002X"


def test_fifteen_digits_are_converted_and_marked() -> None:
    found = identity.parse("110105491231002")
    assert found.number18 == "11010519491231002X"
    assert found.converted_from_15
    assert not identity.parse("11010519491231002X").converted_from_15


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (None, "empty"),
        ("  ", "empty"),
        ("5.20403E+17", "excel_number"),
        ("5.20403199001011E+17", "excel_number"),
        ("520403199001011000.0", "excel_number"),
        (520403199001011000, "excel_number"),
        (5.20403199001011e17, "excel_number"),
        ("520403199001011000", "excel_number"),
        ("1101051949123100", "length"),
        ("11010519491231002X1", "length"),
        ("1101051949123100XX", "characters"),
        ("11010519491231甲02X", "characters"),
        ("99010519491231002X", "region"),
        ("110105194902300021", "birth"),
        ("110105194913010021", "birth"),
        ("110105194912310021", "check_digit"),
    ],
)
def test_refusals_say_what_happened(typed: object, code: str) -> None:
    assert code_of(typed) == code


def test_excel_is_named_when_excel_did_it() -> None:
    with pytest.raises(IdentityError, match="Excel"):
        identity.parse("5.20403E+17")


def test_a_number_cell_with_fifteen_digits_is_an_old_number() -> None:
    assert identity.parse(110105491231002).number18 == "11010519491231002X"
    assert identity.parse(110105491231002.0).number18 == "11010519491231002X"


def test_births_to_come_are_refused_when_the_day_is_known() -> None:
    first17 = "52040320300101001"
    number = first17 + identity.check_sign(first17)
    assert identity.parse(number).birth == date(2030, 1, 1)
    with pytest.raises(IdentityError) as caught:
        identity.parse(number, today=date(2026, 11, 22))
    assert caught.value.code == "birth_future"


@given(numbers(), st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(IdentityError):
        identity.parse(number[:place] + wrong + number[place + 1 :])


@given(numbers(), st.sampled_from("0123456789X"))
def test_any_wrong_check_sign_is_caught(number: str, sign: str) -> None:
    if sign != number[17]:
        with pytest.raises(IdentityError):
            identity.parse(number[:17] + sign)


@given(numbers(), st.integers(0, 16))
def test_any_swap_of_neighbours_is_caught(number: str, place: int) -> None:
    if number[place] != number[place + 1]:
        with pytest.raises(IdentityError):
            identity.parse(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@given(st.lists(st.one_of(numbers(), st.text("0123456789Xx .E+'", max_size=20), st.none()), max_size=20))
def test_the_register_check_judges_as_the_single_check(texts: list[str | None]) -> None:
    """`inspect` is the vectorised twin of `parse`: same code, same reading."""
    frame = identity.inspect(pl.Series("n", texts, dtype=pl.String))
    for text, row in zip(texts, frame.iter_rows(named=True), strict=True):
        assert row["code"] == judgement(text), text
        if row["code"] is None:
            found = identity.parse(text)
            assert (row["number18"], row["birth"], row["sex"]) == (found.number18, found.birth, found.sex)
            assert (row["region6"], row["converted_from_15"]) == (found.region6, found.converted_from_15)


def judgement(text: str | None) -> str | None:
    """The code of the refusal, or None for a good number."""
    try:
        identity.parse(text)
    except IdentityError as refusal:
        return refusal.code
    return None


def test_the_register_check_knows_the_day() -> None:
    first17 = "52040320300101001"
    column = pl.Series("n", [first17 + identity.check_sign(first17), GOOD[0]])
    assert identity.inspect(column, today=date(2026, 11, 22))["code"].to_list() == ["birth_future", None]


def test_masks_keep_the_region_and_the_last_four() -> None:
    assert identity.mask("520403199001011234") == "520403********1234"
    assert identity.mask("110105491231002") == "110105*****1002"
    assert identity.mask("12345") == "*****"
