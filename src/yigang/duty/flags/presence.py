"""Rules about where and when somebody was seen: places, speeds, hours, clocks, habits. Each looks at one person alone."""

from __future__ import annotations

import polars as pl

from yigang.duty.flags.found import PROXY, Found, daily, month_of, rows_of
from yigang.policy.rule_table import Asked

LOCAL = "Asia/Shanghai"
EARTH_M = 6_371_008.8
SHOWN = 40
"""Keys of evidence that a flag keeps; a month of the same says no more."""


def outside_area(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """Farther from the area than allowed by more than the stated radius; or the source itself said “outside”."""
    measured = pl.col("off_m") - pl.col("acc").fill_null(0) > asked["metres"]
    told = pl.col("off_m").is_null() & (pl.col("place") == "outside")
    rows = seen.filter(measured | told).with_columns(
        _reasoned=(pl.col("photos") > 0) & (pl.col("why").fill_null("") != "")
    )
    return daily(
        "outside_area", rows, pl.col("off_m").max().round(0), pl.col("why").drop_nulls().first(),
        pl.col("address").drop_nulls().first(), pl.col("_reasoned").all().alias("reasoned"),
    )  # fmt: skip


def outside_hours(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """Going on or off duty in the dead of night; a night shift that ends after midnight counts for the day before."""
    local = pl.col("at").dt.convert_time_zone(LOCAL)
    hour = local.dt.hour() + local.dt.minute() / 60
    rows = seen.filter(
        pl.col("kind").is_in(["on", "off"]) & (local.dt.date() == pl.col("day")) & ~pl.col("source").is_in(PROXY),
        (hour < asked["from_hour"]) | (hour >= asked["to_hour"]),
    )
    return daily("outside_hours", rows, local.dt.strftime("%H:%M").first().alias("clock"))


def poor_accuracy(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """So often in a month that it is no accident of one valley."""
    rows = seen.filter(pl.col("acc") > asked["metres"])
    return [
        one for one in _monthly("poor_accuracy", rows, pl.col("acc").max().round(0).alias("worst_m"))
        if one.figures["times"] >= asked["times"]
    ]  # fmt: skip


def mock_reported(seen: pl.DataFrame, asked: Asked) -> list[Found]:  # noqa: ARG001 - a rule without a threshold
    """The phone's system said that its place was made by a program."""
    return daily("mock_reported", seen.filter(pl.col("mock")))


def identical_coordinates(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """A receiver's noise is metres; the same millionth of a degree on several days was not received."""
    rows = (
        seen.filter(pl.col("lat").is_not_null() & ~pl.col("source").is_in(PROXY) & (pl.col("kind") != "patrol"))
        .with_columns(spot=pl.format("{},{}", pl.col("lat").round(6), pl.col("lon").round(6)))
        .sort("at", "key")
    )
    grouped = rows.group_by("person", "spot", maintain_order=True).agg(
        pl.col("day").n_unique().alias("days"), pl.col("day").max().alias("day"), pl.col("key").head(SHOWN).alias("keys"),
        pl.len().alias("times"),
    ).filter(pl.col("days") >= asked["days"])  # fmt: skip
    return [
        Found(
            "identical_coordinates", row["person"], row["day"], f"{row['person']}:{month_of(row['day'])}:{row['spot']}",
            tuple(row["keys"]), {"days": row["days"], "times": row["times"], "spot": row["spot"]},
        )
        for row in rows_of(grouped.sort("person", "spot"))
    ]  # fmt: skip


def identical_address(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """For sources that give an address and no coordinates: one and the same all month."""
    rows = seen.filter(
        (pl.col("address").fill_null("") != "") & pl.col("lat").is_null() & ~pl.col("source").is_in(PROXY)
    )
    found = _monthly(
        "identical_address", rows, pl.col("address").n_unique().alias("addresses"), pl.col("address").first(),
        pl.col("day").n_unique().alias("days"),
    )  # fmt: skip
    return [one for one in found if one.figures["addresses"] == 1 and one.figures["days"] >= asked["days"]]


def impossible_speed(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """Two places of one person, by whatever device, too far apart for the time between, even at the edges of their radii."""
    here = seen.filter(pl.col("lat").is_not_null() & ~pl.col("source").is_in(PROXY)).sort("person", "at", "key")
    before = [pl.col(name).shift(1).over("person").alias(f"from_{name}") for name in ("key", "at", "lat", "lon", "acc")]
    steps = here.with_columns(before).filter(pl.col("from_key").is_not_null())
    metres = (
        distance("lat", "lon", "from_lat", "from_lon") - pl.col("acc").fill_null(0) - pl.col("from_acc").fill_null(0)
    )
    seconds = (pl.col("at") - pl.col("from_at")).dt.total_seconds()
    steps = steps.with_columns(metres=metres, seconds=seconds).filter(
        pl.col("metres") >= asked["metres"], pl.col("metres") * 3.6 > asked["kmh"] * pl.col("seconds")
    )
    return [
        Found(
            "impossible_speed", row["person"], row["day"], f"{row['from_key']}>{row['key']}", (row["from_key"], row["key"]),
            {"metres": round(row["metres"]), "seconds": row["seconds"]},
        )
        for row in rows_of(steps)
    ]  # fmt: skip


def clock_moved(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """The phone's clock stood elsewhere than the server's when something was recorded. The time counted is the right one."""
    rows = seen.filter(pl.col("moved_s").abs() > asked["minutes"] * 60)
    worst = pl.col("moved_s").sort_by(pl.col("moved_s").abs()).last().alias("moved_s")
    return daily("clock_moved", rows, worst)


def perfect_regularity(seen: pl.DataFrame, asked: Asked) -> list[Found]:
    """The entropy of the minute of the day, over a month: people vary, lists that are filled in do not."""
    local = pl.col("at").dt.convert_time_zone(LOCAL)
    rows = seen.filter(pl.col("kind").is_in(["on", "off"]) & ~pl.col("source").is_in(PROXY)).with_columns(
        minute=local.dt.hour().cast(pl.Int32) * 60 + local.dt.minute(), month=pl.col("day").dt.strftime("%Y-%m")
    )
    firsts = rows.sort("at", "key").unique(["person", "day", "kind"], keep="first", maintain_order=True)
    counts = firsts.group_by("person", "month", "kind", "minute").agg(pl.len().alias("n"))
    share = pl.col("n") / pl.col("n").sum()
    entropy = counts.group_by("person", "month", "kind").agg(
        -(share * share.log(2)).sum().alias("entropy"), pl.col("n").sum().alias("days"),
        pl.col("minute").sort_by("n", "minute").last(),
    ).filter(pl.col("days") >= asked["days"], pl.col("entropy") <= asked["entropy"] + 1e-9)  # fmt: skip
    keys = firsts.group_by("person", "month", "kind").agg(pl.col("key").head(SHOWN).alias("keys"), pl.col("day").max())
    joined = entropy.join(keys, on=["person", "month", "kind"]).sort("person", "month", "kind")
    return [
        Found(
            "perfect_regularity", row["person"], row["day"], f"{row['person']}:{row['month']}:{row['kind']}",
            tuple(row["keys"]), {
                "days": row["days"], "entropy": round(abs(row["entropy"]), 2), "kind": row["kind"],
                "clock": f"{row['minute'] // 60:02d}:{row['minute'] % 60:02d}",
            },
        )
        for row in rows_of(joined)
    ]  # fmt: skip


def distance(lat: str, lon: str, other_lat: str, other_lon: str) -> pl.Expr:
    """Great-circle distance of two places in columns of degrees, in metres."""
    one, two = pl.col(lat).radians(), pl.col(other_lat).radians()
    half_lon = (pl.col(other_lon) - pl.col(lon)).radians() / 2
    chord = ((two - one) / 2).sin() ** 2 + one.cos() * two.cos() * half_lon.sin() ** 2
    return 2 * EARTH_M * pl.min_horizontal(chord, 1.0).sqrt().arcsin()


def _monthly(kind: str, rows: pl.DataFrame, *figures: pl.Expr) -> list[Found]:
    grouped = (
        rows.sort("at", "key").group_by("person", pl.col("day").dt.strftime("%Y-%m").alias("month"), maintain_order=True)
        .agg(pl.col("key").head(SHOWN).alias("keys"), pl.len().alias("times"), pl.col("day").max().alias("last"), *figures)
        .sort("person", "month")
    )  # fmt: skip
    found = []
    for row in rows_of(grouped):
        person, month, keys, last = row.pop("person"), row.pop("month"), row.pop("keys"), row.pop("last")
        found.append(Found(kind, person, last, f"{person}:{month}", tuple(keys), row))
    return found
