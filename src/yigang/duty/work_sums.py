"""Results of work added up by region and kind. What measures different things is never added together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import Left

from yigang.duty.enums import ResultKind, Unit
from yigang.duty.models import WorkResult
from yigang.duty.quantities import UNITS, in_words, shown
from yigang.foundation import regioncode

Key = tuple[str, str]
"""Kind of work, dimension."""


@dataclass(frozen=True)
class SumColumn:
    """One kind of work in one dimension, with the unit in which the whole column is written."""

    key: Key
    title: str
    unit: Unit


@dataclass
class SumRow:
    """One region: sums in base units by key, and how many results they are made of."""

    name: str
    prefix: str = ""
    amounts: dict[Key, Decimal] = field(default_factory=dict)
    count: int = 0

    def words(self, columns: Sequence[SumColumn]) -> list[str]:
        """Every sum with the unit that reads best, empty where there is none."""
        return [in_words(self.amounts[one.key], one.key[1]) if one.key in self.amounts else "" for one in columns]

    def in_units(self, columns: Sequence[SumColumn]) -> list[Decimal | None]:
        """Every sum as a number of its column's unit."""
        return [
            self.amounts[one.key] / UNITS[one.unit].factor if one.key in self.amounts else None for one in columns
        ]  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Regions by kinds, with the sum of all of them."""

    columns: tuple[SumColumn, ...]
    rows: tuple[SumRow, ...]
    total: SumRow

    @property
    def lines(self) -> list[tuple[SumRow, list[str]]]:
        """For the page: each row with its words."""
        return [(row, row.words(self.columns)) for row in self.rows]

    @property
    def total_words(self) -> list[str]:
        return self.total.words(self.columns)


def table(prefix: str, below: Mapping[str, str], here: str, first: date, last: date) -> Table:
    """Sums of the days from `first` to `last` in a region; `below` names the regions directly below it by prefix.

    One query. Results of a place that is in no region below (a town's own, an ended code) stand under the region itself.
    """
    length = len(next(iter(below), regioncode.pad(prefix)))
    live = WorkResult.objects.filter(
        region_code__startswith=prefix, day__range=(first, last), withdrawn_at=None
    ).order_by()  # fmt: skip
    grouped = live.annotate(part=Left("region_code", length)).values("part", "kind", "dimension")
    rows: dict[str, SumRow] = {part: SumRow(name, part) for part, name in below.items()}
    total = SumRow(here)
    for one in grouped.annotate(sum=Sum("amount"), count=Count("pk")):
        row = rows.setdefault(one["part"] if one["part"] in below else "", SumRow(here))
        key = (one["kind"], one["dimension"])
        for target in (row, total):
            target.amounts[key] = target.amounts.get(key, Decimal(0)) + one["sum"]
            target.count += one["count"]
    kinds = list(ResultKind)
    keys = sorted(total.amounts, key=lambda key: (kinds.index(ResultKind(key[0])), key[1]))
    columns = tuple(SumColumn(key, str(ResultKind(key[0]).label), shown(total.amounts[key], key[1])[1]) for key in keys)
    return Table(columns, tuple(row for row in rows.values() if row.count), total)
