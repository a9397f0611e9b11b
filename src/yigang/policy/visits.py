"""When a helper is to visit a household by the policy: deadlines that follow from the calendar and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

Per = Literal["month", "quarter", "year"]
MONTHS: Mapping[Per, int] = {"month": 1, "quarter": 3, "year": 12}
PER_WORDS: Mapping[Per, str] = {"month": "每月", "quarter": "每季度", "year": "每年"}
NOTICE_DAYS = 30
"""A pairing of fewer days than this before a deadline is not yet asked for that visit."""


@dataclass(frozen=True)
class VisitRule:
    """So many visits in each period, so many households a helper, so much given to each household in a year (fen)."""

    times: int
    per: Per
    households: int | None
    given_fen: int | None
    cites: str


@dataclass(frozen=True)
class Slot:
    """One visit that a period asks for: which of the period, until when."""

    period: date
    number: int
    until: date


def visit_rule(text: Mapping[str, Any]) -> VisitRule | None:
    """The section `visits` of a checked version; None when the policy asks for none."""
    data = text.get("visits")
    if not data:
        return None
    given = data.get("given_yuan")
    fen = None if given is None else int(given * 100)
    return VisitRule(data["times"], data["per"], data.get("households"), fen, data["cites"])


def slots(rule: VisitRule, since: date) -> Iterator[Slot]:
    """What is asked from the first day of a pairing on, in order, without end.

    The visits of a period are spread over it: of three in a year the first is due by the end of April, of one a
    quarter by the end of the quarter.
    """
    length = MONTHS[rule.per]
    period = date(since.year, (since.month - 1) // length * length + 1, 1)
    while True:
        for number in range(1, rule.times + 1):
            until = _ahead(period, -(-length * number // rule.times)) - timedelta(days=1)
            if (until - since).days + 1 >= NOTICE_DAYS or period > since:
                yield Slot(period, number, until)
        period = _ahead(period, length)


def next_due(rule: VisitRule, since: date, visits: Sequence[date]) -> date:
    """The deadline of the first visit that is not made yet.

    Visits of a period answer its deadlines in order. A period that ended with too few visits stays due until somebody
    goes; from then on the period of the newest visit counts, for the past cannot be made up.
    """
    days = sorted({day for day in visits if day >= since})
    length = MONTHS[rule.per]
    if not days:
        return next(slots(rule, since)).until
    latest = days[-1]
    period = date(latest.year, (latest.month - 1) // length * length + 1, 1)
    made = sum(day >= period for day in days)
    for slot in slots(rule, since):
        if slot.period < period:
            continue
        if slot.period > period:
            return slot.until
        made -= 1
        if made < 0:
            return slot.until
    raise AssertionError("slots never end")


def wanted(rule: VisitRule, since: date, first: date, last: date) -> int:
    """How many visits were due by deadlines in the days from `first` to `last`."""
    count = 0
    for slot in slots(rule, since):
        if slot.until > last:
            return count
        count += slot.until >= first
    raise AssertionError("slots never end")


def _ahead(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)
