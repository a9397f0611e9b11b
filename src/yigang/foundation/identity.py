"""Resident identity numbers (GB 11643-1999): read as people type them, checked, masked.

Eighteen signs: six of the region of first registration, eight of the birth date, three of order (odd for men), one
check sign by ISO 7064 MOD 11-2, which catches every single wrong digit and every swap of two digits. Numbers issued
before October 1999 have fifteen digits, without century and check sign; they are converted and marked.

Only the province is checked in the region: counties are abolished and renumbered, yet a number stays with its holder.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal, Text

Sex = Literal["M", "F"]

PROVINCES = frozenset(
    str(code)
    for area in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in area
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""2 ** (17 - position) modulo 11, for the first seventeen digits."""
CHECK_SIGNS = "10X98765432"
"""The check sign by the weighted sum modulo 11."""
EXCEL_DIGITS = 15
"""Excel keeps this many digits of a number and writes zeros for the rest."""

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)
_FLOAT_TAIL = re.compile(r"\d{15,18}\.0*", re.ASCII)
_SHAPE = re.compile(r"\d{17}[\dX]|\d{15}", re.ASCII)
_DROPPED = re.compile(r"[\s'’‘`´\u200b-\u200f\u202a-\u202e\u2060\ufeff]")

SENTENCES: dict[str, Text] = {
    "empty": _("The identity number is missing."),
    "excel_number": _(
        "Excel has stored this identity number as a number and has lost its last digits (it keeps only 15)."
    ),
    "length": _("An identity number has 18 signs (or 15 before 1999); this one has %(length)d."),
    "characters": _("An identity number consists of digits, and only its last sign may be X."),
    "region": _("No province has the code %(province)s with which this identity number begins."),
    "birth": _("There is no day %(birth)s, which this identity number gives as birth date."),
    "birth_future": _("This identity number gives a birth date that is still to come: %(birth)s."),
    "check_digit": _("The last sign of this identity number does not fit the others: at least one digit is wrong."),
}
REMEDIES: dict[str, Text] = {
    "excel_number": _("Format the column as text in Excel and type the number again from the identity card."),
    "check_digit": _("Compare it with the identity card digit by digit."),
}
_DEFAULT_REMEDY = _("Type the number as it stands on the identity card.")


