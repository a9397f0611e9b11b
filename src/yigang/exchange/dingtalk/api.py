"""Rows of `attendance/list` and `attendance/listRecord`, as the API returns them or as they were saved.

Numbers arrive as numbers or as strings, by version. Times are milliseconds since 1970. A missed check is a row of
`sourceType` SYSTEM whose `userCheckTime` repeats the planned time: nobody was there. So is a punch that DingTalk
itself calls invalid (`isLegal` N). The datum of coordinates is not documented; it is taken as GCJ-02 unless told
otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from yigang.exchange import fields
from yigang.exchange.dingtalk import places
from yigang.exchange.dingtalk.shape import BEHIND_CHINA, CHECK_INS, CheckIns, external_ids, finish, result_of
from yigang.foundation.errors import Problem, Refusal

LISTS = ("recordresult", "recordResult", "result", "data", "list")
KINDS = {"OnDuty": "on", "OffDuty": "off"}
PLACES = {"Normal": "inside", "Outside": "outside"}
KNOWN = (
    "id", "recordId", "planId", "groupId", "userId", "userid", "corpId", "workDate", "checkType", "timeResult",
    "locationResult", "baseCheckTime", "userCheckTime", "planCheckTime", "sourceType", "approveId", "procInstId",
    "isLegal", "invalidRecordType", "invalidRecordMsg", "userLatitude", "userLongitude", "userAccuracy",
    "userAddress", "userSsid", "userMacAddr", "baseLatitude", "baseLongitude", "baseAccuracy", "baseAddress",
    "baseSsid", "baseMacAddr", "classId", "deviceId", "deviceSN", "locationMethod", "outsideRemark", "bizId",
    "gmtCreate", "gmtModified", "features", "userName", "name", "jobNumber", "deptName",
)  # fmt: skip
"""Fields that the documentation names, and those by which the program says who a user is."""
CHINA = timezone(BEHIND_CHINA)
_EARLIEST, _LATEST = datetime(2010, 1, 1, tzinfo=CHINA), datetime(2100, 1, 1, tzinfo=CHINA)


def read_api(
    source: bytes | str | Sequence[Mapping[str, Any]] | Mapping[str, Any],
    *,
    datum: str = "GCJ-02",
    progress: Callable[[int, int], None] | None = None,
) -> CheckIns:
    """Read one answer of the API, a list of its rows, or a list of answers (pages), as JSON text or as objects."""
    rows = _rows(_loaded(source))
    problems: list[Problem] = [*fields.unknown(rows, KNOWN)]
    found = fields.each_read(
        rows, lambda row, number: _check_in(row, datum, number, problems), problems, progress
    )  # fmt: skip
    schema = {**CHECK_INS, "api_id": pl.String()}
    frame = pl.DataFrame(found, schema=schema, orient="row")
    ids = external_ids(
        frame.with_columns(source=pl.lit("dingtalk.api")),
        "source", "api_id", "user_id", "at", "planned_at", "work_date", "kind",
    )  # fmt: skip
    return finish(frame.with_columns(ids), problems)


def _loaded(source: object) -> object:
    if not isinstance(source, bytes | str):
        return source
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        raise Refusal(
            _("This is no JSON text."), code="not_json", remedy=_("Send the answer of the DingTalk API unchanged.")
        ) from None


def _rows(data: object) -> list[Mapping[str, Any]]:
    if isinstance(data, Mapping):
        return _rows_of_answer(data)
    if isinstance(data, Sequence) and not isinstance(data, bytes | str):
        if all(isinstance(row, Mapping) and not any(key in row for key in LISTS) for row in data):
            return list(data)
        return [row for answer in data for row in _rows(answer)]
    raise _unknown_answer()


def _rows_of_answer(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if str(answer.get("errcode", 0)) != "0":
        raise Refusal(
            _("DingTalk refused the request: %(message)s (%(code)s)."),
            {"message": str(answer.get("errmsg", ""))[:200], "code": str(answer["errcode"])},
            code="dingtalk_error",
        )
    for key in LISTS:
        if key in answer:
            return _rows(answer[key])
    if "userCheckTime" in answer or "userId" in answer:
        return [answer]
    raise _unknown_answer()


def _unknown_answer() -> Refusal:
    return Refusal(
        _("This JSON text holds no attendance rows of DingTalk."),
        code="not_attendance",
        remedy=_("Expected the answer of attendance/list or attendance/listRecord."),
    )


def _check_in(row: Mapping[str, Any], datum: str, number: int, problems: list[Problem]) -> dict[str, object]:
    user = _text(row, "userId", "userid")
    if user is None:
        raise Refusal(_("This row names no user."), code="no_user", field="user_id")
    source = _text(row, "sourceType")
    invalid = _is_invalid(row)
    missed = source == "SYSTEM" or _text(row, "timeResult") == "NotSigned"
    punched = _moment(row, "userCheckTime")
    if invalid:
        message = _text(row, "invalidRecordMsg", "invalidRecordType") or ""
        sentence = _("DingTalk calls this punch of %(user)s invalid (%(message)s); it shows no presence.")
        params = {"user": user, "message": message}
        problems.append(Problem("invalid_punch", sentence, params, row=number, severity="warning"))
    if punched is None and not missed:
        raise Refusal(_("This row has no time of the check-in."), code="no_time", field="at")
    lat, lng = _position(row)
    return {
        "api_id": _text(row, "recordId", "id"),
        "name": _text(row, "userName", "name"),
        "job_number": _text(row, "jobNumber"),
        "user_id": user,
        "department": _text(row, "deptName"),
        "group": _text(row, "groupId"),
        "at": None if missed or invalid else punched,
        "planned_at": _moment(row, "planCheckTime") or _moment(row, "baseCheckTime"),
        "work_date": _day(row) or (punched.astimezone(CHINA).date() if punched else None),
        "kind": KINDS.get(_text(row, "checkType") or "", "other"),
        "result": "not_signed" if missed else None if invalid else _result(row, number, problems),
        "place": None if missed or invalid else _place(row, source),
        "address": _text(row, "userAddress"),
        "lat": lat,
        "lng": lng,
        "datum": datum if lat is not None else None,
        "source_type": source,
        "device": _text(row, "deviceId", "deviceSN"),
        "remark": _text(row, "outsideRemark", "invalidRecordMsg"),
        "raw": json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str),
        "row": None,
    }


def _is_invalid(row: Mapping[str, Any]) -> bool:
    """Whether DingTalk threw the punch out: it says why, or gives it no result.

    `isLegal` is N for every punch that was late, early or outside as well, which are punches all the same.
    """
    if _text(row, "invalidRecordType", "invalidRecordMsg"):
        return True
    legal = (_text(row, "isLegal") or "Y").upper() not in {"N", "FALSE", "0"}
    return not legal and not _text(row, "timeResult", "locationResult")


def _place(row: Mapping[str, Any], source: str | None) -> str | None:
    """DingTalk's word, else the distance to its point; a punch that somebody else set shows no place."""
    if source in places.SET_LATER:
        return None
    return PLACES.get(_text(row, "locationResult") or "") or _by_distance(row)


