"""One import: what it would change or has changed, what is wrong with it, and what may be done with it now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.access import OPEN_IMPORTS
from yigang.console.imports.forms import ColumnsForm, ReasonForm
from yigang.console.imports.listing import tag
from yigang.console.lists import ChoiceFilter, Column, List, show
from yigang.console.lists.spec import Rows, Text
from yigang.console.pages import action, actor_of, found, page, refusals_on
from yigang.exchange import domain, tasks
from yigang.exchange.centres.columns import template as centres_template
from yigang.exchange.enums import ImportKind
from yigang.exchange.ledgers import asset_income, household_income, visits
from yigang.exchange.marks.columns import template as marks_template
from yigang.exchange.models import FileImport, ImportChange
from yigang.exchange.pairings.columns import template as pairings_template
from yigang.exchange.provisions.columns import template as provisions_template
from yigang.exchange.questions.columns import template as questions_template
from yigang.exchange.rectifications.columns import template as rectifications_template
from yigang.exchange.register.sheets import template as register_template
from yigang.exchange.registry import importer_of
from yigang.exchange.results.columns import template as results_template
from yigang.exchange.roster import sheets
from yigang.exchange.spreadsheet import Column as SheetColumn
from yigang.exchange.spreadsheet import Format, Sheet, workbook_bytes
from yigang.foundation.access import may
from yigang.foundation.enums import JobState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROBLEMS_SHOWN = 200
WHAT = (("new", _lazy("New")), ("changed", _lazy("Changed")), ("vanished", _lazy("Not in the file")))
WHAT_TAGS = {"new": "tag-good", "changed": "tag-warn", "vanished": ""}
SEVERITIES = (
    ("error", _lazy("Errors"), "tag-bad"),
    ("warning", _lazy("Warnings"), "tag-warn"),
    ("note", _lazy("Notes"), ""),
)
COUNTED = (
    ("rows", _lazy("Rows")), ("new", _lazy("New")), ("changed", _lazy("Changed")), ("unchanged", _lazy("Unchanged")),
    ("vanished", _lazy("Not in the file")), ("appointed", _lazy("New appointments")), ("posts", _lazy("New posts")),
    ("households", _lazy("New households")), ("unmatched", _lazy("Of unknown people")), ("people", _lazy("People")),
    ("days", _lazy("Days")), ("faulty", _lazy("Without a usable number")),
)  # fmt: skip

TEMPLATES: dict[str, tuple[Callable[[datetime], bytes], str]] = {
    ImportKind.ROSTER: (sheets.template, "花名册模板"), ImportKind.MARK: (marks_template, "评定模板"),
    ImportKind.REGISTER: (register_template, "劳动力登记库模板"),
    ImportKind.CENTRE: (centres_template, "村中心位置模板"),
    ImportKind.PROVISION: (provisions_template, "保险和用品发放模板"),
    ImportKind.YEAR_RESULT: (results_template, "年度考核结果模板"),
    ImportKind.PAIRING: (pairings_template, "结对帮扶登记表模板"),
    ImportKind.ASSET_INCOME: (asset_income.template, "资产收益模板"),
    ImportKind.HOUSEHOLD_INCOME: (household_income.template, "家庭收入模板"),
    ImportKind.VISIT: (visits.template, "结对走访模板"),
    ImportKind.QUESTION: (questions_template, "学训题库模板"),
    ImportKind.RECTIFICATION: (rectifications_template, "整改清单模板"),
}  # fmt: skip
"""The empty tables that are given away, with their names as files."""


@dataclass(frozen=True)
class ImportFilter:
    """The import whose differences are listed. Its page sets it, so there is nothing to choose."""

    key: str = "import"
    label: Text = field(default_factory=lambda: _lazy("Import"))

    def apply(self, rows: Rows, value: str) -> Rows:
        return rows.filter(file_import=int(value)) if value.isascii() and value.isdigit() else rows.none()

    def describe(self, value: str, reader: regions.Reader) -> str:  # noqa: ARG002 - the same call for every filter
        return value

    def control(self, value: str, reader: regions.Reader) -> SafeString:  # noqa: ARG002 - the same call for every filter
        return format_html('<input type="hidden" name="import" value="{}">', value)


def what_tag(change: ImportChange) -> SafeString:
    words = dict(WHAT)
    return format_html(
        '<span class="tag {}">{}</span>', WHAT_TAGS.get(change.what, ""), words.get(change.what, change.what)
    )


def sentences(change: ImportChange) -> list[tuple[str, str, str]]:
    """(column, before, after) of one row."""
    before, after = change.before or {}, change.after or {}
    return [(key, before.get(key, ""), after.get(key, "")) for key in {**before, **after}]


def changed_fields(change: ImportChange) -> SafeString:
    if change.what == "changed":
        return format_html_join("", "<div><b>{}</b> <del>{}</del> → <ins>{}</ins></div>", sentences(change))
    return format_html_join("，", "{} {}", ((key, after or before) for key, before, after in sentences(change)))


CHANGES = List(
    name="changes",
    title=_lazy("Differences"),
    unit=_lazy("differences"),
    rows=lambda _reader: ImportChange.objects.all(),
    columns=(
        Column("row", _lazy("Row"), lambda change: change.row, sort=("row",), kind="integer"),
        Column("what", _lazy("What"), lambda change: str(dict(WHAT).get(change.what, "")), show=what_tag),
        Column("label", _lazy("Whom"), lambda change: change.label, always=True),
        Column(
            "fields", _lazy("Before → after"),
            lambda change: "；".join(f"{key}：{before} → {after}" for key, before, after in sentences(change)),
            show=changed_fields,
        ),
    ),
    order=("pk",),
    filters=(ImportFilter(), ChoiceFilter("what", _lazy("What"), "what", WHAT)),
    search=lambda rows, words: rows.filter(label__icontains=words.strip()),
    search_hint=_lazy("Name"),
)  # fmt: skip


@page(OPEN_IMPORTS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    file_import = found(rows(), pk=pk)
    severity = request.GET.get("severity", "")
    problems = [each for each in file_import.problems if severity in ("", each["severity"])]
    asked = request.GET.copy()
    asked["import"] = str(pk)
    request.GET = asked  # type: ignore[assignment] # our copy, which may be changed
    context = {
        "one": file_import,
        "state_tag": tag(file_import),
        "counts": [(label, file_import.counts[key]) for key, label in COUNTED if key in file_import.counts],
        "severities": [
            (key, label, css, file_import.counts.get(f"{key}s", 0)) for key, label, css in SEVERITIES
        ],
        "severity": severity,
        "problems": problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(problems) - PROBLEMS_SHOWN),
        "why_not": may(actor_of(request), importer_of(file_import.kind).capability, file_import.region_code).why,
        "reason_form": ReasonForm(),
        **progress_of(file_import),
    }  # fmt: skip
    return show(request, CHANGES, template="console/imports/one.html", context=context)


def rows() -> Rows:
    return FileImport.objects.select_related("file", "programme", "actor", "job").defer("plan")


def progress_of(file_import: FileImport) -> dict[str, Any]:
    """How far the job is, while one runs."""
    job = file_import.job
    running = job is not None and job.state in (JobState.WAITING, JobState.RUNNING)
    percent = min(100, 100 * job.done // job.total) if job and job.total else None
    failed = job.message if job is not None and job.state == JobState.FAILED else ""
    return {"running": running, "percent": percent, "failed": failed, "job": job}


@page(OPEN_IMPORTS)
def progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bar alone; once the job has ended, the page is loaded anew."""
    file_import = found(rows(), pk=pk)
    context = progress_of(file_import)
    if not context["running"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "console/imports/progress.html", {"one": file_import, **context})


