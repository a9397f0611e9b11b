"""Drawing a paper from the bank: the same rule, bank and seed give the same questions, on any machine, for ever.

The questions of a row are ordered by SHA-256 of `seed:question`, and the first ones are taken. No generator of random
numbers is asked, whose order could differ between versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Row:
    """So many questions of a subject and kind, each worth so many points."""

    subject: str
    kind: str
    count: int
    points: Decimal

    @property
    def total(self) -> Decimal:
        return self.count * self.points


@dataclass(frozen=True)
class Known:
    """A question of the bank, as far as drawing looks at it."""

    key: int
    subject: str
    kind: str


@dataclass(frozen=True)
class Shortage:
    """A row of the rule that the bank cannot fill."""

    row: Row
    there: int


def rows_of(rule: Iterable[Mapping[str, Any]]) -> list[Row]:
    """A rule as it is kept."""
    return [Row(one["subject"], one["kind"], int(one["count"]), Decimal(str(one["points"]))) for one in rule]


def kept(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rule as JSON holds it."""
    return [
        {"subject": str(one.subject), "kind": str(one.kind), "count": one.count, "points": str(one.points)}
        for one in rows
    ]


def shortages(rows: Sequence[Row], bank: Sequence[Known]) -> list[Shortage]:
    """What the bank lacks; two rows of one subject and kind are asked for together."""
    wanted: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        key = (row.subject, row.kind)
        wanted[key] = wanted.get(key, 0) + row.count
        there = sum((one.subject, one.kind) == key for one in bank)
        if there < wanted[key]:
            found.append(Shortage(row, max(0, there - (wanted[key] - row.count))))
    return found


def draw(rows: Sequence[Row], bank: Sequence[Known], seed: str) -> list[tuple[int, Decimal]]:
    """Question and points, in the order of the rule; a question comes once."""
    ordered = sorted(bank, key=lambda one: sha256(f"{seed}:{one.key}".encode()).digest())
    taken: set[int] = set()
    drawn = []
    for row in rows:
        of_row = [
            one.key for one in ordered if (one.subject, one.kind) == (row.subject, row.kind) and one.key not in taken
        ]
        taken.update(of_row[: row.count])
        drawn += [(key, row.points) for key in of_row[: row.count]]
    return drawn
