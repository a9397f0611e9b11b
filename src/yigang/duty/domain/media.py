"""Photos and voice notes of records, taken in piece by piece: what arrived stays, the whole is looked at before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.domain.devices import Signed
from yigang.duty.enums import MediaKind
from yigang.duty.models import Media, Record, Upload
from yigang.foundation import pictures
from yigang.foundation.domain import store_file, store_picture
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile

LONGEST_EDGE = 1_600
LARGEST = {MediaKind.PHOTO: pictures.LARGEST_BYTES, MediaKind.VOICE: 10 * 2**20}
"""Bytes. Ten megabytes of voice are half an hour."""
PIECE_BYTES = 2 * 2**20
MOST_OPEN = 300
"""Uploads of one person that may be unfinished at a time."""
FORGOTTEN_AFTER = timedelta(days=30)
SOUNDS = {b"\x1aE\xdf\xa3": ("webm", "audio/webm"), b"OggS": ("ogg", "audio/ogg"), b"ftyp": ("m4a", "audio/mp4")}
"""First bytes → ending and type of what telephones record; of MP4 the first four are its length."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What a phone says of what it is about to send."""

    sha256: bytes
    length: int
    kind: MediaKind
    record_id: UUID | None = None
    captured_at: datetime | None = None
    original_sha256: bytes | None = None


@transaction.atomic
def begin_upload(announced: Announced, *, actor: Signed) -> Upload:
    """Make room for a photo or voice note."""
    if not 0 < announced.length <= LARGEST[announced.kind]:
        most = LARGEST[announced.kind] // 2**20
        raise Refusal(
            _("The file has %(size)d MB; at most %(most)d are taken."),
            {"size": announced.length // 2**20, "most": most}, code="too_large", field="Upload-Length",
        )  # fmt: skip
    if refusal := _not_allowed(announced, actor):
        raise refusal
    mine = Upload.objects.filter(person_id=actor.person_id, refused="")
    if mine.count() >= MOST_OPEN:
        raise Refusal(_("Too many photos are on their way. Send those first."), code="too_many")
    today = timezone.localdate()
    return Upload.objects.create(
        id=uuid4(), region_code=actor.region_on(today), person_id=actor.person_id, device_id=actor.device_id,
        sha256=announced.sha256, original_sha256=announced.original_sha256, kind=announced.kind,
        record_id=announced.record_id, captured_at=announced.captured_at, length=announced.length,
    )  # fmt: skip


def _not_allowed(announced: Announced, actor: Signed) -> Refusal | None:
    """Why the policy or the person's own word keeps it out: by the record's time as judged, else by the phone's."""
    record = (
        Record.objects.filter(pk=announced.record_id, person=actor.person_id).first() if announced.record_id else None
    )
    at = record.at if record else announced.captured_at or timezone.now()
    day = timezone.localdate(at)
    return actor.allowance(day).without(announced.kind.value, day, at)


def upload_of(number: UUID, *, actor: Signed) -> Upload:
    """The person's own upload; `Refusal` with code `gone` when there is none (any more)."""
    upload = Upload.objects.select_for_update().filter(pk=number, person_id=actor.person_id).first()
    if upload is None:
        raise Refusal(_("This upload is gone; begin it anew."), code="gone")
    return upload


@transaction.atomic
def take_piece(number: UUID, offset: int, piece: bytes, *, actor: Signed) -> int | Refusal:
    """Keep a piece that begins where the last one ended; with the last one the whole is looked at and kept.

    Returns how many bytes have arrived, or why the whole cannot be used, which is then written down: the caller commits in
    both cases. Raises `Refusal` with code `gone`, or `offset` (ask how far it is).
    """
    upload = upload_of(number, actor=actor)
    if upload.refused:
        return Refusal(upload.refused, code="unusable")
    if offset != upload.offset or offset + len(piece) > upload.length:
        raise Refusal(_("The piece does not begin where the last one ended."), code="offset")
    if piece:
        name = f"pieces/{upload.pk.hex}/{offset:012d}"
        default_storage.delete(name)  # left behind by an attempt that was not committed
        upload.pieces.append(default_storage.save(name, ContentFile(piece)))
        upload.offset += len(piece)
        upload.save(update_fields=["pieces", "offset", "touched_at"])
    if upload.offset < upload.length:
        return upload.offset
    return _finished(upload) or upload.offset


def _finished(upload: Upload) -> Refusal | None:
    """Turn a complete upload into the record's photo or voice note; or why it cannot be."""
    content = b"".join(_piece(name) for name in upload.pieces)
    if sha256(content).digest() != bytes(upload.sha256):
        _forget(upload)
        return Refusal(_("What arrived differs from what was announced; begin it anew."), code="changed")
    try:
        with transaction.atomic():
            _keep(upload, content)
    except Refusal as refusal:
        _drop(upload.pieces)
        upload.refused, upload.pieces = f"{refusal} {refusal.remedy}".strip()[:400], []
        upload.save(update_fields=["refused", "pieces", "touched_at"])
        return refusal
    _forget(upload)
    return None


def _keep(upload: Upload, content: bytes) -> None:
    file, capture = _kept(upload, content)
    row = Media(
        region_code=upload.region_code, person_id=upload.person_id, sha256=upload.sha256,
        original_sha256=upload.original_sha256, kind=upload.kind, record_id=upload.record_id,
        captured_at=upload.captured_at, capture=capture, file=file, received_at=datetime.now(UTC),
    )  # fmt: skip
    Media.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def end_upload(number: UUID, *, actor: Signed) -> None:
    """The phone does not want to send it any more."""
    _forget(upload_of(number, actor=actor))


@transaction.atomic
def sweep_uploads(now: datetime) -> int:
    """Forget uploads that nobody has gone on with for a month; returns how many. Their records still say what is missing."""
    stale = list(Upload.objects.filter(touched_at__lt=now - FORGOTTEN_AFTER, refused="").select_for_update())
    for upload in stale:
        _drop(upload.pieces)
    Upload.objects.filter(pk__in=[upload.pk for upload in stale]).delete()
    return len(stale)


def _kept(upload: Upload, content: bytes) -> tuple[StoredFile, dict[str, str | float]]:
    name = bytes(upload.sha256).hex()[:16]
    if upload.kind == MediaKind.PHOTO:
        capture = pictures.capture_of(content)
        file = store_picture(content, name=name, region_code=upload.region_code, actor=None, longest_edge=LONGEST_EDGE)
        return file, capture
    ending, content_type = _sound(content)
    file = store_file(
        content, name=f"{name}.{ending}", region_code=upload.region_code, actor=None, content_type=content_type
    )
    return file, {}


def _sound(content: bytes) -> tuple[str, str]:
    for mark, found in SOUNDS.items():
        if content.startswith(mark) or content[4:8] == mark:
            return found
    raise Refusal(_("This is no voice note that a telephone records."), code="no_sound", field="file")


def _piece(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())


def _forget(upload: Upload) -> None:
    _drop(upload.pieces)
    upload.delete()


def _drop(pieces: list[str]) -> None:
    """After the commit: a piece that is still named must be there."""

    def drop() -> None:
        for name in pieces:
            default_storage.delete(name)

    pieces = list(pieces)
    transaction.on_commit(drop)
