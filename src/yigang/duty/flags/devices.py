"""Rules about phones that speak for several people. These do look across people: that is their question."""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from yigang.duty.flags.found import Found, month_of, rows_of
from yigang.duty.flags.presence import SHOWN, distance
from yigang.policy.rule_table import Asked


def many_on_one_device(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """Each person of a device that several used on one day. A family may share a phone: the question says with whom."""
    rows = seen.filter(pl.col("device").is_not_null()).sort("at", "key")
    shared = rows.group_by("device", "day").agg(pl.col("person").unique().sort().alias("people"))
    shared = shared.filter(pl.col("people").list.len() >= asked["people"])
    grouped = (
        rows.join(shared, on=["device", "day"]).sort("at", "key")
        .group_by("person", "device", maintain_order=True)
        .agg(
            pl.col("day").n_unique().alias("days"), pl.col("day").max().alias("day"),
            pl.col("people").explode().unique().sort().alias("people"), pl.col("key").head(SHOWN).alias("keys"),
        ).sort("person", "device")
    )  # fmt: skip
    return [
        Found(
            "many_on_one_device", row["person"], row["day"], f"{row['person']}:{month_of(row['day'])}:{row['device']}",
            tuple(row["keys"]), {
                "days": row["days"], "others": [one for one in row["people"] if one != row["person"]],
            },
        )
        for row in rows_of(grouped)
    ]  # fmt: skip


def one_device_moving(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """One phone speaks for one person here and shortly after for another elsewhere: somebody carries it about."""
    rows = seen.filter(pl.col("device").is_not_null() & pl.col("lat").is_not_null()).sort("device", "at", "key")
    before = [
        pl.col(name).shift(1).over("device").alias(f"from_{name}") for name in ("key", "person", "at", "lat", "lon")
    ]
    steps = rows.with_columns(before).with_columns(metres=distance("lat", "lon", "from_lat", "from_lon"))
    gap = (pl.col("at") - pl.col("from_at")).dt.total_minutes()
    steps = steps.filter(
        pl.col("person") != pl.col("from_person"), gap <= asked["minutes"], pl.col("metres") >= asked["metres"]
    )
    found: list[Found] = []
    for row in rows_of(steps):
        figures = {"metres": round(row["metres"]), "seconds": int((row["at"] - row["from_at"]).total_seconds())}
        keys = (row["from_key"], row["key"])
        for person, other in ((row["person"], row["from_person"]), (row["from_person"], row["person"])):
            found.append(
                Found("one_device_moving", person, row["day"], f"{person}:{row['day']}:{row['device']}", keys,
                      figures | {"others": [other]})
            )  # fmt: skip
    return _first_of_each(found)


def _first_of_each(found: list[Found]) -> list[Found]:
    ordered = sorted(found, key=lambda one: (one.subject, one.rows))
    return ordered[:1] + [two for one, two in pairwise(ordered) if one.subject != two.subject]
