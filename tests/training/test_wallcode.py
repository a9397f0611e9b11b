"""The code on the wall: new every half minute, taken for two minutes around, and not to be guessed from another secret."""

from datetime import timedelta

import pytest
from tests.training.conftest import at

from yigang.training import wallcode

pytestmark = pytest.mark.req("P6")
SECRET = b"12345678901234567890"
NINE = at("09:00")


def test_a_code_is_six_digits_and_changes_every_half_minute():
    codes = [wallcode.code_at(SECRET, NINE + timedelta(seconds=second)) for second in (0, 29, 30, 60)]
    assert codes[0] == codes[1]
    assert len(set(codes)) == 3
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert [wallcode.seconds_left(NINE + timedelta(seconds=second)) for second in (0, 1, 29, 30)] == [30, 29, 1, 30]


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-75, False), (-45, True), (0, True), (60, True), (89, True), (90, False)]
)
def test_typing_takes_a_minute_and_yesterdays_code_is_worth_nothing(seconds, taken):
    code = wallcode.code_at(SECRET, NINE)
    assert wallcode.fits(SECRET, code, NINE + timedelta(seconds=seconds)) is taken
    assert not wallcode.fits(SECRET, code, NINE + timedelta(days=1))


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "abcdef"])
def test_what_is_no_code_never_fits(code):
    assert not wallcode.fits(SECRET, code, NINE)
    assert not wallcode.fits(wallcode.new_secret(), wallcode.code_at(SECRET, NINE), NINE + timedelta(days=2))
