"""Rules that begin with what was paid: without evidence, to the dead, to who works elsewhere or has left, to one account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from yigang.policy.anomalies import strength
from yigang.policy.anomaly.frames import Suspect, Year, by_person, count_days, month_key, paid, parts, rows_of, span
from yigang.policy.rule_table import Asked

KEPT = 0.2
"""A kind of evidence is kept in a programme's month where at least so many of those paid have it: missing is not zero."""
KINDS = ("presence", "log", "result", "word", "met")
WORDS = ("days", "typed", "logs", "results", "words", "met")


def worked(year: Year) -> pl.DataFrame:
    """Each paid month with what is on record of it, noughts where nothing is; days as counts."""
    months = paid(year).join(year.work, on=["person", "month"], how="left").with_columns(pl.col(WORDS).fill_null(0))
    return months.with_columns(
        own=count_days(pl.col("days")), present=count_days(pl.col("days") | pl.col("typed"))
    ).sort("person", "month")


def of_months(code: str, months: pl.DataFrame, asked: Asked, needed: float, **figures: Any) -> list[Suspect]:
    """One anomaly a person who has so many of these months: rows of `worked`, one piece of evidence each."""
    found = []
    for person, rows in by_person(months):
        if rows.height >= needed:
            pieces = tuple(
                {"key": month_key(row["person"], row["month"]), "fen": row["fen"], "days": row["present"], "own": row["own"]}
                | {name: row[name] for name in ("logs", "results", "words", "met")}
                for row in rows_of(rows)
            )  # fmt: skip
            found.append(Suspect(
                code, (person,), f"{person}", *span(rows),
                strength(asked, rows.height, needed), pieces, {"months": rows.height} | figures, int(rows["fen"].sum()),
            ))  # fmt: skip
    return found


def unsupported_pay(year: Year, asked: Asked) -> list[Suspect]:
    """Paid months for which fewer kinds of evidence agree than are asked, of those kinds that are kept there at all."""
    has = {
        "presence": pl.col("own") >= asked["days"], "log": pl.col("logs") >= asked["logs"], "result": pl.col("results") > 0,
        "word": pl.col("words") > 0, "met": pl.col("met") > 0,
    }  # fmt: skip
    months = worked(year).with_columns(**{f"has_{kind}": has[kind] for kind in KINDS})
    kept = months.group_by("month").agg(**{f"kept_{kind}": pl.col(f"has_{kind}").mean() >= KEPT for kind in KINDS})
    months = months.join(kept, on="month").with_columns(
        agree=pl.sum_horizontal(*(f"has_{kind}" for kind in KINDS)),
        wanted=pl.min_horizontal(pl.sum_horizontal(*(f"kept_{kind}" for kind in KINDS)), pl.lit(int(asked["kinds"]))),
    )
    thin = months.filter(pl.col("agree") < pl.col("wanted")).sort("person", "month")
    return of_months("unsupported_pay", thin, asked, asked["months"], kinds=int(asked["kinds"]))


def idle(year: Year, asked: Asked) -> list[Suspect]:
    """Present nearly every day, and nothing to show for it; only where logs are kept, so that none means none."""
    months = worked(year)
    kept = months.group_by("month").agg(kept=(pl.col("logs") > asked["logs"]).mean() >= KEPT)
    nothing = months.join(kept, on="month").filter(
        pl.col("kept"), pl.col("present") >= asked["days"], pl.col("logs") <= asked["logs"], pl.col("results") == 0,
        pl.col("words") <= 0,
    ).sort("person", "month")  # fmt: skip
    return of_months("idle", nothing, asked, asked["months"])


