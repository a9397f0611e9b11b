"""A year of a place's asset income as a public notice: sums by purpose, and nothing about anybody."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import money, regioncode, regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.wording import chinese
from yigang.notices import queries as notices
from yigang.notices.domain import draft_notice
from yigang.notices.enums import NoticeKind, NoticeState
from yigang.notices.models import Notice
from yigang.payment.asset_models import AllocationEntry, AssetIncome
from yigang.payment.assets.access import KEEP_ASSETS
from yigang.payment.assets.domain import rule_on
from yigang.payment.assets.queries import CAME
from yigang.payment.enums import AllocationPurpose
from yigang.payment.settlement.village_list import WORKING_DAYS

ABOUT = "payment.assets_of_a_year"
PURPOSES = {
    AllocationPurpose.POSTS: "岗位及劳务", AllocationPurpose.AID: "特困救助", AllocationPurpose.CASE: "一事一议",
}  # fmt: skip
"""A notice is Chinese in every language."""
Figure = Literal["before", "came", "went", "times"]
FIGURES: tuple[Figure, ...] = ("before", "came", "went", "times")
NUMERALS = "一二三四五六七八九"
PAID_OUT = Q(kind="spending", reversed_by=None)


def about(region_code: str, year: int) -> tuple[str, int]:
    """What a notice of a place's year is about: the place's code with the year behind it."""
    return ABOUT, int(regioncode.pad(region_code)) * 10_000 + year


def notices_of(region_code: str, year: int) -> QuerySet[Notice]:
    """The notices of a place's year; newest first."""
    return notices.notices_about(*about(region_code, year))


@transaction.atomic
def draft_use(region_code: str, year: int, *, actor: User) -> Notice:
    """Write the notice of how a place's asset income was divided and spent in a year. It is published with the notices' own verb.

    Of the year that runs it says up to which day. Refused while another one hangs, and for a year in which nothing moved.
    """
    require(actor, KEEP_ASSETS, region_code)
    live = notices_of(region_code, year).exclude(state=NoticeState.TAKEN_DOWN).first()
    if live is not None:
        raise Refusal(
            _("This year of this place is a notice already: %(notice)s"), {"notice": str(live)}, code="noticed_already",
            remedy=_("If its figures are wrong, throw the draft away or take the notice down first."),
        )  # fmt: skip
    if not _entries(region_code).filter(day__year=year).exists():
        raise Refusal(
            _("Nothing came in or was spent in %(year)d."), {"year": year}, code="nothing", field="year",
            remedy=_("Choose a year of the ledger."),
        )  # fmt: skip
    return draft_notice(
        NoticeKind.PUBLICITY, f"{regions.name_of(region_code)}{year}年资产收益分配使用情况公示", region_code=region_code,
        body=text_of(region_code, year), opens=timezone.localdate(), working_days=WORKING_DAYS,
        about=about(region_code, year), actor=actor,
    )  # fmt: skip


def text_of(region_code: str, year: int) -> str:
    """The notice's text. What single entries say stays in the ledger: it could name somebody."""
    today = timezone.localdate()
    until = f"（截至{chinese(today)}）" if year >= today.year else ""
    lines = [f"现将{year}年度资产收益的分配和使用情况{until}予以公示。"]
    found = _figures(region_code, year)
    for numeral, (purpose, label) in zip(NUMERALS, PURPOSES.items(), strict=False):
        lines.append(f"{numeral}、{label}：{_sentence(found.get(purpose, {}))}")
    whole = {key: sum(each[key] or 0 for each in found.values()) for key in FIGURES}
    lines.append(f"合计：{_sentence(whole)}")
    incomes = AssetIncome.objects.filter(region_code=region_code, received_on__year=year, live=True)
    lines += _sources(incomes.select_related("asset__programme").order_by("asset__name", "received_on"))
    return "\n".join(lines)


def _entries(region_code: str) -> QuerySet[AllocationEntry]:
    return AllocationEntry.objects.filter(region_code=region_code).order_by()


def _figures(region_code: str, year: int) -> dict[str, dict[Figure, int]]:
    """Purpose → what was there before the year, what came, what went, how often something was spent. One query."""
    of_year = Q(day__year=year)
    sums = _entries(region_code).filter(day__lte=date(year, 12, 31)).values("purpose").annotate(
        before=Sum("amount_fen", filter=Q(day__lt=date(year, 1, 1)), default=0),
        came=Sum("amount_fen", filter=of_year & CAME, default=0),
        went=Sum("amount_fen", filter=of_year & ~CAME, default=0), times=Count("pk", filter=of_year & PAID_OUT),
    )  # fmt: skip
    return {one["purpose"]: {key: one[key] for key in FIGURES} for one in sums}


def _sentence(figures: dict[Figure, int]) -> str:
    before, came, went = (figures.get(key, 0) for key in ("before", "came", "went"))
    return (
        f"上年结余 {money.show(before)} 元，本年收入 {money.show(came)} 元，本年支出 {money.show(-went)} 元"
        f"（{figures.get('times', 0)} 笔），结余 {money.show(before + came + went)} 元。"
    )


def _sources(incomes: QuerySet[AssetIncome]) -> list[str]:
    """Which asset brought how much, and by which clause it was divided."""
    brought: dict[str, int] = {}
    cited: dict[str, None] = {}
    for one in incomes:
        brought[one.asset.name] = brought.get(one.asset.name, 0) + one.amount_fen
        cited[rule_on(one.asset.programme, one.received_on)[0].cites] = None
    if not brought:
        return []
    told = "；".join(f"{name} {money.show(fen)} 元" for name, fen in brought.items())
    return [f"收入来源：{told}。", f"分配依据：{'；'.join(cited)}。"]
