"""A month's evidence is written, or the month is sealed: never both at once, over however many connections.

Who writes waits while a month of his region is being sealed, and looks only then whether it is sealed; who seals waits for
what is being written, and reads only then. So what is committed lies in the sealed facts, stopped the seal because it
changed a line, or came after it and was told so. Locks end with the transaction.

A writer of a county shares its lock with other writers. One whose evidence is about a city or a province holds that
region's lock alone, which everybody who seals below it shares: nobody has to know which counties there are.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import LiteralString

from django.utils import timezone

from yigang.foundation import regioncode
from yigang.foundation.arrays import Texts
from yigang.foundation.statements import run

COUNTY = 6
"""Digits of a county: locks are no finer, since a county's evidence comes in one file."""
SHARED: LiteralString = (
    "SELECT count(pg_advisory_xact_lock_shared(hashtextextended(name, 0))) FROM unnest(%s::text[]) AS name"
)
ALONE: LiteralString = "SELECT count(pg_advisory_xact_lock(hashtextextended(name, 0))) FROM unnest(%s::text[]) AS name"


def write_evidence(region_codes: Iterable[str], first: date, last: date) -> None:
    """Wait for who seals one of these months there; nobody begins to until this transaction ends."""
    _write(region_codes, [f"{month:%Y-%m}" for month in _months(first, last)])


def write_register(*region_codes: str) -> None:
    """The same for who holds a post when, which is a fact of any month."""
    _write(region_codes, ["register"])


def seal_month(region_code: str, month: date) -> None:
    """Wait for who writes evidence of the month or the register there; nobody else does until this transaction ends."""
    county = regioncode.prefix_of(region_code)[:COUNTY]
    for what in (f"{month:%Y-%m}", "register"):
        above = [county[:length] for length in regioncode.LENGTHS.values() if length < len(county)]
        _take([*((SHARED, prefix, what) for prefix in above), (ALONE, county, what)])


def _write(region_codes: Iterable[str], whats: Iterable[str]) -> None:
    prefixes = sorted({regioncode.prefix_of(code)[:COUNTY] for code in region_codes})
    _take((SHARED if len(prefix) == COUNTY else ALONE, prefix, what) for what in whats for prefix in prefixes)


def _months(first: date, last: date) -> Iterator[date]:
    """First days of the months between; none that is still to come, for none of them is sealed."""
    month, end = first.replace(day=1), min(last, timezone.localdate())
    while month <= end:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _take(locks: Iterable[tuple[LiteralString, str, str]]) -> None:
    """Take the locks in this order, as many in one statement as are of one kind."""
    for statement, same in groupby(locks, key=itemgetter(0)):
        run(statement, [Texts([f"month {prefix} {what}" for _statement, prefix, what in same])])
