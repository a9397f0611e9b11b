"""Photos that records name: noted, looked at when they have arrived, compared with all before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import Q

from yigang.duty.domain.faces import OnFile
from yigang.duty.enums import MediaKind
from yigang.duty.flag_facts import Held
from yigang.duty.flags import likeness, screens
from yigang.duty.flags.found import PAIRS
from yigang.duty.flags.likeness import Print
from yigang.duty.models import Media, PhotoPrint, PhotoUse
from yigang.duty.sync.envelope import media_of
from yigang.foundation.statements import run

CHINA = timezone(timedelta(hours=8))
NAMING = """
SELECT id, person_id, at, body, kind FROM duty_record
WHERE person_id = ANY(%s) AND at >= %s AND at < %s AND kind <> 'points' AND body ~ '[0-9a-f]{64}'
  AND NOT EXISTS (SELECT 1 FROM duty_photouse u WHERE u.record = duty_record.id AND u.media_id IS NOT NULL)
"""
NEAR = """
SELECT use_id, how, apart, fine FROM (
  SELECT use_id, how, fine, bit_count((first # %s)::bit(16)) + bit_count((second # %s)::bit(16))
                          + bit_count((third # %s)::bit(16)) + bit_count((fourth # %s)::bit(16)) AS apart
  FROM duty_photoprint
  WHERE first = ANY(%s::int[]) OR second = ANY(%s::int[]) OR third = ANY(%s::int[]) OR fourth = ANY(%s::int[])) AS alike
WHERE apart <= %s ORDER BY apart LIMIT 100
"""
MOST_ALIKE = 20
"""Likenesses of one photo that are looked at; the likest are shown anyhow."""


def note_photos(people: dict[int, Held], first: date, last: date, on_file: OnFile) -> None:
    """A row for each photo that a record names; what has arrived is looked at once, check-ins also for the face."""
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    records = run(NAMING, [list(people), start, end])
    named = [
        (record, person, at, photo)
        for record, person, at, body, _kind in records
        for photo in dict.fromkeys(media_of(body))
    ]  # fmt: skip
    if not named:
        return
    here = _arrived({(person, photo) for _record, person, _at, photo in named})
    voice = {key for key, media in here.items() if media.kind == MediaKind.VOICE}
    PhotoUse.objects.bulk_create(
        [
            PhotoUse(
                region_code=people[person].region_code, record=record, person_id=person, at=at, photo=photo,
                day=at.astimezone(CHINA).date(),
            )
            for record, person, at, photo in named if (person, photo) not in voice
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    waiting = PhotoUse.objects.filter(record__in=[record for record, *_rest in named], media=None)
    arrived = [(use, here[use.person_id, use.photo]) for use in waiting if (use.person_id, use.photo) in here]
    _look_at(arrived, on_file, {record for record, *_rest, kind in records if kind == "check_in"})


def _arrived(wanted: set[tuple[int, str]]) -> dict[tuple[int, str], Media]:
    found = Media.objects.filter(
        person__in={person for person, _photo in wanted}, sha256__in=[bytes.fromhex(photo) for _person, photo in wanted]
    ).select_related("file")
    return {(media.person_id, bytes(media.sha256).hex()): media for media in found}


def _look_at(arrived: list[tuple[PhotoUse, Media]], on_file: OnFile, check_ins: set[UUID]) -> None:
    prints: list[PhotoPrint] = []
    for use, media in arrived:
        content = media.file.content.open("rb").read()
        use.media, use.screen = media, screens.score(content)
        use.original = bytes(media.original_sha256).hex() if media.original_sha256 else ""
        use.taken_at = taken_at(media)
        if use.record in check_ins:
            use.likeness = on_file.likeness(use.person_id, content)
        looks = likeness.looks_of(content)
        if looks is not None:
            prints += [_kept(use, "whole", looks.whole), _kept(use, "middle", looks.middle)]
    PhotoUse.objects.bulk_update(
        [use for use, _media in arrived], ["media", "screen", "original", "taken_at", "likeness"], batch_size=200
    )
    PhotoPrint.objects.bulk_create(prints)


def _kept(use: PhotoUse, how: str, one: Print) -> PhotoPrint:
    first, second, third, fourth = one.parts
    return PhotoPrint(
        region_code=use.region_code, use=use, how=how, first=first, second=second, third=third, fourth=fourth,
        fine=one.fine.to_bytes(32, "big"),
    )  # fmt: skip


def taken_at(media: Media) -> datetime | None:
    """When the photo says it was taken: by its EXIF, else by the phone. Only words, which anybody can write."""
    told = str(media.capture.get("taken", ""))
    try:
        return datetime.strptime(told, "%Y:%m:%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError:
        return media.captured_at


def compare_photos(people: Iterable[int], first: date, last: date, *, now: datetime) -> pl.DataFrame:
    """The photos that were not compared yet with those before them (`found.PAIRS`). Each is compared once.

    Before: compared earlier, or of this look and taken into use earlier. So of two alike one is asked about.
    """
    uses = list(
        PhotoUse.objects.filter(person__in=list(people), day__range=(first, last), compared_at=None)
        .exclude(media=None).order_by("at", "pk").prefetch_related("prints")
    )  # fmt: skip
    pairs = [pair for use in uses for pair in _likenesses(use)]
    PhotoUse.objects.filter(pk__in=[use.pk for use in uses]).update(compared_at=now)
    return pl.DataFrame(pairs, schema=dict(PAIRS), orient="row")


def _likenesses(use: PhotoUse) -> list[tuple[Any, ...]]:
    before = Q(compared_at__isnull=False) | Q(at__lt=use.at) | Q(at=use.at, pk__lt=use.pk)
    others = PhotoUse.objects.filter(before).exclude(record=use.record)
    same = Q(photo=use.photo) | (Q(original=use.original) if use.original else Q(pk=None))
    exact = [_pair(use, other, exact=True) for other in others.filter(same).order_by("at")[:MOST_ALIKE]]
    known = {pair[5] for pair in exact}
    kept = {one.how: one for one in use.prints.all()}
    if "whole" not in kept:
        return exact
    assert use.media is not None
    looks = likeness.looks_of(use.media.file.content.open("rb").read())
    assert looks is not None
    alike = [(how, *one) for how, asked in _asked(looks) for one in near_prints(asked)]
    on_hand = others.in_bulk([other for _how, other, *_rest in alike])
    near: dict[str, tuple[Any, ...]] = {}
    for how, other, kept_how, bits, fine in alike:
        if other not in on_hand:
            continue
        pair = _pair(use, on_hand[other], bits=bits, fine=fine, how=how if kept_how == "whole" else kept_how)
        if pair[5] not in known and (pair[5] not in near or near[pair[5]][11] > fine):
            near[pair[5]] = pair
    return exact + sorted(near.values(), key=lambda pair: int(pair[11]))[:MOST_ALIKE]


def _asked(looks: likeness.Looks) -> list[tuple[str, Print]]:
    return [("whole", looks.whole), ("mirrored", looks.mirrored)]


def near_prints(asked: Print) -> list[tuple[int, str, int, int]]:
    """Prints on hand that differ in at most `likeness.REACH` of 64 bits: use, how, bits of 64 and of 256 that differ.

    Four indexes are asked for a part that agrees but for a bit, and their answers joined.
    """
    rows = run(NEAR, [*asked.parts, *map(likeness.near, asked.parts), likeness.REACH])
    return [
        (use, how, bits, likeness.apart(int.from_bytes(bytes(fine), "big"), asked.fine))
        for use, how, bits, fine in rows
    ]  # fmt: skip


def _pair(
    use: PhotoUse, other: PhotoUse, *, exact: bool = False, bits: int | None = None, fine: int | None = None,
    how: str = "whole",
) -> tuple[Any, ...]:  # fmt: skip
    return (
        f"r:{use.record}", use.person_id, use.day, use.at, use.photo, f"r:{other.record}", other.person_id, other.at,
        other.photo, exact, 0 if exact else bits, 0 if exact else fine, how,
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)
