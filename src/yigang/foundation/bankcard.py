"""Bank card and passbook numbers: read as people type them, checked, masked.

Cards carry a Luhn check digit (ISO/IEC 7812) and have 16 to 19 digits. Passbook accounts of rural banks, on which
subsidies are still paid, often do not: with `passbook=True` a failed check is a warning on a usable number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from yigang.foundation.errors import Refusal, Text

SHORTEST, LONGEST = 16, 19

_DROPPED = re.compile(r"[\s'’‘`´\-\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)
_FLOAT_TAIL = re.compile(r"\d{15,19}\.0*", re.ASCII)

SENTENCES: dict[str, Text] = {
    "empty": _("The card number is missing."),
    "excel_number": _("Excel has stored this card number as a number and has lost its last digits (it keeps only 15)."),
    "characters": _("A card number consists of digits only."),
    "length": _("A card number has 16 to 19 digits; this one has %(length)d."),
    "check_digit": _("The last digit of this card number does not fit the others: at least one digit is wrong."),
}
REMEDIES: dict[str, Text] = {
    "excel_number": _("Format the column as text in Excel and type the number again from the card."),
}
_DEFAULT_REMEDY = _("Compare it with the card or the passbook digit by digit.")


class BankCardError(Refusal):
    """A text that is no account number; `code` is a key of `SENTENCES`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(SENTENCES[code], params, code=code, remedy=REMEDIES.get(code, _DEFAULT_REMEDY))


@dataclass(frozen=True, slots=True)
class BankCard:
    """An account number that can be paid to; `warning` (a `BankCardError`, not raised) asks a person to look again."""

    number: str
    warning: BankCardError | None = None


def normalise(text: object) -> str:
    """The digits without spaces, hyphens, full-width forms and a leading apostrophe."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", str(text))).upper()


def parse(text: object, *, passbook: bool = False) -> BankCard:
    """Read one account number; `passbook` lets accounts without a Luhn digit pass with a warning."""
    number = normalise("" if text is None else text)
    if not number:
        raise BankCardError("empty")
    if isinstance(text, int | float) or _SCIENTIFIC.fullmatch(number) or _FLOAT_TAIL.fullmatch(number):
        raise BankCardError("excel_number")
    if not (number.isascii() and number.isdigit()):
        raise BankCardError("characters")
    if not SHORTEST <= len(number) <= LONGEST:
        raise BankCardError("length", length=len(number))
    if luhn.is_valid(number):
        return BankCard(number)
    if passbook:
        return BankCard(number, BankCardError("check_digit"))
    raise BankCardError("check_digit")


def mask(number: str) -> str:
    """`6217********1234`, eight stars whatever the length; a text too short to be a number is hidden entirely."""
    if len(number) < SHORTEST:
        return "*" * len(number)
    return f"{number[:4]}********{number[-4:]}"


def masks(column: pl.Series) -> pl.Series:
    """`mask` of a whole column."""
    text = pl.col("number")
    hidden = pl.lit("*").repeat_by(text.str.len_chars()).list.join("")
    shown = pl.concat_str(text.str.slice(0, 4), pl.lit("********"), text.str.slice(-4))
    frame = column.alias("number").to_frame()
    return frame.select(pl.when(text.str.len_chars() < SHORTEST).then(hidden).otherwise(shown).alias(column.name))[
        column.name
    ]