@page(OPEN_IMPORTS)
def columns(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say which heading is which column; remembered for every later file with such a heading."""
    file_import = found(rows(), pk=pk)
    specs = importer_of(file_import.kind).columns
    chosen = {heading: key for key, heading in file_import.mapping.items()}
    form = ColumnsForm(request.POST or None, headings=file_import.headings, specs=specs, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            domain.choose_columns(file_import, form.chosen(), actor=actor_of(request))
            tasks.start(tasks.preview, file_import, actor=actor_of(request))
            return redirect("console:import", pk=pk)
    missing = [spec.label for spec in specs if spec.required and spec.key not in file_import.mapping]
    context = {"one": file_import, "form": form, "missing": missing}
    return render(request, "console/imports/columns.html", context)


@action(OPEN_IMPORTS)
def apply(request: HttpRequest, pk: int) -> HttpResponseBase:
    tasks.start(tasks.apply, found(rows(), pk=pk), actor=actor_of(request))
    return redirect("console:import", pk=pk)


@action(OPEN_IMPORTS)
def again(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read the file anew, after the register has changed."""
    tasks.start(tasks.preview, found(rows(), pk=pk), actor=actor_of(request))
    return redirect("console:import", pk=pk)


@action(OPEN_IMPORTS)
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    file_import = found(rows(), pk=pk)
    domain.undo(file_import, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _("The import of %(file)s is taken back.") % {"file": file_import.file.name})
    return redirect("console:import", pk=pk)


@page(OPEN_IMPORTS)
def problems(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - the same for everybody
    """What is wrong as a workbook, to be handed back to the village."""
    file_import = found(rows(), pk=pk)
    keys: tuple[tuple[str, str, Format], ...] = (
        ("row", _("Row"), "integer"), ("sheet", _("Sheet"), "text"), ("column", _("Column"), "text"),
        ("severity", _("Kind"), "text"), ("message", _("What is wrong"), "text"), ("remedy", _("What to do"), "text"),
    )  # fmt: skip
    words = {key: str(label) for key, label, _css in SEVERITIES}
    listed = [
        [words[each[key]] if key == "severity" else each[key] for key, _title, _kind in keys]
        for each in file_import.problems
    ]
    sheet_columns = [SheetColumn(title, kind) for _key, title, kind in keys]
    sheet = Sheet(_("Problems"), sheet_columns, listed, [file_import.file.name])
    return download(
        workbook_bytes([sheet], created=timezone.localtime()), f"{file_import.file.name}-{_('Problems')}.xlsx"
    )


@page(OPEN_IMPORTS)
def template(request: HttpRequest) -> HttpResponseBase:
    """An empty table to fill in; the roster's when none is named."""
    make, name = TEMPLATES.get(request.GET.get("kind", ""), TEMPLATES[ImportKind.ROSTER])
    return download(make(timezone.localtime()), f"{name}.xlsx")


def download(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition or "attachment"})
