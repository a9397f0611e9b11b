"""Marks, points, findings and earlier appraisals as the engine's columns.

Marks and points are those of the month that holds the selection's first day. Frames follow `policy/facts.yaml`.
"""

from collections.abc import Mapping
from typing import TypeAlias

import polars as pl

from yigang.duty.enums import Table
from yigang.duty.facts import COVERAGE
from yigang.foundation.facts import Selection, read

Schema: TypeAlias = "Mapping[str, pl.DataType | type[pl.DataType]]"

MARKS = """
SELECT DISTINCT ON (m.appointment_id, m.name) m.appointment_id, m.name, m.value
FROM appraisal_mark m JOIN tenure_appointment a ON a.id = m.appointment_id
WHERE a.programme_id = %s AND a.region_code ^@ %s AND m.month = %s AND m.rhythm = 'month'
  AND NOT EXISTS (SELECT FROM appraisal_markwithdrawal w WHERE w.mark_id = m.id)
ORDER BY m.appointment_id, m.name, m.id DESC
"""

POINTS = """
SELECT e.appointment_id, e.kind, e.points
FROM appraisal_pointentry e JOIN tenure_appointment a ON a.id = e.appointment_id
WHERE a.programme_id = %s AND a.region_code ^@ %s AND e.month = %s
ORDER BY e.appointment_id, e.id
"""

FINDINGS = """
SELECT f.person_id, f.day, f.kind
FROM appraisal_finding f JOIN duty_intake i ON i.id = f.intake_id
WHERE i.withdrawn_at IS NULL AND f.day BETWEEN %s AND %s AND f.person_id IN (
  SELECT a.person_id FROM tenure_appointment a
  WHERE a.programme_id = %s AND a.region_code ^@ %s AND a.days && daterange(%s, %s, '[]'))
ORDER BY f.person_id, f.day, f.kind
"""

APPRAISALS = """
SELECT p.appointment_id, to_char(p.first, 'YYYY-MM'), p.grade, p.passed::int
FROM appraisal_appraisal p JOIN tenure_appointment a ON a.id = p.appointment_id
WHERE a.programme_id = %s AND a.region_code ^@ %s AND p.period = 'month' AND p.first < %s
  AND EXISTS (SELECT 1 FROM appraisal_appraisal last WHERE last.appointment_id = p.appointment_id
              AND last.period = 'month' AND last.first = (%s::date - interval '1 month')::date AND NOT last.passed)
ORDER BY p.appointment_id, p.first
"""


def marks(selection: Selection) -> pl.DataFrame:
    """The latest mark of each name for the month: appointment_id, name, value (points)."""
    month = selection.first.replace(day=1)
    schema: Schema = {"appointment_id": pl.Int64, "name": pl.String, "value": pl.Decimal(7, 2)}
    return read(MARKS, [selection.programme_id, selection.region_prefix, month], schema)


def points(selection: Selection) -> pl.DataFrame:
    """The entries of the ledger that count in the month: appointment_id, kind, points (what they do to the sum)."""
    month = selection.first.replace(day=1)
    schema: Schema = {"appointment_id": pl.Int64, "kind": pl.String, "points": pl.Decimal(7, 2)}
    return read(POINTS, [selection.programme_id, selection.region_prefix, month], schema)


def findings(selection: Selection) -> pl.DataFrame:
    """What inspections found from 1 January to the selection's last day: person_id, date, kind."""
    first, last = selection.first, selection.last
    parameters = [first.replace(month=1, day=1), last, selection.programme_id, selection.region_prefix, first, last]
    return read(FINDINGS, parameters, {"person_id": pl.Int64, "date": pl.Date, "kind": pl.String})


def coverage(selection: Selection) -> pl.DataFrame:
    """Who is spoken of by a finding of the year, whatever intakes say of the others: table, region_prefix, person_id."""
    people = findings(selection)["person_id"].unique().sort()
    rows = [(Table.FINDINGS.value, None, person) for person in people]
    return pl.DataFrame(rows, schema=COVERAGE, orient="row")


def appraisals(selection: Selection) -> pl.DataFrame:
    """Sealed months of those who failed the month before: appointment_id, period (`2020-06`), grade, passed.

    A run of failed months ends at the month before, so nobody else's history can matter: twelve months of history are
    not read for people who passed.
    """
    month = selection.first.replace(day=1)
    schema = {"appointment_id": pl.Int64, "period": pl.String, "grade": pl.String, "passed": pl.Int8}
    frame = read(APPRAISALS, [selection.programme_id, selection.region_prefix, month, month], schema)
    return frame.with_columns(pl.col("passed").cast(pl.Boolean))
