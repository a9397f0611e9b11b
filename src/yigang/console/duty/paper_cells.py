"""A village's paper as fields of a form: what stands in them, and what was typed, read back as days.

The village's grid and the page of one person name their fields alike, `d-<person>-<day of month>` for the letter, `s`, `e`,
`l` for beginning, end and log, `p` for the kilometres of a patrol, `q`, `u`, `k` for a result's quantity, unit and kind; a
field that a page does not have keeps what is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.duty import domain
from yigang.duty.enums import ProxyMark, ResultKind, Unit
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

FIELDS = {"d": "letter", "s": "start", "e": "end", "l": "log", "p": "patrol", "q": "quantity", "u": "unit", "k": "kind"}
"""First letter of a field's name → the part of the cell."""
EMPTY: dict[str, Any] = {name: "" for name in FIELDS.values() if name != "letter"}

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
    patrol: str = ""
    """Kilometres."""
    quantity: str = ""
    unit: str = ""
    kind: str = ""

    @property
    def locked(self) -> bool:
        return self.state in ("confirmed", "out", "future")

    @property
    def more(self) -> str:
        """Hours, log, patrol and result in one line."""
        hours = f"{self.start}–{self.end}" if self.start else ""
        patrol = _("patrol of %(km)s km") % {"km": self.patrol} if self.patrol else ""
        return " ".join(filter(None, (hours, self.log, patrol, self.result)))

    @property
    def result(self) -> str:
        """The work result in words."""
        if not self.quantity:
            return ""
        kind = ResultKind(self.kind).label if self.kind in ResultKind.values else self.kind
        unit = Unit(self.unit).label if self.unit in Unit.values else self.unit
        return f"{kind} {self.quantity} {unit}"


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
        return cell_of(entry)
    if day > timezone.localdate():
        return PaperCell(day, state="future")
    inside = held.starts <= day and (held.ends is None or day <= held.ends)
    return PaperCell(day, state="" if inside else "out")


def cell_of(entry: ProxyEntry) -> PaperCell:
    """What stands in an entry, as texts."""
    return PaperCell(
        entry.day, letter_of(entry), "confirmed" if entry.confirmed_at else "waiting", _shown(entry.start),
        _shown(entry.end), entry.log, _plain(Decimal(entry.patrol_m) / 1000 if entry.patrol_m else None),
        _plain(entry.result_quantity), entry.result_unit, entry.result_kind,
    )  # fmt: skip


def _plain(number: Decimal | None) -> str:
    """Without zeros at its end and without an exponent."""
    return "" if number is None else f"{number.normalize():f}"


def letter_of(entry: ProxyEntry) -> str:
    return LETTERS[ProxyMark.LEAVE if entry.on_leave else ProxyMark.NIGHT if entry.night else ProxyMark.PRESENT]


def _shown(clock: time | None) -> str:
    return f"{clock:%H:%M}" if clock else ""


def typed(post: Mapping[str, str], rows: list[Row]) -> list[Row]:
    """The rows with what was typed in place of what is noted; cells that are locked stay."""
    return [(person, [cell if cell.locked else _typed(post, person, cell) for cell in row]) for person, row in rows]


def _typed(post: Mapping[str, str], person: Person, cell: PaperCell) -> PaperCell:
    names = {sign: f"{sign}-{person.pk}-{cell.day.day}" for sign in FIELDS}
    told: dict[str, Any] = {FIELDS[sign]: post[name].strip() for sign, name in names.items() if name in post}
    later = replace(cell, **told)
    if later.letter == cell.letter:
        return later
    if not later.letter:
        return replace(later, **EMPTY)
    on_leave = later.letter in ("假", "j") and names["s"] not in post
    return replace(later, **{**EMPTY, "log": later.log}) if on_leave else later


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
    patrol_m, done = _metres(cell, where), _done(cell, where)
    if mark is None and (start or patrol_m is not None or done):
        mark = ProxyMark.PRESENT
    if mark is None and cell.log:
        raise Refusal(
            _("%(person)s, %(day)s: there is a log and no mark; write 出, 夜 or 假 before it."), where, code="no_mark"
        )
    if hours and mark in (ProxyMark.PRESENT, ProxyMark.NIGHT) and not (start or end):
        start, end = hours
    return domain.Cell(person, cell.day, mark, cell.log, start, end, patrol_m, done)


def _number(text: str, where: Mapping[str, object]) -> Decimal:
    try:
        number = Decimal(text.replace("，", ".").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Refusal(_("%(person)s, %(day)s: “%(text)s” is no number."), {**where, "text": text[:20]}, code="number")
    return number


def _metres(cell: PaperCell, where: Mapping[str, object]) -> int | None:
    """The kilometres of a patrol in metres, half up."""
    if not cell.patrol:
        return None
    return int((_number(cell.patrol, where) * 1000).quantize(Decimal(1), ROUND_HALF_UP))


def _done(cell: PaperCell, where: Mapping[str, object]) -> domain.Done | None:
    """A result has a kind, a quantity and a unit, or is none; a unit or kind chosen before its figure is not one yet."""
    if not cell.quantity:
        return None
    if cell.kind not in ResultKind.values or cell.unit not in Unit.values:
        raise Refusal(
            _("%(person)s, %(day)s: choose the unit and the kind of work of what was done."), where, code="half_result"
        )
    return domain.Done(ResultKind(cell.kind), _number(cell.quantity, where), Unit(cell.unit))


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
