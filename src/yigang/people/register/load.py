"""Verbs of editions: a quarter's register is loaded whole, with the people nobody knew yet, and taken back whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import polars as pl
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from yigang.foundation import audit, facts, names, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import StoredFile, User
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.access import IMPORT_REGISTER
from yigang.people.enums import PoorKind, Relation, Residence, ReviewState
from yigang.people.holding import hold_members
from yigang.people.models import Household, LabourRecord, Person, RegisterChange, RegisterEdition
from yigang.people.register.compare import Compared, changes
from yigang.people.register.frames import LISTS, TEXTS, TRUTHS
from yigang.people.register.lists import ensure_lists

PART = 50_000
STEPS = 5
Runs = tuple[tuple[int, int], ...]
"""First and last key of every run of keys without a gap."""


@dataclass(frozen=True)
class Loaded:
    """What a load added, for its undo: the edition, people and households with a digest of how the people were left."""

    edition: int
    people: Runs
    households: Runs
    left: str = ""

    def dump(self) -> str:
        return json.dumps(self.__dict__)

    @classmethod
    def load(cls, text: str) -> Loaded:
        data = json.loads(text)
        people, households = ([tuple(run) for run in data[part]] for part in ("people", "households"))
        return cls(data["edition"], tuple(people), tuple(households), data["left"])


@transaction.atomic
def load_edition(
    compared: Compared, county: str, quarter: str, as_of: date, *, file: StoredFile | None = None, actor: User,
    progress: Progress = silent,
) -> Loaded:  # fmt: skip
    """Keep a quarter: its records, the people it names for the first time, and every difference for review.

    Nobody's file is changed: what the register says otherwise of a known person is a proposal.
    """
    code = regioncode.pad(county)
    require(actor, IMPORT_REGISTER, code)
    lock_registers(county)
    edition = _edition(compared, code, quarter, as_of, file, actor)
    households = _add_households(compared, county)
    progress(1, STEPS)
    register, people = _add_people(compared, county)
    progress(2, STEPS)
    _write_records(edition, register)
    progress(3, STEPS)
    _write_changes(edition, compared, register)
    ensure_lists(county)
    progress(4, STEPS)
    after = {"quarter": quarter, "rows": compared.register.height, "added": compared.unknown.height}
    audit.record("people.load_register", edition, actor=actor, after=after)
    return Loaded(edition.pk, people, households, _digest(people))


def lock_registers(county: str) -> None:
    """Registers of a county are loaded and taken back one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('register ' || %s))", [county])


def _edition(
    compared: Compared, code: str, quarter: str, as_of: date, file: StoredFile | None, actor: User
) -> RegisterEdition:  # fmt: skip
    return RegisterEdition.objects.create(
        region_code=code, quarter=quarter, as_of=as_of, previous=compared.previous, file=file, digest=compared.digest,
        rows=compared.register.height, added=compared.unknown.height, loaded_by=actor,
    )  # fmt: skip


def _new_keys(table: str, count: int) -> list[int]:
    """Keys for so many new rows, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [key for (key,) in cursor.fetchall()]


def _runs(keys: Iterable[int]) -> Runs:
    """Keys in order as runs without gaps: 1, 2, 3, 7 is (1, 3), (7, 7)."""
    runs: list[tuple[int, int]] = []
    for key in keys:
        if runs and key == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], key)
        else:
            runs.append((key, key))
    return tuple(runs)


def _add_households(compared: Compared, county: str) -> Runs:
    """The households of people who are not on file, as far as nobody knows them; with the file's 贫困户属性."""
    wanted = compared.unknown.filter(pl.col("household").is_not_null())
    wanted = wanted.group_by("region_code", "household").agg(pl.col("poor_kind").drop_nulls().first())
    known = _households(county).select("region_code", "household")
    new = wanted.join(known, on=["region_code", "household"], how="anti").sort("region_code", "household")
    keys = _new_keys(Household._meta.db_table, new.height)
    if new.height:
        rows = new.rename({"household": "number"}).with_columns(
            pl.Series("id", keys, dtype=pl.Int64), pl.lit("").alias("address"),
            pl.col("poor_kind").fill_null(str(PoorKind.NONE)),
        )  # fmt: skip
        facts.write(Household._meta.db_table, rows)
    return _runs(keys)


