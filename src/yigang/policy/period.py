"""The month that is judged."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_FORM = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month in Asia/Shanghai."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2020-07`; anything else is a `ValueError` that shows the form."""
        found = _FORM.match(text.strip())
        if not found:
            raise ValueError(f"“{text}” 不是月份，应写作 2020-07 / is not a month; write it like 2020-07")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that holds a day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def last(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def number(self) -> int:
        """Months since year 0: the distance of two periods is the difference of their numbers."""
        return self.year * 12 + self.month - 1

    def next(self) -> Self:
        return self.of(self.last + timedelta(days=1))

    def previous(self) -> Self:
        return self.of(self.first - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
