"""One cell to one value: how people write dates, times, amounts, yes and no, and what spreadsheets make of it.

Every reader takes what a cell holds and returns the value, None for an empty cell, or raises a `Refusal` that says
what is wrong. Dates and times are local, without zone. Numbers in date cells are Excel's days since 1899-12-30.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext_lazy as _

from yigang.foundation import bankcard, identity, money, names
from yigang.foundation.errors import Refusal

Kind = Literal[
    "text", "name", "date", "time", "datetime", "integer", "decimal", "money", "yes_no", "identity", "phone", "card",
    "passbook", "choice",
]  # fmt: skip

EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet has no zone
SERIALS = range(18264, 73051)
"""Excel's day numbers from 1950 to 2099; other numbers are no dates."""
YEARS = range(1900, 2101)
_LARGEST = 10**15

_WIDE = str.maketrans(
    {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {0xA0: " ", 0x3000: " ", 0x200B: None, 0xFEFF: None, 0x202A: None, 0x202C: None, 0x200E: None}
)
_SPACES = re.compile(r"[ \t\r\f\v]+")
_DATE = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?号?(?:\s*(?:星期|周).)?(?P<rest>.*)",
    re.ASCII,
)
_COMPACT_DATE = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<rest>(?:\s.*)?)", re.ASCII)
_MONTH = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?", re.ASCII)
_TIME = re.compile(
    r"(?P<half>上午|下午)?\s*(?P<h>\d{1,2})\s*[:时点]\s*(?P<m>\d{1,2})?\s*[:分]?\s*(?:(?P<s>\d{1,2})(?:\.\d+)?秒?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})", re.ASCII)
_LANDLINE = re.compile(r"(?:\(?(0\d{2,3})\)?-?)?([2-9]\d{6,7})(?:-?(?:转|ext)?\d{1,6})?", re.ASCII)

YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "对", "y", "yes", "true", "t", "1"})
NO = frozenset({"否", "无", "×", "✗", "✘", "x", "不是", "没有", "错", "n", "no", "false", "f", "0", "-", "—"})


def text(value: object) -> str | None:
    """Trimmed text with ASCII digits and letters; numbers as Excel shows them."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    plain = value if isinstance(value, str) else "" if value is None else str(value)
    if plain.isascii() and plain == plain.strip() and "  " not in plain:
        return plain or None
    lines = (_SPACES.sub(" ", line).strip() for line in plain.translate(_WIDE).split("\n"))
    return "\n".join(filter(None, lines)) or None


def name(value: object) -> str | None:
    """A person's name, with its look-alikes made one."""
    return names.normalise(value) or None


def date_(value: object) -> date | None:
    """A day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if (number := _number(value)) is not None:
        return _date_of_number(number)
    written = _plain(value)
    if not written:
        return None
    match = _DATE.fullmatch(written) or _COMPACT_DATE.fullmatch(written)
    if match is None and written.isdigit() and int(written) in SERIALS:
        return _date_of_number(int(written))
    if match is None:
        raise _no_date(written)
    if match["rest"].strip():
        _clock(match["rest"].strip(), written)
    return _day(match)


def _date_of_number(number: float) -> date:
    if int(number) in SERIALS:
        return (EXCEL_EPOCH + timedelta(days=int(number))).date()
    match = _COMPACT_DATE.fullmatch(f"{number:.0f}")
    if match is None:
        raise _no_date(f"{number:g}")
    return _day(match)


def _number(value: object) -> float | None:
    """The number of a number cell; 1E400 in a file is infinite and no number."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return float(value)
    return None


def _day(match: re.Match[str]) -> date:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if year not in YEARS:
        raise Refusal(_("The year %(year)d cannot be right."), {"year": year}, code="no_such_year")
    try:
        return date(year, month, day)
    except ValueError:
        raise Refusal(
            _("There is no day %(year)d-%(month)02d-%(day)02d."),
            {"year": year, "month": month, "day": day},
            code="no_such_day",
            remedy=_("Look at the paper the date was copied from."),
        ) from None


def _no_date(written: str) -> Refusal:
    if _MONTH.fullmatch(written):
        return Refusal(_("“%(text)s” names a month, not a day."), {"text": written[:40]}, code="date_without_day")
    return Refusal(
        _("“%(text)s” is no date."), {"text": written[:40]}, code="not_a_date", remedy=_("Write it as 2020-07-01.")
    )


def time_(value: object) -> time | None:
    """A time of day."""
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    if isinstance(value, timedelta):
        value = value / timedelta(days=1)
    if (number := _number(value)) is not None:
        if not 0 <= number < 1:
            raise _no_time(f"{number:g}")
        return (EXCEL_EPOCH + timedelta(seconds=round(number * 86400))).time()
    written = _plain(value)
    return _clock(written, written) if written else None


