"""Who serves in these programmes: people of their own, brought in by a roster as an office keeps it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from yigang.demo import files, names, numbers, paper, places
from yigang.demo.draw import Draw
from yigang.demo.paper import Sheet
from yigang.demo.population import BANKS, RURAL_KINDS
from yigang.demo.systems.kinds import ISSUER, System

SEED = 20210104
POOR, CAUSE = "建档立卡贫困户", "缺技术"


def people_of(system: System) -> pl.DataFrame:
    """One row a person with everything that a roster says, spread evenly over the villages: neighbours stand together."""
    draw = Draw(SEED)
    wanted = range(system.numbers, system.numbers + system.applicants)
    people = pl.DataFrame({"person": wanted}, schema={"person": pl.UInt64})
    sex = pl.when(draw.chance("sex", "person") < 0.4).then(pl.lit("F")).otherwise(pl.lit("M"))
    people = names.with_names(people.with_columns(sex=sex), draw)
    people = numbers.with_numbers(people, system.city, ISSUER).with_columns(_places(system))
    return people.with_columns(
        household=pl.concat_str("region_code", pl.col("person").cast(pl.String)), relation=pl.lit("户主"),
        address=pl.concat_str("town", "village", pl.lit("1组")), other_causes=pl.lit(None, pl.String),
        income=draw.between("income", 90, 300, "person") * 100,
        bank=pl.concat_str("county", draw.choice("bank", BANKS, "person")),
        **(_in_need(draw) if system.paid else _sent()),
    ).pipe(_in_post, system)  # fmt: skip


def _places(system: System) -> pl.DataFrame:
    villages = places.villages(system.town).head(system.villages)
    positions = [number * villages.height // system.applicants for number in range(system.applicants)]
    return villages[pl.Series(positions, dtype=pl.UInt32)]


def _in_need(draw: Draw) -> dict[str, pl.Expr]:
    return {
        "residence": pl.lit("农村"), "poor_kind": pl.lit(POOR), "main_cause": pl.lit(CAUSE),
        "hardship": draw.weighted("rural kind", RURAL_KINDS, "person"),
    }  # fmt: skip


def _sent() -> dict[str, pl.Expr]:
    """Officials whom their units send are in no need."""
    none = pl.lit(None, pl.String)
    return {"residence": pl.lit("城镇"), "poor_kind": pl.lit("一般户"), "main_cause": none, "hardship": none}


def _in_post(people: pl.DataFrame, system: System) -> pl.DataFrame:
    """The posts that they hold from the first day; none where a round is told first."""
    if system.opened:
        return people.with_columns(pl.lit(None, kind).alias(name) for name, kind in files.NO_POST.items())
    order = (pl.col("person").cast(pl.Int64) - system.numbers + 1).cast(pl.String).str.zfill(3)
    first = system.months(12)[0]
    return people.with_columns(
        post=pl.col("person").cast(pl.Int64), post_number=pl.concat_str(pl.lit(f"{system.letters}-"), order),
        starts=pl.lit(first), ends=pl.lit(None, pl.Date),
        agreement=pl.concat_str(pl.lit(f"{system.letters}{first.year}-"), order),
    )  # fmt: skip


def _as_agreed(system: System) -> dict[str, pl.Expr]:
    begin, end = system.clock
    return {"岗位职责": pl.lit(system.duty), "上班时间": pl.lit(begin), "下班时间": pl.lit(end)}


def roster(system: System, people: pl.DataFrame, folder: Path) -> Path:
    """The programme's roster."""
    rows = files.roster_columns(system.post_kind, people).with_columns(
        pl.when(pl.col("人员类别").is_not_null()).then(pl.col("类别佐证", "类别认定日期")),
        **({} if system.opened else _as_agreed(system)),
    )  # fmt: skip
    title = f"{system.name}花名册"
    return paper.write(folder / f"{title}.xlsx", [Sheet("花名册", rows, above=([title], ["单位：人、元"]))])
