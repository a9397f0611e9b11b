"""What offices hand in about the holders of posts: the year's results, and what was given out besides pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from yigang.demo import paper
from yigang.demo.draw import Draw
from yigang.demo.paper import Sheet
from yigang.demo.planted import Garden
from yigang.exchange.enums import ImportKind

DAY = "%Y-%m-%d"
FAILED_EVERY = 3
"""Of those who were not chosen again every third had failed the year."""
COVER_FUND, GEAR_FUND = "区级财政护林防火经费", "森林资源管护经费"
GEAR = (("防护用品", "防火服、二号工具", "185.00", 2), ("工作服", "护林员春秋工装", "160.00", None))
"""Kind, item, cost in yuan, and for how many years it is good; None: as long as it lasts."""


@dataclass(frozen=True)
class HolderFiles:
    """The year that ended within the term before, and what was given out at the beginning of each term."""

    results: Path
    provisions: tuple[Path, ...]

    @property
    def kinds(self) -> list[tuple[Path, ImportKind]]:
        """Each file with the import that takes it."""
        return [(self.results, ImportKind.YEAR_RESULT), *((file, ImportKind.PROVISION) for file in self.provisions)]


def write_all(garden: Garden, folder: Path) -> HolderFiles:
    """Both kinds of tables, beside the rosters."""
    before, now = garden.plan.term_before[0], garden.plan.term[0]
    provisions = (_provisions(garden, folder, before, gear=False), _provisions(garden, folder, now, gear=True))
    return HolderFiles(_results(garden, folder, before), provisions)


def _held(garden: Garden, first: date) -> pl.DataFrame:
    held = garden.population.held.filter(pl.col("term") == first.year)
    return garden.population.people.join(held, on="person").sort("post_number", "starts")


def _results(garden: Garden, folder: Path, first: date) -> Path:
    """Everybody who served in the year in which the term began, judged for it; those who were chosen again had passed."""
    draw, chosen_again = Draw(garden.plan.seed), pl.col("person") < garden.plan.posts
    failed = ~chosen_again & (pl.col("person") % FAILED_EVERY == 0)
    passing, failing = draw.between("year passed", 68, 98, "person"), draw.between("year failed", 35, 58, "person")
    served = _held(garden, first).filter(pl.col("starts").dt.year() == first.year)
    frame = served.select(
        乡镇="town", 姓名="name", 岗位编号="post_number", 年度=pl.lit(first.year),
        年度等次=pl.when(failed).then(pl.lit("不合格")).otherwise(pl.lit("合格")),
        年度得分=pl.when(failed).then(failing).otherwise(passing),
        依据文件=pl.lit(f"平林通〔{first.year + 1}〕2号"), 评定日期=pl.lit(f"{first.year + 1}-01-15"),
    )  # fmt: skip
    title = f"{garden.plan.programme_name}年度考核结果（{first.year}年度）"
    return paper.write(
        folder / f"年度考核结果-{first.year}年度.xlsx", [Sheet("年度考核", frame, above=([title],))]
    )  # fmt: skip


def _provisions(garden: Garden, folder: Path, first: date, *, gear: bool) -> Path:
    """A year's accident insurance for every holder, each under its own number; with `gear` what the term began with too."""
    held = _held(garden, first)
    until = pl.lit(f"{first.year + 1}-06-30")
    number = pl.format(f"PBYW{first.year}{{}}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5))
    parts = [_given(held, "意外伤害保险", "人身意外伤害险", "120.00", COVER_FUND, number, until)]
    for kind, item, cost, years in GEAR if gear else ():
        good = pl.lit(None if years is None else f"{first.year + years}-06-30", dtype=pl.String)
        parts.append(_given(held, kind, item, cost, GEAR_FUND, pl.lit(None, dtype=pl.String), good))
    title = f"{garden.plan.programme_name}保险和用品发放表（{first.year}年度）"
    return paper.write(
        folder / f"保险和用品-{first.year}年度.xlsx", [Sheet("发放表", pl.concat(parts), above=([title],))]
    )  # fmt: skip


def _given(
    held: pl.DataFrame, kind: str, item: str, cost: str, fund: str, number: pl.Expr, until: pl.Expr
) -> pl.DataFrame:  # fmt: skip
    return held.select(
        乡镇="town", 姓名="name", 岗位编号="post_number", 种类=pl.lit(kind), 名称=pl.lit(item),
        保单号或编号=number, 发放日期=pl.col("starts").dt.strftime(DAY), 有效期至=until, **{"费用（元）": pl.lit(cost)},
        资金来源=pl.lit(fund),
    )  # fmt: skip
