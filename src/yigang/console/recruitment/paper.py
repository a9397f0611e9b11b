"""Papers of a round: registration forms, the funnel as PDF and as a workbook."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigang.console import regions
from yigang.console.lists.export import XLSX
from yigang.console.pages import actor_of, found, paper
from yigang.console.papers.answer import pdf
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.foundation import regioncode
from yigang.foundation.access import REVEAL
from yigang.foundation.papers.listing import MOST_AT_ONCE
from yigang.recruitment import queries, tasks
from yigang.recruitment.access import READ_ROUNDS
from yigang.recruitment.models import Application, Round
from yigang.recruitment.papers.forms import print_empty_form, print_form
from yigang.recruitment.papers.funnel import HEADINGS, lines_of, print_funnel, stages_of


@paper(READ_ROUNDS)
def form(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form of one application with masked numbers."""
    return _form(request, pk, clear=False)


@require_POST
@paper(REVEAL)
def clear_form(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form with whole numbers; noted in the audit trail first."""
    return _form(request, pk, clear=True)


def _form(request: HttpRequest, pk: int, *, clear: bool) -> HttpResponseBase:
    rows = Application.objects.select_related("person__household", "person__photo", "round__programme", "post_wanted")
    one = found(rows, pk=pk)
    return pdf(print_form(one, clear=clear, actor=actor_of(request)), f"报名登记表-{one.person.name}")


@paper(READ_ROUNDS)
def empty_form(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(Round.objects.select_related("programme"), pk=pk)
    return pdf(print_empty_form(one, actor=actor_of(request)), f"报名登记表-{one.number}")


@paper(READ_ROUNDS)
def funnel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Picture, figures and everybody with the reason; of a very large round made in the background."""
    one, actor = found(Round.objects.select_related("programme"), pk=pk), actor_of(request)
    name = f"选聘情况-{one.number}"
    if one.applications.count() <= MOST_AT_ONCE:
        return pdf(print_funnel(one, actor=actor), name)
    run = tasks.print_funnel.start(
        title=_("Funnel of %(round)s") % {"round": one.title}, actor=actor, round_id=one.pk,
        region_code=regioncode.pad(regions.viewing(request) or actor.prefixes[0]), name=f"{name}.pdf",
    )  # fmt: skip
    return redirect("console:job", run.pk)


@paper(READ_ROUNDS)
def workbook(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - every view takes it
    """The figures with their unit, and everybody with result, step and reason."""
    one = found(Round.objects.select_related("programme"), pk=pk)
    with translation.override("zh-hans"):
        content = workbook_bytes(sheets_of(one), created=timezone.now())
    disposition = content_disposition_header(True, f"选聘情况-{one.number}.xlsx") or ""
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})


def sheets_of(one: Round) -> list[Sheet]:
    stages = stages_of(queries.funnel(one))
    applied = stages[0].people
    shares = [Decimal(100 * stage.people) / applied if applied else None for stage in stages]
    figures = [[stage.name, stage.people, share, stage.lost] for stage, share in zip(stages, shares, strict=True)]
    columns = [Column("阶段"), Column("人数（人）", "integer"), Column("占申报人数（%）", "decimal"), Column("去向")]
    people = [Column(heading.label, "integer" if heading.numeric else "text") for heading in HEADINGS]
    return [
        Sheet("人数", columns, figures, titles=[f"{one.title}（{one.number}）选聘情况"]),
        Sheet("名单和原因", people, ([int(number), *rest] for number, *rest in lines_of(one))),
    ]
