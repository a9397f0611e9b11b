"""A village in a few words: facts of one month for tests, as an office would have them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import polars as pl

from yigang.policy import Facts

SHANGHAI = timezone(timedelta(hours=8))
REGION = "520403100201"


def local(year: int, month: int, day: int, clock: str = "07:30") -> datetime:
    """A moment in Asia/Shanghai, as UTC."""
    hour, minute = map(int, clock.split(":"))
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def appointment(number: int = 1, **given: Any) -> dict[str, Any]:
    return {
        "appointment_id": number,
        "person_id": number * 10,
        "region": REGION,
        "start": date(2020, 1, 1),
        "end": None,
        **given,
    }


def check_in(person: int, at: datetime, **given: Any) -> dict[str, Any]:
    return {
        "person_id": person,
        "at": at,
        "kind": "on",
        "result": "normal",
        "place": "inside",
        "source": "USER",
        **given,
    }


def mornings(person: int, days: Iterable[int], year: int = 2020, month: int = 7, **given: Any) -> list[dict[str, Any]]:
    """One check-in at 07:30 on each of the days."""
    return [check_in(person, local(year, month, day), **given) for day in days]


def logs(person: int, days: Iterable[int], year: int = 2020, month: int = 7) -> list[dict[str, Any]]:
    return [{"person_id": person, "date": date(year, month, day)} for day in days]


def leave(person: int, kind: str, first: date, last: date, *, approved: bool = True) -> dict[str, Any]:
    return {"person_id": person, "kind": kind, "start": first, "end": last, "approved": approved}


def mark(number: int, value: float, name: str = "township") -> dict[str, Any]:
    return {"appointment_id": number, "name": name, "value": value}


def patrol(person: int, day: int, metres: float, year: int = 2020, month: int = 7) -> dict[str, Any]:
    return {"person_id": person, "date": date(year, month, day), "metres": metres}


SCHEMAS: dict[str, dict[str, Any]] = {
    "appointments": {
        "appointment_id": pl.Int64,
        "person_id": pl.Int64,
        "region": pl.String,
        "start": pl.Date,
        "end": pl.Date,
    },
    "check_ins": {
        "person_id": pl.Int64,
        "at": pl.Datetime("us", "UTC"),
        "day": pl.Date,
        "kind": pl.String,
        "result": pl.String,
        "place": pl.String,
        "source": pl.String,
    },
    "patrols": {"person_id": pl.Int64, "date": pl.Date, "metres": pl.Float64},
    "leaves": {
        "person_id": pl.Int64,
        "kind": pl.String,
        "start": pl.Date,
        "end": pl.Date,
        "approved": pl.Boolean,
    },
    "work_logs": {"person_id": pl.Int64, "date": pl.Date},
    "marks": {"appointment_id": pl.Int64, "name": pl.String, "value": pl.Float64},
    "findings": {"person_id": pl.Int64, "date": pl.Date, "kind": pl.String},
    "appraisals": {"appointment_id": pl.Int64, "period": pl.String, "grade": pl.String, "passed": pl.Boolean},
    "calendar": {"date": pl.Date, "working": pl.Boolean, "name": pl.String},
    "coverage": {"table": pl.String, "region_prefix": pl.String, "person_id": pl.Int64},
}


def facts(**given: Sequence[dict[str, Any]] | None) -> Facts:
    """Facts from rows; a table that is not named was not loaded, an empty list is a loaded table without rows."""
    made = {name: frame(name, rows) for name, rows in given.items() if rows is not None}
    made.setdefault("appointments", frame("appointments", [appointment()]))
    return Facts(**made)


def frame(name: str, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    extra = {key: None for row in rows for key in row if key not in SCHEMAS[name]}
    schema = {**SCHEMAS[name], **dict.fromkeys(extra, pl.String)}
    return pl.DataFrame(list(rows), schema=schema)


def full_month(number: int = 1, **given: Any) -> dict[str, list[dict[str, Any]]]:
    """Rows of somebody who did everything in July 2020: 22 days, 22 logs, 18 points from the township."""
    person = number * 10
    return {
        "appointments": [appointment(number, **given)],
        "check_ins": mornings(person, range(1, 23)),
        "leaves": [],
        "work_logs": logs(person, range(1, 23)),
        "marks": [mark(number, 18)],
    }
