"""Scans and photos that nothing names any more: handed in with something that was refused, or never ticked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, ManyToOneRel, Model, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from yigang.foundation import audit
from yigang.foundation.domain import drop_file
from yigang.foundation.locks import hold
from yigang.foundation.models import JobRun, StoredFile
from yigang.foundation.papers import PDF

FORGOTTEN_AFTER = timedelta(days=90)
"""So long what was handed in waits for somebody to tick it or to hand it in again."""


def unnamed() -> QuerySet[StoredFile]:
    """Papers and pictures that no row of any table names, nor a job that made them to be fetched.

    Other files are left alone: a bank's file is found by its digest.
    """
    rows = StoredFile.objects.filter(Q(content_type=PDF) | Q(content_type__startswith="image/"))
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            naming: QuerySet[Model] = QuerySet(relation.related_model)
            rows = rows.exclude(Exists(naming.filter(**{relation.field.name: OuterRef("pk")})))
    made = JobRun.objects.annotate(file=KT("result__file")).filter(file=Cast(OuterRef("pk"), TextField()))
    return rows.exclude(Exists(made))


@transaction.atomic
def forget_unnamed(now: datetime) -> int:
    """Let go of what nothing has named for three months; returns how many. The database refuses what is named after all."""
    rows = list(hold(unnamed().filter(created_at__lt=now - FORGOTTEN_AFTER)).order_by("pk"))
    for row in rows:
        audit.record("foundation.forget_scan", row, actor=None, after={"file": row.name, "sha256": row.sha256})
        drop_file(row)
    return len(rows)