class IdentityError(Refusal):
    """A text that is no identity number; `code` is a key of `SENTENCES`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(SENTENCES[code], params, code=code, remedy=REMEDIES.get(code, _DEFAULT_REMEDY))


@dataclass(frozen=True, slots=True)
class Identity:
    """What an identity number says about its holder."""

    number18: str
    birth: date
    sex: Sex
    region6: str
    converted_from_15: bool = False


def normalise(text: object) -> str:
    """The number without what typing and Excel add: full-width digits, lower-case x, spaces, a leading apostrophe.

    A number cell of fifteen digits is whole: Excel keeps as many.
    """
    if isinstance(text, float) and text.is_integer() and abs(text) < 10**EXCEL_DIGITS:
        text = int(text)
    return _DROPPED.sub("", unicodedata.normalize("NFKC", str(text))).upper()


def check_sign(first17: str) -> str:
    """The eighteenth sign by ISO 7064 MOD 11-2."""
    return CHECK_SIGNS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def parse(text: object, *, today: date | None = None) -> Identity:
    """Read one number; `IdentityError` says what is wrong. With `today`, births after it are refused."""
    number = normalise("" if text is None else text)
    _refuse_shape(number, is_number=isinstance(text, int | float))
    converted = len(number) == 15
    if converted:
        first17 = f"{number[:6]}19{number[6:]}"
        number = first17 + check_sign(first17)
    if number[:2] not in PROVINCES:
        raise IdentityError("region", province=number[:2])
    birth = _birth(number[6:14], today)
    if number[17] != check_sign(number[:17]):
        raise IdentityError("excel_number" if number.endswith("000") else "check_digit")
    return Identity(number, birth, "M" if int(number[16]) % 2 else "F", number[:6], converted)


def _refuse_shape(number: str, *, is_number: bool) -> None:
    if not number:
        raise IdentityError("empty")
    if _SCIENTIFIC.fullmatch(number) or _FLOAT_TAIL.fullmatch(number) or (is_number and len(number) > EXCEL_DIGITS):
        raise IdentityError("excel_number")
    if len(number) not in (15, 18):
        raise IdentityError("length", length=len(number))
    if not _SHAPE.fullmatch(number):
        raise IdentityError("characters")


def _birth(digits: str, today: date | None) -> date:
    shown = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise IdentityError("birth", birth=shown) from None
    if today is not None and birth > today:
        raise IdentityError("birth_future", birth=shown)
    return birth


def mask(number: str) -> str:
    """`520403********1234`; whatever is too short to be a number is hidden entirely."""
    if len(number) < EXCEL_DIGITS:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def inspect(column: pl.Series, *, today: date | None = None) -> pl.DataFrame:
    """Check a register of numbers (strings) at once; the same judgement as `parse`, about 100 times as fast.

    Columns: number18, birth (date), sex, region6, converted_from_15 and `code`, null for a good number. What could not
    be read is null; `number18` holds the cleaned text in any case.
    """
    number = pl.col("text").fill_null("").str.normalize("NFKC").str.replace_all(_DROPPED.pattern, "").str.to_uppercase()
    first17 = pl.concat_str(pl.col("number").str.slice(0, 6), pl.lit("19"), pl.col("number").str.slice(6))
    shaped = column.cast(pl.String).alias("text").to_frame().select(number=number)
    shaped = shaped.with_columns(
        is15=pl.col("number").str.contains(r"^[0-9]{15}$"), is18=pl.col("number").str.contains(r"^[0-9]{17}[0-9X]$")
    )
    whole = shaped.with_columns(
        number18=pl.when("is15").then(first17 + _signs(first17)).otherwise(pl.col("number")),
    ).with_columns(
        good_shape=pl.col("is15") | pl.col("is18"),
        sign=_signs(pl.col("number18")),
    )
    return whole.with_columns(
        birth=pl.when("good_shape").then(pl.col("number18").str.slice(6, 8)).str.to_date("%Y%m%d", strict=False),
        region6=pl.when("good_shape").then(pl.col("number18").str.slice(0, 6)),
        sex=pl.when("good_shape").then(
            pl.when(pl.col("number18").str.slice(16, 1).is_in(list("13579"))).then(pl.lit("M")).otherwise(pl.lit("F"))
        ),
    ).select("number18", "birth", "sex", "region6", pl.col("is15").alias("converted_from_15"), code=_code(today))


def _signs(first17: pl.Expr) -> pl.Expr:
    """Check signs of many numbers; null where one of the seventeen signs is no digit."""
    terms = [first17.str.slice(i, 1).cast(pl.Int32, strict=False) * weight for i, weight in enumerate(WEIGHTS)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return pl.lit(CHECK_SIGNS).str.slice(total % 11, 1)


def _code(today: date | None) -> pl.Expr:
    number = pl.col("number")
    excel = number.str.contains(rf"^(?:{_SCIENTIFIC.pattern}|{_FLOAT_TAIL.pattern})$")
    wrong = pl.col("number18").str.slice(17, 1) != pl.col("sign")
    future = pl.lit(value=False) if today is None else pl.col("birth") > today
    return (
        pl.when(number == "").then(pl.lit("empty"))
        .when(excel).then(pl.lit("excel_number"))
        .when(~number.str.len_chars().is_in([15, 18])).then(pl.lit("length"))
        .when(~pl.col("good_shape")).then(pl.lit("characters"))
        .when(~pl.col("region6").str.slice(0, 2).is_in(sorted(PROVINCES))).then(pl.lit("region"))
        .when(pl.col("birth").is_null()).then(pl.lit("birth"))
        .when(future).then(pl.lit("birth_future"))
        .when(wrong & pl.col("number18").str.ends_with("000")).then(pl.lit("excel_number"))
        .when(wrong).then(pl.lit("check_digit"))
    )  # fmt: skip
