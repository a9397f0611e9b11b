"""Check-ins and logs from phones, written straight into their tables. Each record is one row, known by the record's number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from yigang.duty.domain.projections import Accepted, projection
from yigang.duty.domain.standing import standing_intakes
from yigang.duty.enums import Table, WorkDone
from yigang.foundation.arrays import Bigints, Byteas, Days, Floats, Moments, Texts
from yigang.foundation.errors import Refusal
from yigang.foundation.gcj02 import to_wgs84
from yigang.foundation.statements import run

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Place(msgspec.Struct, frozen=True):
    """Where the phone says that it was."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    acc: Annotated[float, Meta(ge=0)]
    datum: Literal["wgs84", "gcj02"] = "wgs84"
    alt: float | None = None
    speed: float | None = None
    mock: bool = False

    @property
    def degrees(self) -> tuple[float, float]:
        """Latitude and longitude in WGS-84, whatever the phone's map counts in; what it said stays in the record."""
        return to_wgs84(self.lat, self.lon) if self.datum == "gcj02" else (self.lat, self.lon)


class CheckInBody(msgspec.Struct, frozen=True):
    """A check-in; without a place it says why."""

    kind: Literal["on", "off", "night"]
    place: Place | None = None
    why_no_place: Annotated[str, Meta(max_length=200)] | None = None
    media: Annotated[list[Sha256], Meta(max_length=9)] = []
    note: Annotated[str, Meta(max_length=500)] = ""


class LogBody(msgspec.Struct, frozen=True):
    """What was done on a day: in words, by ticks, or both."""

    day: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    text: Annotated[str, Meta(max_length=4_000)] = ""
    done: Annotated[list[WorkDone], Meta(max_length=50)] = []
    households: Annotated[list[int], Meta(max_length=200)] = []
    media: Annotated[list[Sha256], Meta(max_length=9)] = []


CHECK_INS = """
INSERT INTO duty_checkin (region_code, person_id, at, day, kind, latitude, longitude, address, source, external_key,
                          intake_id, raw, correction_reason)
SELECT region, person, at, day, kind, latitude, longitude, '', 'phone', key, intake, raw, ''
FROM unnest(%s::varchar[], %s::bigint[], %s::timestamptz[], %s::date[], %s::varchar[], %s::float8[], %s::float8[],
            %s::bytea[], %s::bigint[], %s::text[])
     AS row (region, person, at, day, kind, latitude, longitude, key, intake, raw)
ON CONFLICT DO NOTHING
"""
LOGS = """
INSERT INTO duty_worklog (region_code, person_id, day, text, source, external_key, intake_id, raw, cancelled, done,
                          households, media)
SELECT region, person, day, text, 'phone', key, intake, raw, false, done::varchar[], households::bigint[], media::varchar[]
FROM unnest(%s::varchar[], %s::bigint[], %s::date[], %s::text[], %s::bytea[], %s::bigint[], %s::text[], %s::text[],
            %s::text[], %s::text[])
     AS row (region, person, day, text, key, intake, raw, done, households, media)
ON CONFLICT DO NOTHING
"""


def key_of(record: Accepted) -> bytes:
    """By what the row of a record is known."""
    return f"r:{record.id.hex}".encode()


def _raw(record: Accepted) -> str:
    return f'{{"record": "{record.id}"}}'


@projection("check_in", CheckInBody, together=True)
def check_ins(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one check-in on the local day of its time. Whether it was late or elsewhere is judged by the rules, later."""
    intakes = standing_intakes(Table.CHECK_INS, {(each.region_code, each.day) for each in records})
    places = [each.body.place and each.body.place.degrees for each in records]
    run(CHECK_INS, [
        Texts([each.region_code for each in records]), Bigints([each.person_id for each in records]),
        Moments([each.at for each in records]), Days([each.day for each in records]),
        Texts([each.body.kind for each in records]), Floats([place and place[0] for place in places]),
        Floats([place and place[1] for place in places]), Byteas([key_of(each) for each in records]),
        Bigints([intakes[each.region_code, each.day] for each in records]), Texts([_raw(each) for each in records]),
    ])  # fmt: skip
    return [None] * len(records)


@projection("log", LogBody, together=True)
def logs(records: Sequence[Accepted]) -> list[Refusal | None]:
    """Each record one log of the day that it names, ticks after the words."""
    verdicts = [_no_log(each) for each in records]
    good = [(each, date.fromisoformat(each.body.day)) for each, no in zip(records, verdicts, strict=True) if no is None]
    if good:
        intakes = standing_intakes(Table.WORK_LOGS, {(each.region_code, day) for each, day in good})
        run(LOGS, [
            Texts([each.region_code for each, _day in good]), Bigints([each.person_id for each, _day in good]),
            Days([day for _each, day in good]), Texts([_said(each.body) for each, _day in good]),
            Byteas([key_of(each) for each, _day in good]),
            Bigints([intakes[each.region_code, day] for each, day in good]), Texts([_raw(each) for each, _day in good]),
            Texts([_array(each.body.done) for each, _day in good]),
            Texts([_array(each.body.households) for each, _day in good]),
            Texts([_array(each.body.media) for each, _day in good]),
        ])  # fmt: skip
    return verdicts


def _array(values: Sequence[object]) -> str:
    """An array of the database as text; the values are codes, numbers and digests, and need no quotes."""
    return "{" + ",".join(map(str, values)) + "}"


def _said(log: LogBody) -> str:
    ticked = "、".join(str(WorkDone(code).label) for code in log.done)
    return "\n".join(part for part in (log.text.strip(), ticked) if part)


def _no_log(record: Accepted) -> Refusal | None:
    """Why the record is no log."""
    told = record.body.day
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return Refusal(_("%(day)s is no day of the calendar."), {"day": told}, code="day", field="day")
    if day > record.day:
        return Refusal(
            _("%(day)s was still to come when the log was written."), {"day": told}, code="future", field="day"
        )
    if not _said(record.body):
        return Refusal(
            _("The log of %(day)s is empty: say or tick what was done."), {"day": told}, code="empty", field="text"
        )
    return None
