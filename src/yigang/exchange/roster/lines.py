"""One row of a roster, checked, as the rest of the import speaks of it; and as text, for the plan that is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, time

from yigang.foundation import identity


@dataclass(slots=True)
class Line:
    """One row of a roster. None is what the row says nothing about; it never erases what is known."""

    row: int
    region: str
    name: str
    number: str
    """The identity number with 18 signs."""
    converted: bool = False
    residence: str | None = None
    phone: str | None = None
    household: str | None = None
    relation: str | None = None
    address: str | None = None
    poor_kind: str | None = None
    income: int | None = None
    causes: list[list[str]] | None = None
    """[code, text as written], the main one first."""
    hardship: str | None = None
    hardship_evidence: str | None = None
    hardship_since: date | None = None
    kinships: list[list[str]] | None = None
    """[official, office, relation]."""
    post_number: str | None = None
    post_kind: str | None = None
    duties: list[str] | None = None
    head_count: int | None = None
    starts: date | None = None
    ends: date | None = None
    agreement: str | None = None
    plan_start: time | None = None
    plan_end: time | None = None
    bank: str | None = None
    holder: str | None = None
    card: str | None = None
    remarks: str | None = None

    @property
    def birth(self) -> date:
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def label(self) -> str:
        """Whom the row is about, masked."""
        return f"{self.name} {identity.mask(self.number)}"


DATES, TIMES = ("hardship_since", "starts", "ends"), ("plan_start", "plan_end")
_KEYS = tuple(each.name for each in fields(Line))
PLAIN = ("residence", "phone", "household", "relation", "address", "poor_kind", "income", "hardship",
          "hardship_evidence", "hardship_since", "post_number", "post_kind", "head_count", "starts", "ends", "agreement",
          "plan_start", "plan_end", "bank", "holder", "remarks")  # fmt: skip
"""What a line takes from the cells as it is."""


def dump(lines: Sequence[Line]) -> str:
    """Lines as text, for the plan that is kept."""
    return json.dumps([[getattr(line, key) for key in _KEYS] for line in lines], default=str, ensure_ascii=False)


def load(text: str) -> list[Line]:
    """The lines of `dump`."""
    lines = [Line(*values) for values in json.loads(text)]
    for line in lines:
        for key in DATES:
            if (written := getattr(line, key)) is not None:
                setattr(line, key, date.fromisoformat(written))
        for key in TIMES:
            if (written := getattr(line, key)) is not None:
                setattr(line, key, time.fromisoformat(written))
    return lines
