"""A list as a PDF for the file: the rows and columns that are seen, numbered, in the order of the form. Long ones by a job."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from yigang.console.lists.export import CHUNK
from yigang.console.lists.spec import LISTS, PaperForm
from yigang.console.lists.state import State
from yigang.console.papers.answer import pdf
from yigang.console.regions import Reader
from yigang.foundation import jobs, regioncode
from yigang.foundation.domain import store_file
from yigang.foundation.models import JobRun, User
from yigang.foundation.papers import PDF, Paper, printed_by
from yigang.foundation.papers.listing import MOST_AT_ONCE, Heading, typeset_listing

MOST = 50_000
"""Two thousand pages; nobody prints more, and the workbook holds any number."""


def answer(request: HttpRequest, state: State) -> HttpResponseBase:
    """The PDF, or the page of the job that makes it."""
    total = state.rows.order_by().count()
    if total > MOST:
        words = _("At most %(most)d rows are printed; these are %(count)d. Narrow the list, or take the workbook.")
        messages.error(request, words % {"most": MOST, "count": total})
        return redirect(f"{request.path}{state.address()}")
    if total > MOST_AT_ONCE:
        run = start(state)
        messages.info(request, _("%(count)d rows are written in the background.") % {"count": total})
        return redirect("console:job", run.pk)
    return pdf(typeset_list(state, jobs.silent, total), form_of(state).title)


def typeset_list(state: State, progress: jobs.Progress, total: int) -> Paper:
    """The paper, in Chinese whatever the reader's language is."""
    form, reader = form_of(state), state.reader
    with translation.override("zh-hans"):
        place = " ".join(place.name for place in reader.path)
        asked = [f"{one.filter.label}：{one.text}" for one in state.filters]
        facts = [f"{place}　共 {total} 条", "　".join([*asked, *([f"检索：{state.words}"] if state.words else [])])]
        headings = [Heading(str(column.label), column.numeric) for column in state.columns]
        return typeset_listing(
            form.title, [Heading("序号"), *headings], list(_lines(state, form, progress, total)),
            facts=[fact for fact in facts if fact], notes=form.notes, printed=f"打印：{printed_by(reader.user)}",
            empty="没有记录", landscape=True,
        )  # fmt: skip


def form_of(state: State) -> PaperForm:
    assert state.spec.paper
    return state.spec.paper


def _lines(state: State, form: PaperForm, progress: jobs.Progress, total: int) -> Iterator[list[str]]:
    rows = list(state.rows.order_by(*form.order))
    for first in range(0, len(rows), CHUNK):
        for number, row in enumerate(state.spec.prepared(rows[first : first + CHUNK]), first + 1):
            yield [str(number), *(column.text(row) for column in state.columns)]
        progress(min(first + CHUNK, len(rows)), total + 1)


def start(state: State) -> JobRun:
    """Make the paper in the background, under the same actor, region, filters and columns."""
    reader, form = state.reader, form_of(state)
    return print_list.start(
        title=_("%(list)s as PDF") % {"list": state.spec.title}, actor=reader.user,
        region_code=regioncode.pad(reader.prefix or reader.user.prefixes[0]), name=state.spec.name, prefix=reader.prefix,
        query=state.asked.urlencode(), columns=state.chosen_columns, file=f"{form.title}-{timezone.localdate()}.pdf",
    )  # fmt: skip


@jobs.task("console.print_list")
def print_list(
    progress: jobs.Progress, *, actor: User, name: str, prefix: str, query: str, columns: str | None, file: str
) -> dict[str, Any]:
    """Job: the list as a stored PDF; the job's page offers it."""
    state = State(LISTS[name], Reader(actor, prefix), QueryDict(query), columns)
    total = state.rows.order_by().count()
    paper = typeset_list(state, progress, total)
    progress(total + 1, total + 1)
    region = regioncode.pad(prefix or actor.prefixes[0])
    stored = store_file(paper.content, name=file, region_code=region, actor=actor, content_type=PDF)
    return {"file": stored.pk, "name": stored.name, "size": stored.size, "missing": list(paper.missing)}
