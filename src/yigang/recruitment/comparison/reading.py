"""Applicants and registers from the database as the columns that `match` compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl
from django.db.models import QuerySet

from yigang.foundation import facts
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.models import Person
from yigang.policy.comparison import RegisterKind
from yigang.recruitment.comparison import match
from yigang.recruitment.comparison.match import REGISTER, SUBJECTS
from yigang.recruitment.comparison.sieve import GLANCE, Sieve
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.models import Application, ComparisonRegister, ComparisonRow, Round

COMPARED = (ApplicationState.RUNNING,)
"""Whoever can still be hired."""

_APPLICANTS = """
SELECT a.id, encode(p.identity_index, 'hex'), encode(p.identity_cipher, 'hex'), p.name, p.birth,
       nullif(left(p.region_code, 6), '')
FROM recruitment_application a JOIN people_person p ON p.id = a.person_id
WHERE a.round_id = %s AND a.state = 'running' AND a.region_code LIKE %s ORDER BY a.id
"""
_HOUSEHOLD = """
SELECT a.id, m.id::text, encode(m.identity_index, 'hex'), m.name, m.birth, nullif(left(m.region_code, 6), '')
FROM recruitment_application a JOIN people_person p ON p.id = a.person_id
JOIN people_person m ON m.household_id = p.household_id AND m.id <> p.id
WHERE a.round_id = %s AND a.state = 'running' AND a.region_code LIKE %s AND m.died_on IS NULL ORDER BY a.id, m.id
"""
_GLANCE = """
SELECT id, name, birth, wanted::int FROM (
  SELECT id, name, birth, coalesce(identity_index = ANY(%s::bytea[]), false)
         OR name = ANY(%s::text[]) OR (identity_index IS NULL AND name = ANY(%s::text[])) AS wanted
  FROM recruitment_comparisonrow WHERE register_id = %s) r
WHERE wanted OR birth = ANY(%s::date[])
"""
"""Lines that are an applicant's by number, may be by name alone, or whose birth date is an applicant's."""
_LINES = """
SELECT id, encode(identity_index, 'hex'), nullif(fault, ''), name, birth, nullif(left(lives, 6), ''), nullif(born, '')
FROM recruitment_comparisonrow WHERE register_id = %s AND id = ANY(%s::bigint[])
"""


def applications(one: Round) -> QuerySet[Application]:
    """The applications that are compared."""
    return one.applications.filter(state__in=COMPARED)


@dataclass(frozen=True)
class Applicants:
    """The applicants of a round or a part of it in memory, with their numbers in clear for as long as the comparison runs."""

    themselves: pl.DataFrame
    numbers: dict[int, str]
    round_id: int
    prefix: str = ""

    @classmethod
    def of(cls, one: Round, prefix: str = "") -> Applicants:
        columns = {name: SUBJECTS[name] for name in ("subject", "identity", "name", "birth", "lives")}
        read = facts.read(
            _APPLICANTS, [one.pk, f"{prefix}%"],
            {"subject": pl.Int64, "identity": pl.String, "cipher": pl.String, "name": pl.String, "birth": pl.Date,
             "lives": pl.String},
        )  # fmt: skip
        box = vault()
        numbers = {
            subject: box.decrypt(bytes.fromhex(cipher), IDENTITY)
            for subject, cipher in read.select("subject", "cipher").iter_rows()
        }
        born = pl.Series([number[:6] for number in numbers.values()], dtype=pl.String)
        frame = read.select(columns.keys()).with_columns(via=pl.lit(""), born=born)
        return cls(frame.select(SUBJECTS.keys()), numbers, one.pk, prefix)

    @cached_property
    def household(self) -> pl.DataFrame:
        """The other members of the applicants' households; `via` is the member's id."""
        columns = {name: SUBJECTS[name] for name in SUBJECTS if name != "born"}
        read = facts.read(_HOUSEHOLD, [self.round_id, f"{self.prefix}%"], columns)
        return read.with_columns(born=pl.lit(None, pl.String)).select(SUBJECTS.keys())

    def subjects(self, *, household: bool) -> pl.DataFrame:
        return pl.concat([self.themselves, self.household]) if household else self.themselves

    @cached_property
    def sieve(self) -> Sieve:
        """What tells lines that may be alike from the rest."""
        return Sieve.of(self.themselves)

    def of_subjects(self, subjects: Sequence[int]) -> dict[int, str]:
        """Numbers in clear, for `match.Digits`."""
        return {subject: self.numbers[subject] for subject in subjects if subject in self.numbers}


def rows_of(register: ComparisonRegister, applicants: Applicants, kind: RegisterKind) -> pl.DataFrame:
    """The lines of a register that can be somebody's, as `match.REGISTER`: a glance at all of them, then these whole."""
    looked_for, sieve = Sought.of(applicants, kind), applicants.sieve
    days = [] if kind.fuzzy_from is None else sieve.born.to_list()
    seen = facts.read(
        _GLANCE, [looked_for.numbers, looked_for.names, looked_for.names_without_number, register.pk, days], GLANCE
    )
    return facts.read(_LINES, [register.pk, sieve.through(seen)], REGISTER)


@dataclass(frozen=True)
class Sought:
    """What makes a line somebody's without regard to its birth date: numbers, and names (of lines without a number)."""

    numbers: list[bytes]
    names: list[str]
    names_without_number: list[str]

    @classmethod
    def of(cls, applicants: Applicants, kind: RegisterKind) -> Sought:
        subjects = applicants.subjects(household=kind.household)
        numbers = [bytes.fromhex(key) for key in subjects["identity"].drop_nulls().unique().sort()]
        if kind.fuzzy_from is None:
            return cls(numbers, [], [])
        named = applicants.themselves.filter(pl.col("name") != "")
        anyhow = named.filter(match.by_name_alone(kind.fuzzy_from))
        return cls(numbers, *(frame["name"].unique().sort().to_list() for frame in (anyhow, named)))


def numbers_of_rows(rows: Sequence[int]) -> dict[int, str]:
    """The faulty numbers of lines as they were written, in clear, for `match.Digits`."""
    found = ComparisonRow.objects.filter(pk__in=list(rows), faulty_cipher__isnull=False)
    box = vault()
    return {
        pk: box.decrypt(bytes(cipher), IDENTITY) for pk, cipher in found.values_list("pk", "faulty_cipher") if cipher
    }


def members(ids: set[int]) -> dict[int, Person]:
    """Household members by their id."""
    return {person.pk: person for person in Person.objects.filter(pk__in=ids)}