def _households(county: str) -> pl.DataFrame:
    schema = {"household_id": pl.Int64, "region_code": pl.String, "household": pl.String, "headed": pl.Int8}
    query = """SELECT h.id, h.region_code, h.number,
      EXISTS (SELECT 1 FROM people_person p WHERE p.household_id = h.id AND p.relation = 'head')::int
      FROM people_household h WHERE h.region_code ^@ %s"""
    return facts.read(query, [county], schema)


def _add_people(compared: Compared, county: str) -> tuple[pl.DataFrame, Runs]:
    """Everybody who was not on file; the register with every `person_id`, and the keys added."""
    unknown = compared.unknown
    keys = _new_keys(Person._meta.db_table, unknown.height)
    if not unknown.height:
        return compared.register, ()
    unknown = unknown.with_columns(pl.Series("person_id", keys, dtype=pl.Int64), relation=_relation()).drop(
        "household_id", strict=False
    )
    homes = _households(county)
    unknown = unknown.join(homes, on=["region_code", "household"], how="left", maintain_order="left")
    headed = pl.col("headed").fill_null(0) == 1
    second = (pl.col("relation") == "head") & (headed | ~_first_head() | pl.col("household").is_null())
    unknown = unknown.with_columns(
        relation=pl.when(second & pl.col("household").is_not_null()).then(pl.lit("other")).otherwise(pl.col("relation"))
    )
    hold_members((), unknown["household_id"].drop_nulls().unique().to_list())
    for part in unknown.iter_slices(PART):
        facts.write(Person._meta.db_table, _person_rows(part))
    added = unknown.select("key", pl.col("person_id").alias("added_id"))
    register = compared.register.join(added, on="key", how="left")
    return register.with_columns(person_id=pl.coalesce("person_id", "added_id")).drop("added_id"), _runs(keys)


def _relation() -> pl.Expr:
    return pl.col("relation").fill_null(str(Relation.OTHER))


def _first_head() -> pl.Expr:
    """The first of a household's heads in the file; a household has one."""
    return pl.col("row") == pl.col("row").filter(pl.col("relation") == "head").min().over("region_code", "household")


def _person_rows(part: pl.DataFrame) -> pl.DataFrame:
    safe = vault()
    numbers = part["number"].to_list()
    found = [names.keys(name) for name in part["name"]]
    return part.select(
        pl.col("person_id").alias("id"), "region_code", pl.col("name").str.slice(0, 60), "birth", "sex",
        pl.col("converted").alias("identity_converted"), pl.col("phone").fill_null(""), "household_id", "relation",
        pl.col("residence").fill_null(str(Residence.RURAL)),
    ).with_columns(
        pl.Series("pinyin", [each.sort[:200] for each in found]), pl.Series("initials", [each.initials[:30] for each in found]),
        pl.Series("identity_cipher", ["\\x" + value.hex() for value in safe.encrypt_all(numbers, IDENTITY)]),
        ("\\x" + part["key"]).alias("identity_index"),
        pl.Series("identity_last4_index", ["\\x" + safe.index_last4(number, IDENTITY).hex() for number in numbers]),
        pl.lit(timezone.now().isoformat()).alias("created_at"),
    )  # fmt: skip


def _write_records(edition: RegisterEdition, register: pl.DataFrame) -> None:
    plain = [name for name in TEXTS if name not in LISTS]
    for part in register.iter_slices(PART):
        found = [names.keys(name).sort[:200] for name in part["name"]]
        rows = part.select(
            "person_id", "birth", "sex", *plain, *TRUTHS, *(_array(name) for name in LISTS)
        ).with_columns(pl.Series("pinyin", found), pl.lit(edition.pk).alias("edition_id"))
        facts.write(LabourRecord._meta.db_table, rows)


def _array(name: str) -> pl.Expr:
    """Several values in one text as PostgreSQL's array."""
    quoted = pl.col(name).str.replace_all(r'(["\\])', r"\$1").str.split("、").list.eval('"' + pl.element() + '"')
    return ("{" + quoted.list.join(",").fill_null("") + "}").alias(name)


