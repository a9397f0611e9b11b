"""Arithmetic of the 12-digit statistical region code, 2+2+2+3+3 (统计用区划代码). Pure text, no database."""

import re

from yigang.foundation.enums import RegionLevel

LENGTHS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
CODE = re.compile(r"^\d{12}$")
NATIONAL = "000000000000"
"""The region of things that belong to no county, such as a failed sign-in of an unknown name."""


def level_of(code: str) -> RegionLevel:
    """The level of a 12-digit code, from the zeros at its end."""
    for level, length in LENGTHS.items():
        if set(code[length:]) <= {"0"}:
            return RegionLevel(level)
    return RegionLevel.VILLAGE


def prefix_of(code: str) -> str:
    """The significant digits: `520403100000` → `520403100`."""
    return code[: LENGTHS[level_of(code)]]


def pad(prefix: str) -> str:
    """A prefix as a full code: `520403` → `520403000000`."""
    return prefix.ljust(12, "0")


def parent_of(code: str) -> str | None:
    level = level_of(code)
    return None if level == RegionLevel.PROVINCE else pad(code[: LENGTHS[level - 1]])


def county_of(code: str) -> str:
    """The county's six digits, the unit of the audit chain."""
    return code[:6]


def covers(prefixes: tuple[str, ...] | list[str], code: str) -> bool:
    """True when a scope of prefixes contains the region. An empty scope contains nothing."""
    return any(code.startswith(prefix) for prefix in prefixes)


def on_one_line(one: str, other: str) -> bool:
    """Whether one of two regions lies in the other, or they are the same. A zero at the end of a code is part of it."""
    return one.startswith(prefix_of(other)) or other.startswith(prefix_of(one))
