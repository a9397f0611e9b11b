"""The evidence of a question, piece beside piece: when, where, by which phone, in which words, with which photos."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console.lists.spec import plain
from yigang.console.work import media
from yigang.duty.enums import MediaKind
from yigang.duty.models import CheckIn, Device, Flag, Patrol, Record, Withheld, WorkLog
from yigang.duty.sync.envelope import media_of
from yigang.people.models import Person

BESIDE = 12
"""As many pieces are shown beside one another; the first tell the most."""


@dataclass(frozen=True)
class Side:
    """One piece of evidence. `place` is longitude and latitude; `photos` are addresses of pictures."""

    title: str
    person: str
    url: str = ""
    facts: list[tuple[str, Any]] = field(default_factory=list)
    place: tuple[float, float] | None = None
    photos: list[str] = field(default_factory=list)
    text: str = ""


def sides_of(flag: Flag) -> list[Side]:
    """The rows that the reader may see, in the flag's order; evidence of other regions is counted, not shown."""
    keys = list(flag.rows)[:BESIDE]
    made = {**_check_ins(keys), **_logs(keys), **_patrols(keys), **_records(keys)}
    return [*(_on_file(flag.person) if flag.kind == "other_face" else ()), *(made[key] for key in keys if key in made)]


def _on_file(person: Person) -> Iterable[Side]:
    """What the photo was compared with."""
    if person.photo_id:
        address = reverse("console:person-photo", args=[person.pk])
        yield Side(_("Photo on file"), person.name, reverse("console:person", args=[person.pk]), photos=[address])


def _numbers(keys: Iterable[str], mark: str) -> list[str]:
    return [key[len(mark) :] for key in keys if key.startswith(mark)]


def _check_ins(keys: list[str]) -> dict[str, Side]:
    wanted = [key.split(":") for key in _numbers(keys, "c:")]
    found = CheckIn.objects.filter(
        pk__in=[int(pk) for _day, pk in wanted], day__in={date.fromisoformat(day) for day, _pk in wanted}
    )
    rows = list(found.select_related("person"))
    sent = _sent_as(rows)
    placeless = _withheld("place", [record.pk for record in sent.values()])
    made = {}
    for row in rows:
        record = sent.get(row.pk)
        photos, more = _of_record(record) if record else ([], [])
        spot = (row.latitude, row.longitude) if record is None or record.pk not in placeless else (None, None)
        facts = [
            (_("Time"), _clock(row.at)), (_("Kind"), row.get_kind_display()), (_("Source"), row.get_source_display()),
            (_("Address"), row.address), (_("Position"), _degrees(*spot)), *more,
        ]  # fmt: skip
        made[f"c:{row.day}:{row.pk}"] = Side(
            _("Check-in"), row.person.name, reverse("console:duty-day", args=[row.person_id, f"{row.day}"]),
            [fact for fact in facts if fact[1]], _spot(*spot), photos,
        )  # fmt: skip
    return made


def _withheld(capability: str, records: list[UUID]) -> set[UUID]:
    """Of these the records of which this is not used any more: the person had said no."""
    return set(Withheld.objects.filter(capability=capability, record__in=records).values_list("record", flat=True))


def _sent_as(rows: list[CheckIn]) -> dict[int, Record]:
    """Check-in → the phone's record it was made of."""
    numbers = {row.pk: json.loads(row.raw).get("record") for row in rows if row.source == "phone"}
    records = Record.objects.filter(pk__in=[number for number in numbers.values() if number]).in_bulk()
    return {pk: records[UUID(number)] for pk, number in numbers.items() if number and UUID(number) in records}


def _of_record(record: Record) -> tuple[list[str], list[tuple[str, Any]]]:
    device = Device.objects.filter(pk=record.device_id).first()
    told = [
        (_("Mobile phone"), str(device or "")), (_("Phone's clock"), _clock_ms(record.wall)),
        (_("Stated radius"), _radius(record)), (_("Judged by"), record.get_clock_display()),
        (_("Arrived at"), plain(record.received_at)),
    ]  # fmt: skip
    return _pictures(record.person_id, media_of(record.body)), [fact for fact in told if fact[1]]


def _radius(record: Record) -> str:
    """How far off the phone itself held its place to be."""
    place = {} if _withheld("place", [record.pk]) else json.loads(record.body).get("place") or {}
    return _("%(metres)d m") % {"metres": place["acc"]} if place.get("acc") is not None else ""


def _pictures(person: int, digests: list[str]) -> list[str]:
    return [media.address(one) for one in media.arrived(person, digests) if one.kind == MediaKind.PHOTO]


def _logs(keys: list[str]) -> dict[str, Side]:
    rows = WorkLog.objects.filter(pk__in=_numbers(keys, "l:")).select_related("person")
    return {
        f"l:{row.pk}": Side(
            _("Work log"), row.person.name, reverse("console:work-log", args=[row.pk]),
            [(_("Day"), row.day), (_("Source"), row.get_source_display())], text=row.text,
        )
        for row in rows
    }  # fmt: skip


def _patrols(keys: list[str]) -> dict[str, Side]:
    rows = Patrol.objects.filter(pk__in=_numbers(keys, "p:")).select_related("person")
    return {
        f"p:{row.pk}": Side(
            _("Patrol"), row.person.name, "",
            [
                (_("Day"), row.day), (_("Source"), row.get_source_display()),
                (_("Walked"), _("%(km).1f km") % {"km": row.walked_m / 1000}),
                (_("Last place"), row.last_at and _clock(row.last_at)),
            ],
            _spot(row.last_latitude, row.last_longitude),
        )
        for row in rows
    }  # fmt: skip


def _records(keys: list[str]) -> dict[str, Side]:
    rows = list(Record.objects.filter(pk__in=_numbers(keys, "r:")))
    names = dict(Person.objects.filter(pk__in={row.person_id for row in rows}).values_list("pk", "name"))
    made = {}
    for row in rows:
        photos, more = _of_record(row)
        made[f"r:{row.pk}"] = Side(
            _("Photo"), names.get(row.person_id, ""), "", [(_("Time"), _clock(row.at)), *more], photos=photos
        )
    return made


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


def _clock_ms(milliseconds: int) -> str:
    try:
        return _clock(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (OverflowError, ValueError, OSError):
        return "—"


def _spot(lat: float | None, lon: float | None) -> tuple[float, float] | None:
    return None if lat is None or lon is None else (lon, lat)


def _degrees(lat: float | None, lon: float | None) -> str:
    return "" if lat is None or lon is None else f"{lat:.6f}, {lon:.6f}"
