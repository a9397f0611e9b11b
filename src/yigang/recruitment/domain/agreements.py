"""Verbs of the agreement before hiring: made in the step that signs, signed there, kept by whoever is hired."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.domain import drop_file, store_file, store_paper
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.posts.models import Post
from yigang.recruitment import queries
from yigang.recruitment.domain.deciding import judging, locked
from yigang.recruitment.models import AgreementDraft, Application, RoundPost
from yigang.tenure.access import EMPLOY
from yigang.tenure.domain import Terms
from yigang.tenure.domain.agreements import Numbered, Parties, keep_agreement, take_number, words_of
from yigang.tenure.domain.appointing import refuse_dates
from yigang.tenure.models import Appointment
from yigang.tenure.papers import template
from yigang.tenure.papers.agreements import template_of

SIGNS = "sign"


@transaction.atomic
def draft_agreement(
    application: Application, starts: date, ends: date | None, *, actor: User, post: Post | None = None
) -> AgreementDraft:  # fmt: skip
    """Make the agreement that an applicant is to sign, numbered by the programme's rule. Made again it keeps its number.

    Refused outside the step that signs, for a post that the round does not seek, for days outside the programme, and once
    a signed copy is on file.
    """
    application = locked(application, None)
    post = signing(application, post, actor)
    refuse_dates(application.person, post, Terms(starts, ends))
    known = hold(AgreementDraft.objects.filter(application=application)).first()
    _unsigned(known)
    programme = post.programme
    given = Numbered(known.year, known.sequence, known.number) if known else take_number(programme, starts)
    name, content = template_of(programme)
    parties = Parties(application.person, post, starts, ends)
    paper = store_file(
        template.fill(content, words_of(parties, given)), name=f"{given.number} {application.person.name}.docx",
        region_code=application.region_code, actor=actor, content_type=template.DOCX,
    )  # fmt: skip
    row = known or AgreementDraft(application=application, region_code=application.region_code, prepared_by=actor)
    row.programme, row.post, row.starts, row.ends = programme, post, starts, ends
    row.year, row.sequence, row.number = given.year, given.sequence, given.number
    row.template, row.file = name, paper
    row.save()
    after = audit.snapshot(row, ["number", "post_id", "starts", "ends", "template"]) | {"sha256": paper.sha256}
    audit.record("recruitment.draft_agreement", application, actor=actor, after=after)
    return row


@transaction.atomic
def file_signed_draft(
    draft: AgreementDraft, content: bytes, *, name: str, on: date, actor: User
) -> AgreementDraft:  # fmt: skip
    """Keep the scan or photo of the agreement that was signed; one that is on file is not replaced."""
    application = locked(draft.application, None)
    signing(application, draft.post, actor)
    draft = hold(AgreementDraft.objects.filter(pk=draft.pk)).get()
    _unsigned(draft)
    file = store_paper(content, name=name, region_code=draft.region_code, actor=actor)
    return keep_signed(application, draft, file, on=on, actor=actor)


def offer(draft: AgreementDraft, file: StoredFile | None) -> None:
    """Put a scan beside a locked draft, or none. The one before goes, unless it became the signed copy."""
    before, draft.offered_file = draft.offered_file, file
    draft.save(update_fields=["offered_file"])
    if before is not None and before.pk not in (file and file.pk, draft.signed_file_id):
        drop_file(before)


def keep_signed(
    application: Application, draft: AgreementDraft, file: StoredFile, *, on: date, actor: User
) -> AgreementDraft:
    """Note the signed copy of a locked draft."""
    draft.signed_file, draft.signed_on = file, on
    draft.save(update_fields=["signed_file", "signed_on"])
    offer(draft, None)
    after = {"number": draft.number, "on": on, "file": file.sha256}
    audit.record("recruitment.sign_agreement", application, actor=actor, after=after)
    return draft


def signed_terms(application: Application, post: Post, terms: Terms) -> AgreementDraft | None:
    """The signed agreement by which an applicant is hired, none where none was. Refuses a post or days that it does not say.

    The first day may be later than agreed (training takes its time), never earlier; the last day is the agreed one.
    """
    draft = AgreementDraft.objects.filter(application=application, signed_file__isnull=False).first()
    if draft is not None and (post.pk != draft.post_id or terms.starts < draft.starts or terms.ends != draft.ends):
        raise Refusal(
            _("The agreement %(number)s was signed for the post %(post)s, from %(starts)s to %(ends)s."),
            {"number": draft.number, "post": draft.post.number, "starts": draft.starts, "ends": draft.ends or "—"},
            code="not_as_signed", field="post", remedy=_("Hire as it was signed; the first day may be later."),
        )  # fmt: skip
    return draft


def keep(draft: AgreementDraft, appointment: Appointment, actor: User) -> None:
    """Let the appointment have the agreement that was signed before it."""
    given = Numbered(draft.year, draft.sequence, draft.number)
    finish = partial(keep_agreement, appointment, given, template=draft.template, file=draft.file, actor=actor)
    finish(signed_file=draft.signed_file, signed_on=draft.signed_on)


def signing(application: Application, post: Post | None, actor: User) -> Post:
    """The post agreed on, when the open step is the one that signs and the actor acts in it."""
    step, rule = judging(application, actor)
    require(actor, EMPLOY, application.region_code)
    if rule.kind != SIGNS:
        signs = next((each.name for each in queries.rules_of(application.round).steps if each.kind == SIGNS), None)
        raise Refusal(
            _("Agreements before hiring are made in the step “%(signs)s”; “%(step)s” is open."),
            {"signs": signs or str(_("none of this policy")), "step": step.name}, code="wrong_step",
        )  # fmt: skip
    wanted = post or application.post_wanted
    if wanted is None:
        raise Refusal(_("Say which post."), code="no_post", field="post")
    sought = RoundPost.objects.select_related("post__programme").filter(round=application.round, post=wanted).first()
    if sought is None:
        raise Refusal(
            _("The round does not seek anybody for the post %(post)s."), {"post": wanted.number}, code="foreign_post",
            field="post",
        )  # fmt: skip
    return sought.post


def _unsigned(draft: AgreementDraft | None) -> None:
    if draft is not None and draft.signed_file_id is not None:
        raise Refusal(
            _("The signed copy of %(number)s is on file since %(day)s."),
            {"number": draft.number, "day": draft.signed_on}, code="signed_already",
        )  # fmt: skip
