"""The month as a grid: one letter per person and day, from the same evidence that the engine reads."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import pgettext_lazy

from yigang.appraisal import facts as appraisal_facts
from yigang.duty.queries import ABSENT, LEAVE, NIGHT, PRESENT, TRAINING, month_grid
from yigang.foundation.facts import Selection
from yigang.policy import Period
from yigang.posts.models import Programme

LETTERS = {
    "found": pgettext_lazy("day", "A"),
    "present": pgettext_lazy("day", "P"),
    "night": pgettext_lazy("day", "N"),
    "training": pgettext_lazy("day", "T"),
    "leave": pgettext_lazy("day", "L"),
    "missed": pgettext_lazy("day", "M"),
    "log": pgettext_lazy("day", "W"),
    "none": "",
    "out": "·",
}
"""What a day can be, the stronger first: found absent, night, presence, training, leave, missed check, log only."""

MEANINGS = {
    "found": pgettext_lazy("day", "found absent"),
    "present": pgettext_lazy("day", "present"),
    "night": pgettext_lazy("day", "night in the village"),
    "training": pgettext_lazy("day", "training"),
    "leave": pgettext_lazy("day", "leave"),
    "missed": pgettext_lazy("day", "check missed"),
    "log": pgettext_lazy("day", "log only"),
    "none": pgettext_lazy("day", "nothing known"),
    "out": pgettext_lazy("day", "not in the post"),
}
MARKS = {NIGHT: "night", PRESENT: "present", TRAINING: "training", LEAVE: "leave", ABSENT: "missed"}
"""The words of attendance for a day, as those of the sheet."""


@dataclass(frozen=True)
class DayCell:
    """A day of a person: what it is, as a word of `LETTERS`."""

    day: date
    kind: str

    @property
    def letter(self) -> str:
        return str(LETTERS[self.kind])

    @property
    def meaning(self) -> str:
        return str(MEANINGS[self.kind])


class Evidence:
    """What is known of the days of a month, for some people of a region. Six reads, however many they are."""

    def __init__(self, programme: Programme, prefix: str, period: Period, people: Collection[int]) -> None:
        self.days = days_of(period)
        selection = Selection(programme.pk, prefix, period.first, period.last)
        self.kinds = {
            row.person_id: {cell.day: MARKS.get(cell.mark, "log" if cell.log else "none") for cell in row.cells}
            for row in month_grid(selection, people)
        }
        for person, day, _kind in appraisal_facts.findings(selection).iter_rows():
            if day >= period.first:
                self.kinds.setdefault(person, {})[day] = "found"

    def days_of(self, person_id: int, starts: date, ends: date | None) -> list[DayCell]:
        """Every day of the month; days outside the appointment are `out`."""
        return [DayCell(day, kind) for day, kind in self.kinds_of(person_id, starts, ends)]

    def kinds_of(self, person_id: int, starts: date, ends: date | None) -> Iterable[tuple[date, str]]:
        """The same as plain pairs, for a sheet of thousands of days."""
        known = self.kinds.get(person_id, {})
        for day in self.days:
            yield day, known.get(day, "none") if starts <= day and (ends is None or day <= ends) else "out"


def days_of(period: Period) -> list[date]:
    return [period.first + timedelta(days=number) for number in range(period.days)]


def legend() -> Iterable[tuple[str, str, str]]:
    """Kind, letter, meaning, for the key below the grid."""
    return [(kind, str(LETTERS[kind]), str(MEANINGS[kind])) for kind in LETTERS]
