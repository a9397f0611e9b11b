"""Rows of `getcheckindata`, as the interface returns them or as they were saved.

Times are seconds since 1970, degrees whole numbers of 1/1,000,000. `exception_type` holds nothing, or several words with ";"
between: 时间异常, 地点异常, 未打卡, wifi异常, 非常用设备. A row 未打卡 shows that nobody was there; its time is the planned one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange import fields
from yigang.exchange.dingtalk.shape import BEHIND_CHINA, CHECK_INS, CheckIns, external_ids, finish
from yigang.foundation.errors import Problem, Refusal

KINDS = {"上班打卡": "on", "下班打卡": "off"}
OUT = "外出打卡"
MISSED, AT_WRONG_TIME, AT_WRONG_PLACE = "未打卡", "时间异常", "地点异常"
KNOWN = (MISSED, AT_WRONG_TIME, AT_WRONG_PLACE, "wifi异常", "非常用设备")
FIELDS = (
    "userid", "username", "groupname", "groupid", "checkin_type", "exception_type", "checkin_time",
    "sch_checkin_time", "location_title", "location_detail", "wifiname", "wifimac", "notes", "mediaids", "lat",
    "lng", "deviceid", "schedule_id", "timeline_id",
)  # fmt: skip
"""Fields that the documentation names, and the name by which the program says who a user is."""
DEGREE = 1_000_000
CHINA = timezone(BEHIND_CHINA)
_EARLIEST, _LATEST = datetime(2010, 1, 1, tzinfo=CHINA), datetime(2100, 1, 1, tzinfo=CHINA)


def read_api(
    source: bytes | str, *, datum: str = "GCJ-02", progress: Callable[[int, int], None] | None = None
) -> CheckIns:
    """Read one answer, a list of answers, or a list of rows, as JSON text."""
    rows = _rows(_loaded(source))
    problems: list[Problem] = [*fields.unknown(rows, FIELDS)]
    found = fields.each_read(
        rows, lambda row, number: _check_in(row, datum, number, problems), problems, progress
    )  # fmt: skip
    frame = pl.DataFrame(found, schema=CHECK_INS, orient="row").with_columns(source=pl.lit("wecom.api"))
    ids = external_ids(frame, "source", "user_id", "at", "planned_at", "work_date", "kind")
    return finish(frame.with_columns(ids), problems)


def _loaded(source: bytes | str) -> object:
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        raise Refusal(
            _("This is no JSON text."), code="not_json", remedy=_("Send the answer of the WeCom interface unchanged.")
        ) from None


def _rows(data: object) -> list[Mapping[str, Any]]:
    if isinstance(data, Mapping) and isinstance(data.get("checkindata"), list):
        return _rows(data["checkindata"])
    if isinstance(data, Sequence) and not isinstance(data, str) and all(isinstance(row, Mapping) for row in data):
        nested = [row for row in data if "checkindata" in row]
        return [row for answer in nested for row in _rows(answer)] if nested else list(data)
    raise Refusal(
        _("This JSON text holds no check-ins of WeCom."), code="not_attendance",
        remedy=_("Expected the answer of checkin/getcheckindata."),
    )  # fmt: skip


def _check_in(row: Mapping[str, Any], datum: str, number: int, problems: list[Problem]) -> dict[str, object]:
    user = str(row.get("userid") or "").strip()
    if not user:
        raise Refusal(_("This row names no user."), code="no_user", field="user_id")
    said = str(row.get("checkin_type") or "")
    faults = _faults(row, number, problems)
    kind, missed = KINDS.get(said, "other"), MISSED in faults
    at = _moment(row, "checkin_time")
    planned = _moment(row, "sch_checkin_time")
    if at is None:
        raise Refusal(_("This row has no time of the check-in."), code="no_time", field="at")
    lat, lng = _position(row)
    return {
        "name": _text(row, "username"), "user_id": user, "group": _text(row, "groupname"),
        "at": None if missed else at, "planned_at": planned or (at if missed else None),
        "work_date": (planned or at).astimezone(CHINA).date(), "kind": kind,
        "result": _result(kind, faults), "place": None if missed else _place(row, said, faults),
        "address": _text(row, "location_detail", "location_title"), "lat": lat, "lng": lng,
        "datum": datum if lat is not None else None, "source_type": "SYSTEM" if missed else "USER",
        "device": _text(row, "deviceid"), "remark": _text(row, "notes"),
        "raw": json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str),
    }  # fmt: skip


def _faults(row: Mapping[str, Any], number: int, problems: list[Problem]) -> set[str]:
    """The words of `exception_type`; a word that is not known is told, and shows nothing."""
    words = {word.strip() for word in str(row.get("exception_type") or "").replace("；", ";").split(";")} - {""}
    for word in sorted(words - set(KNOWN)):
        sentence = _("The result “%(text)s” is not known; the time counts, the result does not.")
        problems.append(Problem("unknown_result", sentence, {"text": word}, row=number, severity="warning"))
    return words


def _result(kind: str, faults: set[str]) -> str | None:
    """Late where it begins the work, early where it ends it; at a trip outside there is no right time."""
    if MISSED in faults:
        return "not_signed"
    if AT_WRONG_TIME in faults:
        return {"on": "late", "off": "early"}.get(kind)
    return None if faults - set(KNOWN) else "normal"


def _place(row: Mapping[str, Any], said: str, faults: set[str]) -> str | None:
    """WeCom judges the place of every check-in at work that has a place or a network; one outside is outside."""
    if said == OUT or AT_WRONG_PLACE in faults:
        return "outside"
    placed = _position(row)[0] is not None or _text(row, "wifimac", "location_title")
    return "inside" if said in KINDS and placed else None


def _moment(row: Mapping[str, Any], key: str) -> datetime | None:
    """Seconds since 1970; 0 and what is not there mean none."""
    written = str(row.get(key) or "").strip()
    if written in ("", "0"):
        return None
    try:
        moment = datetime.fromtimestamp(int(float(written)), CHINA)
    except (ValueError, OverflowError, OSError):
        moment = _LATEST
    if not _EARLIEST <= moment < _LATEST:
        raise Refusal(
            _("%(field)s is no time in seconds: %(text)s."),
            {"field": key, "text": written[:40]},
            code="not_a_time",
            field=key,
        )
    return moment


def _position(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Degrees; 0, 0 and what lies outside the earth mean that there was no fix."""
    try:
        lat, lng = int(row.get("lat") or 0) / DEGREE, int(row.get("lng") or 0) / DEGREE
    except (TypeError, ValueError, OverflowError):
        return None, None
    if (lat == 0 and lng == 0) or not (-90 <= lat <= 90 and -180 <= lng <= 180):
        return None, None
    return lat, lng


def _text(row: Mapping[str, Any], *keys: str) -> str | None:
    return next((str(row[key]).strip() for key in keys if str(row.get(key) or "").strip()), None)
