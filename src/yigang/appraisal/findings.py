"""Absences found at inspections, kept like all evidence: through an intake, once, matched to their people."""

from datetime import date

import polars as pl
from django.db import transaction

from yigang.appraisal.access import RECORD_FINDING
from yigang.appraisal.enums import FindingKind
from yigang.appraisal.models import Finding
from yigang.duty.domain import Target, register
from yigang.duty.domain.evidence import WHO, Evidence
from yigang.duty.domain.intake import keep
from yigang.duty.enums import Source, Table
from yigang.foundation.access import require
from yigang.foundation.models import User
from yigang.tenure.models import Appointment


def _key(rows: pl.DataFrame, source: Source) -> pl.Series:  # noqa: ARG001 - one finding in any source
    return rows.select(pl.concat_str(["person_id", "day", "kind"], separator=":")).to_series()


TARGET = Target(
    "appraisal_finding", {"day": pl.Date, "kind": pl.String, "note": pl.String}, _key, texts=("note",), keeps_raw=False
)


def install() -> None:
    """Let the duty chapter's verbs keep findings."""
    register(Table.FINDINGS, TARGET)


@transaction.atomic
def record_finding(held: Appointment, kind: FindingKind, day: date, note: str, *, actor: User) -> Finding:
    """Keep what an inspection found about one person on a day. The same finding is kept once; the first one stays.

    It speaks of this person alone: of whom nothing was found nothing is said (`appraisal.facts.coverage`).
    """
    require(actor, RECORD_FINDING, held.region_code)
    key = f"person {held.person_id}"
    row = {"row": 1, "raw": "{}", "key": key, "day": day, "kind": kind.value, "note": note.strip()[:200]}
    frame = pl.DataFrame([row], schema_overrides={"day": pl.Date})
    people = pl.DataFrame(
        [{"key": key, "person_id": held.person_id, "region_code": held.region_code, "by": "person"}]
    ).select(
        *(pl.col(name) if name == "key" else pl.lit(None, dtype=kept).alias(name) for name, kept in WHO.items()),
        "person_id", "region_code", "by",
    )  # fmt: skip
    keep(Evidence(Table.FINDINGS, Source.SHEET, held.region_code, day, day, frame), actor=actor, people=people)
    return Finding.objects.filter(intake__withdrawn_at=None).get(person=held.person_id, day=day, kind=kind)
