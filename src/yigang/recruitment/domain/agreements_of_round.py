"""Agreements before hiring of a whole round: drafted together, their signed copies matched by number, looked at, kept."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.domain import store_paper
from yigang.foundation.errors import Forbidden, Refusal, Text
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.foundation.scans import FORGOTTEN_AFTER
from yigang.recruitment.domain.agreements import draft_agreement, keep_signed, offer, signing
from yigang.recruitment.domain.deciding import locked
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.models import AgreementDraft, Application, Round
from yigang.tenure.access import EMPLOY

MOST = 1_000
"""They are numbered in one transaction, and whoever makes one of this programme meanwhile waits for its end."""


@dataclass(frozen=True)
class Drafted:
    """The documents as a zip, whose are in it, and who was refused with the reason."""

    content: bytes
    names: list[str]
    refused: list[tuple[str, str]]


@dataclass(frozen=True)
class Offered:
    """A file that was handed in, and whose signed copy it is by its name, or why it is nobody's."""

    name: str
    draft: AgreementDraft | None = None
    problem: Text = ""


@transaction.atomic
def draft_round(
    one: Round, starts: date, ends: date | None, *, progress: Progress = silent, actor: User
) -> Drafted:  # fmt: skip
    """Draft for everybody in the running who has none; those made before are in the zip as they are, signed ones are not.

    Each agreement is for the post that was applied for, or for the only one sought. Who cannot have one is listed with the
    reason and stops nobody else. Raises `Refusal` when there is nobody at all.
    """
    require(actor, EMPLOY)
    rows = list(_to_sign(one).order_by("region_code", "pk")[: MOST + 1])
    if not rows or len(rows) > MOST:
        words = _("At most %(most)d agreements are made at once.") if rows else _("Nobody waits for an agreement here.")
        raise Refusal(words, {"most": MOST}, code="too_many" if rows else "nobody")
    drafts, refused = _draft_each(one, rows, starts, ends, progress, actor)
    return Drafted(_zip(drafts), [one.application.person.name for one in drafts], refused)


def _to_sign(one: Round) -> QuerySet[Application]:
    running = Application.objects.filter(round=one, state=ApplicationState.RUNNING)
    return running.filter(agreement__signed_file__isnull=True).select_related("person", "agreement__file")


def _draft_each(
    one: Round, rows: Collection[Application], starts: date, ends: date | None, progress: Progress, actor: User
) -> tuple[list[AgreementDraft], list[tuple[str, str]]]:  # fmt: skip
    sought = [each.post for each in one.posts.select_related("post")[:2]]
    only = sought[0] if len(sought) == 1 else None
    drafts: list[AgreementDraft] = []
    refused: list[tuple[str, str]] = []
    for number, row in enumerate(rows, 1):
        made = getattr(row, "agreement", None)
        try:
            drafts.append(made or draft_agreement(row, starts, ends, post=row.post_wanted or only, actor=actor))
        except (Refusal, Forbidden) as refusal:
            refused.append((row.person.name, str(refusal)))
        progress(number, len(rows))
    return drafts, refused


def _zip(drafts: Iterable[AgreementDraft]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for draft in drafts:
            with draft.file.content.open("rb") as handle:
                archive.writestr(draft.file.name.replace("/", "-"), handle.read())
    return buffer.getvalue()


def unsigned(one: Round) -> QuerySet[AgreementDraft]:
    """Drafts of a round whose signed copy is not on file, by number."""
    rows = AgreementDraft.objects.filter(application__round=one, signed_file=None)
    return rows.select_related("application__person", "offered_file").order_by("number")


def offer_signed(one: Round, files: Iterable[tuple[str, Callable[[], bytes]]], *, actor: User) -> list[Offered]:
    """Put each scan beside the draft whose number stands in its name; nothing is signed before it was looked at.

    A file that is nobody's, or no paper, is told and not kept; one handed in again takes the place of the one before.
    """
    require(actor, EMPLOY)
    waiting = list(unsigned(one))
    return [_offer(name, read, waiting, actor) for name, read in files]


def _offer(name: str, read: Callable[[], bytes], waiting: list[AgreementDraft], actor: User) -> Offered:
    told = [draft for draft in waiting if _plain(draft.number) in _plain(name)]
    if len(told) != 1:
        return Offered(
            name, problem=_("No agreement that waits for its signed copy has its number in this name.")
            if not told else _("The name holds the numbers of several agreements."),
        )  # fmt: skip
    draft = told[0]
    try:
        with transaction.atomic():
            signing(draft.application, draft.post, actor)
            file = store_paper(read(), name=name, region_code=draft.region_code, actor=actor)
            _put_beside(draft, file)
    except (Refusal, Forbidden) as refusal:
        return Offered(name, problem=str(refusal))
    return Offered(name, draft)


def _put_beside(draft: AgreementDraft, file: StoredFile) -> None:
    held = hold(AgreementDraft.objects.filter(pk=draft.pk, signed_file=None)).first()
    if held is None:
        raise Refusal(_("The signed copy of %(number)s is on file."), {"number": draft.number}, code="signed_already")
    offer(held, file)


def _plain(text: str) -> str:
    """Without spaces, and brackets of one kind, as they differ between a number and a file's name."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    return text.translate(str.maketrans("[]【】()", "〔〕〔〕〔〕"))


@transaction.atomic
def file_offered(one: Round, chosen: dict[int, int], *, on: date, actor: User) -> list[AgreementDraft]:
    """Keep the scans that were looked at as the signed copies, all or none. `chosen`: draft → the file that was seen."""
    require(actor, EMPLOY)
    rows = list(unsigned(one).filter(pk__in=chosen).select_related(None).order_by("application_id"))
    if not rows or len(rows) != len(chosen):
        raise Refusal(
            _("Not all of these wait for their signed copy any more."), code="not_waiting",
            remedy=_("Look at the list again."),
        )  # fmt: skip
    for row in rows:
        application = locked(row.application, None)
        signing(application, row.post, actor)
        draft = hold(AgreementDraft.objects.filter(pk=row.pk)).get()
        if draft.offered_file_id is None or draft.offered_file_id != chosen[draft.pk]:
            raise Refusal(
                _("Another copy of %(number)s was handed in meanwhile."), {"number": draft.number}, code="other_copy",
                remedy=_("Look at the list again."),
            )  # fmt: skip
        keep_signed(application, draft, StoredFile.objects.get(pk=draft.offered_file_id), on=on, actor=actor)
    after = {"agreements": len(rows), "on": on}
    audit.record("recruitment.sign_agreements", one, actor=actor, after=after)
    return rows


@transaction.atomic
def forget_offered(now: datetime) -> int:
    """Let go of scans that nobody has ticked for three months; returns how many. The agreements wait for a copy as before."""
    old = AgreementDraft.objects.filter(signed_file=None, offered_file__created_at__lt=now - FORGOTTEN_AFTER)
    rows = list(hold(old).order_by("pk"))
    for row in rows:
        offer(row, None)
        audit.record("recruitment.forget_offered", row, actor=None, after={"number": row.number})
    return len(rows)
