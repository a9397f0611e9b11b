"""What attached pictures and scans show is known before everybody sees it: read here, or looked at by a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.notices import scans, screening
from yigang.notices.access import DRAFT_NOTICES
from yigang.notices.attachments import Attachment
from yigang.notices.enums import FilePurpose, Legibility
from yigang.notices.models import Notice, NoticeFile
from yigang.notices.screening import Secret

LONGEST_WAIT = timedelta(hours=1)
"""A reading that has not come by then comes no more; a person looks instead."""
WHOLE = "0"
"""In place of a page's number: the whole file."""


def at_first(kept: Attachment) -> dict[str, object]:
    """What is known of a file when it comes in."""
    if not kept.pictured:
        return {"legibility": Legibility.TEXT}
    if scans.installed():
        return {"pictured": kept.pictured, "legibility": Legibility.WAITING}
    return {"pictured": kept.pictured, "legibility": Legibility.UNREAD, "seen": WHOLE}


def read_attachment(file: NoticeFile, *, actor: User) -> NoticeFile | None:
    """Read and screen what a file's pages show, and keep what came of it; None when it was removed meanwhile."""
    require(actor, DRAFT_NOTICES, file.region_code)
    with file.file.content.open("rb") as content:
        reading = scans.read(content.read(), file.content_type, file.pictured)
    return _keep(file, reading, actor)


@transaction.atomic
def _keep(file: NoticeFile, reading: scans.Reading, actor: User) -> NoticeFile | None:
    current = NoticeFile.objects.select_for_update().filter(pk=file.pk).first()
    if current is None:
        return None
    if reading.found is not None:
        current.legibility = Legibility.FOUND
        current.seen = f"{reading.page}:{reading.found.secret.value}:{reading.found.excerpt}"[:120]
    elif reading.unsure:
        current.legibility, current.seen = Legibility.UNREAD, ",".join(map(str, reading.unsure))[:120]
    else:
        current.legibility, current.seen = Legibility.CLEAR, ""
    current.save(update_fields=["legibility", "seen"])
    after = {"name": current.name, "legibility": current.legibility, "pages": current.pictured}
    audit.record("notices.read_attachment", current.notice, actor=actor, after=after)
    return current


def waits(file: NoticeFile) -> bool:
    """Whether its reading may still come."""
    return file.legibility == Legibility.WAITING and timezone.now() - file.added_at < LONGEST_WAIT


def to_look_at(notice: Notice) -> list[NoticeFile]:
    """The attachments that nothing but a person can look through."""
    asked = (Legibility.UNREAD, Legibility.WAITING)
    files = notice.files.filter(purpose=FilePurpose.ATTACHMENT, legibility__in=asked)
    return [file for file in files if not waits(file)]


def refusal_of(file: NoticeFile) -> Refusal | None:
    """Why a notice with this file cannot be published, whoever looked at it."""
    if waits(file):
        return Refusal(
            _("What “%(file)s” shows is being read."), {"file": file.name}, code="being_read",
            remedy=_("Wait a moment, then publish."),
        )  # fmt: skip
    if file.legibility != Legibility.FOUND:
        return None
    page, secret, excerpt = file.seen.split(":", 2)
    return Refusal(
        _("“%(file)s”, page %(page)s, shows what looks like %(what)s: %(excerpt)s"),
        {"file": file.name, "page": page, "what": screening.LABELS[Secret(secret)], "excerpt": excerpt},
        code="personal_data", field="file", remedy=_("Remove the file, cover it in the original and attach that."),
    )  # fmt: skip


def require_seen(notice: Notice, *, looked: bool) -> list[str]:
    """Refuse unless every attachment was read, or `looked` at by whoever publishes; returns the names of these."""
    for file in notice.files.filter(purpose=FilePurpose.ATTACHMENT):
        if refusal := refusal_of(file):
            raise refusal
    unread = [file.name for file in to_look_at(notice)]
    if unread and not looked:
        raise Refusal(
            _("Nobody has read what these files show: %(files)s."), {"files": _joined(unread)}, code="not_looked",
            field="looked", remedy=_("Look at every page, then confirm it on the form."),
        )  # fmt: skip
    return unread


def _joined(names: Iterable[str]) -> str:
    return "、".join(names)
