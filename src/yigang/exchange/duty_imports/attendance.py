"""A table of attendance that is not DingTalk's: a row for each punch, or for each person and day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.duty.domain import TARGETS, WHO
from yigang.duty.enums import Source, Table
from yigang.exchange import cells
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.duty_imports import sheets
from yigang.exchange.duty_imports.reading import About, Reading, evidence_of
from yigang.foundation.errors import Problem, Refusal

CHINA = timezone(timedelta(hours=8))
NOON, NIGHT = time(12), time(21)
"""When somebody is taken to have been there whose table gives a day or a night without a time."""

KINDS = {
    "上班": "on",
    "签到": "on",
    "下班": "off",
    "签退": "off",
    "夜间": "night",
    "住村": "night",
    "巡护": "patrol",
    "其他": "other",
}
STATES = {
    "出勤": "present", "在岗": "present", "到岗": "present", "正常": "present", "出": "present", "√": "present", "是": "present",
    "迟到": "late", "早退": "early", "旷工": "absent", "缺勤": "absent", "旷": "absent",
    "未打卡": "not_signed", "缺卡": "not_signed",
    "请假": "away", "休假": "away", "休息": "away", "出差": "away", "培训": "away", "假": "away", "休": "away",
}  # fmt: skip
PLACES = {
    "村内": "inside", "范围内": "inside", "围栏内": "inside", "内": "inside", "村外": "outside", "范围外": "outside",
    "围栏外": "outside", "外勤": "outside", "外": "outside",
}  # fmt: skip

COLUMNS = (
    *sheets.PEOPLE,
    ColumnSpec("day", "日期", ("考勤日期", "出勤日期", "工作日期"), kind="date"),
    ColumnSpec("moment", "打卡时间", ("签到时间", "考勤时间", "时间")),
    ColumnSpec("kind", "打卡类型", ("类型", "考勤类型"), kind="choice", choices=KINDS),
    ColumnSpec("start", "上班时间", ("上班打卡", "上班", "到岗时间", "开始时间"), kind="time"),
    ColumnSpec("end", "下班时间", ("下班打卡", "下班", "离岗时间", "结束时间"), kind="time"),
    ColumnSpec("state", "出勤情况", ("考勤结果", "状态", "出勤状态", "打卡结果"), kind="choice", choices=STATES),
    ColumnSpec("night", "是否住村", ("住村", "夜间在村", "夜宿"), kind="yes_no"),
    ColumnSpec("place", "地点范围", ("是否在村", "范围"), kind="choice", choices=PLACES),
    ColumnSpec("address", "打卡地址", ("地点", "地址", "打卡地点")),
)


def read(
    source: Path | bytes,
    about: About,
    *,
    name: str = "",  # noqa: ARG001 - the rows tell their days
    remembered: Mapping[str, str] | None = None,
) -> Reading:
    """One check-in for each time that the table gives; a day without times is a check-in at noon, a night one at 21:00."""
    sheet = sheets.read(source, COLUMNS, remembered or {})
    events: list[dict[str, Any]] = []
    for row in sheet.frame.iter_rows(named=True):
        try:
            made = list(_events(row))
        except Refusal as refusal:
            place = sheet.table.mapping.place(refusal.field)
            sheet.problems.append(Problem.of(refusal, row=row["row"], column=place, sheet=sheet.table.sheet))
            continue
        if not made and row["state"] != "away":
            sentence = _("This row gives neither a time nor whether somebody was there; it was left out.")
            sheet.problems.append(Problem("nothing_said", sentence, row=row["row"], severity="warning"))
        events += made
    schema = TARGETS[Table.CHECK_INS].schema
    frame = pl.DataFrame(events, schema={**schema, "at": pl.Datetime("us", "UTC")}, orient="row")
    evidence = evidence_of(Table.CHECK_INS, Source.SHEET, frame, about)
    return Reading(evidence, sheet.problems, sheet.table.mapping.remember(), sheet.headings)


def _events(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The check-ins of one row, in order of time."""
    moment = _moment(row["moment"], row["day"]) if row["moment"] else None
    day = row["day"] or (moment and moment.date())
    if day is None:
        raise Refusal(_("The day is missing."), code="required", field="day")
    state = row["state"]
    result = {"present": None, "late": "late", "early": "early"}.get(state)
    if moment:
        yield _event(row, day, moment, row["kind"] or "other", state if state in ("not_signed", "absent") else result)
    if row["start"]:
        yield _event(row, day, _at(day, row["start"]), "on", "late" if state == "late" else None)
    if row["end"]:
        overnight = row["start"] is not None and row["end"] < row["start"]
        ends = _at(day + timedelta(days=int(overnight)), row["end"])
        yield _event(row, day, ends, "off", "early" if state == "early" else None)
    if state not in (None, "away") and not (moment or row["start"] or row["end"]):
        missed = state if state in ("absent", "not_signed") else result
        yield _event(row, day, _at(day, NOON), "other", missed)
    if row["night"]:
        yield _event({**row, "place": row["place"] or "inside"}, day, _at(day, NIGHT), "night", None)


def _event(row: dict[str, Any], day: date, at: datetime, kind: str, result: str | None) -> dict[str, Any]:
    who = {name: row.get(name) for name in ("row", "raw", *WHO)}
    return who | {
        "at": at, "day": day, "kind": kind, "result": result, "place": row["place"], "latitude": None,
        "longitude": None, "address": (row["address"] or "")[:200], "source": Source.SHEET.value,
    }  # fmt: skip


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, CHINA)


def _moment(written: str, day: date | None) -> datetime:
    """A time of the row's day, or a day with its time, as text or as Excel's number."""
    value: object = written
    if written.replace(".", "", 1).isdigit() and "." in written:
        value = float(written)
    try:
        clock = cells.time_(value)
    except Refusal:
        clock = None
    if clock is not None:
        if day is None:
            raise Refusal(_("“%(text)s” has no date, and the row has none either."), {"text": written}, code="no_day",
                          field="moment")  # fmt: skip
        return _at(day, clock)
    moment = cells.datetime_(value)
    assert moment is not None
    return moment.replace(tzinfo=CHINA)
