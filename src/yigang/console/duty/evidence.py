"""Intakes: what came in, from where, about which days; declared complete; withdrawn."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.duty.forms import DeclareForm, ReasonForm
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.regions import Reader
from yigang.duty import domain
from yigang.duty.access import DECLARE_COMPLETE, IMPORT_EVIDENCE, WITHDRAW_EVIDENCE
from yigang.duty.enums import Source, Table
from yigang.duty.models import Intake
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User


def rows(_reader: Reader) -> Any:
    return Intake.objects.select_related("file", "created_by")


def state(intake: Intake) -> str:
    if intake.withdrawn_at:
        return format_html('<span class="tag tag-bad">{}</span>', _now("withdrawn"))
    if intake.rows_unmatched:
        return format_html(
            '<span class="tag tag-warn">{}</span>', _now("%(count)d rows unmatched") % {"count": intake.rows_unmatched}
        )
    return format_html('<span class="tag tag-good">{}</span>', _now("counts"))


def origin(intake: Intake) -> str:
    """The file's name, or who declared it, or that it was entered by hand."""
    if intake.file:
        return intake.file.name
    return _now("Declared complete") if intake.declared else _now("Entered by hand")


INTAKES = List(
    name="intakes",
    title=_("Evidence"),
    unit=_("imports and entries"),
    rows=rows,
    columns=(
        Column(
            "created",
            _("Came in"),
            lambda intake: intake.created_at,
            sort=("created_at",),
            kind="datetime",
            always=True,
        ),
        Column("table", _("Table"), lambda intake: intake.get_table_display(), sort=("table",)),
        Column("origin", _("File"), origin),
        Column("first", _("First day"), lambda intake: intake.first, sort=("first",), kind="date"),
        Column("last", _("Last day"), lambda intake: intake.last, sort=("last",), kind="date"),
        Column("place", _("Region"), lambda intake: intake.place),
        Column("added", _("Added"), lambda intake: intake.rows_added, kind="integer"),
        Column("known", _("Known already"), lambda intake: intake.rows_known, kind="integer"),
        Column("state", _("State"), lambda intake: "—" if intake.withdrawn_at else "✓", show=state),
        Column("by", _("By"), lambda intake: intake.created_by.name if intake.created_by else "", shown=False),
    ),
    order=("-created_at",),
    filters=(
        BelowFilter(),
        ChoiceFilter("table", _("Table"), "table", Table.choices),
        ChoiceFilter("source", _("Source"), "source", Source.choices),
        FlagFilter("withdrawn", _("Withdrawn"), lambda: Q(withdrawn_at__isnull=False)),
        FlagFilter("files", _("Files only"), lambda: Q(file__isnull=False)),
    ),
    prepare=regions.name_places,
    link=lambda intake: reverse("console:duty-intake", args=[intake.pk]),
    empty=Empty(_("No evidence has come in yet. Import attendance, leave and logs.")),
)


@page(access.OPEN_DUTY)
def intakes(request: HttpRequest) -> HttpResponseBase:
    may_declare = may(actor_of(request), DECLARE_COMPLETE)
    context = {"tab": "intakes", "may_declare": may_declare, "may_import": may(actor_of(request), IMPORT_EVIDENCE)}
    return show(request, INTAKES, template="console/duty/intakes.html", context=context)


@page(access.OPEN_DUTY)
def intake(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Intake.objects.select_related("file", "created_by", "withdrawn_by"), pk=pk)
    regions.name_places([row])
    context = {
        "intake": row, "origin": origin(row), "waiting": row.unmatched.filter(person=None, not_ours=""),
        "withdraw": may(actor_of(request), WITHDRAW_EVIDENCE, row.region_code), "form": ReasonForm(), "tab": "intakes",
    }  # fmt: skip
    return render(request, "console/duty/intake.html", context)


@action(WITHDRAW_EVIDENCE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Intake.objects.all(), pk=pk)
    domain.withdraw(row, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("The evidence is withdrawn; it no longer counts."))
    return redirect("console:duty-intake", pk)


@page(DECLARE_COMPLETE)
def declare(request: HttpRequest) -> HttpResponseBase:
    """Say that a table is complete, such as: no leave this month."""
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])
    form = DeclareForm(request.POST or None)

    def save(chosen: dict[str, Any], actor: User) -> str:
        domain.declare_complete(Table(chosen["table"]), region, chosen["first"], chosen["last"], actor=actor)
        return reverse("console:duty")

    title = _now("Declare a table complete for %(region)s") % {"region": regions.names([region]).get(region, region)}
    return form_page(request, form, title, save, back_to=reverse("console:duty"))
