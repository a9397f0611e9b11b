"""A village's paper as fields of a form: what stands in them, and what was typed, read back as days.

The village's grid and the page of one person name their fields alike, `d-<person>-<day of month>` for the letter and `s`, `e`,
`l` for beginning, end and log; a field that a page does not have keeps what is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.duty import domain
from yigang.duty.enums import ProxyMark
from yigang.duty.models import ProxyEntry
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.people.models import Person
from yigang.policy.period import Period
from yigang.tenure.models import Appointment

LETTERS = {ProxyMark.PRESENT: "出", ProxyMark.NIGHT: "夜", ProxyMark.LEAVE: "假"}
TYPED = {"出": ProxyMark.PRESENT, "夜": ProxyMark.NIGHT, "假": ProxyMark.LEAVE, "c": ProxyMark.PRESENT,
         "y": ProxyMark.NIGHT, "j": ProxyMark.LEAVE}  # fmt: skip
"""What may stand in a cell: the letter, or the first letter of its sound."""
CLOCK = re.compile(r"(\d{1,2})(?:[:：.](\d{2})|(\d{2}))?")
"""8, 800, 8:00, 08：00, 8.30."""

Hours = tuple[time, time]
Row = tuple[Person, list["PaperCell"]]


@dataclass(frozen=True)
class PaperCell:
    """One day of one person on the page, as texts, and whether it can still be typed over."""

    day: date
    letter: str = ""
    state: str = ""
    """"" open, `waiting` for another person, `confirmed`, `out` of the post, or `future`."""
    start: str = ""
    end: str = ""
    log: str = ""

    @property
    def locked(self) -> bool:
        return self.state in ("confirmed", "out", "future")

    @property
    def more(self) -> str:
        """Hours and log in one line."""
        return " ".join(filter(None, (f"{self.start}–{self.end}" if self.start else "", self.log)))


def holders(village: str, period: Period) -> list[Appointment]:
    """Who held a post in the village in the month, each once."""
    held = Appointment.objects.filter(regions.inside(regioncode.prefix_of(village)), starts__lte=period.last)
    rows = (
        held.exclude(ends__lt=period.first).select_related("person").order_by("person__pinyin", "person_id", "starts")
    )
    return list({row.person_id: row for row in rows}.values())


def noted(held: Iterable[Appointment], period: Period) -> list[Row]:
    """A month of each person as it is noted."""
    held = list(held)
    entries = ProxyEntry.objects.filter(
        person__in=[row.person_id for row in held], day__range=(period.first, period.last), rejected_reason=""
    )
    known = {(entry.person_id, entry.day): entry for entry in entries}
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    return [(row.person, [_cell(row, day, known.get((row.person_id, day))) for day in days]) for row in held]


def _cell(held: Appointment, day: date, entry: ProxyEntry | None) -> PaperCell:
    if entry is not None:
        state = "confirmed" if entry.confirmed_at else "waiting"
        return PaperCell(day, letter_of(entry), state, _shown(entry.start), _shown(entry.end), entry.log)
    if day > timezone.localdate():
        return PaperCell(day, state="future")
    inside = held.starts <= day and (held.ends is None or day <= held.ends)
    return PaperCell(day, state="" if inside else "out")


def letter_of(entry: ProxyEntry) -> str:
    return LETTERS[ProxyMark.LEAVE if entry.on_leave else ProxyMark.NIGHT if entry.night else ProxyMark.PRESENT]


def _shown(clock: time | None) -> str:
    return f"{clock:%H:%M}" if clock else ""


def typed(post: Mapping[str, str], rows: list[Row]) -> list[Row]:
    """The rows with what was typed in place of what is noted; cells that are locked stay."""
    return [(person, [cell if cell.locked else _typed(post, person, cell) for cell in row]) for person, row in rows]


def _typed(post: Mapping[str, str], person: Person, cell: PaperCell) -> PaperCell:
    letter, start, end, log = (post.get(f"{sign}-{person.pk}-{cell.day.day}") for sign in "dsel")
    later = replace(
        cell,
        letter=cell.letter if letter is None else letter.strip(),
        start=cell.start if start is None else start.strip(),
        end=cell.end if end is None else end.strip(),
        log=cell.log if log is None else log.strip(),
    )
    if later.letter == cell.letter:
        return later
    if not later.letter:
        return replace(later, start="", end="", log="")
    return replace(later, start="", end="") if later.letter in ("假", "j") and start is None else later


def hours_of(post: Mapping[str, str]) -> Hours | None:
    """The hours that hold for every marked day without its own; None when nobody wrote any."""
    start, end = clock(post.get("hours-start", "")), clock(post.get("hours-end", ""))
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise Refusal(_("Give both hours, from and to, or none."), code="half", field="hours-start")
    return start, end


def changed(before: list[Row], after: list[Row], hours: Hours | None) -> list[domain.Cell]:
    """The days that differ from what is noted."""
    return [
        _read(person, cell, hours)
        for (person, row), (_same, old_row) in zip(after, before, strict=True)
        for cell, old in zip(row, old_row, strict=True)
        if not cell.locked and (cell != old or (hours and _takes_hours(cell)))
    ]


def _takes_hours(cell: PaperCell) -> bool:
    return cell.letter in ("出", "夜") and not (cell.start or cell.end)


def _read(person: Person, cell: PaperCell, hours: Hours | None) -> domain.Cell:
    """A cell's texts as a day; hours alone say that the person was there."""
    letter, where = cell.letter.lower(), {"person": person, "day": cell.day, "letter": cell.letter}
    mark = TYPED.get(letter)
    start, end = clock(cell.start, f"{person} {cell.day}"), clock(cell.end, f"{person} {cell.day}")
    if letter and mark is None:
        raise Refusal(
            _("%(person)s, %(day)s: “%(letter)s” is no letter of the key; write 出, 夜, 假 or nothing."), where,
            code="letter",
        )  # fmt: skip
    if mark is None and start:
        mark = ProxyMark.PRESENT
    if mark is None and cell.log:
        raise Refusal(
            _("%(person)s, %(day)s: there is a log and no mark; write 出, 夜 or 假 before it."), where, code="no_mark"
        )
    if hours and mark in (ProxyMark.PRESENT, ProxyMark.NIGHT) and not (start or end):
        start, end = hours
    return domain.Cell(person, cell.day, mark, cell.log, start, end)


def clock(text: str, where: str = "") -> time | None:
    """A time as people type it: 8, 800, 8:00. Nothing written is None; 24:00 is no time."""
    if not (text := text.strip()):
        return None
    match = CLOCK.fullmatch(text)
    hour, minute = (int(match[1]), int(match[2] or match[3] or 0)) if match else (24, 0)
    if hour > 23 or minute > 59:
        raise Refusal(
            _("%(where)s “%(text)s” is no time of day; write 8:00, 17:30, from 0:00 to 23:59."),
            {"where": where, "text": text[:20]}, code="clock",
        )  # fmt: skip
    return time(hour, minute)
