"""Work that takes longer than a request: deciding tens of thousands of differences at once, reading a card's photo."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from yigang.foundation import regioncode, rls
from yigang.foundation.access import Capability, require
from yigang.foundation.jobs import READING, Progress, task
from yigang.foundation.models import User
from yigang.foundation.secrets import CARD_READING, vault
from yigang.people import idcard
from yigang.people.enums import ReviewState
from yigang.people.idcard import sent
from yigang.people.models import CardReading, RegisterChange, RegisterEdition
from yigang.people.register import review


@task("people.review_register")
def review_register(
    progress: Progress, *, actor: User, edition_id: int, state: str, what: str, prefix: str
) -> dict[str, Any]:  # fmt: skip
    """Decide every open difference of a quarter, of one sort and one region where these are named."""
    edition = RegisterEdition.objects.get(pk=edition_id)
    rows = RegisterChange.objects.filter(region_code__startswith=prefix)
    rows = rows.filter(what=what) if what else rows
    done = review.decide_all(edition, rows, ReviewState(state), actor=actor, progress=progress)
    return {"quarter": edition.quarter, "done": done.done, "left": len(done.left)}


@task("people.read_card", queue=READING)
def read_card(progress: Progress, *, actor: User, reading_id: int) -> dict[str, Any]:  # noqa: ARG001 - one photo is never half read
    """Read a card's photo; what it says is kept with it and not in the job."""
    row = sent.of(actor).filter(pk=reading_id).first()
    if row is not None:
        sent.read_sent(row)
    return {}


@transaction.atomic
def send_card(content: bytes, *, capability: Capability, actor: User) -> CardReading:
    """Enqueue a card's photo for a form that needs `capability`; what is no picture is refused at once."""
    require(actor, capability)
    picture = idcard.checked(content)
    region_code = regioncode.pad(actor.prefixes[0])
    photo = vault().encrypt_bytes(picture, CARD_READING)
    row = CardReading.objects.create(region_code=region_code, by=actor, photo_cipher=photo)
    title = _("Photo of an identity card")
    row.job = read_card.start(title=title, region_code=region_code, actor=actor, reading_id=row.pk)
    row.save(update_fields=["job"])
    return row


@app.periodic(cron="30 * * * *")
@app.task(name="people.sweep_cards", queueing_lock="people.sweep_cards", pass_context=False)
def sweep_cards(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what is old is read from the database
    """Forget readings that are a day old."""
    with rls.everywhere("photos that nobody has used are nobody's"):
        sent.sweep(timezone.now())
