"""Imports in the background: reading and applying, with progress; the page may be closed meanwhile."""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from yigang.exchange import domain
from yigang.exchange.models import FileImport, PullRun, PullSource
from yigang.exchange.pull import running
from yigang.exchange.trackers import patrols
from yigang.foundation import rls
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.jobs import Progress, Task, task
from yigang.foundation.models import User

logger = logging.getLogger(__name__)


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


@task("exchange.pull")
def pull(progress: Progress, *, actor: User, pull_id: int) -> dict[str, Any]:
    """Fetch a period, or go on with it."""
    run = running.carry_out(PullRun.objects.select_related("source").get(pk=pull_id), actor=actor, progress=progress)
    return {"run": run.pk, "state": run.state, "rows": run.rows, "new": run.rows_new, "message": run.message}


@app.periodic(cron="20 * * * *")
@app.task(name="exchange.pull_due", queueing_lock="exchange.pull_due", pass_context=False)
def pull_due(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what is due is read from the database
    """Every hour, fetch from the sources whose hour has come, and go on with what had to wait."""
    with rls.everywhere("which sources are due concerns no person"):
        due = running.due(timezone.now())
    for source in due:
        try:
            pull_daily(source)
        except (Refusal, Forbidden) as refusal:
            logger.warning("Nothing was fetched from %s: %s", source.pk, refusal)


def pull_daily(source: PullSource) -> PullRun:
    """The last days of a source, as its user, in whose language the run's messages are kept."""
    actor = source.actor
    with translation.override(actor.language), rls.scope(actor):
        first, last = running.daily(source, timezone.localdate())
        return running.carry_out(running.begin(source, first, last, actor=actor), actor=actor)


@app.periodic(cron="*/2 * * * *")
@app.task(name="exchange.make_patrols", queueing_lock="exchange.make_patrols", pass_context=False)
def make_patrols(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in; what waits is read from the database
    """Bring what trackers have sent into the patrols of the day."""
    with rls.everywhere("fixes are brought into patrols for no person"):
        while patrols.make_patrols().fixes == patrols.AT_ONCE:
            continue


@app.periodic(cron="40 3 * * *")
@app.task(name="exchange.sweep_fixes", queueing_lock="exchange.sweep_fixes", pass_context=False)
def sweep_fixes(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it in
    """Let rows of fixes go that patrols have held for a while."""
    with rls.everywhere("old rows go for no person"):
        patrols.sweep()
