"""What reading a file of evidence gives: the evidence, and everything that is wrong with it at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from yigang.duty import domain
from yigang.duty.enums import Source, Table
from yigang.foundation.errors import Problem
from yigang.foundation.models import StoredFile


@dataclass(frozen=True)
class About:
    """What a file is about, in the words of who hands it in. Without `period`, it is about the days that it names."""

    region_code: str
    programme_id: int | None = None
    file: StoredFile | None = None
    period: tuple[date, date] | None = None


@dataclass(frozen=True)
class Reading:
    """Evidence read from one file. `evidence` is None when no row could be read."""

    evidence: domain.Evidence | None
    problems: Sequence[Problem] = ()
    remember: Mapping[str, str] = field(default_factory=dict)
    """Heading → key, to be given as `remembered` for the next file with this heading."""
    headings: Sequence[str] = ()
    """All headings of the file, empty where there is no choice of columns."""

    @property
    def errors(self) -> list[Problem]:
        """What keeps the file out."""
        return [problem for problem in self.problems if problem.severity == "error"]


def evidence_of(table: Table, source: Source, frame: pl.DataFrame, about: About) -> domain.Evidence | None:
    """Evidence about the stated period, widened to the days that the rows name."""
    if frame.is_empty() and about.period is None:
        return None
    first_column, last_column = ("first", "last") if table == Table.LEAVES else ("day", "day")
    days = [day for day in (frame[first_column].min(), frame[last_column].max()) if isinstance(day, date)]
    days += about.period or ()
    return domain.Evidence(
        table, source, about.region_code, min(days), max(days), frame, about.programme_id, about.file
    )
