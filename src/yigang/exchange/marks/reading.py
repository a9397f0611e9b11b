"""Rows of a table of marks as marks to give: whom each means, for which month, and what is wrong with it at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from yigang.appraisal.domain import GivenMark
from yigang.appraisal.queries import mark_rules
from yigang.exchange.registry import Context
from yigang.exchange.stated import StatedRows, programme_of
from yigang.exchange.tables import Table
from yigang.exchange.whom import EXAMPLE_NAME, Cells
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.policy import Period
from yigang.policy.model import Mark as MarkRule
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

MONTH = re.compile(r"(20\d\d)\s*[-/年._]\s*(0?[1-9]|1[0-2])(?!\d)")
LONGEST_REASON = 200


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
class Marks(StatedRows[GivenMark]):
    """The rows of a table as marks of its one month, with what `refuse` says of all of them."""

    twice = _("%(name)s has this mark in row %(other_row)d already.")
    context: Context | None = None
    refuse: Callable[[Marks, Context], None] | None = None
    month: date = date.min
    rules: Mapping[str, MarkRule] = field(default_factory=dict)

    def read(self, table: Table) -> None:
        assert self.context is not None
        programme = programme_of(self.context)
        try:
            self.month = month_of(table, self.context.stored.name)
            self.rules = mark_rules(programme, self.month)
        except Refusal as refusal:
            self.note(refusal, refusal.row)
            return
        self.serving = serving(programme, self.context.region_code, self.month)
        super().read(table)

    def complete(self) -> None:
        if self.context is not None and self.refuse is not None:
            self.refuse(self, self.context)

    def take(self, row: int, cells: Cells) -> None:
        appointment = self.only(cells, f"{self.month:%Y-%m}")
        reason = str(cells["reason"] or "").strip()
        if len(reason) > LONGEST_REASON:
            raise Refusal(
                _("The reason has %(length)d signs; %(longest)d are kept."),
                {"length": len(reason), "longest": LONGEST_REASON}, code="too_long", field="reason",
            )  # fmt: skip
        self.given.append((row, GivenMark(appointment, self._mark(cells), _points(cells["value"]), reason, row)))

    def _mark(self, cells: Cells) -> str:
        if cells["mark"]:
            return str(cells["mark"])
        if len(self.rules) != 1:
            raise Refusal(
                _("The row does not say which mark it gives; the policy asks for: %(asked)s."),
                {"asked": "、".join(self.rules) or "—"}, code="mark_missing", field="mark",
            )  # fmt: skip
        return next(iter(self.rules))


def serving(programme: Programme, region_code: str, month: date) -> list[Appointment]:
    """Who holds a post of the programme in the region on a day of the month."""
    held = programme.appointments.filter(
        region_code__startswith=regioncode.prefix_of(region_code), starts__lte=Period.of(month).last
    ).exclude(ends__lt=month)
    return list(held.select_related("person", "post").order_by("pk"))


def _points(cell: object) -> Decimal:
    try:
        value = Decimal(str(cell))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Refusal(_("“%(points)s” is no number of points."), {"points": cell}, code="not_points", field="value")
    return value
