"""Quarters as offices write them: `2020Q2`, `2020年第二季度`, `2020年2季`."""

from __future__ import annotations

import re
from datetime import date, timedelta

_QUARTER = re.compile(r"(?<!\d)(20\d{2})\s*(?:年|[-_.])?\s*(?:[Qq]|第)?\s*([1-4一二三四])\s*(?:季度|季)")
_SHORT = re.compile(r"(?<!\d)(20\d{2})\s*[-_.]?\s*[Qq]([1-4])(?!\d)")
_SIGNS = {"一": "1", "二": "2", "三": "3", "四": "4"}


def read_quarter(text: str) -> str | None:
    """`2020Q2` from a cell or a file's name; None when it names no quarter."""
    found = _QUARTER.search(text) or _SHORT.search(text)
    return f"{found[1]}Q{_SIGNS.get(found[2], found[2])}" if found else None


def last_day(quarter: str) -> date:
    """30 June for `2020Q2`."""
    year, number = int(quarter[:4]), int(quarter[-1])
    following = date(year + number // 4, number % 4 * 3 + 1, 1)
    return following - timedelta(days=1)


def in_words(quarter: str) -> str:
    """`2020年第2季度`, as the register's own pages write it."""
    return f"{quarter[:4]}年第{quarter[-1]}季度"
