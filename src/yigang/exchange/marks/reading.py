"""Rows of a table of marks as marks to give: whom each means, for which month, and what is wrong with it at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from yigang.appraisal.domain import GivenMark
from yigang.exchange.marks.columns import EXAMPLE_NAME
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.places import Places
from yigang.exchange.tables import Table
from yigang.foundation import names, regioncode
from yigang.foundation.errors import Refusal
from yigang.people.queries import identity_number
from yigang.policy import Period
from yigang.policy.model import Mark as MarkRule
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

MONTH = re.compile(r"(20\d\d)\s*[-/年._]\s*(0?[1-9]|1[0-2])(?!\d)")
LONGEST_REASON = 200
SHORTEST_TAIL = 4
Cells = Mapping[str, object]


def month_of(table: Table, file_name: str) -> date:
    """The one month that the file judges: from its rows, else from its name. Raises `Refusal`."""
    cells = [(row, str(cell)) for row, cell in zip(table.row_numbers, _column(table, "month"), strict=True) if cell]
    names_ = _column(table, "name")
    examples = {row for row, name in zip(table.row_numbers, names_, strict=True) if str(name).startswith(EXAMPLE_NAME)}
    found = {row: MONTH.search(text) for row, text in cells if row not in examples}
    for row, match in found.items():
        if match is None:
            raise Refusal(_("This is no month."), code="no_month", field="month", row=row, remedy=_("Write 2020-07."))
    stated = {_first(match) for match in found.values() if match} or {_first(m) for m in MONTH.finditer(file_name)}
    if not stated:
        raise Refusal(
            _("The file does not say which month it judges."), code="month_missing", field="month",
            remedy=_("Fill in the column 月份, or write the month into the file's name, such as 2020年7月评定.xlsx."),
        )  # fmt: skip
    if len(stated) > 1:
        raise Refusal(
            _("The file names several months: %(months)s."),
            {"months": "、".join(f"{month:%Y-%m}" for month in sorted(stated))}, code="several_months", field="month",
            remedy=_("Hand in one file for each month."),
        )  # fmt: skip
    return stated.pop()


def _first(match: re.Match[str]) -> date:
    return date(int(match[1]), int(match[2]), 1)


def _column(table: Table, key: str) -> Sequence[object]:
    return table.columns.get(key) or [None] * table.height


@dataclass
class Marks(Notes):
    """The rows of a table as marks. `serving` are the appointments of the month within the region imported for."""

    month: date = date.min
    rules: Mapping[str, MarkRule] = field(default_factory=dict)
    places: Places = field(default_factory=lambda: Places(""))
    serving: Sequence[Appointment] = ()
    given: list[GivenMark] = field(default_factory=list)
    rows: int = 0

    def read(self, table: Table) -> None:
        """Every row; one with an error is left out, and its problem says why."""
        bad = table.bad_rows()
        by_name: dict[str, list[Appointment]] = {}
        by_post: dict[str, list[Appointment]] = {}
        for one in self.serving:
            by_name.setdefault(names.normalise(one.person.name), []).append(one)
            by_post.setdefault(one.post.number, []).append(one)
        for row, cells in zip(table.row_numbers, _rows(table), strict=True):
            if str(cells["name"]).startswith(EXAMPLE_NAME):
                self.say(row, "name", "example_row", _("The template's example was left out."), "note")
                self.problems = [each for each in self.problems if each.row != row or each.severity == "note"]
                continue
            self.rows += 1
            if row in bad:
                continue
            try:
                self.given.append(self._row(row, cells, by_name, by_post))
            except Refusal as refusal:
                self.note(refusal, row)
        self._once()

    def _row(
        self, row: int, cells: Cells, by_name: Mapping[str, list[Appointment]], by_post: Mapping[str, list[Appointment]]
    ) -> GivenMark:
        found: Sequence[Appointment] = self.serving
        if cells["name"]:
            found = by_name.get(names.normalise(str(cells["name"])), [])
        elif cells["post_number"]:
            found = by_post.get(str(cells["post_number"]), [])
        appointment = self._only(cells, found)
        reason = str(cells["reason"] or "").strip()
        if len(reason) > LONGEST_REASON:
            raise Refusal(
                _("The reason has %(length)d signs; %(longest)d are kept."),
                {"length": len(reason), "longest": LONGEST_REASON}, code="too_long", field="reason",
            )  # fmt: skip
        return GivenMark(appointment, self._mark(cells), _points(cells["value"]), reason, row)

    def _only(self, cells: Cells, found: Sequence[Appointment]) -> Appointment:
        """The one person that everything in the row fits."""
        if not (cells["name"] or cells["tail"] or cells["post_number"]):
            raise Refusal(
                _("The row does not say whom it is about."), code="nobody_named", field="name",
                remedy=_("Write the name, the last signs of the identity number, or the post's number."),
            )  # fmt: skip
        if cells["post_number"]:
            found = [one for one in found if one.post.number == cells["post_number"]]
        if cells["village"] or cells["town"]:
            inside = regioncode.prefix_of(self.places.find(_text(cells["town"]), _text(cells["village"]), None))
            found = [
                one for one in found if one.region_code.startswith(inside) or one.person.region_code.startswith(inside)
            ]
        if cells["tail"]:
            found = _ending(found, str(cells["tail"]))
        who = {"who": cells["name"] or cells["post_number"] or "****"}
        if not found:
            raise Refusal(
                _("Nobody whom this row fits (“%(who)s”) holds a post of the programme in %(month)s."),
                {**who, "month": f"{self.month:%Y-%m}"}, code="unknown_person", field="name",
                remedy=_("Compare name, village, post number and identity number with the roster."),
            )  # fmt: skip
        if len(found) > 1:
            raise Refusal(
                _("The row fits %(count)d people (“%(who)s”)."), {**who, "count": len(found)}, code="several_people",
                field="name", remedy=_("Add the post number or the last signs of the identity number."),
            )  # fmt: skip
        return found[0]

    def _mark(self, cells: Cells) -> str:
        if cells["mark"]:
            return str(cells["mark"])
        if len(self.rules) != 1:
            raise Refusal(
                _("The row does not say which mark it gives; the policy asks for: %(asked)s."),
                {"asked": "、".join(self.rules) or "—"}, code="mark_missing", field="mark",
            )  # fmt: skip
        return next(iter(self.rules))

    def _once(self) -> None:
        seen: dict[tuple[int, str], GivenMark] = {}
        for one in self.given:
            first = seen.setdefault((one.appointment.pk, one.name), one)
            if first is not one:
                self.say(
                    one.row, "name", "person_twice", _("%(name)s has this mark in row %(other_row)d already."),
                    remedy=_("Delete one of the two rows."), name=one.appointment.person.name, other_row=first.row,
                )  # fmt: skip


def serving(programme: Programme, region_code: str, month: date) -> list[Appointment]:
    """Who holds a post of the programme in the region on a day of the month."""
    held = programme.appointments.filter(
        region_code__startswith=regioncode.prefix_of(region_code), starts__lte=Period.of(month).last
    ).exclude(ends__lt=month)
    return list(held.select_related("person", "post").order_by("pk"))


def _rows(table: Table) -> Iterator[dict[str, object]]:
    keys = list(table.columns)
    for values in zip(*table.columns.values(), strict=True):
        yield dict(zip(keys, values, strict=True))


def _text(cell: object) -> str | None:
    return str(cell) if cell else None


def _ending(found: Sequence[Appointment], tail: str) -> list[Appointment]:
    if len(tail) < SHORTEST_TAIL:
        raise Refusal(
            _("%(length)d signs of an identity number tell nobody apart."), {"length": len(tail)}, code="tail_short",
            field="tail", remedy=_("Write at least the last four."),
        )  # fmt: skip
    return [one for one in found if identity_number(one.person).endswith(tail.upper())]


def _points(cell: object) -> Decimal:
    try:
        value = Decimal(str(cell))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Refusal(_("“%(points)s” is no number of points."), {"points": cell}, code="not_points", field="value")
    return value