def _write_changes(edition: RegisterEdition, compared: Compared, register: pl.DataFrame) -> None:
    ids = dict(register.filter(pl.col("what").is_not_null()).select("row", "person_id").iter_rows())
    rows = (
        (each.person_id or ids[each.row], each.region_code, each.name, str(each.what), json.dumps(each.fields),
         _json(each.before), _json(each.after), _json(each.proposals))
        for each in changes(compared)
    )  # fmt: skip
    schema = ["person_id", "region_code", "name", "what", "fields", "before", "after", "proposals"]
    for part in _parts(rows):
        frame = pl.DataFrame(part, schema=schema, orient="row").with_columns(
            pl.col("fields").str.replace("[", "{", literal=True).str.replace("]", "}", literal=True),
            pl.lit(edition.pk).alias("edition_id"), pl.lit(str(ReviewState.OPEN)).alias("state"),
        )  # fmt: skip
        facts.write(RegisterChange._meta.db_table, frame)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _parts(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    rows = iter(rows)
    while part := list(islice(rows, PART)):
        yield part


_LEFT = """SELECT coalesce(md5(string_agg(md5(ROW(region_code, name, birth, sex, residence, phone, household_id,
  relation, photo_id, died_on)::text), '' ORDER BY id)), '') FROM people_person WHERE id BETWEEN %s AND %s"""


def _digest(people: Runs) -> str:
    """How the added people stand: another value later means that somebody has changed or removed one."""
    found = ""
    with connection.cursor() as cursor:
        for run in people:
            cursor.execute(_LEFT, list(run))
            found += cursor.fetchone()[0]
    return hashlib.sha256(found.encode()).hexdigest()


@transaction.atomic
def unload_edition(loaded: Loaded, *, reason: str, actor: User) -> None:
    """Take a quarter back: its records and differences, and the people that came with it.

    Refused when a later quarter was loaded, a difference was accepted or kept, an added person was changed, or
    something (an appointment, an application) stands on one.
    """
    edition = RegisterEdition.objects.select_for_update().get(pk=loaded.edition)
    require(actor, IMPORT_REGISTER, edition.region_code)
    lock_registers(edition.region_code[:6])
    _refuse_built_on(edition, loaded)
    shown = {"quarter": edition.quarter, "rows": edition.rows, "added": edition.added}
    audit.record("people.unload_register", edition, actor=actor, before=shown, after={"reason": reason})
    try:
        with transaction.atomic():
            _delete("people_registerchange", "edition_id", ((edition.pk, edition.pk),))
            _delete("people_labourrecord", "edition_id", ((edition.pk, edition.pk),))
            edition.delete()
            _delete("people_person", "id", loaded.people)
            _delete("people_household", "id", loaded.households)
            connection.check_constraints()
    except IntegrityError as error:
        raise Refusal(
            _("Something stands on a person or household that came with this register."), code="built_on",
            remedy=_("End what was begun for these people first, or load a corrected register for the next quarter."),
        ) from error  # fmt: skip


def _delete(table: str, column: str, runs: Runs) -> None:
    query = sql.SQL("DELETE FROM {} WHERE {} BETWEEN %s AND %s").format(sql.Identifier(table), sql.Identifier(column))
    with connection.cursor() as cursor:
        for run in runs:
            cursor.execute(query, list(run))


def _refuse_built_on(edition: RegisterEdition, loaded: Loaded) -> None:
    later = RegisterEdition.objects.filter(previous=edition).first()
    if later is not None:
        raise Refusal(
            _("The register of %(quarter)s was compared with this one."), {"quarter": later.quarter},
            code="later_edition", remedy=_("Undo the later import first."),
        )  # fmt: skip
    reviewed = edition.changes.exclude(state=ReviewState.OPEN).count()
    if reviewed:
        raise Refusal(
            _("%(count)d differences of this register have been decided; an undo would lose that."),
            {"count": reviewed}, code="reviewed", remedy=_("Load a corrected register for the next quarter."),
        )  # fmt: skip
    if _digest(loaded.people) != loaded.left:
        raise Refusal(
            _("People who came with this register were changed since; an undo would lose that."), code="changed_since",
            remedy=_("Load a corrected register for the next quarter."),
        )  # fmt: skip
