"""The one shape of check-ins that every DingTalk source is brought to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Problem

BEHIND_CHINA = timedelta(hours=8)
"""UTC against China's time, which has been the same since 1991; DingTalk is younger."""
MOMENT = pl.Datetime("us", "UTC")

CHECK_INS: dict[str, pl.DataType] = {
    "external_id": pl.String(),
    "name": pl.String(),
    "job_number": pl.String(),
    "user_id": pl.String(),
    "department": pl.String(),
    "group": pl.String(),
    "at": MOMENT,
    "planned_at": MOMENT,
    "work_date": pl.Date(),
    "kind": pl.String(),
    "result": pl.String(),
    "place": pl.String(),
    "address": pl.String(),
    "lat": pl.Float64(),
    "lng": pl.Float64(),
    "datum": pl.String(),
    "source_type": pl.String(),
    "device": pl.String(),
    "remark": pl.String(),
    "raw": pl.String(),
    "row": pl.UInt32(),
}
"""Columns of `CheckIns.frame`.

`at` is null where nobody was shown to be there; `kind` is on, off, or other where the source does not say; `result`
is normal, late, serious_late, early, absent, not_signed or null; `place` is inside, outside or null; `lat` and `lng`
are as the source gives them, in `datum`; `raw` is the source's row as JSON; `row` is the row in the file, null for
the API.
"""

ID_BYTES = 16
_REPORTED = 200
"""Duplicates named one by one; beyond it only their number is told."""

RESULTS = (
    ("not_signed", ("未打卡", "缺卡", "NotSigned")),
    ("serious_late", ("严重迟到", "SeriousLate")),
    ("absent", ("旷工", "Absenteeism")),
    ("late", ("迟到", "Late")),
    ("early", ("早退", "Early")),
    ("normal", ("正常", "外勤", "补卡", "改签", "加班", "Normal")),
)
"""What a result is called in code, and the words that show it; the first that fits counts."""
NO_RESULT = ("请假", "出差", "外出", "休息", "无需打卡", "-", "--")
"""Words in the place of a result that say nothing about a punch."""


@dataclass(frozen=True, slots=True)
class CheckIns:
    """Check-ins in the shape `CHECK_INS`, without duplicates, and what was wrong."""

    frame: pl.DataFrame
    problems: list[Problem]


def result_of(word: str) -> str | None:
    """The result by the source's word; None when the word says nothing about a punch. Unknown words raise KeyError."""
    for result, words in RESULTS:
        if any(part in word for part in words):
            return result
    if any(word.startswith(part) for part in NO_RESULT):
        return None
    raise KeyError(word)


def external_ids(frame: pl.DataFrame, *identifying: str) -> pl.Series:
    """128 bits of SHA-256 over the columns that make a punch the punch it is, as hex.

    The result is not among them: a punch whose result was corrected later is still the same punch.
    """
    joined = frame.select(
        pl.concat_str([pl.col(column).cast(pl.String).fill_null("") for column in identifying], separator="\x1f")
    ).to_series()
    digests = [hashlib.sha256(text.encode()).hexdigest()[: 2 * ID_BYTES] for text in joined]
    return pl.Series("external_id", digests, dtype=pl.String)


def finish(frame: pl.DataFrame, problems: list[Problem], sheet: str = "") -> CheckIns:
    """Bring to the shape, drop rows that repeat a punch, and say which."""
    shaped = frame.select(
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in CHECK_INS.items()
    )
    repeated = shaped.filter(~pl.col("external_id").is_first_distinct())
    if repeated.height:
        first = shaped.filter(pl.col("external_id").is_first_distinct()).select("external_id", first_raw="raw")
        told = repeated.head(_REPORTED).join(first, on="external_id", how="left", maintain_order="left")
        problems = [*problems, *(_repeated(row, sheet) for row in told.iter_rows(named=True))]
        if repeated.height > _REPORTED:
            rest = {"count": repeated.height - _REPORTED}
            sentence = _("%(count)d more rows repeat a check-in; each counts once.")
            problems.append(Problem("duplicates", sentence, rest, sheet=sheet, severity="note"))
        shaped = shaped.filter(pl.col("external_id").is_first_distinct())
    return CheckIns(shaped, problems)


def _repeated(row: dict[str, object], sheet: str) -> Problem:
    place = row["row"] if isinstance(row["row"], int) else None
    who = {"name": row["name"] or row["user_id"] or ""}
    if row["raw"] == row["first_raw"]:
        sentence = _("%(name)s has this check-in twice; it counts once.")
        return Problem("duplicate", sentence, who, row=place, sheet=sheet, severity="note")
    return Problem(
        "conflict",
        _("%(name)s has this check-in twice with different details; the first row is used."),
        who,
        row=place,
        sheet=sheet,
        severity="warning",
    )