def _text(row: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        value = row.get(key)
        if value is not None and str(value).strip():
            return str(value).strip()
    return None


def _moment(row: Mapping[str, Any], key: str) -> datetime | None:
    """Milliseconds since 1970 as a moment; 0 and empty mean none."""
    written = _text(row, key)
    if written is None or written == "0":
        return None
    try:
        moment = datetime.fromtimestamp(int(float(written)) / 1000, CHINA)
    except (ValueError, OverflowError, OSError):
        moment = _LATEST
    if not _EARLIEST <= moment < _LATEST:
        raise Refusal(
            _("%(field)s is no time in milliseconds: %(text)s."),
            {"field": key, "text": written[:40]},
            code="not_a_time",
            field=key,
        )
    return moment


def _day(row: Mapping[str, Any]) -> date | None:
    moment = _moment(row, "workDate")
    return moment.date() if moment else None


def _result(row: Mapping[str, Any], number: int, problems: list[Problem]) -> str | None:
    written = _text(row, "timeResult")
    if written is None:
        return None
    try:
        return result_of(written)
    except KeyError:
        sentence = _("The result “%(text)s” is not known; the time counts, the result does not.")
        problems.append(Problem("unknown_result", sentence, {"text": written}, row=number, severity="warning"))
        return None


def _by_distance(row: Mapping[str, Any]) -> str | None:
    """What DingTalk has not judged, by the distance to its attendance point."""
    return places.by_distance({key: _number(row, key) for key in places.DISTANCE_KEYS})


def _number(row: Mapping[str, Any], key: str) -> float | None:
    try:
        return float(_text(row, key) or "")
    except ValueError:
        return None


def _position(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Degrees as given; 0,0 and what lies outside the earth mean that there was no fix."""
    try:
        lat, lng = float(_text(row, "userLatitude") or 0), float(_text(row, "userLongitude") or 0)
    except ValueError:
        return None, None
    if (lat == 0 and lng == 0) or not (-90 <= lat <= 90 and -180 <= lng <= 180):
        return None, None
    return lat, lng
