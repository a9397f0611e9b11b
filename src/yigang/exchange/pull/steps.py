"""A period and some people cut into the requests that a service allows; the same for the same period and people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol


@dataclass(frozen=True)
class Step:
    """One request, or several pages of one."""

    api: str
    users: tuple[str, ...]
    first: date
    last: date


@dataclass(frozen=True)
class Page:
    """Rows that one answer brought; `next` is where the following page begins, None at the end."""

    rows: Sequence[Mapping[str, Any]]
    next: int | None = None


@dataclass(frozen=True)
class Account:
    """Somebody at a service, as far as it tells."""

    name: str = ""
    number: str = ""
    department: str = ""

    def as_list(self) -> list[str]:
        return [self.name, self.number, self.department]


People = dict[str, Account]


class Service(Protocol):
    """What a service can be asked."""

    def people(self) -> People:
        """User id → who it is."""

    def steps(self, users: Sequence[str], first: date, last: date) -> list[Step]:
        """The requests for a period."""

    def page(self, step: Step, offset: int) -> Page:
        """One answer."""

    def file(self, rows: Sequence[tuple[Step, Mapping[str, Any]]], people: People) -> list[dict[str, Any]]:
        """The rows of all steps in the shape of a file of this service, with people's names."""


def windows(first: date, last: date, days: int) -> Iterator[tuple[date, date]]:
    """The period in parts of at most so many days, both ends included."""
    while first <= last:
        end = min(last, first + timedelta(days=days - 1))
        yield first, end
        first = end + timedelta(days=1)


def parts(users: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(users[start : start + size]) for start in range(0, len(users), size))
