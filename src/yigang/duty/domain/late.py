"""Records that come in when their month is over: what they change of a sealed month is decided by an officer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.access import CORRECT_EVIDENCE
from yigang.duty.domain.projections import Accepted
from yigang.duty.models import LateRecord
from yigang.foundation import audit
from yigang.foundation.access import refuse_own, require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User

JUDGED = ("check_in", "log", "leave", "leave_return", "leave_cancel", "report", "visit")
"""Kinds of records that a month is judged by. Points of patrols change a patrol, which has a list of its own."""


def note_late(records: Iterable[Accepted]) -> None:
    """Remember those whose month was over when they came in; of most batches none, and then nothing is asked."""
    late = []
    for each in records:
        month = _day_of(each).replace(day=1)
        if each.programme_id is not None and month < timezone.localdate(each.received).replace(day=1):
            late.append(
                LateRecord(
                    region_code=each.region_code, record_id=each.id, person_id=each.person_id,
                    programme_id=each.programme_id, month=month, received_at=each.received,
                )
            )  # fmt: skip
    if late:
        LateRecord.objects.bulk_create(late)


def _day_of(record: Accepted) -> date:
    """The day that it is about: of a log or a visit the one that it names, of leave the first."""
    told = getattr(record.body, "day", None) or getattr(record.body, "first", None)
    return date.fromisoformat(told) if told else record.day


@transaction.atomic
def answer_late(late: LateRecord, *, note: str, actor: User) -> LateRecord:
    """An officer has looked at what a late record changes of a sealed month, and says what follows."""
    require(actor, CORRECT_EVIDENCE, late.region_code)
    refuse_own(actor, name=late.person.name, phone=late.person.phone)
    if not note.strip():
        raise Refusal(_("Say what was decided, such as: an adjustment is made."), code="note", field="note")
    late = hold(LateRecord.objects.filter(pk=late.pk)).get()
    late.note, late.seen_at, late.seen_by = note.strip()[:200], timezone.now(), actor
    late.save(update_fields=["note", "seen_at", "seen_by"])
    audit.record("duty.answer_late", late, actor=actor, after={"note": late.note})
    return late
