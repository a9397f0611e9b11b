"""What may be asked of an applicant: documented quantities, computed by `recruitment.facts`, judged by the policy's clauses.

Their words stand in `applicants.yaml`; `docs/algorithms/measures.md` is made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import yaml

from yigang.policy.exact import Columns, Flag, Scaled
from yigang.policy.expressions import Kind, Word
from yigang.policy.problems import Say

RANKING = "ranking"


@dataclass(frozen=True)
class PersonMeasure:
    """A documented quantity of an applicant on a day. Numbers are kept as integers of `places` decimals."""

    code: str
    zh: str
    en: str
    kind: Kind
    doc: Say
    missing: Say
    unit: Say
    places: int = 0
    most: int = 1
    least: int = 0
    ranking_only: bool = False

    @property
    def dtype(self) -> type[pl.DataType]:
        """The column that holds it: scaled integers, truths, words."""
        return {"number": pl.Int64, "truth": pl.Boolean, "text": pl.String}[self.kind]


@cache
def person_measures() -> tuple[PersonMeasure, ...]:
    """Every measure of an applicant, in the order of the documentation."""
    return tuple(map(_measure, yaml.safe_load(files("yigang.policy").joinpath("applicants.yaml").read_text("utf-8"))))


@cache
def by_name() -> Mapping[str, PersonMeasure]:
    """Every measure by its Chinese name and by its code."""
    return {spelling: one for one in person_measures() for spelling in (one.zh, one.code)}


@cache
def words(*, ranking: bool = False) -> Mapping[str, Word]:
    """The names that a clause (or, with `ranking`, a criterion) may use, in both spellings."""
    return {spelling: Word(one.zh, one.kind) for spelling, one in by_name().items() if ranking or not one.ranking_only}


@cache
def columns() -> Columns:
    """Chinese name → where it stands in a frame of applicants: a scaled number, a column of truths, one of words."""
    return {one.zh: _where(one) for one in person_measures()}


def _where(one: PersonMeasure) -> Scaled | Flag | str:
    if one.kind == "number":
        return Scaled(one.code, one.places, max(one.most, -one.least) * 10**one.places)
    return Flag(one.code) if one.kind == "truth" else one.code


def schema() -> dict[str, type[pl.DataType]]:
    """The columns of a frame of applicants: `applicant` and one per measure, null where the fact is missing."""
    return {"applicant": pl.Int64, **{one.code: one.dtype for one in person_measures()}}


def _measure(entry: dict[str, Any]) -> PersonMeasure:
    return PersonMeasure(
        code=entry["code"],
        zh=entry["zh"],
        en=entry["en"],
        kind=entry["kind"],
        doc=Say(**entry["doc"]),
        missing=Say(**entry["missing"]),
        unit=Say(**entry.get("unit", {"zh": "", "en": ""})),
        places=entry.get("decimals", 0),
        most=entry.get("most", 1),
        least=entry.get("least", 0),
        ranking_only=entry.get("used") == RANKING,
    )
