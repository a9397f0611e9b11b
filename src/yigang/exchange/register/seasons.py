"""Months of a year as offices write them: 全年, 3-11月, 10月至次年4月, 1、2、12月."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal

WHOLE_YEAR = frozenset({"全年", "常年", "一年四季", "全年均可"})
_PART = re.compile(r"(\d{1,2})(?:月份?)?(?:(?:-|~|至|到|—|–)(?:次年|来年|第二年|翌年)?(\d{1,2})(?:月份?)?)?")


def read_months(text: str) -> list[int]:
    """The months in order; a range may run over the turn of the year. Refused when a part names no month."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if plain in WHOLE_YEAR:
        return list(range(1, 13))
    found: set[int] = set()
    for part in filter(None, re.split(r"[、,，;；/和及]", plain)):
        match = _PART.fullmatch(part)
        numbers = [int(number) for number in match.groups() if number] if match else []
        if not numbers or not all(1 <= number <= 12 for number in numbers):
            raise _no_months(text)
        first, last = numbers[0], numbers[-1]
        found.update((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1))
    if not found:
        raise _no_months(text)
    return sorted(found)


def _no_months(text: str) -> Refusal:
    return Refusal(
        _("“%(text)s” names no months of a year."), {"text": text[:40]}, code="not_months",
        remedy=_("Write 全年, 3-11月, 10月至次年4月 or 1、2、12月; leave the cell empty when it is not known."),
    )  # fmt: skip
