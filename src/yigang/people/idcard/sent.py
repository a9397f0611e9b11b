"""Photos of cards that were sent to be read: kept sealed, for their sender alone, and not for long."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db.models import QuerySet

from yigang.foundation.models import User
from yigang.foundation.secrets import CARD_READING, vault
from yigang.people import idcard
from yigang.people.idcard.parse import Reading
from yigang.people.models import CardReading

KEPT = timedelta(days=1)


def of(actor: User) -> QuerySet[CardReading]:
    """What this user has sent."""
    return CardReading.objects.filter(by=actor).select_related("job")


def read_sent(row: CardReading) -> None:
    """Read the photo and keep the answer instead of it. Raises `Refusal` for what is no card; the photo goes all the same."""
    if row.photo_cipher is None:
        return
    photo = vault().decrypt_bytes(bytes(row.photo_cipher), CARD_READING)
    row.photo_cipher = None
    try:
        told = asdict(idcard.read(photo))
        told["problems"] = [str(one) for one in told["problems"]]
        row.answer_cipher = vault().encrypt(json.dumps(told), CARD_READING)
    finally:
        row.save(update_fields=["photo_cipher", "answer_cipher"])


def answer_of(row: CardReading) -> Reading | None:
    """What was read, None before that and when nothing was."""
    if row.answer_cipher is None:
        return None
    return Reading(**json.loads(vault().decrypt(bytes(row.answer_cipher), CARD_READING)))


def sweep(now: datetime) -> int:
    """Forget what nobody has made a form of; returns how many."""
    return CardReading.objects.filter(sent_at__lt=now - KEPT).delete()[0]
