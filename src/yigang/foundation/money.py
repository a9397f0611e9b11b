"""Money as whole fen: read, shown, written in capitals, divided without losing one.

Floats never carry money. A float that comes from a spreadsheet cell is read by its shortest decimal form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor, isfinite
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal

Fen: TypeAlias = int

FEN_PER_YUAN = 100
LARGEST: Fen = 10**14 - 1
"""One fen below a million million yuan: nothing read is larger, and in capitals 万亿 would begin."""

_SHAPE = re.compile(r"(?P<sign>[+-]?)(?P<digits>\d+|\d{1,3}(?:,\d{3})+)(?P<part>\.\d*)?(?P<unit>万?)元?", re.ASCII)
_SIGNS = str.maketrans("", "", "¥￥  \u00a0\u3000\t")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ((10**8, "亿"), (10**4, "万"), (1, ""))


class MoneyError(Refusal):
    """A text that is no amount in yuan."""


def from_decimal(yuan: Decimal) -> Fen:
    """Yuan to fen, rounded half up (away from zero)."""
    return int((yuan * FEN_PER_YUAN).to_integral_value(ROUND_HALF_UP))


def to_decimal(fen: Fen) -> Decimal:
    """Fen to yuan with two decimals."""
    return Decimal(fen).scaleb(-2)


def parse(value: object) -> Fen:
    """An amount in yuan as people and spreadsheets write it ("1,234.50", "￥833.33", "１２．５元", "1.5万") to fen.

    Refused: what is no number, commas that do not part thousands, and more than two decimals, because a fraction of a
    fen always means that somebody divided and forgot to round.
    """
    yuan = _yuan(value)
    if abs(yuan) * FEN_PER_YUAN > LARGEST:
        raise MoneyError(_("The amount %(amount)s is too large."), {"amount": f"{yuan:.6g}"}, code="too_large")
    fen = yuan * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise MoneyError(
            _("The amount %(amount)s has fractions of a fen."),
            {"amount": format(yuan, "f")},
            code="fraction_of_fen",
            remedy=_("Round it to two decimals."),
        )
    return int(fen)


def _yuan(value: object) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float) and isfinite(value):
        return Decimal(f"{value:.6f}") if abs(value) < LARGEST else Decimal(repr(value))
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).translate(_SIGNS)
    match = _SHAPE.fullmatch(text)
    if match is None:
        code = "not_an_amount" if text else "empty"
        raise MoneyError(
            _("“%(text)s” is no amount of money."),
            {"text": str(value)[:40]} if text else {"text": ""},
            code=code,
            remedy=_("Write yuan with at most two decimals, such as 833.33."),
        )
    number = Decimal(match["sign"] + match["digits"].replace(",", "") + (match["part"] or ""))
    return number * (10_000 if match["unit"] else 1)


def show(fen: Fen) -> str:
    """`1,234.50`."""
    return f"{to_decimal(fen):,.2f}"


def plain(fen: Fen) -> str:
    """`1234.50`, for files that machines read."""
    return f"{to_decimal(fen):.2f}"


def capitals(fen: Fen) -> str:
    """The amount in Chinese capitals as bank papers require it: 1,409.50 is 壹仟肆佰零玖元伍角整.

    Follows 《正确填写票据和结算凭证的基本规定》: one 零 for any run of zeros inside, 整 when it ends at 元 or 角.
    """
    if abs(fen) > LARGEST:
        raise MoneyError(_("The amount is too large to be written in capitals."), code="too_large")
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    jiao, single = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan or not rest else ""
    if jiao:
        words += ("零" if yuan and yuan % 10 == 0 else "") + f"{_DIGITS[jiao]}角"
    elif single and yuan:
        words += "零"
    words += f"{_DIGITS[single]}分" if single else "整"
    return ("负" if fen < 0 else "") + words


def _whole(number: int) -> str:
    """A whole number below a million million in capitals, four digits at a time."""
    words = ""
    gap = False
    for size, name in _GROUPS:
        value = number // size % 10_000
        if value:
            words += ("零" if words and (gap or value < 1000) else "") + _four(value) + name
        gap = value == 0
    return words or "零"


def _four(value: int) -> str:
    """A number below 10,000 without leading zeros."""
    words = ""
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            words += _DIGITS[digit] + _PLACES[place]
        elif words and value % 10**place and not words.endswith("零"):
            words += "零"
    return words


def by_weight(amount: Fen, weights: Sequence[int | Decimal | Fraction]) -> list[Fen]:
    """Divide by weights with the largest remainder method; the sum is exact, ties go to whoever stands first."""
    shares = [Fraction(weight) for weight in weights]
    total = sum(shares, Fraction(0))
    if total <= 0 or any(share < 0 for share in shares):
        raise ValueError("weights must not be negative and must not all be zero")
    exact = [amount * share / total for share in shares]
    parts = [floor(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return parts
