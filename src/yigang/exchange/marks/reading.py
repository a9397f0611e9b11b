"""Rows of a table of marks as marks to give: whom each means, for which period, and what is wrong with it at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import domain as appraisal
from yigang.appraisal.domain import GivenMark
from yigang.appraisal.enums import Period as Rhythms
from yigang.appraisal.queries import mark_rules
from yigang.exchange.registry import Context
from yigang.exchange.stated import StatedRows, programme_of
from yigang.exchange.tables import Table
from yigang.exchange.whom import EXAMPLE_NAME, Cells
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.policy.model import Mark as MarkRule
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

MONTH = re.compile(r"(20\d\d)\s*[-/年._]\s*(0?[1-9]|1[0-2])(?!\d)")
QUARTER = re.compile(r"(20\d\d)\s*年?\s*[-/._]?\s*(?:第?\s*([1-4一二三四])\s*季|[Qq]([1-4]))")
YEAR = re.compile(r"(20\d\d)(?:\.0)?\s*(?:年|年度|全年)?")
YEAR_NAMED = re.compile(r"(20\d\d)\s*(?:年度|全年)")
"""In a file's name a year alone says too little."""
FIGURES = {sign: number for number, sign in enumerate("一二三四", start=1)}
LONGEST_REASON = 200


@dataclass(frozen=True, order=True)
class Judged:
    """What a table of marks judges: a month, a quarter or a year, by its first day."""

    first: date
    rhythm: str

    @property
    def last(self) -> date:
        return appraisal.last_of(self.rhythm, self.first)

    def __str__(self) -> str:
        if self.rhythm == Rhythms.YEAR:
            return _now("Year %(year)d") % {"year": self.first.year}
        if self.rhythm == Rhythms.QUARTER:
            number = (self.first.month + 2) // 3
            return _now("Quarter %(number)d of %(year)d") % {"year": self.first.year, "number": number}
        return f"{self.first:%Y-%m}"


def judged_of(table: Table, file_name: str) -> Judged:
    """The one month, quarter or year that the file judges: from its rows, else from its name. Raises `Refusal`."""
    cells = [(row, str(cell)) for row, cell in zip(table.row_numbers, _column(table, "month"), strict=True) if cell]
    names_ = _column(table, "name")
    examples = {row for row, name in zip(table.row_numbers, names_, strict=True) if str(name).startswith(EXAMPLE_NAME)}
    stated: set[Judged] = set()
    for row, text in cells:
        if row in examples:
            continue
        said = _said(text)
        if said is None:
            raise Refusal(
                _("This is no month, quarter or year."), code="no_month", field="month", row=row,
                remedy=_("Write 2020-07, 2020年第3季度 or 2020年."),
            )  # fmt: skip
        stated.add(said)
    stated = stated or _named(file_name)
    if not stated:
        raise Refusal(
            _("The file does not say which month, quarter or year it judges."), code="month_missing", field="month",
            remedy=_("Fill in the column 月份, or write it into the file's name, such as 2020年7月评定.xlsx."),
        )  # fmt: skip
    if len(stated) > 1:
        raise Refusal(
            _("The file names several months or periods: %(months)s."), {"months": "、".join(map(str, sorted(stated)))},
            code="several_months", field="month", remedy=_("Hand in one file for each."),
        )  # fmt: skip
    return stated.pop()


def _said(text: str) -> Judged | None:
    """A cell: 2020-07, 2020年第3季度, 2020Q3, 2020年, 2020."""
    if quarter := QUARTER.search(text):
        return _quarter(quarter)
    if month := MONTH.search(text):
        return _month(month)
    year = YEAR.fullmatch(text.strip())
    return Judged(date(int(year[1]), 1, 1), Rhythms.YEAR) if year else None


def _named(file_name: str) -> set[Judged]:
    """What a file's name says; a quarter before a month, a month before a year."""
    found = {_quarter(each) for each in QUARTER.finditer(file_name)} or {
        _month(each) for each in MONTH.finditer(file_name)
    }
    return found or {Judged(date(int(each[1]), 1, 1), Rhythms.YEAR) for each in YEAR_NAMED.finditer(file_name)}


def _quarter(match: re.Match[str]) -> Judged:
    sign = match[2] or match[3]
    number = FIGURES.get(sign) or int(sign)
    return Judged(date(int(match[1]), 3 * number - 2, 1), Rhythms.QUARTER)


def _month(match: re.Match[str]) -> Judged:
    return Judged(date(int(match[1]), int(match[2]), 1), Rhythms.MONTH)


def _column(table: Table, key: str) -> Sequence[object]:
    return table.columns.get(key) or [None] * table.height


@dataclass
class Marks(StatedRows[GivenMark]):
    """The rows of a table as marks of its one period, with what `refuse` says of all of them."""

    twice = _("%(name)s has this mark in row %(other_row)d already.")
    context: Context | None = None
    refuse: Callable[[Marks, Context], None] | None = None
    judged: Judged = Judged(date.min, Rhythms.MONTH)
    rules: Mapping[str, MarkRule] = field(default_factory=dict)

    def read(self, table: Table) -> None:
        assert self.context is not None
        programme = programme_of(self.context)
        try:
            self.judged = judged_of(table, self.context.stored.name)
            self.rules = mark_rules(programme, self.judged.first, self.judged.rhythm)
            _refuse_unasked(self.judged, self.rules)
        except Refusal as refusal:
            self.note(refusal, refusal.row)
            return
        self.serving = serving(programme, self.context.region_code, self.judged)
        super().read(table)

    def complete(self) -> None:
        if self.context is not None and self.refuse is not None:
            self.refuse(self, self.context)

    def take(self, row: int, cells: Cells) -> None:
        appointment = self.only(cells, str(self.judged))
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


def _refuse_unasked(judged: Judged, rules: Mapping[str, MarkRule]) -> None:
    if judged.rhythm != Rhythms.MONTH and not rules:
        raise Refusal(
            _("The policy of this programme asks for no marks of %(period)s."), {"period": judged}, code="no_rhythm",
            field="month",
        )  # fmt: skip


def serving(programme: Programme, region_code: str, judged: Judged) -> list[Appointment]:
    """Who holds a post of the programme in the region on a day of the period."""
    held = programme.appointments.filter(
        region_code__startswith=regioncode.prefix_of(region_code), starts__lte=judged.last
    ).exclude(ends__lt=judged.first)
    return list(held.select_related("person", "post").order_by("pk"))


def _points(cell: object) -> Decimal:
    try:
        value = Decimal(str(cell))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Refusal(_("“%(points)s” is no number of points."), {"points": cell}, code="not_points", field="value")
    return value
