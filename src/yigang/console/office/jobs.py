"""Long work: what was asked for, how far it is, what came of it. The page may be closed; the work goes on."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from yigang.console.access import OPEN_OFFICE
from yigang.console.lists import ChoiceFilter, Column, Empty, List, show
from yigang.console.office.tabs import tabs
from yigang.console.pages import actor_of, found, page
from yigang.console.regions import Reader
from yigang.foundation.enums import JobState
from yigang.foundation.models import JobRun, StoredFile

TAGS = {JobState.DONE: "tag tag-good", JobState.FAILED: "tag tag-bad", JobState.RUNNING: "tag tag-warn"}


def own(reader: Reader) -> Any:
    """One's own jobs; row-level security leaves out those of other regions."""
    return JobRun.objects.filter(Q(actor=reader.user)).select_related("actor")


def shown_state(job: JobRun) -> str:
    return format_html('<span class="{}">{}</span>', TAGS.get(JobState(job.state), "tag"), job.get_state_display())


JOBS = List(
    name="jobs",
    title=_("Jobs"),
    unit=_("jobs"),
    rows=own,
    region_field="",
    columns=(
        Column("title", _("What"), lambda job: job.title, always=True),
        Column("state", _("State"), lambda job: job.get_state_display(), show=shown_state),
        Column("created", _("Asked for at"), lambda job: job.created_at, sort=("created_at",), kind="datetime"),
        Column("finished", _("Finished at"), lambda job: job.finished_at, kind="datetime"),
        Column("message", _("Note"), lambda job: job.message, wrap=True),
    ),
    order=("-created_at",),
    filters=(ChoiceFilter("state", _("State"), "state", JobState.choices),),
    link=lambda job: reverse("console:job", args=[job.pk]),
    empty=Empty(_("No long work was asked for yet. Imports, months and large exports appear here.")),
)


@page(OPEN_OFFICE)
def jobs(request: HttpRequest) -> HttpResponseBase:
    return show(request, JOBS, template="console/office/list.html", context=tabs(actor_of(request), "jobs"))


@page(OPEN_OFFICE)
def job(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One job. The part with the bar asks for itself again every second until it is finished."""
    row = found(JobRun.objects.filter(actor=actor_of(request)), pk=pk)
    context = {
        "job": row,
        "finished": row.state in (JobState.DONE, JobState.FAILED),
        "percent": min(100, 100 * row.done // row.total) if row.total else None,
        "file": StoredFile.objects.filter(pk=row.result.get("file")).first() if row.result.get("file") else None,
        "tag": TAGS.get(JobState(row.state), "tag"),
    }
    partial = request.headers.get("HX-Request")
    return render(request, "console/office/progress.html" if partial else "console/office/job.html", context)