def paid_after_death(year: Year, asked: Asked) -> list[Suspect]:
    """Months paid after the month of the death, and days present after it, also of that month."""
    months = year.work.join(year.pay.group_by("person", "month").agg(pl.col("fen").sum()), on=["person", "month"], how="full",
                            coalesce=True).with_columns(pl.col("days", "typed", "fen").fill_null(0))  # fmt: skip
    after = months.join(year.deaths, on="person").filter(pl.col("month") >= pl.col("died").dt.month_start())
    same = pl.col("month") == pl.col("died").dt.month_start()
    left = pl.when(same).then(pl.lit(2, dtype=pl.Int64).pow(pl.col("died").dt.day()).cast(pl.Int64)).otherwise(1)
    after = after.with_columns(
        late=count_days((pl.col("days") | pl.col("typed")) // left), fen=pl.when(same).then(0).otherwise("fen")
    ).filter((pl.col("late") > 0) | (pl.col("fen") > 0))
    found = []
    for person, rows in by_person(after.sort("person", "month", "key")):
        rows = rows.unique("month", keep="first", maintain_order=True)
        pieces = [{"key": rows["key"][0], "died": f"{rows['died'][0]}"}]
        pieces += [
            {"key": month_key(row["person"], row["month"]), "fen": row["fen"], "days": row["late"]}
            for row in rows_of(rows)
        ]
        found.append(_about("paid_after_death", person, rows, asked, pieces, died=f"{rows['died'][0]}"))
    return found


def works_elsewhere(year: Year, asked: Asked) -> list[Suspect]:
    """A register says so for a month in which the person was paid and present for many days."""
    months = worked(year).filter(pl.col("present") >= asked["days"])
    both = months.join(year.registers, on="person").filter(
        pl.col("month").is_between(pl.col("since").dt.month_start(), pl.col("until"))
    )
    found = []
    for person, rows in by_person(both.sort("person", "month", "key")):
        said = rows.unique("key", keep="first", maintain_order=True)
        pieces = [{"key": row["key"], "kind": row["kind"], "detail": row["detail"], "until": f"{row['until']}"}
                  for row in rows_of(said)]  # fmt: skip
        rows = rows.unique("month", keep="first", maintain_order=True)
        pieces += [
            {"key": month_key(row["person"], row["month"]), "fen": row["fen"], "days": row["present"]}
            for row in rows_of(rows)
        ]
        found.append(_about("works_elsewhere", person, rows, asked, pieces, days=int(rows["present"].sum())))
    return found


def paid_after_exit(year: Year, asked: Asked) -> list[Suspect]:
    """Lines of a month that begins after the last day of the appointment that they are paid for."""
    sums = year.pay.filter(pl.col("ended").is_not_null(), pl.col("month") > pl.col("ended"))
    rows_all = sums.group_by("person", "month", "ended").agg(pl.col("fen").sum(), pl.col("line").min())
    rows_all = rows_all.filter(pl.col("fen") > 0).sort("person", "month")
    found = []
    for person, rows in by_person(rows_all):
        pieces = [
            {"key": f"s:{row['line']}", "fen": row["fen"], "month": f"{row['month']:%Y-%m}"} for row in rows_of(rows)
        ]
        found.append(_about("paid_after_exit", person, rows, asked, pieces, ended=f"{rows['ended'][0]}"))
    return found


def _about(
    code: str, person: int, rows: pl.DataFrame, asked: Asked, pieces: Sequence[dict[str, Any]], **figures: Any
) -> Suspect:  # fmt: skip
    """One person's, a tenth stronger for each month."""
    power = strength(asked, rows.height)
    told = {"months": rows.height} | figures
    return Suspect(code, (person,), f"{person}", *span(rows), power, tuple(pieces), told, int(rows["fen"].sum()))


def shared_account(year: Year, asked: Asked) -> list[Suspect]:
    """A card that stands with several people, of whom at least one is paid here."""
    people = paid(year).group_by("person").agg(pl.col("fen").sum())
    cards = year.accounts.join(people, on="person", how="left")
    shared = cards.filter(
        pl.col("who").n_unique().over("card") >= asked["people"], pl.col("fen").is_not_null().any().over("card")
    )
    return [
        _of_accounts("shared_account", rows, asked, year, rows["who"].n_unique())
        for rows in parts(shared.sort("card", "person", "key"), "card")
    ]


def kept_account(year: Year, asked: Asked) -> list[Suspect]:
    """Somebody paid here has an account that a register says another keeps, or whose holder has another name."""
    people = paid(year).group_by("person").agg(pl.col("fen").sum())
    kept = year.accounts.filter(pl.col("kept"))["card"].unique()
    theirs = year.accounts.filter(~pl.col("kept")).join(people, on="person")
    told = theirs.filter(pl.col("foreign") | pl.col("card").is_in(kept.implode()))
    found = []
    for person, rows in by_person(told.sort("person", "key")):
        cards = year.accounts.filter(pl.col("kept"), pl.col("card").is_in(rows["card"].implode())).with_columns(
            fen=None
        )
        found.append(
            _of_accounts("kept_account", pl.concat([rows, cards.cast({"fen": pl.Int64})]), asked, year, 1, person)
        )
    return found


def _of_accounts(
    code: str, rows: pl.DataFrame, asked: Asked, year: Year, count: int, person: int | None = None
) -> Suspect:  # fmt: skip
    known = [int(each) for each in rows.filter(pl.col("fen").is_not_null())["person"].unique().sort()]
    known += [int(each) for each in rows["person"].drop_nulls().unique().sort() if int(each) not in known]
    who = (person,) if person is not None else tuple(known)
    pieces = list(rows_of(rows.unique("key", maintain_order=True).select("key", "person", "kept")))
    needed = asked.figures.get("people", 1)
    sum_fen = int(rows.unique("person")["fen"].fill_null(0).sum())
    return Suspect(
        code, who, ",".join(map(str, sorted(who))), year.first, year.last, strength(asked, max(count, needed), needed),
        tuple(pieces), {"people": count}, sum_fen,
    )  # fmt: skip