def _clock(written: str, whole: str) -> time:
    match = _TIME.fullmatch(written.removeprefix("T").strip())
    if match is None:
        raise _no_time(whole)
    hour = int(match["h"]) + (12 if match["half"] == "下午" and int(match["h"]) < 12 else 0)
    try:
        return time(hour, int(match["m"] or 0), int(match["s"] or 0))
    except ValueError:
        raise _no_time(whole) from None


def _no_time(written: str) -> Refusal:
    return Refusal(
        _("“%(text)s” is no time of day."), {"text": written[:40]}, code="not_a_time", remedy=_("Write it as 07:30.")
    )


def datetime_(value: object) -> datetime | None:
    """A day with its time; a day alone means its first minute."""
    if isinstance(value, datetime):
        return value
    number = _number(value)
    if number is not None and int(number) in SERIALS:
        return EXCEL_EPOCH + timedelta(seconds=round(number * 86400))
    day = date_(value)
    if day is None or not isinstance(value, str):
        return None if day is None else datetime.combine(day, time())
    written = _plain(value)
    match = _DATE.fullmatch(written) or _COMPACT_DATE.fullmatch(written)
    rest = match["rest"].strip() if match else ""
    return datetime.combine(day, _clock(rest, written) if rest else time())


def decimal(value: object) -> Decimal | None:
    """A number; thousands may be parted by commas."""
    if isinstance(value, bool):
        raise _no_number(str(value))
    if isinstance(value, int | float):
        if _number(value) is None:
            raise _no_number(f"{value:g}" if isinstance(value, float) else str(value))
        return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.10f}").normalize()
    written = _plain(value)
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        raise _no_number(written)
    number = Decimal(written.replace(",", ""))
    if abs(number) >= _LARGEST:
        raise _no_number(written)
    return number


def integer(value: object) -> int | None:
    """A whole number."""
    number = decimal(value)
    if number is not None and number != number.to_integral_value():
        raise Refusal(_("“%(text)s” is no whole number."), {"text": str(value)[:40]}, code="not_whole")
    return None if number is None else int(number)


def _no_number(written: str) -> Refusal:
    return Refusal(
        _("“%(text)s” is no number."), {"text": written[:40]}, code="not_a_number", remedy=_("Write digits only.")
    )


def yes_no(value: object) -> bool | None:
    """是/否, √/×, 有/无, Y/N, 1/0."""
    if isinstance(value, bool):
        return value
    written = (text(value) or "").lower()
    if not written:
        return None
    if written not in YES | NO:
        raise Refusal(
            _("“%(text)s” is neither yes nor no."),
            {"text": written[:40]},
            code="not_yes_no",
            remedy=_("Write 是 or 否."),
        )
    return written in YES


def identity_(value: object) -> identity.Identity | None:
    """An identity number."""
    return None if value is None or value == "" else identity.parse(value)


def card(value: object) -> bankcard.BankCard | None:
    """A bank card number with its check digit."""
    return None if value is None or value == "" else bankcard.parse(value)


def passbook(value: object) -> bankcard.BankCard | None:
    """An account number whose check digit may be missing; the warning comes with it."""
    return None if value is None or value == "" else bankcard.parse(value, passbook=True)


def money_(value: object) -> money.Fen | None:
    """An amount in yuan, as fen."""
    return None if value is None or value == "" else money.parse(value)


def phone(value: object) -> str | None:
    """A mobile number as eleven digits, or a landline as 0851-34221234."""
    written = _plain(text(value)).replace(" ", "").replace("-", "")
    if not written:
        return None
    if mobile := _MOBILE.fullmatch(written):
        return mobile[1]
    if line := _LANDLINE.fullmatch(written):
        return f"{line[1]}-{line[2]}" if line[1] else line[2]
    raise Refusal(
        _("“%(text)s” is no telephone number."),
        {"text": written[:40]},
        code="not_a_phone",
        remedy=_("A mobile number has 11 digits and begins with 1."),
    )


def _plain(value: object) -> str:
    """Text by which dates and numbers are recognised: full-width signs made narrow."""
    return "" if value is None else unicodedata.normalize("NFKC", str(value)).strip()


READERS: dict[str, Callable[[object], object]] = {
    "text": text,
    "name": name,
    "date": date_,
    "time": time_,
    "datetime": datetime_,
    "integer": integer,
    "decimal": decimal,
    "money": money_,
    "yes_no": yes_no,
    "identity": identity_,
    "phone": phone,
    "card": card,
    "passbook": passbook,
}
"""Reader by kind; `choice` is made by its column, which knows the choices."""
