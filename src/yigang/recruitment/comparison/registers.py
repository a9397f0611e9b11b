"""Registers that offices hand in: kept with their day, taken back, and their rows forgotten when they are not needed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, facts
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import StoredFile, User
from yigang.foundation.secrets import CARD, IDENTITY, vault
from yigang.policy.comparison import RegisterKind
from yigang.recruitment.comparison.access import LOAD_REGISTERS
from yigang.recruitment.models import ComparisonRegister, ComparisonRow

LINES: dict[str, pl.DataType | type[pl.DataType]] = {
    "number": pl.UInt32, "identity": pl.String, "fault": pl.String, "name": pl.String, "birth": pl.Date,
    "lives": pl.String, "born": pl.String, "card": pl.String, "detail": pl.String,
}  # fmt: skip
"""A register's lines as a reader gives them. `identity` is the number in clear (18 signs when `fault` is "")."""
PART = 50_000
"""Rows that are encrypted and written at once."""


@dataclass(frozen=True)
class Handed:
    """A register to be kept: which, true on which day, from which file, and its lines."""

    kind: RegisterKind
    as_of: date
    region_code: str
    file: StoredFile | None
    lines: pl.DataFrame


def digest_of(lines: pl.DataFrame) -> str:
    """Tells one content from another, whatever the order of the rows and the form of the file; keyed, as numbers are in it."""
    told = [name for name in LINES if name != "number"]
    joined = lines.select(pl.concat_str(pl.col(told).cast(pl.String).fill_null(""), separator="\x1f").alias("line"))
    body = "\x1e".join(joined["line"].sort())
    return vault().index(hashlib.sha256(body.encode()).hexdigest(), "comparison_register").hex()


def known_already(kind: str, region_code: str, digest: str) -> ComparisonRegister | None:
    """The register with the same rows that is there already."""
    return ComparisonRegister.objects.filter(
        kind=kind, region_code=region_code, digest=digest, forgotten_at=None
    ).first()


def newest(kind: str, region_code: str) -> ComparisonRegister | None:
    """The register of a kind that this office handed in with the latest day."""
    return ComparisonRegister.objects.filter(kind=kind, region_code=region_code, forgotten_at=None).first()


@transaction.atomic
def load_register(handed: Handed, *, actor: User, progress: Progress = silent) -> ComparisonRegister:
    """Keep a register. Refused when the same rows are there already, so that nothing is doubled."""
    require(actor, LOAD_REGISTERS, handed.region_code)
    digest = digest_of(handed.lines)
    _one_at_a_time(handed.region_code, handed.kind.code)
    if known := known_already(handed.kind.code, handed.region_code, digest):
        raise loaded_before(known)
    register = ComparisonRegister.objects.create(
        region_code=handed.region_code, kind=handed.kind.code, as_of=handed.as_of, file=handed.file, digest=digest,
        rows=handed.lines.height, faulty=_faulty(handed.lines), doubled=numbers_of_several(handed.lines).height,
        loaded_by=actor,
    )  # fmt: skip
    for start in range(0, handed.lines.height, PART):
        facts.write(ComparisonRow._meta.db_table, _sealed(handed.lines.slice(start, PART), register))
        progress(min(start + PART, handed.lines.height), handed.lines.height)
    after = {"kind": handed.kind.code, "as_of": handed.as_of, "rows": register.rows, "digest": digest}
    audit.record("recruitment.load_register", register, actor=actor, after=after)
    return register


def loaded_before(known: ComparisonRegister) -> Refusal:
    """The refusal of a register whose rows are there."""
    params: Mapping[str, object] = {"as_of": known.as_of, "day": timezone.localdate(known.loaded_at)}
    return Refusal(
        _("These very rows were handed in on %(day)s, as the register of %(as_of)s; nothing is taken twice."), params,
        code="loaded_before", field="file", remedy=_("Hand in the newer register, or go on with the one that is there."),
    )  # fmt: skip


