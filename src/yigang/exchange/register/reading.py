"""A register's rows as the columns that `people.register` compares: values read, villages found, numbers checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange import cells
from yigang.exchange.columns import ColumnSpec, simplify
from yigang.exchange.register import positions
from yigang.exchange.register.blocks import Sheet
from yigang.exchange.register.columns import LONGEST, LONGEST_PART, REGISTER, TRUTHS, YES
from yigang.exchange.register.seasons import read_months
from yigang.exchange.roster.columns import parts
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.places import Places
from yigang.foundation import identity, names
from yigang.foundation.errors import Refusal
from yigang.people.register.frames import FIELDS, SCHEMA

MOST_SAID = 1_000
"""Rows that are named of one mistake; the rest is counted."""
EXAMPLE_NAME = "示例"


@dataclass
class Reading(Notes):
    """A register as columns, with what is wrong with it. `bad` are rows that cannot be read."""

    frame: pl.DataFrame = field(default_factory=pl.DataFrame)

    def rows(self, bad: pl.DataFrame, key: str, refusal: Refusal, severity: str = "error") -> None:
        """Say the same of every row of a frame; of many, the first thousand and how many there are."""
        for row in bad["row"].head(MOST_SAID):
            self.note(refusal, row, key, "warning" if severity == "warning" else "error")
        if bad.height > MOST_SAID:
            self.say(
                bad["row"][MOST_SAID], key, "and_more", _("%(count)d further rows have the same mistake."),
                count=bad.height - MOST_SAID,
            )  # fmt: skip


def read_rows(sheet: Sheet, places: Places, today: date) -> Reading:
    """Every row of a sheet; where `problems` holds an error, `frame` may lack rows and must not be loaded."""
    frame = sheet.frame.filter(~pl.col("name").str.starts_with(EXAMPLE_NAME).fill_null(value=False))
    reading = Reading(sheet.name, sheet.mapping, frame=frame)
    _faults(reading, sheet)
    for spec in REGISTER:
        if spec.key not in reading.frame.columns:
            reading.frame = reading.frame.with_columns(pl.lit(None, pl.String).alias(spec.key))
        elif spec.kind not in ("identity", "text"):
            _read_column(reading, spec)
    _identities(reading, today)
    _regions(reading, places)
    _lengths(reading)
    _seasons(reading)
    positions.read(reading)
    _twice(reading)
    _heads(reading)
    truths = [(pl.col(key) == YES).alias(key) for key in TRUTHS]
    reading.frame = reading.frame.with_columns(truths).select("row", "number", "converted", "birth", "sex", *FIELDS)
    reading.frame = reading.frame.cast({name: kind for name, kind in SCHEMA.items() if name != "row"})
    return reading


def _faults(reading: Reading, sheet: Sheet) -> None:
    """Cells whose formula has no result or an error for one."""
    used = {column: key for key, column in sheet.mapping.columns.items()}
    for row, column in list(sheet.faults)[:MOST_SAID]:
        if column in used:
            reading.say(
                row + 1, used[column], "formula", _("The formula in this cell has no usable result."),
                remedy=_("Open the file in Excel or WPS, correct the formula and save it."),
            )  # fmt: skip


def _read_column(reading: Reading, spec: ColumnSpec) -> None:
    """Each distinct text is read once, by the reader that every table uses."""
    column = reading.frame[spec.key]
    values: dict[str, str | None] = {}
    refused: dict[str, Refusal] = {}
    for text in column.drop_nulls().unique(maintain_order=True).to_list():
        try:
            values[text] = _as_text(_reader(spec)(text))
        except Refusal as wrong:
            refused[text] = wrong
    for text, refusal in refused.items():
        reading.rows(reading.frame.filter(pl.col(spec.key) == text), spec.key, refusal)
    reading.frame = _replaced(reading.frame, spec.key, values)


def _replaced(frame: pl.DataFrame, key: str, values: Mapping[str, str | None]) -> pl.DataFrame:
    """A column with each text replaced by what it was read as; what is not in `values` becomes null."""
    read = pl.DataFrame(
        {key: list(values), "read": list(values.values())}, schema=dict.fromkeys((key, "read"), pl.String)
    )
    joined = frame.join(read, on=key, how="left", maintain_order="left")
    return joined.with_columns(pl.col("read").alias(key)).drop("read")


def _reader(spec: ColumnSpec) -> Callable[[object], object]:
    if spec.kind != "choice":
        return cells.READERS[spec.kind]
    known = {simplify(text): value for text, value in spec.choices.items()}

    def choose(value: object) -> str:
        found = known.get(simplify(str(value)))
        if found is None:
            raise Refusal(
                _("“%(text)s” is not among the known values: %(known)s."),
                {"text": str(value)[:40], "known": "、".join(list(spec.choices)[:8])}, code="unknown_choice",
                remedy=_("Write one of the template's values."),
            )  # fmt: skip
        return str(found)

    return choose


def _as_text(value: object) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def _identities(reading: Reading, today: date) -> None:
    """Numbers, birth dates and sexes; a column of either that says otherwise is a mistake."""
    found = identity.inspect(reading.frame["identity"], today=today)
    told = reading.frame.rename({"birth": "told_birth", "sex": "told_sex"}).with_columns(
        found["number18"].alias("number"), found["birth"], found["sex"], found["code"],
        found["converted_from_15"].alias("converted"),
    )  # fmt: skip
    for (code,), rows in told.filter(pl.col("code").is_not_null()).group_by("code", maintain_order=True):
        for row in rows.head(MOST_SAID).iter_rows(named=True):
            reading.note(_wrong_number(row["identity"], today), row["row"], "identity")
        if rows.height > MOST_SAID:
            reading.rows(rows.slice(MOST_SAID), "identity", Refusal(identity.SENTENCES[str(code)], {}, code=str(code)))
    good = told.filter(pl.col("code").is_null())
    other_birth = good.filter(pl.col("told_birth").str.to_date(strict=False) != pl.col("birth"))
    look = _("Compare both with the identity card.")
    reading.rows(
        other_birth, "birth",
        Refusal(_("The date of birth is not the identity number's."), code="birth_mismatch", remedy=look),
    )  # fmt: skip
    reading.rows(
        good.filter(pl.col("told_sex") != pl.col("sex")), "sex",
        Refusal(_("The identity number says otherwise about the sex."), code="sex_mismatch", remedy=look),
    )  # fmt: skip
    reading.frame = told.drop("told_birth", "told_sex", "identity", "code")


def _wrong_number(text: str | None, today: date) -> Refusal:
    try:
        identity.parse(text, today=today)
    except identity.IdentityError as error:
        return error
    return identity.IdentityError("characters")


def _regions(reading: Reading, places: Places) -> None:
    """Each pair of town and village is looked up once."""
    keys = ["town", "village", "region_code"]
    distinct = reading.frame.select(keys).unique(maintain_order=True)
    codes: list[str | None] = []
    for town, village, code in distinct.iter_rows():
        try:
            codes.append(places.find(town, village, code))
        except Refusal as refusal:
            codes.append(None)
            same = pl.all_horizontal(
                pl.col(key).eq_missing(value) for key, value in zip(keys, (town, village, code), strict=True)
            )
            reading.rows(reading.frame.filter(same), refusal.field, refusal)
    found = distinct.with_columns(pl.Series("found", codes, dtype=pl.String))
    joined = reading.frame.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")
    reading.frame = joined.with_columns(pl.col("found").alias("region_code")).drop("found", "town", "village")


def _lengths(reading: Reading) -> None:
    nobody = reading.frame.filter(pl.col("name").is_null())
    reading.rows(nobody, "name", Refusal(_("The name is missing."), code="name_missing"))
    for key, longest in LONGEST.items():
        long = reading.frame.filter(pl.col(key).str.len_chars() > longest)
        refusal = Refusal(
            _("The text has more than %(longest)d signs."), {"longest": longest}, code="too_long",
            remedy=_("Shorten it."),
        )  # fmt: skip
        reading.rows(long, key, refusal)
    for key in ("skills", "wanted_kinds"):
        _parted(reading, key)


def _parted(reading: Reading, key: str) -> None:
    """Several values of a cell, in the one way they are kept."""
    texts = reading.frame[key].drop_nulls().unique(maintain_order=True).to_list()
    read = {text: parts(text) for text in texts}
    long = [text for text, found in read.items() if any(len(one) > LONGEST_PART for one in found)]
    refusal = Refusal(
        _("One value has more than %(longest)d signs."), {"longest": LONGEST_PART}, code="too_long",
        remedy=_("Part several values by 、."),
    )  # fmt: skip
    reading.rows(reading.frame.filter(pl.col(key).is_in(long)), key, refusal)
    joined = {text: "、".join(dict.fromkeys(found)) or None for text, found in read.items()}
    reading.frame = _replaced(reading.frame, key, joined)


def _seasons(reading: Reading) -> None:
    """Free months and months elsewhere, as numbers parted by 、; a month cannot be both."""
    for key in ("free_months", "away_months"):
        months: dict[str, str | None] = {}
        for text in reading.frame[key].drop_nulls().unique(maintain_order=True).to_list():
            try:
                months[text] = "、".join(str(month) for month in read_months(text))
            except Refusal as refusal:
                reading.rows(reading.frame.filter(pl.col(key) == text), key, refusal)
        reading.frame = _replaced(reading.frame, key, months)
    free, away = pl.col("free_months").str.split("、"), pl.col("away_months").str.split("、")
    both = reading.frame.filter(free.list.set_intersection(away).list.len() > 0)
    both_said = Refusal(
        _("A month stands among the free months and among those of work elsewhere."), code="free_and_away",
        remedy=_("Fill in one of the two columns, or correct both."),
    )  # fmt: skip
    reading.rows(both, "away_months", both_said)


def _twice(reading: Reading) -> None:
    """One number for two rows: the same person twice, or two people under one number."""
    numbered = reading.frame.filter(pl.col("number").str.len_chars() == 18)
    first = numbered.group_by("number").agg(pl.col("row").first().alias("first"), pl.col("name").first().alias("who"))
    again = numbered.join(first, on="number", maintain_order="left").filter(pl.col("row") != pl.col("first"))
    for row in again.head(MOST_SAID).iter_rows(named=True):
        reading.note(_said_twice(row), row["row"], "identity")
    if again.height > MOST_SAID:
        reading.rows(
            again.slice(MOST_SAID), "identity", Refusal(_("The number stands in an earlier row."), code="twice")
        )


def _said_twice(row: dict[str, object]) -> Refusal:
    if names.normalise(str(row["who"])) == names.normalise(str(row["name"])):
        return Refusal(
            _("%(name)s stands in row %(first)s already."), {"name": row["name"], "first": row["first"]}, code="twice",
            remedy=_("Delete one of the two rows."),
        )  # fmt: skip
    return Refusal(
        _("Two people under one identity number: %(who)s in row %(first)s, %(name)s here."),
        {"who": row["who"], "first": row["first"], "name": row["name"]}, code="two_people",
        remedy=_("Compare both numbers with the identity cards."),
    )  # fmt: skip


def _heads(reading: Reading) -> None:
    """A household has one head; a second one is taken in, but not as head."""
    heads = reading.frame.filter((pl.col("relation") == "head") & pl.col("household").is_not_null())
    second = heads.filter(~pl.col("row").is_first_distinct() | (pl.len().over("region_code", "household") > 1))
    second = second.filter(pl.col("row") != pl.col("row").min().over("region_code", "household"))
    reading.rows(
        second, "relation",
        Refusal(
            _("The household has a head already; this person is taken in without that relation."), code="second_head",
            remedy=_("Correct the relation or the household's number."),
        ),
        severity="warning",
    )  # fmt: skip


def quarters_in(frame: pl.DataFrame) -> Sequence[str]:
    """The different texts of the column 季度, in their order."""
    return frame["quarter"].drop_nulls().unique(maintain_order=True).to_list() if "quarter" in frame.columns else []
