"""Absences found at inspections, kept like all evidence: through an intake, once, matched to their people."""

import polars as pl

from yigang.duty.domain import Target, register
from yigang.duty.enums import Source, Table


def _key(rows: pl.DataFrame, source: Source) -> pl.Series:  # noqa: ARG001 - one finding in any source
    return rows.select(pl.concat_str(["person_id", "day", "kind"], separator=":")).to_series()


TARGET = Target(
    "appraisal_finding", {"day": pl.Date, "kind": pl.String, "note": pl.String}, _key, texts=("note",), keeps_raw=False
)


def install() -> None:
    """Let the duty chapter's verbs keep findings."""
    register(Table.FINDINGS, TARGET)
