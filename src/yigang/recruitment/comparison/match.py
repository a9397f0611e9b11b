"""Who of the applicants stands in a register: by number, then by likeness. Pure Polars, the same for any order of rows.

    subjects   subject (Int64), via (String, "" for the applicant), identity (String or null), name, birth (Date), lives,
               born (String: six digits of the region, null when not known)
    register   row (Int64), identity (String or null: a usable number's key), fault (String: what is wrong with the
               number, null when it is whole or absent), name, birth, lives, born

A number's key is opaque here (hex of the keyed index); `numbers` gives the digits of a few rows or subjects when a
faulty number must be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from yigang.foundation import names
from yigang.recruitment.comparison import likeness

SUBJECTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "subject": pl.Int64, "via": pl.String, "identity": pl.String, "name": pl.String, "birth": pl.Date,
    "lives": pl.String, "born": pl.String,
}  # fmt: skip
REGISTER: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64, "identity": pl.String, "fault": pl.String, "name": pl.String, "birth": pl.Date, "lives": pl.String,
    "born": pl.String,
}  # fmt: skip
HITS: dict[str, pl.DataType | type[pl.DataType]] = {
    "subject": pl.Int64, "via": pl.String, "row": pl.Int64, "exact": pl.Boolean, "likeness": pl.Float64,
    "name_class": pl.String, "birth_class": pl.String, "area_class": pl.String, "two_numbers": pl.Boolean,
    "near": pl.Boolean,
}  # fmt: skip
PAIR = ["subject", "row"]

Numbers = Callable[[Sequence[int]], dict[int, str]]
"""Ids → identity numbers in clear; ids without one are left out."""


@dataclass(frozen=True)
class Digits:
    """Where digits are looked up: of subjects and of register rows."""

    of_subjects: Numbers
    of_rows: Numbers


def compare(
    subjects: pl.DataFrame, register: pl.DataFrame, *, fuzzy_from: float | None, digits: Digits | None = None
) -> pl.DataFrame:
    """Hits as `HITS`: everyone whose number stands there, and, from a likeness of `fuzzy_from`, who may be meant.

    Members of a household (`via` not empty) are looked for by number only. `fuzzy_from` None: by number only.
    """
    subjects, register = subjects.select(SUBJECTS.keys()), register.select(REGISTER.keys())
    exact = _exact(subjects, register)
    if fuzzy_from is None:
        return exact.sort("subject", "via", "row")
    themselves = subjects.filter(pl.col("via") == "").unique("subject", keep="first", maintain_order=True)
    pairs = _candidates(themselves, register, fuzzy_from).join(exact, on=PAIR, how="anti")
    alike = _judged(_with_parts(pairs, themselves, register), digits).filter(pl.col("likeness") >= fuzzy_from)
    return pl.concat([exact, alike.select(HITS.keys())]).sort("subject", "via", "row")


def _exact(subjects: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    """By number; name and birth date are looked at too, because a number may have been borrowed."""
    keyed = register.filter(pl.col("identity").is_not_null())
    pairs = subjects.filter(pl.col("identity").is_not_null()).join(keyed, on="identity", suffix="_there")
    judged = _classes(pairs.with_columns(fault=pl.lit(None, pl.String), identity_there=pl.col("identity")))
    return judged.with_columns(exact=pl.lit(value=True), likeness=pl.lit(1.0), near=pl.lit(value=False)).select(
        HITS.keys()
    )


def _candidates(subjects: pl.DataFrame, register: pl.DataFrame, fuzzy_from: float) -> pl.DataFrame:
    """Pairs that may be alike enough: born on one day with names alike, or of one name with birth dates near."""
    wanted = subjects.select("birth").unique()
    born_then = register.join(wanted, on="birth", how="semi").select("row", "name", "birth")
    same_day = _name_keys(subjects.select("subject", "name", "birth")).join(_name_keys(born_then), on=["birth", "key"])
    return pl.concat([same_day.select(PAIR), _of_one_name(subjects, register, fuzzy_from)]).unique()


def _name_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """One row for each key of a name: names that are alike by `likeness.name_class` share at least one key."""
    keys = name_keys(frame.select("name").unique())
    listed = keys.unpivot(index="name", value_name="key").select("name", "key").drop_nulls()
    return frame.join(listed, on="name").drop("name")


def name_keys(names_of: pl.DataFrame) -> pl.DataFrame:
    """The keys of distinct names (`name`), each in a column of its own, null where a name has fewer.

    The keys are the sound, the name, the name with each sign left open, and with each sign taken out.
    """
    folded = with_folds(names_of.filter(pl.col("name") != ""))
    length = pl.col("fold").str.len_chars()
    longest = folded.select(length.max()).item() or 0

    def keyed(mark: str, key: pl.Expr, longer_than: int) -> pl.Expr:
        return pl.when(length > longer_than).then(pl.concat_str(pl.lit(mark), key))

    whole = [keyed("~", pl.col("sound"), 0), keyed("=", pl.col("fold"), 0), keyed("-", pl.col("fold"), 0)]
    opened = [keyed("=", _without(place, likeness.LOST), place) for place in range(longest)]
    taken = [keyed("-", _without(place), max(place, 2)) for place in range(longest)]
    return folded.select("name", *(key.alias(str(order)) for order, key in enumerate([*whole, *opened, *taken])))


def _without(place: int, instead: str = "") -> pl.Expr:
    return pl.concat_str(pl.col("fold").str.slice(0, place), pl.lit(instead), pl.col("fold").str.slice(place + 1))


def with_folds(distinct: pl.DataFrame) -> pl.DataFrame:
    """Adds `fold` and `sound` to a column `name` of distinct, normalised names: `likeness.folded` and `sound` at once."""
    dropped = pl.col("name").str.replace_all(f"[ {names.INTERPUNCT}]", "")
    one_form = dropped.str.replace_many(likeness.VARIANT_SIGNS).str.replace_all(
        likeness.DOUBTFUL.pattern, likeness.LOST
    )
    folded = distinct.with_columns(fold=one_form.str.to_uppercase())
    signs = folded["fold"].str.split("").explode().unique().drop_nulls().to_list()
    heard = pl.col("fold").str.replace_many({sign: f"{likeness.sign_sound(sign)} " for sign in signs if sign})
    return folded.with_columns(sound=heard.str.strip_chars_end(" "))


def _of_one_name(subjects: pl.DataFrame, register: pl.DataFrame, fuzzy_from: float) -> pl.DataFrame:
    """Pairs of the very same name whose birth dates differ or are not known, as far as their likeness can reach `fuzzy_from`."""
    named, anyhow = subjects.filter(pl.col("name") != ""), by_name_alone(fuzzy_from)
    unsure = register.filter(pl.col("identity").is_null())
    pairs = pl.concat([
        named.filter(~anyhow).join(unsure, on="name", suffix="_there"),
        named.filter(anyhow).join(register, on="name", suffix="_there"),
    ])  # fmt: skip
    here, there = pl.col("birth").dt, pl.col("birth_there").dt
    year, month, day = here.year() == there.year(), here.month() == there.month(), here.day() == there.day()
    exchanged = year & (here.month() == there.day()) & (here.day() == there.month())
    near = (year & month) | (year & day) | (month & day) | exchanged
    unknown = pl.col("birth").is_null() | pl.col("birth_there").is_null()
    bound = (
        likeness.NAME_WEIGHT
        + likeness.BIRTH_WEIGHT * pl.when(unknown).then(likeness.BIRTH_SCORES["unknown"]).otherwise(1.0)
        + likeness.AREA_WEIGHT * _area_bound()
        + likeness.NEAR_NUMBER * pl.col("fault").is_not_null()
    )
    return pairs.filter((near | unknown).fill_null(value=True) & (bound >= fuzzy_from)).select(PAIR)


def by_name_alone(fuzzy_from: float) -> pl.Expr:
    """Which subjects can be alike with a line of their name and another birth date even when it has a whole number.

    The others have a whole number themselves, and two whole numbers that differ make too little of the rest.
    """
    most = likeness.TWO_NUMBERS * (
        likeness.NAME_WEIGHT + likeness.BIRTH_WEIGHT * likeness.MOST_NEAR_BIRTH + likeness.AREA_WEIGHT
    )
    return pl.lit(most >= fuzzy_from) | pl.col("identity").is_null()


def _area_bound() -> pl.Expr:
    """1 in one county, .6 in one city or when a place is not known, .3 beyond."""
    pairs = [(a, f"{b}_there") for a in ("lives", "born") for b in ("lives", "born")]

    def alike(length: int) -> pl.Expr:
        return pl.any_horizontal(
            (pl.col(a).str.slice(0, length) == pl.col(b).str.slice(0, length)).fill_null(value=False) for a, b in pairs
        )

    known = pl.any_horizontal((pl.col(a).is_not_null() & pl.col(b).is_not_null()) for a, b in pairs)
    scores = likeness.AREA_SCORES
    return (
        pl.when(alike(6)).then(scores["county"]).when(alike(4)).then(scores["city"])
        .when(~known).then(scores["unknown"]).otherwise(scores["province"])
    )  # fmt: skip


def _with_parts(pairs: pl.DataFrame, subjects: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    there = register.join(pairs.select("row"), on="row", how="semi").rename(
        {name: f"{name}_there" for name in ("identity", "name", "birth", "lives", "born")}
    )
    return pairs.join(subjects, on="subject").join(there, on="row")


def _classes(pairs: pl.DataFrame) -> pl.DataFrame:
    """Adds how names, birth dates and places differ; every distinct pair of values is judged once."""
    pairs = _judged_once(pairs, ["name", "name_there"], "name_class", likeness.name_class)
    pairs = _judged_once(pairs, ["birth", "birth_there"], "birth_class", likeness.birth_class)
    areas = ["lives", "born", "lives_there", "born_there"]
    pairs = _judged_once(
        pairs, areas, "area_class", lambda lives, born, other, first: likeness.area_class((lives, born), (other, first))
    )
    two = pl.col("identity").is_not_null() & pl.col("identity_there").is_not_null()
    return pairs.with_columns(two_numbers=two & (pl.col("identity") != pl.col("identity_there")).fill_null(value=False))


def _judged_once(pairs: pl.DataFrame, columns: list[str], name: str, judge: Callable[..., str]) -> pl.DataFrame:
    distinct = pairs.select(columns).unique()
    filled = [judge(*values) for values in distinct.iter_rows()]
    return pairs.join(
        distinct.with_columns(pl.Series(name, filled, dtype=pl.String)), on=columns, how="left", nulls_equal=True
    )


def _judged(pairs: pl.DataFrame, digits: Digits | None) -> pl.DataFrame:
    """The likeness of every pair."""
    pairs = _classes(pairs)
    near = _near(pairs.filter(pl.col("fault").is_not_null() & (pl.col("name_class") != "")), digits)
    pairs = pairs.join(near, on=PAIR, how="left").with_columns(pl.col("near").fill_null(value=False))
    parts = ["name_class", "birth_class", "area_class", "two_numbers", "near"]
    distinct = pairs.select(parts).unique()
    values = [
        likeness.combined(name, birth, area, two_numbers=two, near=close)
        for name, birth, area, two, close in distinct.iter_rows()
    ]
    scored = distinct.with_columns(likeness=pl.Series(values, dtype=pl.Float64))
    return pairs.join(scored, on=parts).with_columns(exact=pl.lit(value=False))


def _near(pairs: pl.DataFrame, digits: Digits | None) -> pl.DataFrame:
    """Which pairs have numbers that differ by a slip of the finger only."""
    schema = {"subject": pl.Int64, "row": pl.Int64, "near": pl.Boolean}
    if digits is None or pairs.is_empty():
        return pl.DataFrame(schema=schema)
    ours = digits.of_subjects(pairs["subject"].unique().to_list())
    theirs = digits.of_rows(pairs["row"].unique().to_list())
    found = [
        (subject, row, likeness.near_number(ours[subject], theirs[row]))
        for subject, row in pairs.select(PAIR).iter_rows()
        if subject in ours and row in theirs
    ]
    return pl.DataFrame(found, schema=schema, orient="row")
