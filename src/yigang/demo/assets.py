"""The first village's solar station with a year of 2.4 million yuan, some of it spent, and what its paired households live on."""

from __future__ import annotations

from datetime import date

from yigang.demo.accounts import FIRST_VILLAGE
from yigang.demo.bring import Staff, acting
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.foundation.papers.listing import Heading, typeset_listing
from yigang.payment.assets.domain import Paper, Received, Spent, add_asset, record_income, reverse, spend
from yigang.payment.enums import AllocationPurpose
from yigang.people import incomes
from yigang.people.incomes import Figures
from yigang.people.models import Household
from yigang.posts.models import Programme

VILLAGE = regioncode.pad(FIRST_VILLAGE)
HALF_YEARS = (
    Received(date(2020, 1, 1), date(2020, 6, 30), date(2020, 7, 10), 120_000_000, "农商行回单 0710-02"),
    Received(date(2020, 7, 1), date(2020, 12, 31), date(2021, 1, 8), 120_000_000, "农商行回单 0108-05"),
)
"""Together the 2.4 million yuan a year of the sources: 1.92 million, 240,000 and 240,000."""
SPENT = (
    (AllocationPurpose.POSTS, date(2020, 7, 20), 4_800_000, "七月村内保洁劳务，12 人", "劳务表 2020-07"),
    (AllocationPurpose.POSTS, date(2020, 8, 20), 4_800_000, "八月村内保洁劳务，12 人", "劳务表 2020-08"),
    (AllocationPurpose.AID, date(2020, 8, 3), 300_000, "三组一户火灾临时救助", "村委决议 12 号"),
    (AllocationPurpose.CASE, date(2020, 9, 15), 5_000_000, "通组路塌方修复，一事一议", "会议记录 9 号"),
)
WRONG = (AllocationPurpose.AID, date(2020, 8, 5), 300_000, "三组一户火灾临时救助", "村委决议 12 号")
"""Entered twice, and reversed."""
YEAR = 2020
LINE_FEN, LINE_SOURCE = 600_000, "国开发〔2020〕6号：国家扶贫标准的 1.5 倍左右（金额为预设）"
FIGURES = (
    Figures(1_450_000, 620_000, 0, 180_000, 210_000, "入户核实"),
    Figures(0, 380_000, 30_000, 260_000, 240_000, "入户核实"),
    Figures(960_000, None, 0, 90_000, None, "电话了解，生产收支待核实"),
)
"""Well above the line, below it, and undetermined."""


def keep(programme: Programme, staff: Staff) -> None:
    """Everything by the town's officer; the line by the county. Needs the pairings that `work` has made."""
    officer = staff.officer_of(VILLAGE)
    with acting(officer):
        fill_ledger(programme, officer)
    county = staff[Role.COUNTY_MANAGER]
    with acting(county):
        incomes.set_warning_line(
            regioncode.pad(VILLAGE[:6]), YEAR, LINE_FEN, source=LINE_SOURCE, actor=county
        )  # fmt: skip
    with acting(officer):
        homes = list(Household.objects.filter(region_code=VILLAGE, pairings__isnull=False).distinct().order_by("pk"))
        incomes.set_incomes([(home, YEAR, said) for home, said in zip(homes, FIGURES, strict=False)], actor=officer)


def fill_ledger(programme: Programme, officer: User) -> None:
    """Two incomes divided, spendings of every purpose, one reversed."""
    burnt = Household.objects.filter(region_code=VILLAGE).order_by("pk").first()
    station = add_asset(VILLAGE, "村级光伏电站", programme, note="300 千瓦，2017 年并网", actor=officer)
    for received in HALF_YEARS:
        record_income(station, received, actor=officer)
    for purpose, day, fen, text, paper in SPENT:
        scan = minutes() if purpose == AllocationPurpose.CASE else None
        home = burnt if purpose == AllocationPurpose.AID else None
        spend(VILLAGE, Spent(purpose, day, fen, text, paper, scan, home), actor=officer)
    reverse(spend(VILLAGE, Spent(*WRONG, recipient=burnt), actor=officer), reason="重复登记", actor=officer)


def minutes() -> Paper:
    """The village's meeting as a paper."""
    rows = [["1", "是否用一事一议资金修复通组路塌方", "到会 46 户，同意 45 户，弃权 1 户"]]
    headings = [Heading("序号"), Heading("议题"), Heading("结果")]
    made = typeset_listing(
        "村民一事一议会议记录", headings, rows, facts=["2020 年 9 月 12 日　村委会"], notes=["主持人：　　　记录人："],
        printed="演示", empty="", landscape=False,
    )  # fmt: skip
    return Paper(made.content, "一事一议会议记录.pdf")
