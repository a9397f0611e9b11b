"""Visits to households as a table: each belongs to the pairing that held on its day and moves that pairing's deadline."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.duty import domain
from yigang.duty.access import ENTER_VISIT
from yigang.duty.domain import VisitMade
from yigang.duty.domain.visits import fault_of
from yigang.duty.models import Pairing, Visit
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.homes import Homes
from yigang.exchange.ledgers import frame
from yigang.exchange.ledgers.frame import WHERE, LedgerImporter, LedgerRows
from yigang.exchange.registry import Applied, Context, Difference, register
from yigang.exchange.stated import programme_of
from yigang.exchange.tables import Table
from yigang.exchange.whom import Cells
from yigang.foundation import money
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress

COLUMNS = (
    *WHERE,
    ColumnSpec("household", "户号", ("户编号", "户编码", "农户编号", "结对户号"), required=True),
    ColumnSpec("day", "走访日期", ("走访时间", "日期"), required=True, kind="date"),
    ColumnSpec("text", "走访内容", ("内容", "走访情况", "帮扶内容"), required=True),
    ColumnSpec("given", "慰问金额", ("慰问金", "慰问物资折款", "慰问"), kind="money"),
)
EXAMPLE = ("齐伯镇", "大坪村", "示例（请删除）", date(2020, 4, 20), "了解春耕，送化肥两袋", 30_000)


def template(created: datetime) -> bytes:
    notes = (("一行一次", "每户每次走访一行。走访当天这一户要有结对人；同一户同一天只记一次。"),)
    return frame.template("结对走访", COLUMNS, EXAMPLE, notes, created)


@dataclass(frozen=True)
class Wanted:
    pairing: Pairing
    made: VisitMade
    changes: bool = False

    @property
    def key(self) -> Hashable:
        return self.pairing.pk, self.made.day


@dataclass
class Rows(LedgerRows[Wanted]):
    homes: Homes = field(default_factory=Homes)
    pairings: Mapping[int, list[Pairing]] = field(default_factory=dict)
    known: set[Hashable] = field(default_factory=set)

    def take(self, cells: Cells) -> Wanted | None:
        home, day = self.homes.find(cells), cells["day"]
        assert isinstance(day, date)  # a row without it has an error
        held = [
            one for one in self.pairings.get(home.pk, []) if one.starts <= day and (not one.ends or day <= one.ends)
        ]
        if not held:
            raise Refusal(
                _("Household %(number)s had no helper on %(day)s."), {"number": home.number, "day": day}, code="no_helper",
                field="household", remedy=_("Pair the household first."),
            )  # fmt: skip
        given = cells["given"]
        one = Wanted(held[0], VisitMade(day, str(cells["text"]).strip(), given if isinstance(given, int) else 0))
        fault = fault_of(one.made, one.pairing)
        if fault:
            raise fault
        return None if one.key in self.known else one


class VisitImporter(LedgerImporter[Wanted]):
    kind: ImportKind = ImportKind.VISIT
    capability = ENTER_VISIT
    columns: Sequence[ColumnSpec] = COLUMNS
    needs_programme = True

    def rows(self, table: Table, context: Context) -> Rows:
        pairings: dict[int, list[Pairing]] = {}
        mine = Pairing.objects.filter(programme=programme_of(context)).select_related("household", "helper")
        for one in mine:
            pairings.setdefault(one.household_id, []).append(one)
        visits = Visit.objects.filter(pairing__in=mine.values("pk"), withdrawn_at=None)
        return Rows(
            table.sheet, table.mapping, list(table.problems), homes=Homes.below(context.region_code), pairings=pairings,
            known=set(visits.values_list("pairing", "day")),
        )  # fmt: skip

    def difference(self, row: int, one: Wanted) -> Difference:
        told = {"走访日期": str(one.made.day), "结对人": one.pairing.helper_name, "走访内容": one.made.text}
        if one.made.given_fen:
            told["慰问金额"] = money.show(one.made.given_fen)
        return Difference("new", one.pairing.household.number, row, {}, told, one.pairing.region_code)

    def as_row(self, one: Wanted) -> list[Any]:
        return [one.pairing.pk, str(one.made.day), one.made.text, one.made.given_fen]

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept, made = json.loads(plan), []
        pairings = Pairing.objects.in_bulk([row[0] for row in kept])
        for number, (pairing, day, said, fen) in enumerate(kept, 1):
            one = VisitMade(date.fromisoformat(day), said, fen)
            made.append(domain.enter_visit(pairings[pairing], one, actor=context.actor).pk)
            progress(number, len(kept))
        return Applied({"new": len(made)}, json.dumps(made))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        for visit in Visit.objects.filter(pk__in=json.loads(applied.journal or "[]"), withdrawn_at=None):
            domain.withdraw_visit(visit, reason=reason, actor=context.actor)


register(VisitImporter())
