"""Verbs of hardship categories that run for a time: renewed with new evidence before they end, each with its paper."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.domain import store_paper
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.people.access import KEEP_PEOPLE
from yigang.people.domain import add_hardship, end_hardship
from yigang.people.enums import HardshipKind
from yigang.people.models import Hardship


@transaction.atomic
def renew_hardship(
    hardship: Hardship, *, evidence: str, since: date, until: date | None, file: StoredFile | None = None, actor: User
) -> Hardship:  # fmt: skip
    """The category was looked at again and goes on: a new term with its own evidence. The old one ends before it."""
    require(actor, KEEP_PEOPLE, hardship.region_code)
    if since <= hardship.since:
        raise Refusal(
            _("The new term begins after the old one began, on %(since)s."), {"since": hardship.since}, code="dates",
            field="since",
        )  # fmt: skip
    last = since - timedelta(days=1)
    if hardship.until is None or hardship.until > last:
        hardship = end_hardship(hardship, until=last, actor=actor)
    kind = HardshipKind(hardship.kind)
    return add_hardship(
        hardship.person, kind, evidence=evidence, since=since, until=until, file=file, actor=actor
    )  # fmt: skip


@transaction.atomic
def attach_evidence(hardship: Hardship, content: bytes, *, name: str, actor: User) -> StoredFile:
    """Put the paper that proves a category on file."""
    require(actor, KEEP_PEOPLE, hardship.region_code)
    before = {"file": hardship.file_id}
    stored = store_paper(content, name=name, region_code=hardship.region_code, actor=actor)
    hardship.file = stored
    hardship.save(update_fields=["file"])
    audit.record("people.attach_evidence", hardship.person, actor=actor, before=before, after={"file": stored.pk})
    return stored
