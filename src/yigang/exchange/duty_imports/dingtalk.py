"""DingTalk's check-ins, and WeCom's, as evidence: when, for which working day, on or off, seen or missed."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import CheckInResult, Source, Table
from yigang.exchange import wecom
from yigang.exchange.dingtalk import CheckIns, read_api, read_workbook
from yigang.exchange.duty_imports.reading import About, Reading, evidence_of
from yigang.exchange.enums import Datum
from yigang.foundation import gcj02
from yigang.foundation.errors import Problem
from yigang.foundation.jobs import Progress, silent

NOON = time(12)
"""When a missed check is noted whose planned time the file does not give."""
MISSED = (CheckInResult.NOT_SIGNED.value, CheckInResult.ABSENT.value)


def read(source: Path | bytes, about: About, *, datum: str = Datum.GCJ02, progress: Progress = silent) -> Reading:
    """Read the workbook, or the API's answer when the file begins as JSON does."""
    if _is_json(source):
        text = source if isinstance(source, bytes) else source.read_bytes()
        found = read_api(text, datum=datum, progress=progress)
    else:
        found = read_workbook(source, progress=progress)
        found = CheckIns(found.frame, [*found.problems, *_fenced(found.frame)])
    return reading_of(found, about)


def read_wecom(source: Path | bytes, about: About, *, datum: str = Datum.GCJ02, progress: Progress = silent) -> Reading:
    """Read the answer of WeCom's interface."""
    text = source if isinstance(source, bytes) else source.read_bytes()
    return reading_of(wecom.read_api(text, datum=datum, progress=progress), about, Source.WECOM)


def _fenced(frame: pl.DataFrame) -> list[Problem]:
    """Tells who hands the file in what is taken from its addresses."""
    inside = int((frame["place"] == "inside").sum())
    if not inside:
        return []
    sentence = _("%(count)d check-ins have an address and are called 正常; they are taken as made inside the place.")
    remedy = _("That holds where DingTalk's attendance group has a place set; without one it calls nothing 外勤.")
    return [Problem("taken_as_inside", sentence, {"count": inside}, remedy=remedy, severity="note")]


def _is_json(source: Path | bytes) -> bool:
    if isinstance(source, bytes):
        head = source[:16]
    else:
        with source.open("rb") as file:
            head = file.read(16)
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def reading_of(found: CheckIns, about: About, source: Source = Source.DINGTALK) -> Reading:
    """DingTalk's shape, which WeCom's rows are brought to as well, to ours.

    Rows that tell neither of a punch nor of a missed one (on leave, resting) are left out.
    """
    problems = list(found.problems)
    system = pl.col("source_type").eq_missing("SYSTEM")
    missed = pl.col("result").is_in(MISSED).fill_null(value=False) | (pl.col("at").is_null() & system)
    telling = found.frame.filter(missed | pl.col("at").is_not_null())
    if silent_rows := found.frame.height - telling.height:
        sentence = _("%(count)d rows tell of no check-in (on leave, resting, invalid) and were left out.")
        problems.append(Problem("no_check_in", sentence, {"count": silent_rows}, severity="note"))
    undated = pl.col("work_date").is_null() & pl.coalesce("at", "planned_at").is_null()
    for row, name in telling.filter(undated).select("row", "name").iter_rows():
        problems.append(Problem("no_day", _("The row of %(name)s has no day."), {"name": name or ""}, row=row))
    frame = _on_and_off(telling.filter(~undated)).with_columns(
        seen=pl.col("at").is_not_null(),
        at=pl.coalesce("at", "planned_at", _noon()),
        day=pl.coalesce("work_date", pl.col("at").dt.convert_time_zone("Asia/Shanghai").dt.date()),
        key=pl.col("user_id"),
        number=pl.col("job_number"),
        result=pl.when(missed & ~pl.col("result").eq_missing("absent")).then(pl.lit("not_signed")).otherwise("result"),
        address=pl.col("address").str.slice(0, 200),
    )
    frame = frame.with_columns(
        source=pl.when("seen").then(pl.lit(source.value)).otherwise(pl.lit(Source.SYSTEM.value)),
    )
    evidence = evidence_of(Table.CHECK_INS, source, _placed(frame), about)
    return Reading(evidence, problems)


def _noon() -> pl.Expr:
    return pl.col("work_date").dt.combine(NOON).dt.replace_time_zone("Asia/Shanghai").dt.convert_time_zone("UTC")


def _on_and_off(frame: pl.DataFrame) -> pl.DataFrame:
    """Whether a punch begins or ends the work, where the source does not say.

    A shift is planned in pairs, so the first, third and fifth planned time of a person's day begin work and the others
    end it, provided that the day has an even number of them; someone late began, someone early ended.
    """
    whose = ["user_id", "job_number", "name", "work_date"]
    turn = pl.col("planned_at").rank("dense").over(whose)
    paired = pl.col("planned_at").drop_nulls().n_unique().over(whose) % 2 == 0
    unsaid = pl.col("kind") == "other"
    return frame.with_columns(
        kind=pl.when(~unsaid).then("kind")
        .when(pl.col("result").is_in(["late", "serious_late"])).then(pl.lit("on"))
        .when(pl.col("result") == "early").then(pl.lit("off"))
        .when(pl.col("planned_at").is_not_null() & paired & (turn % 2 == 1)).then(pl.lit("on"))
        .when(pl.col("planned_at").is_not_null() & paired).then(pl.lit("off"))
        .otherwise("kind")
    )  # fmt: skip


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    """Coordinates as WGS-84; the source's own stay in `raw`."""
    shifted = frame["datum"].eq_missing("GCJ-02")
    given = frame.select(pl.col("lat", "lng").filter(shifted))
    lats, lngs = gcj02.many_to_wgs84(given["lat"].to_numpy(), given["lng"].to_numpy())
    moved = pl.when(shifted).then(shifted.cast(pl.UInt32).cum_sum() - 1)
    place = frame.with_columns(turn=moved)["turn"]
    return frame.with_columns(
        latitude=pl.when(shifted).then(pl.Series(lats).gather(place)).otherwise("lat"),
        longitude=pl.when(shifted).then(pl.Series(lngs).gather(place)).otherwise("lng"),
    )
