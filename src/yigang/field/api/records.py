"""Records of phones, in. Lean on purpose: what happens a thousand times a second is done in four statements, and for all
who come at the same moment at once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router

from yigang.duty.domain.devices import Signed, all_signed_in
from yigang.duty.domain.sync import Sent, goes_together, receive_all
from yigang.duty.sync import envelope
from yigang.duty.sync.answer import Answer as RecordAnswer
from yigang.field.api.answers import Answer, Trouble, now_ms
from yigang.field.api.reading import Token, token_of
from yigang.foundation.errors import Refusal
from yigang.foundation.gather import Gatherer

logger = logging.getLogger(__name__)
SMALL = 16 * 1024
"""Bytes of a message that is taken in together with others; a large one is a group by itself."""
MOST_TOGETHER = 32
"""Messages; each holds a thread of the server while it waits."""
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
    if int(request.META.get("CONTENT_LENGTH") or 0) > envelope.MOST_BYTES:
        return _trouble(413, "too_large", _("This is more than 2 MB. Send fewer records at once."))
    try:
        batch = envelope.read_batch(request.body)
    except msgspec.DecodeError:
        return _trouble(400, "malformed", _("The message is cut off or has another form. Send it again."))
    try:
        answers = _received(request, batch)
    except OperationalError:
        return _trouble(
            503, "busy", _("The server cannot store anything now. Nothing is lost; it is sent again later.")
        )
    return _json(200, Answered(answers, now_ms()))


@dataclass(frozen=True, slots=True)
class Arrived:
    """A batch, and the token it came with."""

    batch: envelope.Batch
    token: str


def _received(request: HttpRequest, batch: envelope.Batch) -> list[RecordAnswer]:
    """Together with what others send at this moment where that may be; where it fails for another reason than the
    database's absence, alone; and where that fails too, with care.
    """
    arrived = Arrived(batch, token_of(request))
    if int(request.META.get("CONTENT_LENGTH") or 0) <= SMALL and goes_together(batch):
        try:
            return _told(_gatherers[get_language() or ""].do(arrived))
        except (OperationalError, Refusal):
            raise
        except Exception:  # somebody's record, perhaps this one: each finds out by itself
            logger.exception("Records of several phones could not be taken in together")
    try:
        [answers] = _committed([arrived])
        return _told(answers)
    except (OperationalError, Refusal):
        raise
    except Exception:  # a fault of ours in some record: find out which, below
        logger.exception("%d records could not be taken in together", len(batch.records))
    [answers] = _committed([arrived], careful=True)
    return _told(answers)


def _committed(group: Sequence[Arrived], *, careful: bool = False) -> list[list[RecordAnswer] | Refusal]:
    """The answers of each message, or why its sender is not let in. One transaction; returns after its commit."""
    received = datetime.fromtimestamp(now_ms() / 1000, UTC)
    with transaction.atomic():
        senders = all_signed_in([each.token for each in group])
        sent = [Sent(each.batch, who) for each, who in zip(group, senders, strict=True) if isinstance(who, Signed)]
        answers = iter(receive_all(sent, received=received, careful=careful) if sent else ())
    return [who if isinstance(who, Refusal) else next(answers) for who in senders]


def _told(answers: list[RecordAnswer] | Refusal) -> list[RecordAnswer]:
    if isinstance(answers, Refusal):
        raise answers
    return answers


_gatherers = {code: Gatherer(_committed, MOST_TOGETHER) for code, _name in settings.LANGUAGES}
"""By language: in which a refusal is worded. A group is one transaction; its records are decided each by itself."""


def _trouble(status: int, code: str, detail: str) -> HttpResponse:
    return _json(status, Trouble(code=code, detail=detail).model_dump())


def _json(status: int, content: object) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), status=status, content_type="application/json")
