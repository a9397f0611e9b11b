"""Income of village assets as a table: each row divided by the policy when it is applied, taken back by reversing entries."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.ledgers import frame
from yigang.exchange.ledgers.frame import WHERE, LedgerImporter, LedgerRows
from yigang.exchange.registry import Applied, Context, Difference, register
from yigang.exchange.roster.places import Places
from yigang.exchange.tables import Table
from yigang.exchange.whom import Cells, text
from yigang.foundation import money, regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress
from yigang.payment.asset_models import Asset, AssetIncome
from yigang.payment.assets import domain
from yigang.payment.assets.access import KEEP_ASSETS
from yigang.payment.assets.domain import Received

COLUMNS = (
    *WHERE,
    ColumnSpec("asset", "资产名称", ("资产", "项目名称", "电站名称"), required=True),
    ColumnSpec("starts", "收益期间起", ("期间起", "开始日期"), required=True, kind="date"),
    ColumnSpec("ends", "收益期间止", ("期间止", "结束日期"), required=True, kind="date"),
    ColumnSpec("received_on", "到账日期", ("到账时间", "收款日期"), required=True, kind="date"),
    ColumnSpec("amount", "金额", ("收益金额", "到账金额"), required=True, kind="money"),
    ColumnSpec("paper", "凭证号", ("回单号", "凭证", "收据号"), required=True),
)
EXAMPLE = (
    "齐伯镇", "大坪村", "示例（请删除）", date(2020, 1, 1), date(2020, 6, 30), date(2020, 7, 10), 1_200_000_00, "回单 0710-1",
)  # fmt: skip


def template(created: datetime) -> bytes:
    notes = (("一行一笔", "每笔到账一行。资产要先在“村集体资产”里登记；收益按办法的比例自动分配。"),)
    return frame.template("资产收益", COLUMNS, EXAMPLE, notes, created)


@dataclass(frozen=True)
class Wanted:
    asset: Asset
    received: Received
    changes: bool = False

    @property
    def key(self) -> Hashable:
        return key_of(self.asset.pk, self.received)


def key_of(asset: int, one: Received | AssetIncome) -> Hashable:
    return asset, one.starts, one.ends, one.paper


@dataclass
class Rows(LedgerRows[Wanted]):
    places: Places = field(default_factory=lambda: Places(""))
    assets: Mapping[str, list[Asset]] = field(default_factory=dict)
    known: Mapping[Hashable, int] = field(default_factory=dict)
    """What is on file: key → fen."""

    def take(self, cells: Cells) -> Wanted | None:
        asset, days = self._asset(cells), [cells[key] for key in ("starts", "ends", "received_on")]
        first, last, on = (day for day in days if isinstance(day, date))
        received = Received(first, last, on, int(str(cells["amount"])), str(cells["paper"]).strip())
        fault = domain.fault_of(received)
        if fault:
            raise fault
        domain.rule_on(asset.programme, on)
        before = self.known.get(key_of(asset.pk, received))
        if before not in (None, received.amount_fen):
            raise Refusal(
                _("This voucher is on file with %(amount)s yuan."), {"amount": money.show(before or 0)}, code="on_file",
                field="amount", remedy=_("Take that income back first, if it is wrong."),
            )  # fmt: skip
        return None if before else Wanted(asset, received)

    def _asset(self, cells: Cells) -> Asset:
        name = str(cells["asset"]).strip()
        found = self.assets.get(name, [])
        if cells["village"] or cells["town"]:
            place = self.places.find(text(cells["town"]), text(cells["village"]), None)
            found = [one for one in found if one.region_code == place]
        if len(found) != 1:
            raise Refusal(
                _("%(count)d assets are called “%(name)s”."), {"count": len(found), "name": name}, code="asset",
                field="asset", remedy=_("Add the asset first, or name its village."),
            )  # fmt: skip
        return found[0]


class AssetIncomeImporter(LedgerImporter[Wanted]):
    kind: ImportKind = ImportKind.ASSET_INCOME
    capability = KEEP_ASSETS
    columns: Sequence[ColumnSpec] = COLUMNS

    def rows(self, table: Table, context: Context) -> Rows:
        assets: dict[str, list[Asset]] = {}
        below = {"region_code__startswith": regioncode.prefix_of(context.region_code)}
        for one in Asset.objects.filter(**below).select_related("programme"):
            assets.setdefault(one.name, []).append(one)
        known = {key_of(one.asset_id, one): one.amount_fen for one in AssetIncome.objects.filter(live=True, **below)}
        return Rows(
            table.sheet, table.mapping, list(table.problems), places=Places.below(context.region_code), assets=assets,
            known=known,
        )  # fmt: skip

    def difference(self, row: int, one: Wanted) -> Difference:
        rule, _version = domain.rule_on(one.asset.programme, one.received.received_on)
        parts = {
            str(purpose.label): money.show(fen) for purpose, fen in domain.split(rule, one.received.amount_fen).items()
        }
        told = {"凭证号": one.received.paper, "金额": money.show(one.received.amount_fen), **parts}
        return Difference("new", str(one.asset), row, {}, told, one.asset.region_code)

    def as_row(self, one: Wanted) -> list[Any]:
        said = one.received
        return [one.asset.pk, str(said.starts), str(said.ends), str(said.received_on), said.amount_fen, said.paper]

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        kept, made = json.loads(plan), []
        assets = Asset.objects.select_related("programme").in_bulk([row[0] for row in kept])
        for number, (asset, starts, ends, on, fen, paper) in enumerate(kept, 1):
            day = date.fromisoformat
            received = Received(day(starts), day(ends), day(on), fen, paper)
            made.append(domain.record_income(assets[asset], received, actor=context.actor).pk)
            progress(number, len(kept))
        return Applied({"new": len(made)}, json.dumps(made))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        made = AssetIncome.objects.filter(pk__in=json.loads(applied.journal or "[]"))
        domain.take_back_incomes(list(made), reason=reason, actor=context.actor)


register(AssetIncomeImporter())
