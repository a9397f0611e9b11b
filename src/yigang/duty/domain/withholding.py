"""A withdrawal of consent that arrives later than what was recorded after it, and reaches back.

A phone says no at eight and finds a signal at noon, another phone of the same person was quicker; or a clerk notes a no from
paper. Then what rests on it stands as if the no had come first: check-ins without their place, reports and visits without
place, photos and voice, patrols without the way. The signed records and the files stay, used by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import polars as pl
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.capabilities import TRIMMED
from yigang.duty.domain.measuring import fixes_of
from yigang.duty.domain.standing import standing_intakes
from yigang.duty.enums import MediaKind, Source, Table
from yigang.duty.models import (
    CheckIn,
    Incident,
    Media,
    Patrol,
    PhotoPrint,
    PhotoUse,
    Record,
    SetAside,
    Visit,
    Withheld,
    WorkResult,
)
from yigang.duty.sync.envelope import media_of
from yigang.duty.tracks import packed
from yigang.foundation import audit
from yigang.foundation.models import User
from yigang.people import consents
from yigang.people.consents import said_by
from yigang.people.models import Consent, Person
from yigang.policy.capabilities import KINDS, Capability

PICTURED = ("check_in", "report", "log", "visit")
"""Kinds of record that hold a place, photos or a voice note."""
_PLACE = re.compile(r'"place"\s*:\s*\{')
_VOICE = re.compile(r'"voice"\s*:\s*"')
Span = tuple[datetime, datetime | None]


def withhold(people: Iterable[int], *, before: datetime | None = None, actor: User | None) -> None:
    """What these people have said no to is no longer used, of whatever is on hand; what is withheld already stays so.

    In the caller's transaction, which holds the word itself. `before`: of records that were received earlier only; those
    that come with the word are judged by it.
    """
    rests = [code for code in (*TRIMMED, "track", "face_match") if KINDS[code].sensitive]
    for person, said in sorted(said_by(people, *rests).items()):
        spans = [(code, span) for code in rests for span in said.withdrawals(code)]
        made = [row for code, span in spans for row in _withheld(person, code, span, before or timezone.now())]
        Withheld.objects.bulk_create(made, ignore_conflicts=True)
        if made:
            after = {"records": len(made), "uses": sorted({row.capability for row in made}), "since": made[0].since}
            target = ("people.person", str(person))
            audit.record("duty.withhold", target, actor=actor, region_code=made[0].region_code, after=after)


@transaction.atomic
def note_consent(
    person: Person, capability: Capability, *, given: bool, at: datetime | None = None, actor: User
) -> Consent:
    """A yes or no on paper, with what a no of an earlier day reaches back to."""
    consent = consents.note_on_paper(person, capability, given=given, at=at, actor=actor)
    if not given:
        withhold([person.pk], actor=actor)
    return consent


def _withheld(person: int, code: str, span: Span, before: datetime) -> list[Withheld]:
    if code == "track":
        return [_note(code, span[0], patrol.region_code, person, patrol.pk, patrol.started_at)
                for patrol in _patrols(person, span)]  # fmt: skip
    records = _records(person, code, span, before)
    if records:
        WORK[code](records)
    return [_note(code, span[0], each.region_code, person, each.pk, each.at) for each in records]


def _note(code: str, since: datetime, region: str, person: int, record: UUID, at: datetime) -> Withheld:
    return Withheld(region_code=region, person_id=person, capability=code, record=record, at=at, since=since)


def _records(person: int, code: str, span: Span, before: datetime) -> list[Record]:
    """Records of the span that count and hold something of the kind."""
    since, until = span
    rows = Record.objects.filter(person=person, at__gt=since, kind__in=PICTURED, received_at__lt=before)
    if until:
        rows = rows.filter(at__lte=until)
    if code == "face_match":
        compared = PhotoUse.objects.filter(person=person, likeness__isnull=False)
        rows = rows.filter(pk__in=compared.values("record"))
    done = Withheld.objects.filter(person=person, capability=code, at__gt=since).values("record")
    refused = SetAside.objects.filter(person=person, raw=b"", record_id__isnull=False).values("record_id")
    return [each for each in rows.exclude(pk__in=done).exclude(pk__in=refused) if _holds(each, code)]


def _holds(record: Record, code: str) -> bool:
    if code == "place":
        return _PLACE.search(record.body) is not None
    spoken = _VOICE.search(record.body) is not None
    return spoken if code == "voice" else len(media_of(record.body)) > spoken


def _ids(records: Sequence[Record]) -> list[UUID]:
    return [each.pk for each in records]


def _without_place(records: Sequence[Record]) -> None:
    """Check-ins are only added to: a later entry without the place stands for each. The others lose it."""
    _again([each for each in records if each.kind == "check_in"])
    for model in (Incident, WorkResult, Visit):
        model.objects.filter(record__in=_ids(records)).update(latitude=None, longitude=None)


def _again(records: Sequence[Record]) -> None:
    found = CheckIn.objects.filter(
        external_key__in=[f"r:{each.pk.hex}".encode() for each in records],
        day__in={timezone.localdate(each.at) for each in records}, latitude__isnull=False,
    )  # fmt: skip
    rows = [row for row in found if not _corrected(row)]
    if not rows:
        return
    intakes = standing_intakes(Table.CHECK_INS, {(row.region_code, row.day) for row in rows})
    CheckIn.objects.bulk_create(
        CheckIn(
            region_code=row.region_code, person_id=row.person_id, at=row.at, day=row.day, kind=row.kind, result=row.result,
            place=row.place, address="", source=Source.PHONE, external_key=b"w:" + bytes(row.external_key)[2:],
            intake_id=intakes[row.region_code, row.day], raw='{"withheld": "place"}', corrects_id=row.pk,
            corrects_day=row.day, correction_reason=_("Consent to the place was withdrawn before."),
        )
        for row in rows
    )  # fmt: skip


def _corrected(row: CheckIn) -> bool:
    return CheckIn.objects.filter(corrects_id=row.pk, corrects_day=row.day, intake__withdrawn_at=None).exists()


def _without_media(records: Sequence[Record], kind: MediaKind) -> None:
    named = {bytes.fromhex(digest) for each in records for digest in media_of(each.body)}
    person = records[0].person_id
    Media.objects.filter(person=person, kind=kind, withheld_at=None).filter(
        Q(sha256__in=named) | Q(record_id__in=_ids(records))
    ).update(withheld_at=timezone.now())


def _without_photos(records: Sequence[Record]) -> None:
    _without_media(records, MediaKind.PHOTO)
    Incident.objects.filter(record__in=_ids(records)).update(before=[], after=[])
    WorkResult.objects.filter(record__in=_ids(records)).update(before=[], after=[])
    Visit.objects.filter(record__in=_ids(records)).update(media=[])
    uses = PhotoUse.objects.filter(record__in=_ids(records))
    PhotoPrint.objects.filter(use__in=uses).delete()
    uses.update(media=None, taken_at=None, screen=None, likeness=None)


def _without_voice(records: Sequence[Record]) -> None:
    _without_media(records, MediaKind.VOICE)
    for model in (Incident, WorkResult):
        model.objects.filter(record__in=_ids(records)).update(voice="")


def _without_likeness(records: Sequence[Record]) -> None:
    PhotoUse.objects.filter(record__in=_ids(records)).update(likeness=None)


WORK: dict[str, Callable[[Sequence[Record]], None]] = {
    "place": _without_place, "photo": _without_photos, "voice": _without_voice, "face_match": _without_likeness,
}  # fmt: skip


def _patrols(person: int, span: Span) -> list[Patrol]:
    """Patrols that lie in the span are withdrawn; one that the no fell into ends there and is measured again."""
    since, until = span
    rows = Patrol.objects.filter(Q(last_at__gt=since) | Q(started_at__gt=since), person=person, withdrawn_at=None)
    if until:
        rows = rows.filter(started_at__lte=until)
    done = set(
        Withheld.objects.filter(person=person, capability="track", at__gt=since).values_list("record", flat=True)
    )
    found = [each for each in rows.select_for_update(of=("self",)).order_by("pk") if each.pk not in done]
    return [each for each in found if (_withdraw(each, since) if each.started_at > since else _cut(each, span))]


def _withdraw(patrol: Patrol, since: datetime) -> bool:
    patrol.withdrawn_at = timezone.now()
    patrol.withdrawn_reason = _("Consent to tracks was withdrawn on %(day)s.") % {"day": _day(since)}
    patrol.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return True


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _cut(patrol: Patrol, span: Span) -> bool:
    """Whether the way was longer than the consent to it."""
    since, until = span
    fixes = fixes_of(patrol, patrol.pieces.all())
    time = pl.col("time")
    kept = fixes.filter((time <= since) | (time > until if until else pl.lit(value=False)))
    if kept.height == fixes.height:
        return False
    patrol.pieces.all().delete()
    patrol.track, patrol.stale = packed.pack(kept) if kept.height else None, True
    patrol.save(update_fields=["track", "stale"])
    return True
