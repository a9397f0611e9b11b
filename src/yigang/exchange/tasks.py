"""Imports in the background: reading and applying, with progress; the page may be closed meanwhile."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yigang.exchange import domain
from yigang.exchange.models import FileImport
from yigang.foundation.jobs import Progress, Task, task
from yigang.foundation.models import User


@task("exchange.preview")
def preview(progress: Progress, *, actor: User, import_id: int) -> dict[str, Any]:
    file_import = domain.preview(FileImport.objects.get(pk=import_id), actor=actor, progress=progress)
    return {"import": import_id, "state": file_import.state, "counts": file_import.counts}


@task("exchange.apply")
def apply(progress: Progress, *, actor: User, import_id: int) -> dict[str, Any]:
    file_import = domain.apply(FileImport.objects.get(pk=import_id), actor=actor, progress=progress)
    return {"import": import_id, "state": file_import.state, "counts": file_import.counts}


def start(work: Task, file_import: FileImport, *, actor: User) -> FileImport:
    """Enqueue `preview` or `apply` of an import; the import shows the job's progress."""
    verb = _("Read") if work is preview else _("Import")
    title = f"{verb}: {file_import.file.name}"
    file_import.job = work.start(
        title=title, region_code=file_import.region_code, actor=actor, import_id=file_import.pk
    )  # fmt: skip
    file_import.save(update_fields=["job"])
    return file_import
