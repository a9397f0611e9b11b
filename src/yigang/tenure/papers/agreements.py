"""Verbs of the agreement as a paper: an office's template, the file made from it, one or many."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.domain import store_file, store_paper
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import StoredFile, User
from yigang.posts.models import Programme
from yigang.tenure.access import EMPLOY, SET_TEMPLATES
from yigang.tenure.domain.agreements import fields_of, prepare_agreement, sign_agreement
from yigang.tenure.models import Agreement, AgreementTemplate, Appointment
from yigang.tenure.papers import shipped, template

ZIP = "application/zip"


@transaction.atomic
def put_template(programme: Programme, content: bytes, *, name: str, actor: User) -> AgreementTemplate:
    """Take an office's template as the programme's newest version; those before stay on file."""
    require(actor, SET_TEMPLATES, programme.region_code)
    fields = template.checked(content)
    Programme.objects.select_for_update().get(pk=programme.pk)
    last = AgreementTemplate.objects.filter(programme=programme).aggregate(last=Max("version"))["last"] or 0
    row = AgreementTemplate.objects.create(
        region_code=programme.region_code, programme=programme, version=last + 1, name=name[:120], content=content,
        fields=list(fields), by=actor,
    )  # fmt: skip
    after = {"version": row.version, "name": row.name, "fields": row.fields}
    audit.record("tenure.put_template", programme, actor=actor, region_code=programme.region_code, after=after)
    return row


def template_of(programme: Programme) -> tuple[str, bytes]:
    """Name and content of the template in use: the office's newest, else the one that comes along."""
    own = AgreementTemplate.objects.filter(programme=programme).order_by("-version").first()
    if own is not None:
        return f"{own.name} v{own.version}", bytes(own.content)
    code = shipped.code_of(programme)
    return shipped.name_of(code), shipped.document(code)


@transaction.atomic
def make_agreement(appointment: Appointment, *, actor: User) -> Agreement:
    """Number the agreement and fill the template. Made again it keeps its number; once signed it is not made again."""
    agreement = prepare_agreement(appointment, actor=actor)
    if agreement.signed_file_id is not None:
        raise Refusal(
            _("The signed copy of %(number)s is on file; the agreement is not made again."),
            {"number": agreement.number}, code="signed_already",
        )  # fmt: skip
    name, content = template_of(agreement.programme)
    made = template.fill(content, fields_of(agreement))
    agreement.file = store_file(
        made, name=f"{agreement.number} {agreement.appointment.person.name}.docx", region_code=agreement.region_code,
        actor=actor, content_type=template.DOCX,
    )  # fmt: skip
    agreement.template = name
    agreement.save(update_fields=["file", "template"])
    after = {"number": agreement.number, "template": name, "sha256": agreement.file.sha256}
    audit.record("tenure.make_agreement", agreement, actor=actor, after=after)
    return agreement


@transaction.atomic
def make_agreements(keys: Sequence[int], *, progress: Progress = silent, actor: User) -> bytes:
    """The agreements of these appointments as one zip, all or none; those that are signed are left out."""
    require(actor, EMPLOY)
    rows = list(
        Appointment.objects.filter(pk__in=keys, agreement__signed_file__isnull=True).order_by("region_code", "pk")
    )
    if not rows:
        raise Refusal(_("Nobody chosen has an agreement to be made."), code="nobody")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, row in enumerate(rows, 1):
            made = make_agreement(row, actor=actor).file
            assert made is not None
            with made.content.open("rb") as handle:
                archive.writestr(made.name.replace("/", "-"), handle.read())
            progress(number, len(rows))
    return buffer.getvalue()


@transaction.atomic
def file_signed_copy(agreement: Agreement, content: bytes, *, name: str, on: date, actor: User) -> StoredFile:
    """Keep the scan or photo of the signed agreement."""
    require(actor, EMPLOY, agreement.region_code)
    stored = store_paper(content, name=name, region_code=agreement.region_code, actor=actor)
    sign_agreement(agreement, stored, on=on, actor=actor)
    return stored
