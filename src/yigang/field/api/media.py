"""Photos and voice notes by tus 1.0: core, creation, checksum and termination (https://tus.io/protocols/resumable-upload).

Written here because no kept server for Django without the REST framework was found (decision 20).
"""

from __future__ import annotations

import base64
import hashlib
from binascii import Error as NotBase64
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from yigang.duty.domain import media
from yigang.duty.domain.devices import Signed, signed_in
from yigang.duty.enums import MediaKind
from yigang.field.api.answers import Trouble
from yigang.field.api.reading import Token, token_of
from yigang.foundation.errors import Refusal

router = Router(tags=["media"])
VERSION = "1.0.0"
STATUS = {
    "signed_out": 401, "revoked": 401, "gone": 410, "offset": 409, "too_large": 413, "checksum": 460, "too_many": 429,
    "changed": 410, "metadata": 400, "busy": 503, "version": 412, "type": 415,
}  # fmt: skip
"""Of refusals by code; anything else is a file that cannot be used."""
LATEST_MS = 253_370_764_800_000
"""The year 9999."""


def answer(status: int, **headers: str) -> HttpResponse:
    """An answer of this protocol; header names with underscores for hyphens."""
    response = HttpResponse(status=status)
    for name, value in {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers}.items():
        response.headers[name.replace("_", "-")] = value
    return response


def refusing(work: Callable[[], HttpResponse]) -> HttpResponse:
    """The work's answer, or the refusal in the words of tus and of ours."""
    try:
        return work()
    except Refusal as refusal:
        status, code, detail = STATUS.get(refusal.code, 422), refusal.code, f"{refusal} {refusal.remedy}".strip()
    except OperationalError:
        status, code = 503, "busy"
        detail = _("The server cannot store anything now. Nothing is lost; it is sent again later.")
    response = answer(status)
    response.headers["Content-Type"] = "application/json"
    response.content = Trouble(code=code, detail=detail).model_dump_json().encode()
    return response


@router.api_operation(["OPTIONS"], "media/", auth=None, response={204: None})
def abilities(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Ninja's signature
    """What of tus is spoken here."""
    return answer(
        204, Tus_Version=VERSION, Tus_Extension="creation,checksum,termination", Tus_Checksum_Algorithm="sha1,sha256",
        Tus_Max_Size=str(max(media.LARGEST.values())),
    )  # fmt: skip


@router.post("media/", auth=Token(), response={201: None, 400: Trouble, 401: Trouble, 413: Trouble, 429: Trouble})
def create(request: HttpRequest) -> HttpResponse:
    """Begin an upload; `Location` says where its pieces go."""

    def work() -> HttpResponse:
        _speaks_tus(request)
        announced = _announced(request)
        with transaction.atomic():
            upload = media.begin_upload(announced, actor=_who(request))
        return answer(201, Location=f"{request.path.rstrip('/')}/{upload.pk}", Upload_Offset="0")

    return refusing(work)


@router.api_operation(["HEAD"], "media/{uuid:number}", auth=Token(), response={200: None, 401: None, 410: None})
def how_far(request: HttpRequest, number: UUID) -> HttpResponse:
    """How many bytes have arrived."""

    def work() -> HttpResponse:
        with transaction.atomic():
            upload = media.upload_of(number, actor=_who(request))
        return answer(200, Upload_Offset=str(upload.offset), Upload_Length=str(upload.length))

    return refusing(work)


@router.api_operation(
    ["PATCH"], "media/{uuid:number}", auth=Token(),
    response={204: None, 400: Trouble, 401: Trouble, 409: Trouble, 410: Trouble, 413: Trouble, 415: Trouble, 422: Trouble},
)  # fmt: skip
def piece(request: HttpRequest, number: UUID) -> HttpResponse:
    """One piece. The last one is answered when the whole has been looked at and kept."""

    def work() -> HttpResponse:
        _speaks_tus(request)
        content = _piece_of(request)
        offset = _whole(request.headers.get("Upload-Offset", ""), "Upload-Offset")
        with transaction.atomic():
            taken = media.take_piece(number, offset, content, actor=_who(request))
        if isinstance(taken, Refusal):
            raise taken
        return answer(204, Upload_Offset=str(taken))

    return refusing(work)


@router.delete("media/{uuid:number}", auth=Token(), response={204: None, 401: Trouble, 410: Trouble})
def end(request: HttpRequest, number: UUID) -> HttpResponse:
    """Give an upload up."""

    def work() -> HttpResponse:
        with transaction.atomic():
            media.end_upload(number, actor=_who(request))
        return answer(204)

    return refusing(work)


def _who(request: HttpRequest) -> Signed:
    return signed_in(token_of(request))


def _speaks_tus(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Refusal(_("This address speaks tus 1.0.0."), code="version", field="Tus-Resumable")


def _piece_of(request: HttpRequest) -> bytes:
    if request.headers.get("Content-Type") != "application/offset+octet-stream":
        raise Refusal(_("A piece has the type application/offset+octet-stream."), code="type", field="Content-Type")
    if int(request.META.get("CONTENT_LENGTH") or 0) > media.PIECE_BYTES:
        raise Refusal(
            _("A piece has at most %(most)d MB."), {"most": media.PIECE_BYTES // 2**20}, code="too_large",
            field="Content-Length",
        )  # fmt: skip
    content = request.body
    if told := request.headers.get("Upload-Checksum"):
        algorithm, _space, digest = told.partition(" ")
        if algorithm not in ("sha1", "sha256"):
            raise Refusal(_("Checksums are sha1 or sha256."), code="metadata", field="Upload-Checksum")
        if base64.b64encode(hashlib.new(algorithm, content).digest()).decode() != digest.strip():
            raise Refusal(_("The piece was changed on its way; send it again."), code="checksum")
    return content


def _announced(request: HttpRequest) -> media.Announced:
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        return media.Announced(
            sha256=_digest(said["sha256"]),
            length=_whole(request.headers.get("Upload-Length", ""), "Upload-Length"),
            kind=MediaKind(said["kind"]),
            record_id=UUID(said["record"]) if said.get("record") else None,
            captured_at=_moment(said.get("captured", "")),
            original_sha256=_digest(said["original"]) if said.get("original") else None,
        )
    except (KeyError, ValueError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal(
            _("Upload-Metadata needs sha256 (64 hexadecimal signs) and kind (photo or voice)."), code="metadata",
            field="Upload-Metadata",
        ) from error  # fmt: skip


def _metadata(header: str) -> dict[str, str]:
    """`key base64,key base64` as a dictionary."""
    try:
        pairs = (part.strip().partition(" ") for part in header.split(",") if part.strip())
        return {key: base64.b64decode(value, validate=True).decode() for key, _space, value in pairs}
    except (NotBase64, UnicodeDecodeError) as error:
        raise Refusal(
            _("Upload-Metadata is not in the agreed form."), code="metadata", field="Upload-Metadata"
        ) from error


def _digest(text: str) -> bytes:
    digest = bytes.fromhex(text)
    if len(digest) != hashlib.sha256().digest_size:
        raise ValueError(text)
    return digest


def _whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refusal(_("%(field)s is a whole number of bytes."), {"field": field}, code="metadata", field=field)
    return int(text)


def _moment(text: str) -> datetime | None:
    """Milliseconds as a moment; nothing when it is none that a phone could mean."""
    if not (text.isascii() and text.isdigit()) or int(text) > LATEST_MS:
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)