def _faulty(lines: pl.DataFrame) -> int:
    return lines.filter(pl.col("fault").fill_null("") != "").height


def numbers_of_several(lines: pl.DataFrame) -> pl.DataFrame:
    """Identity numbers under which several names stand: `identity`, `names`, `numbers` (the rows)."""
    whole = lines.filter((pl.col("fault").fill_null("") == "") & pl.col("identity").is_not_null())
    grouped = whole.group_by("identity").agg(
        names=pl.col("name").unique().sort(), numbers=pl.col("number").sort(), people=pl.col("name").n_unique()
    )
    return grouped.filter(pl.col("people") > 1).drop("people").sort("identity")


def _sealed(lines: pl.DataFrame, register: ComparisonRegister) -> pl.DataFrame:
    """The lines as the table holds them: numbers encrypted, whole ones indexed; bytes as PostgreSQL's hex text."""
    box = vault()
    whole = [number if not fault else None for number, fault in lines.select("identity", "fault").iter_rows()]
    faulty = [number if fault else None for number, fault in lines.select("identity", "fault").iter_rows()]

    def hexed(values: list[str | None], field: str, *, index: bool) -> pl.Series:
        made = (box.index(one, field) if index else box.encrypt(one, field) for one in values if one is not None)
        return pl.Series([None if one is None else "\\x" + next(made).hex() for one in values], dtype=pl.String)

    cards = lines["card"].to_list()
    return lines.select(
        "number", "name", "birth", pl.col("fault", "lives", "born", "detail").fill_null(""),
        identity_index=hexed(whole, IDENTITY, index=True), identity_cipher=hexed(whole, IDENTITY, index=False),
        faulty_cipher=hexed(faulty, IDENTITY, index=False), card_index=hexed(cards, CARD, index=True),
        card_cipher=hexed(cards, CARD, index=False), register_id=pl.lit(register.pk),
        region_code=pl.lit(register.region_code),
    )  # fmt: skip


@transaction.atomic
def forget_rows(register: ComparisonRegister, *, reason: str, actor: User) -> ComparisonRegister:
    """Delete a register's rows, which hold many people who never applied; what it was and what it found stays."""
    require(actor, LOAD_REGISTERS, register.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the rows are deleted."), code="reason_missing", field="reason")
    register = ComparisonRegister.objects.select_for_update().get(pk=register.pk)
    if register.forgotten_at is not None:
        raise Refusal(_("The rows of this register are deleted already."), code="forgotten")
    _delete_rows(register)
    register.forgotten_at = timezone.now()
    register.save(update_fields=["forgotten_at"])
    after = {"kind": register.kind, "as_of": register.as_of, "reason": reason.strip()}
    audit.record("recruitment.forget_register", register, actor=actor, after=after)
    return register


@transaction.atomic
def take_back(register: ComparisonRegister, *, reason: str, actor: User) -> None:
    """Undo handing a register in. Refused when a comparison has found something in it, which somebody may rest on."""
    require(actor, LOAD_REGISTERS, register.region_code)
    register = ComparisonRegister.objects.select_for_update().get(pk=register.pk)
    if register.hits.exists():
        raise Refusal(
            _("Applicants were found in this register; it cannot be taken back."), code="register_used",
            remedy=_("Delete its rows instead: what was found stays and can be dismissed."),
        )  # fmt: skip
    before = {"kind": register.kind, "as_of": register.as_of, "rows": register.rows, "reason": reason}
    audit.record("recruitment.take_back_register", register, actor=actor, before=before)
    _delete_rows(register)
    register.delete()


def _delete_rows(register: ComparisonRegister) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {ComparisonRow._meta.db_table} WHERE register_id = %s", [register.pk])  # noqa: S608 - our own name


def _one_at_a_time(region_code: str, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('register ' || %s || ' ' || %s))", [region_code, kind])
