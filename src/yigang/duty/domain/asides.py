"""Records of phones that do not count: looked into by a person, counted after all when what stood against them is gone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.access import LOOK_INTO_RECORDS
from yigang.duty.models import Record, SetAside
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.foundation.statements import run


@transaction.atomic
def note_aside(aside: SetAside, *, note: str, actor: User) -> SetAside:
    """Somebody looked into it and says what was found; the person reads it on the phone."""
    require(actor, LOOK_INTO_RECORDS, aside.region_code)
    if not note.strip():
        raise Refusal(_("Say what was found."), code="note", field="note")
    aside = hold(SetAside.objects.filter(pk=aside.pk)).get()
    if aside.seen_at:
        raise Refusal(_("This record was looked into before."), code="seen")
    aside.seen_at, aside.seen_by, aside.seen_note = timezone.now(), actor, note.strip()[:200]
    aside.save(update_fields=["seen_at", "seen_by", "seen_note"])
    audit.record("duty.note_aside", aside, actor=actor, after={"code": aside.code, "note": aside.seen_note})
    return aside


def record_of(aside: SetAside) -> Record | None:
    """The record that came under the same number and is kept: refused itself, or the one that counts."""
    return Record.objects.filter(pk=aside.record_id).first() if aside.record_id else None


GAPS = """
SELECT device_id, previous + 1, seq - 1, at FROM (
  SELECT device_id, seq, at, lag(seq, 1, 0::bigint) OVER (PARTITION BY device_id ORDER BY seq) AS previous
  FROM duty_record WHERE device_id = ANY(%s::uuid[])
) numbered WHERE seq > previous + 1 ORDER BY device_id, seq
"""


def gaps(devices: list[str]) -> list[tuple[str, int, int, datetime]]:
    """Records that these phones made and that have not arrived: device, first and last number, time of the next one that has.

    Read in a scope that holds everybody who is signed in on them, or other people's records seem to be missing.
    """
    return [(str(device), first, last, at) for device, first, last, at in run(GAPS, [devices])]
