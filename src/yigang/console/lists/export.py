"""A list as a workbook: exactly the rows, columns and order that are seen. Long ones are written by a job."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from yigang.console.lists.spec import LISTS
from yigang.console.lists.state import State
from yigang.console.regions import Reader
from yigang.exchange import spreadsheet
from yigang.foundation import jobs, regioncode
from yigang.foundation.domain import store_file
from yigang.foundation.errors import Refusal
from yigang.foundation.models import JobRun, User

EXPORT_AT_ONCE = 5_000
CHUNK = 2_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer(request: HttpRequest, state: State) -> HttpResponseBase:
    """The workbook, or the page of the job that writes it. Rows ticked one by one are never too many for an answer."""
    total = state.rows.order_by().count()
    if total > EXPORT_AT_ONCE and state.only is None:
        run = start(state)
        messages.info(request, _("%(count)d rows are written in the background.") % {"count": total})
        return redirect("console:job", run.pk)
    disposition = content_disposition_header(True, file_name(state))
    assert disposition
    content = workbook(state, jobs.silent, total)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})


def file_name(state: State) -> str:
    day = timezone.localdate().isoformat()
    return f"{slugify(str(state.spec.title), allow_unicode=True)}-{day}.xlsx"


def workbook(state: State, progress: jobs.Progress, total: int) -> bytes:
    """The workbook's bytes; rows are read in parts, so that memory does not grow with them."""
    columns = [
        spreadsheet.Column(f"{column.label}（{column.unit}）" if column.unit else str(column.label), column.kind)
        for column in state.columns
    ]
    sheet = spreadsheet.Sheet(str(state.spec.title)[:31], columns, _rows(state, progress, total))
    return spreadsheet.workbook_bytes([sheet], created=timezone.now())


def _rows(state: State, progress: jobs.Progress, total: int) -> Iterator[list[Any]]:
    done, part = 0, []
    for row in state.ordered.iterator(chunk_size=CHUNK):
        part.append(row)
        if len(part) == CHUNK:
            yield from _values(state, part)
            done += len(part)
            progress(done, total)
            part = []
    yield from _values(state, part)
    progress(total, total)


def _values(state: State, part: list[Any]) -> Iterator[list[Any]]:
    for row in state.spec.prepared(part):
        yield [column.value(row) for column in state.columns]


def start(state: State) -> JobRun:
    """Write the workbook in the background, under the same actor, region, filters and columns."""
    reader = state.reader
    title = _("%(list)s as a workbook") % {"list": state.spec.title}
    return export_list.start(
        title=title, region_code=regioncode.pad(reader.prefix or reader.user.prefixes[0]), actor=reader.user,
        name=state.spec.name, prefix=reader.prefix, query=state.asked.urlencode(), columns=state.chosen_columns,
    )  # fmt: skip


@jobs.task("console.export_list")
def export_list(
    progress: jobs.Progress, *, actor: User, name: str, prefix: str, query: str, columns: str | None
) -> dict[str, Any]:
    """Job: the list as a stored file; the job's page offers it."""
    import_module("yigang.console.urls")  # importing the addresses declares every list
    spec = LISTS.get(name)
    if spec is None:
        raise Refusal(_("The list “%(name)s” is not there any more."), {"name": name})
    state = State(spec, Reader(actor, prefix), QueryDict(query), columns)
    content = workbook(state, progress, state.rows.order_by().count())
    region = regioncode.pad(prefix or actor.prefixes[0])
    stored = store_file(content, name=file_name(state), region_code=region, actor=actor, content_type=XLSX)
    return {"file": stored.pk, "name": stored.name, "size": stored.size}
