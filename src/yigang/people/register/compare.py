"""A quarter's register against the quarter before and against what is on file: who is new, who is gone, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.foundation import regioncode, rls
from yigang.foundation.errors import Refusal
from yigang.people.enums import ChangeKind
from yigang.people.models import RegisterEdition
from yigang.people.register.frames import FIELDS, PERSON_FIELDS, digest, people, records, with_keys

MOST_NAMED = 5
BEFORE, FILE = "before_", "file_"
"""Prefixes of the columns of the quarter before, and of a person's file."""


@dataclass(frozen=True)
class Compared:
    """What a register would do. `register` is the file with `key`, `person_id` (null: not known yet) and what was."""

    register: pl.DataFrame
    gone: pl.DataFrame
    """Records of the quarter before whose people are not in this one."""
    previous: RegisterEdition | None
    digest: str

    @property
    def unknown(self) -> pl.DataFrame:
        """Rows of people who are not on file."""
        return self.register.filter(pl.col("person_id").is_null())

    @property
    def changed(self) -> pl.DataFrame:
        """Rows that differ from the quarter before or from the person's file, with `what`."""
        return self.register.filter(pl.col("what").is_not_null())

    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, as they were, and how many people are gone."""
        found = dict(self.register.group_by("what").len().iter_rows())
        changed = found.get(ChangeKind.CHANGED, 0)
        new = found.get(ChangeKind.NEW, 0) if self.previous else self.unknown.height
        return {
            "rows": self.register.height, "new": new, "changed": changed, "unknown": self.unknown.height,
            "unchanged": self.register.height - new - changed, "vanished": self.gone.height,
        }  # fmt: skip


def compare(register: pl.DataFrame, county: str, quarter: str) -> Compared:
    """Look a register of `frames.SCHEMA` up, for a county (six digits). Changes nothing.

    Refused: a quarter that is not later than the newest, the newest quarter's people and facts again, and people who
    are registered in another county.
    """
    newest = RegisterEdition.objects.filter(region_code=regioncode.pad(county)).order_by("-quarter").first()
    made = digest(register)
    refuse_again(newest, quarter, made)
    keyed = with_keys(register)
    with rls.everywhere("a person is registered once in the whole register"):
        known = people(county, keyed["key"].to_list())
    _refuse_registered_elsewhere(keyed, known, county)
    joined = keyed.join(known.rename({name: FILE + name for name in PERSON_FIELDS}), on="key", how="left")
    before = (
        records(newest) if newest else pl.DataFrame(schema={"person_id": pl.Int64, **dict.fromkeys(FIELDS, pl.String)})
    )
    gone = before.join(joined, on="person_id", how="anti")
    earlier = before.rename({name: BEFORE + name for name in FIELDS}).with_columns(was=pl.lit(value=True))
    joined = joined.join(earlier, on="person_id", how="left")
    return Compared(joined.with_columns(_what(newest)), gone, newest, made)


def refuse_again(newest: RegisterEdition | None, quarter: str, made: str) -> None:
    """A register that was loaded before, whatever its file is called now."""
    if newest is None:
        return
    if newest.digest == made:
        raise Refusal(
            _("This is the register of %(quarter)s again: the same people with the same facts."),
            {"quarter": newest.quarter}, code="same_register",
            remedy=_("Ask for the file of the new quarter. If nothing has changed, there is nothing to load."),
        )  # fmt: skip
    if quarter <= newest.quarter:
        raise Refusal(
            _("The file is for %(quarter)s, and the register of %(newest)s is loaded already."),
            {"quarter": quarter, "newest": newest.quarter}, code="quarter_loaded",
            remedy=_("To load a corrected file, undo the import of that quarter first."),
        )  # fmt: skip


def _refuse_registered_elsewhere(keyed: pl.DataFrame, known: pl.DataFrame, county: str) -> None:
    elsewhere = known.filter(~pl.col("region_code").str.starts_with(county)).select("key")
    rows = keyed.join(elsewhere, on="key")["row"].sort().to_list()
    if rows:
        raise Refusal(
            _("%(count)d people of this file are registered in another county (rows %(rows)s)."),
            {"count": len(rows), "rows": "、".join(map(str, rows[:MOST_NAMED]))}, code="elsewhere", row=rows[0],
            remedy=_("Ask that county to move their files here, or take these rows out."),
        )  # fmt: skip


def differs(field: str) -> pl.Expr:
    """The register says otherwise than the quarter before."""
    return pl.col("was").is_not_null() & pl.col(field).ne_missing(pl.col(BEFORE + field))


def proposed(field: str) -> pl.Expr:
    """The register says something, and the person's file something else. An empty phone on file is nothing said."""
    on_file = pl.col(FILE + field)
    return pl.col("person_id").is_not_null() & pl.col(field).is_not_null() & pl.col(field).ne_missing(on_file)


def _what(newest: RegisterEdition | None) -> pl.Expr:
    """`new`, `changed` or null. In a county's first quarter nobody is new; only what differs from the files is shown."""
    changed = pl.any_horizontal(*(differs(field) for field in FIELDS), *(proposed(field) for field in PERSON_FIELDS))
    new = pl.col("was").is_null() if newest else pl.lit(value=False)
    return (
        pl.when(new).then(pl.lit(str(ChangeKind.NEW))).when(changed).then(pl.lit(str(ChangeKind.CHANGED))).alias("what")
    )


@dataclass(frozen=True)
class Change:
    """One person's difference, field by field."""

    row: int | None
    person_id: int | None
    region_code: str
    name: str
    what: str
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
    proposals: dict[str, list[Any]]


def changes(compared: Compared) -> Iterator[Change]:
    """Every difference: the file's rows in their order, then who is gone."""
    for row in compared.changed.iter_rows(named=True):
        yield _change(row)
    for row in compared.gone.iter_rows(named=True):
        before = {name: row[name] for name in FIELDS if row[name] is not None}
        what, person = ChangeKind.GONE, row["person_id"]
        yield Change(None, person, row["region_code"], row["name"], what, [], before, {}, {})


def _change(row: dict[str, Any]) -> Change:
    proposals = {
        name: [row[FILE + name], row[name]] for name in PERSON_FIELDS
        if row["person_id"] is not None and row[name] is not None and row[name] != row[FILE + name]
    }  # fmt: skip
    if row["what"] == ChangeKind.NEW:
        fields: list[str] = []
        before, after = {}, {name: row[name] for name in FIELDS if row[name] is not None}
    else:
        fields = [name for name in FIELDS if row["was"] and row[name] != row[BEFORE + name]]
        before, after = {name: row[BEFORE + name] for name in fields}, {name: row[name] for name in fields}
        fields += [name for name in proposals if name not in fields]
    return Change(
        row["row"], row["person_id"], row["region_code"], row["name"], row["what"], fields, before, after, proposals
    )
