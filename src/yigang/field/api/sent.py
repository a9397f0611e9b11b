"""What became of a record that the person's phone sent, so that one sees what the office did with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from yigang.duty.domain.devices import Signed
from yigang.duty.models import CheckIn, Intake, Leave, Media, Record, WorkLog
from yigang.duty.sync.envelope import media_of
from yigang.field import own
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, read

router = Router(tags=["reading"])


class RecordState(Answer):
    """A record of the person's own."""

    id: UUID
    kind: str
    state: str
    """`counts`, `aside` (kept without counting), `corrected` or `withdrawn` by the office."""
    at: datetime | None
    received_at: datetime
    code: str = ""
    detail: str = ""
    office: str = ""
    """What the office noted when it looked."""
    missing: list[str] = []


@router.get(
    "records/{uuid:record}", response={200: RecordState, 401: Trouble, 404: Trouble, 429: Trouble}, auth=Token()
)
def record(request: HttpRequest, record: UUID) -> HttpResponse:
    """One record of one's own."""
    return read(request, lambda signed: _state(signed, record))


def _state(signed: Signed, wanted: UUID) -> RecordState:
    row = Record.objects.filter(pk=wanted, person=signed.person_id).first()
    aside = own.set_aside_of(signed.person_id, wanted)
    if row is None and aside is None:
        raise Http404
    known = aside.received_at if row is None and aside else row.received_at if row else None
    assert known is not None
    state = RecordState(
        id=wanted, kind=row.kind if row else "", state="aside" if aside else "counts", at=row.at if row else None,
        received_at=known, code=aside.code if aside else "", detail=aside.detail if aside else "",
        office=aside.seen_note if aside else "", missing=_missing(row) if row else [],
    )  # fmt: skip
    if row is not None and aside is None:
        state.state, state.office = _office(row)
    return state


def _missing(row: Record) -> list[str]:
    """Digests of photos and voice notes that have not arrived."""
    named = list(dict.fromkeys(media_of(row.body)))
    wanted = [bytes.fromhex(digest) for digest in named]
    here = (
        set(Media.objects.filter(person=row.person_id, sha256__in=wanted).values_list("sha256", flat=True))
        if wanted
        else ()
    )
    found = {bytes(digest).hex() for digest in here}
    return [digest for digest in named if digest not in found]


NOUNS: dict[str, type[CheckIn] | type[WorkLog] | type[Leave]] = {"check_in": CheckIn, "log": WorkLog, "leave": Leave}
"""Kinds of records whose noun is evidence that an officer can correct or withdraw."""


def _office(row: Record) -> tuple[str, str]:
    """Whether an officer corrected or withdrew what the record became, and why."""
    model = NOUNS.get(row.kind)
    if model is None:
        return "counts", ""
    noun = model.objects.filter(person=row.person_id, external_key=f"r:{row.pk.hex}".encode()).first()
    if noun is None:
        return "counts", ""
    intake: Intake = noun.intake
    if intake.withdrawn_at:
        return "withdrawn", intake.withdrawn_reason
    later = (
        CheckIn.objects.filter(corrects_id=noun.pk, corrects_day=noun.day).first()
        if isinstance(noun, CheckIn)
        else getattr(noun, "corrected_by", None)
    )
    return ("counts", "") if later is None else ("corrected", getattr(later, "correction_reason", ""))
