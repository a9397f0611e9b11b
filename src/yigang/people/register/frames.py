"""The register as columns: what a file is read into, and what a quarter's records are read from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import polars as pl

from yigang.foundation import facts
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.models import RegisterEdition

TEXTS = (
    "name", "region_code", "phone", "household", "relation", "residence", "poor_kind", "education", "employment",
    "workplace", "employer", "health", "longitude", "latitude", "skills", "wanted_kinds", "free_months", "away_months",
)  # fmt: skip
TRUTHS = ("able", "willing", "in_training", "wants_training")
FIELDS = (*TEXTS, *TRUTHS)
"""What is compared between quarters. Several abilities, kinds of posts or months are one text, parted by 、."""
LISTS = ("skills", "wanted_kinds", "free_months", "away_months")
SCHEMA: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32, "number": pl.String, "converted": pl.Boolean, "birth": pl.Date, "sex": pl.String,
    **dict.fromkeys(TEXTS, pl.String), **dict.fromkeys(TRUTHS, pl.Boolean),
}  # fmt: skip
"""A register as it is read from a file: one row a person, null where the file says nothing, `number` with 18 signs."""
PERSON_FIELDS = ("name", "region_code", "phone", "household", "relation", "residence")
"""What the register says and a person's file keeps too: a difference there is a proposal."""


def digest(register: pl.DataFrame) -> str:
    """The same for the same people with the same facts, in whatever order and file they come."""
    made = hashlib.sha256()
    for part in register.select("number", *FIELDS).sort("number").iter_slices(50_000):
        made.update(part.write_csv(include_header=False, quote_style="always").encode())
    return made.hexdigest()


def with_keys(register: pl.DataFrame) -> pl.DataFrame:
    """Add `key`, the index of the identity number as hexadecimal text."""
    index = vault().index
    keys = [index(number, IDENTITY).hex() for number in register["number"]]
    return register.with_columns(pl.Series("key", keys, dtype=pl.String))


def people(county: str, keys: Sequence[str]) -> pl.DataFrame:
    """People on file by key: all of the county, and of the keys those registered elsewhere (read across regions)."""
    columns = """SELECT p.id, encode(p.identity_index, 'hex'), p.region_code, p.name, p.phone, p.residence, p.relation,
      h.number, p.household_id FROM people_person p LEFT JOIN people_household h ON h.id = p.household_id"""
    schema = {
        "person_id": pl.Int64, "key": pl.String, "region_code": pl.String, "name": pl.String, "phone": pl.String,
        "residence": pl.String, "relation": pl.String, "household": pl.String, "household_id": pl.Int64,
    }  # fmt: skip
    here = facts.read(f"{columns} WHERE p.region_code ^@ %s", [county], schema)
    unknown = list(set(keys) - set(here["key"]))
    if not unknown:
        return here
    asked = "SELECT decode(unnest(string_to_array(%s, ',')), 'hex')"
    there = facts.read(f"{columns} WHERE p.identity_index IN ({asked})", [",".join(unknown)], schema)
    return pl.concat([here, there.join(here, on="key", how="anti")])


def records(edition: RegisterEdition) -> pl.DataFrame:
    """A quarter's records as columns, with `person_id`."""
    plain = [name for name in TEXTS if name not in LISTS]
    selected = ", ".join(
        [
            *plain,
            *(f"nullif(array_to_string({name}, '、'), '')" for name in LISTS),
            *(f"{name}::int" for name in TRUTHS),
        ]
    )
    schema = {
        "person_id": pl.Int64, **dict.fromkeys(plain, pl.String), **dict.fromkeys(LISTS, pl.String),
        **dict.fromkeys(TRUTHS, pl.Int8),
    }  # fmt: skip
    query = f"SELECT person_id, {selected} FROM people_labourrecord WHERE edition_id = %s"  # noqa: S608 - our own columns
    found = facts.read(query, [edition.pk], schema)
    return found.with_columns(pl.col(TRUTHS).cast(pl.Boolean)).select("person_id", *FIELDS)
