"""Photos that records name: noted, looked at when they have arrived, compared with all before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction
from django.db.models import Count, Q

from yigang.duty.domain.faces import OnFile
from yigang.duty.enums import MediaKind
from yigang.duty.flag_facts import Held
from yigang.duty.flags import likeness, screens
from yigang.duty.flags.found import PAIRS
from yigang.duty.flags.likeness import Looks, Print
from yigang.duty.models import Media, PhotoPrint, PhotoUse
from yigang.duty.sync.envelope import media_of
from yigang.foundation.locks import hold
from yigang.foundation.statements import run

CHINA = timezone(timedelta(hours=8))
NAMING = """
SELECT id, person_id, at, body, kind FROM duty_record
WHERE person_id = ANY(%s) AND at >= %s AND at < %s AND kind <> 'points' AND body ~ '[0-9a-f]{64}'
  AND NOT EXISTS (SELECT 1 FROM duty_photouse u WHERE u.record = duty_record.id AND u.media_id IS NOT NULL)
"""
_PARTS = ("first", "second", "third", "fourth")
_MET = " UNION ALL ".join(
    f"""
  SELECT p.id, l.number, bit_count((p.first # l.first)::bit(16)) + bit_count((p.second # l.second)::bit(16))
                       + bit_count((p.third # l.third)::bit(16)) + bit_count((p.fourth # l.fourth)::bit(16)) AS apart
  FROM looked l JOIN duty_photoprint p ON p.{part} = l.value WHERE l.place = {place}"""  # noqa: S608 - constants
    for place, part in enumerate(_PARTS)
)
NEAR = f"""
WITH looked AS (
  SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
                AS one (place, value, number, first, second, third, fourth)),
met AS ({_MET})
SELECT DISTINCT ON (m.id, m.number) m.number, p.use_id, p.how, m.apart, p.fine
FROM met m JOIN duty_photoprint p ON p.id = m.id WHERE m.apart <= %s
"""  # noqa: S608 - made of the constants above
"""Each part asked for in its own index, which tells how far the whole is. Only what is near is read from the table."""
TOGETHER = 50
"""Photos of one transaction when fingerprints are completed."""
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
        person__in={person for person, _photo in wanted}, sha256__in=[bytes.fromhex(photo) for _person, photo in wanted],
        withheld_at=None,
    ).select_related("file")  # fmt: skip
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
            prints += [_kept(use, "whole", looks.whole), *(_kept(use, "middle", one) for one in looks.middles)]
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


def complete_prints(most: int) -> int:
    """Give photos that were looked at before smaller middles were kept the ones they lack, from the kept files, the newest first.
    Returns how many were given some; what is gone from the storage is left as it is.
    """
    middles = Count("prints", filter=Q(prints__how="middle"))
    short = PhotoUse.objects.exclude(media=None).filter(prints__isnull=False).annotate(middles=middles)
    keys = list(short.filter(middles__lt=len(likeness.MIDDLES)).order_by("-pk").values_list("pk", flat=True)[:most])
    return sum(_completed(keys[start : start + TOGETHER]) for start in range(0, len(keys), TOGETHER))


@transaction.atomic
def _completed(keys: list[int]) -> int:
    """Under each row's lock: a withdrawal of the consent takes a photo's fingerprints away at the same time."""
    uses = hold(PhotoUse.objects.filter(pk__in=keys, media__withheld_at=None).exclude(media=None))
    made: list[PhotoPrint] = []
    for use in uses.select_related("media__file").prefetch_related("prints").order_by("pk"):
        assert use.media is not None
        try:
            looks = likeness.looks_of(use.media.file.content.open("rb").read())
        except FileNotFoundError:
            continue
        known = {bytes(one.fine) for one in use.prints.all() if one.how == "middle"}
        prints = [_kept(use, "middle", one) for one in (looks.middles if looks else ())]
        made += [one for one in prints if one.fine not in known]
    PhotoPrint.objects.bulk_create(made)
    return len({one.use_id for one in made})


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
    looks = likeness.looks_of(use.media.file.content.open("rb").read(), changed=True)
    assert looks is not None
    alike = near_prints(looks)
    on_hand = others.in_bulk([one.use for one in alike])
    plain = {one.use for one in alike if (one.asked, one.kept) == ("whole", "whole")}
    near: dict[str, tuple[Any, ...]] = {}
    for one in alike:
        if one.use not in on_hand:
            continue
        changed = one.asked if one.kept == "whole" or one.asked != "whole" else one.kept
        how = "whole" if one.use in plain else changed  # the middles of two that are alike are alike as well
        pair = _pair(use, on_hand[one.use], bits=one.bits, fine=one.fine, how=how)
        if pair[5] not in known and (pair[5] not in near or near[pair[5]][11] > one.fine):
            near[pair[5]] = pair
    return exact + sorted(near.values(), key=lambda pair: int(pair[11]))[:MOST_ALIKE]


@dataclass(frozen=True)
class Near:
    """A print on hand that is near one that was asked for: how the new and the old picture were looked at, and how many
    bits of 64 and of 256 differ.
    """

    use: int
    asked: str
    kept: str
    bits: int
    fine: int


def near_prints(looks: Looks) -> list[Near]:
    """Prints on hand that differ in at most `likeness.REACH` of 64 bits. One query.

    Of the picture as it is none is missed: one of four parts agrees but for a bit at most. Of the picture mirrored, cut and
    turned back a part must agree whole, so that two dozen of these do not cost much more than the one.
    """
    asked = [("whole", looks.whole), ("mirrored", looks.mirrored), *looks.changed]
    looked = [
        (place, value, number, *one.parts)
        for number, (how, one) in enumerate(asked)
        for place, part in enumerate(one.parts)
        for value in (likeness.near(part) if how == "whole" else [part])
    ]
    rows = run(NEAR, [*(list(column) for column in zip(*looked, strict=True)), likeness.REACH])
    return [
        Near(
            use, asked[number][0], how, bits, likeness.apart(int.from_bytes(bytes(fine), "big"), asked[number][1].fine)
        )
        for number, use, how, bits, fine in rows
    ]


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
