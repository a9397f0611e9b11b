"""Records of phones, in. Lean on purpose: what happens a thousand times a second is done in four statements."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from yigang.duty.domain.devices import signed_in
from yigang.duty.domain.sync import receive
from yigang.duty.sync import envelope
from yigang.duty.sync.answer import Answer as RecordAnswer
from yigang.field.api.answers import Answer, Trouble, now_ms
from yigang.field.api.reading import Token, token_of
from yigang.foundation.errors import Refusal

logger = logging.getLogger(__name__)
router = Router(tags=["records"])


class Answered(msgspec.Struct):
    """What became of each record, in the order in which they came."""

    answers: list[RecordAnswer]
    server_ms: int
    protocol: str = envelope.PROTOCOL


class RecordsAnswer(Answer):
    """For the description only; `Answered` is what is written."""

    answers: list[dict[str, Any]]


def _described() -> dict[str, Any]:
    """The request's body for OpenAPI."""
    _refs, parts = msgspec.json.schema_components([envelope.Wire, envelope.SentClock])
    batch = {
        "type": "object",
        "required": ["records"],
        "properties": {
            "lane": {"enum": ["now", "backlog"], "default": "now"},
            "clock": {"anyOf": [parts["SentClock"], {"type": "null"}]},
            "records": {"type": "array", "maxItems": envelope.MOST_RECORDS, "items": parts["Wire"]},
        },
    }
    return {"required": True, "content": {"application/json": {"schema": batch}}}


@router.post(
    "records",
    auth=Token(),
    response={200: RecordsAnswer, 400: Trouble, 401: Trouble, 413: Trouble, 503: Trouble},
    openapi_extra={"requestBody": _described()},
)
def records(request: HttpRequest) -> HttpResponse:
    """Up to 500 records in 2 MB; answered when they are committed."""
    received = datetime.fromtimestamp(now_ms() / 1000, UTC)
    if int(request.META.get("CONTENT_LENGTH") or 0) > envelope.MOST_BYTES:
        return _trouble(413, "too_large", _("This is more than 2 MB. Send fewer records at once."))
    try:
        batch = envelope.read_batch(request.body)
    except msgspec.DecodeError:
        return _trouble(400, "malformed", _("The message is cut off or has another form. Send it again."))
    try:
        answers = _received(request, batch, received)
    except OperationalError:
        return _trouble(
            503, "busy", _("The server cannot store anything now. Nothing is lost; it is sent again later.")
        )
    return _json(200, Answered(answers, now_ms()))


def _received(request: HttpRequest, batch: envelope.Batch, received: datetime) -> list[RecordAnswer]:
    """All at once; where that fails for another reason than the database's absence, once more with care."""
    try:
        with transaction.atomic():
            return receive(batch, signed_in(token_of(request)), received=received)
    except (OperationalError, Refusal):
        raise
    except Exception:  # a fault of ours in some record: find out which, below
        logger.exception("%d records could not be taken in together", len(batch.records))
    with transaction.atomic():
        return receive(batch, signed_in(token_of(request)), received=received, careful=True)


def _trouble(status: int, code: str, detail: str) -> HttpResponse:
    return _json(status, Trouble(code=code, detail=detail).model_dump())


def _json(status: int, content: object) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), status=status, content_type="application/json")
