"""Rules about photos: used before, nearly used before, taken long ago, taken of a screen, of another face."""

from __future__ import annotations

import polars as pl

from yigang.duty.flags.found import Found, daily, rows_of
from yigang.policy.rule_table import Asked


def same_photo(pairs: pl.DataFrame, asked: Asked) -> list[Found]:
    """The very same file, or made of the very same original."""
    return _reused("same_photo", pairs.filter(pl.col("exact")), asked)


def near_same_photo(pairs: pl.DataFrame, asked: Asked) -> list[Found]:
    """Another file of what looks like the same picture."""
    near = (pl.col("bits") <= asked["bits"]) & (pl.col("fine_bits") <= asked["fine_bits"])
    return _reused("near_same_photo", pairs.filter(~pl.col("exact") & near), asked)


def _reused(kind: str, pairs: pl.DataFrame, asked: Asked) -> list[Found]:
    """By another person at whatever time; by the same person after so many hours. The likest earlier one is shown."""
    apart = (pl.col("at") - pl.col("other_at")).dt.total_seconds().abs() / 3600
    others = pl.col("person") != pl.col("other_person")
    rows = pairs.filter(others | (apart >= asked["hours"]), pl.col("key") != pl.col("other_key"))
    rows = rows.sort("fine_bits", "other_at", "other_key", nulls_last=True)
    rows = rows.unique(["key", "photo"], keep="first", maintain_order=True).sort("key", "photo")
    return [
        Found(
            kind, row["person"], row["day"], f"{row['key']}:{row['photo'][:16]}", (row["key"], row["other_key"]), {
                "photos": [row["photo"], row["other_photo"]], "bits": row["fine_bits"], "how": row["how"],
                "others": [row["other_person"]] if row["other_person"] != row["person"] else [],
                "hours": round(abs((row["at"] - row["other_at"]).total_seconds()) / 3600),
            },
        )
        for row in rows_of(rows)
    ]  # fmt: skip


def old_photo(photos: pl.DataFrame, asked: Asked) -> list[Found]:
    """Taken, by its own words, long before it was used."""
    hours = (pl.col("at") - pl.col("taken")).dt.total_seconds() / 3600
    rows = photos.with_columns(hours=hours).filter(pl.col("hours") > asked["hours"])
    return daily("old_photo", rows, pl.col("hours").max().round(0), pl.col("photo").alias("photos"))


def photo_of_screen(photos: pl.DataFrame, asked: Asked) -> list[Found]:
    """Lone peaks in the spectrum, as the grid of a screen leaves them."""
    rows = photos.filter(pl.col("screen") > asked["score"])
    return daily("photo_of_screen", rows, pl.col("screen").max().round(1), pl.col("photo").alias("photos"))


def other_face(photos: pl.DataFrame, asked: Asked) -> list[Found]:
    """No face in the photo is like the one on file. Only photos that were compared have a likeness at all."""
    rows = photos.filter(pl.col("likeness") < asked["likeness"])
    return daily("other_face", rows, pl.col("likeness").min().round(2), pl.col("photo").alias("photos"))
