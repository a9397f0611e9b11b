"""Problems gathered at their row and column while a roster is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from yigang.exchange.columns import ColumnMapping
from yigang.foundation.errors import Problem, Refusal, Severity, Text


@dataclass
class Notes:
    """What is wrong so far, and how a column is called in this file."""

    sheet: str = ""
    mapping: ColumnMapping = field(default_factory=lambda: ColumnMapping({}, ()))
    problems: list[Problem] = field(default_factory=list)

    def note(self, refusal: Refusal, row: int | None, key: str = "", severity: Severity = "error") -> None:
        """Keep a refusal as a problem of this row."""
        key = key or refusal.field
        place = self.mapping.place(key)
        self.problems.append(Problem.of(refusal, row=row, column=place, field=key, sheet=self.sheet, severity=severity))

    def say(
        self, row: int | None, key: str, code: str, template: Text, severity: Severity = "error", remedy: Text = "",
        **params: object,
    ) -> None:  # fmt: skip
        """Keep a sentence as a problem of this row and column (our key)."""
        self.note(Refusal(template, params, code=code, remedy=remedy), row, key, severity)

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)
