"""Income of households as a table, a row for each household and year; an empty cell says nothing and keeps what is there."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.homes import Homes
from yigang.exchange.ledgers import frame
from yigang.exchange.ledgers.frame import WHERE, LedgerImporter, LedgerRows
from yigang.exchange.registry import Applied, Context, Difference, What, register
from yigang.exchange.stated import data_changed
from yigang.exchange.tables import Table
from yigang.exchange.whom import Cells
from yigang.foundation import money, regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.people import incomes
from yigang.people.access import KEEP_INCOMES
from yigang.people.incomes import Before, Figures, figures_of
from yigang.people.models import Household, IncomeYear
from yigang.people.models.incomes import KINDS

COLUMNS = (
    *WHERE,
    ColumnSpec("household", "户号", ("户编号", "户编码", "农户编号"), required=True),
    ColumnSpec("year", "年度", ("年份", "年"), required=True),
    ColumnSpec("wage", "工资性收入", ("务工收入", "工资收入"), kind="money"),
    ColumnSpec("business", "经营性收入", ("生产经营性收入", "生产经营收入"), kind="money"),
    ColumnSpec("property", "财产性收入", ("财产收入",), kind="money"),
    ColumnSpec("transfer", "转移性收入", ("转移收入", "政策性收入"), kind="money"),
    ColumnSpec("cost", "生产经营支出", ("经营性支出", "生产经营性支出", "生产成本"), kind="money"),
    ColumnSpec("source", "来源", ("数据来源", "核实人")),
)
LABELS = {spec.key: spec.label for spec in COLUMNS}
EXAMPLE = ("齐伯镇", "大坪村", "示例（请删除）", "2020", 800_000, 500_000, 0, 120_000, 150_000, "入户核实")


def template(created: datetime) -> bytes:
    notes = (
        ("一行一户一年", "金额为全年，单位元。没有的填 0；空着表示不知道，不改原有数字。"),
        ("公益岗补贴", "不要填写：已发放的补贴由系统按发放记录自动计入。"),
    )
    return frame.template("家庭收入", COLUMNS, EXAMPLE, notes, created)


@dataclass(frozen=True)
class Wanted:
    home: Household
    year: int
    figures: Figures
    was: Figures | None

    @property
    def key(self) -> Hashable:
        return self.home.pk, self.year

    @property
    def changes(self) -> bool:
        return self.was is not None


@dataclass
class Rows(LedgerRows[Wanted]):
    homes: Homes = field(default_factory=Homes)
    known: Before = field(default_factory=dict)

    def take(self, cells: Cells) -> Wanted | None:
        home, year = self.homes.find(cells), year_in(cells["year"])
        was = self.known.get((home.pk, year))
        said = {kind: cells[kind.removesuffix("_fen")] for kind in KINDS}
        told: dict[str, Any] = {kind: fen for kind, fen in said.items() if fen is not None}
        if cells["source"]:
            told["source"] = str(cells["source"]).strip()[:120]
        figures = replace(was or Figures(), **told)
        fault = incomes.fault_of(year, figures)
        if fault:
            raise fault
        return None if figures == (was or Figures()) else Wanted(home, year, figures, was)


def year_in(cell: object) -> int:
    """2020, 2020年, 2020.0."""
    digits = str(cell).strip().removesuffix("年").removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()):
        raise Refusal(_("“%(text)s” is no year."), {"text": str(cell)[:20]}, code="year", field="year")
    return int(digits)


class HouseholdIncomeImporter(LedgerImporter[Wanted]):
    kind: ImportKind = ImportKind.HOUSEHOLD_INCOME
    capability = KEEP_INCOMES
    columns: Sequence[ColumnSpec] = COLUMNS

    def rows(self, table: Table, context: Context) -> Rows:
        below = IncomeYear.objects.filter(region_code__startswith=regioncode.prefix_of(context.region_code))
        return Rows(
            table.sheet, table.mapping, list(table.problems), homes=Homes.below(context.region_code),
            known={(row.household_id, row.year): figures_of(row) for row in below},
        )  # fmt: skip

    def difference(self, row: int, one: Wanted) -> Difference:
        before, after = shown(one.was), shown(one.figures)
        changed = [key for key in after if before.get(key) != after[key]]
        what: What = "changed" if one.changes else "new"
        told = {key: before[key] for key in changed if key in before}
        return Difference(
            what, f"{one.home.number} {one.year}", row, told, {key: after[key] for key in changed}, one.home.region_code
        )  # fmt: skip

    def as_row(self, one: Wanted) -> list[Any]:
        return [one.home.pk, one.year, asdict(one.figures), one.was and asdict(one.was)]

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        given, before = in_plan(plan)
        if incomes.on_file([(home.pk, year) for home, year, _figures in given]) != before:
            raise data_changed(_("Incomes of households were changed since this file was read."))
        incomes.set_incomes(given, actor=context.actor)
        progress(1, 1)
        return Applied({"new": len(given) - len(before), "changed": len(before)}, plan)

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        given, before = in_plan(applied.journal)
        incomes.take_back_incomes(given, before, reason=reason, actor=context.actor)


def in_plan(plan: str) -> tuple[list[tuple[Household, int, Figures]], Before]:
    """What a plan writes, and what stood there when it was made."""
    kept = json.loads(plan)
    homes = Household.objects.in_bulk([row[0] for row in kept])
    given = [(homes[home], year, Figures(**said)) for home, year, said, _was in kept if home in homes]
    return given, {(home, year): Figures(**was) for home, year, _said, was in kept if was}


def shown(figures: Figures | None) -> dict[str, str]:
    """Figures by their headings, as a person reads them."""
    if figures is None:
        return {}
    told = {LABELS[kind.removesuffix("_fen")]: getattr(figures, kind) for kind in KINDS}
    return {label: money.show(fen) for label, fen in told.items() if fen is not None} | {
        LABELS["source"]: figures.source
    }


register(HouseholdIncomeImporter())
