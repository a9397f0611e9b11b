"""The registers that are there, handing one in, deleting the rows of one."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.fields import offer
from yigang.console.imports.one import download
from yigang.console.lists import ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, found, page, refusals_on
from yigang.console.people.forms import Day
from yigang.console.regions import Reader
from yigang.exchange import domain, tasks
from yigang.exchange.comparison import sheets
from yigang.exchange.enums import ImportKind
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.recruitment.comparison import kinds, queries
from yigang.recruitment.comparison import registers as verbs
from yigang.recruitment.comparison.access import LOAD_REGISTERS, READ_HITS
from yigang.recruitment.models import ComparisonRegister

FORGETTABLE = 40
"""As many registers are offered for deleting at once."""


def age(register: ComparisonRegister) -> int:
    """Days since the day it is true on."""
    return (timezone.localdate() - register.as_of).days


def as_of(register: Any) -> SafeString:
    warning = format_html(' <span class="tag tag-warn">{}</span>', _now("out of date")) if register.stale else ""
    return format_html("{}{}", f"{register.as_of:%Y-%m-%d}", warning)


def kept(register: ComparisonRegister) -> SafeString:
    if register.forgotten_at:
        return format_html('<span class="tag">{}</span>', _now("rows deleted"))
    return format_html('<span class="tag tag-good">{}</span>', _now("in use"))


def _choices(_reader: Reader | None) -> list[tuple[str, str]]:
    return [(code, kinds.name_of(kind)) for code, kind in kinds.of_files().items()]


def _labelled(found_registers: list[Any]) -> None:
    """Place, name of the register, also when no policy knows it any more, and whether it is out of date."""
    regions.name_places(found_registers)
    known = kinds.of_files()
    for one in found_registers:
        kind = known.get(one.kind)
        one.label = kinds.name_of(kind) if kind else one.kind
        one.stale = kind is not None and age(one) > kind.stale_days


REGISTERS = List(
    name="comparison-registers",
    title=_("Registers for comparison"),
    unit=_("registers"),
    rows=lambda _reader: queries.registers(),
    columns=(
        Column("kind", _("Register"), lambda one: one.label, sort=("kind",), always=True),
        Column("as_of", _("As of"), lambda one: one.as_of, show=as_of, sort=("as_of",), kind="date", always=True),
        Column("rows", _("Rows"), lambda one: one.rows, sort=("rows",), kind="integer"),
        Column("faulty", _("Without a usable number"), lambda one: one.faulty, kind="integer"),
        Column("doubled", _("Numbers of several people"), lambda one: one.doubled, kind="integer", shown=False),
        Column("place", _("Handed in for"), lambda one: one.place),
        Column("by", _("Handed in by"), lambda one: one.loaded_by.name),
        Column("at", _("Handed in"), lambda one: one.loaded_at, sort=("loaded_at",), kind="datetime"),
        Column("file", _("File"), lambda one: one.file and one.file.name, shown=False),
        Column("state", _("State"), lambda one: _("rows deleted") if one.forgotten_at else _("in use"), show=kept),
    ),
    order=("-loaded_at",),
    filters=(
        ChoiceFilter("kind", _("Register"), "kind", _choices),
        FlagFilter("deleted", _("Rows deleted"), lambda: Q(forgotten_at__isnull=False)),
    ),
    search=lambda rows, words: rows.filter(file__name__icontains=words.strip()),
    search_hint=_("Name of the file"),
    prepare=_labelled,
    empty=Empty(
        _("No register has been handed in yet."), _("Hand in a register"), "console:comparison-hand-in", LOAD_REGISTERS
    ),
)


class RegisterForm(forms.Form):
    """Which register, true on which day, from which file."""

    register = forms.ChoiceField(label=_("Register"))
    as_of = forms.DateField(
        label=_("As of"), required=False, widget=Day(),
        help_text=_("The day the office's data were true on. Left empty, it is taken from the file's name."),
    )  # fmt: skip
    file = forms.FileField(label=_("File"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "register",
            [(code, f"{kinds.name_of(kind)}（{kind.means.zh}）") for code, kind in kinds.of_files().items()],
        )
        limit = {"limit": settings.UPLOAD_LIMIT_BYTES // 2**20}
        self.fields["file"].help_text = _now("xlsx, xls or csv (UTF-8 or GB18030), at most %(limit)d MB.") % limit

    def clean_as_of(self) -> str:
        given: date | None = self.cleaned_data["as_of"]
        return given.isoformat() if given else ""


@page(READ_HITS)
def registers(request: HttpRequest) -> HttpResponseBase:
    in_use = list(queries.registers().filter(forgotten_at=None)[:FORGETTABLE])
    _labelled(in_use)
    context = {"tab": "registers", "may_load": may(actor_of(request), LOAD_REGISTERS), "in_use": in_use}
    return show(request, REGISTERS, template="console/recruitment/comparison/registers.html", context=context)


@page(LOAD_REGISTERS)
def hand_in(request: HttpRequest) -> HttpResponseBase:
    """Keep the file and read it in a job; the import's page shows how far that is, what is wrong, and asks."""
    form = RegisterForm(request.POST or None, request.FILES or None, initial={"register": request.GET.get("kind")})
    region = regions.viewing(request)
    if request.method == "POST" and form.is_valid():
        if not region:
            form.add_error(None, _now("Choose at the top the region that the file is for."))
        else:
            given = form.cleaned_data
            with refusals_on(form), transaction.atomic():
                one = domain.receive(
                    given["file"].read(), name=given["file"].name, kind=ImportKind.COMPARISON,
                    region_code=regioncode.pad(region), programme=None, actor=actor_of(request),
                    options={"register": given["register"], "as_of": given["as_of"]},
                )  # fmt: skip
                tasks.start(tasks.preview, one, actor=actor_of(request))
                return redirect("console:import", pk=one.pk)
    context = {
        "form": form,
        "tab": "registers",
        "kinds": [(code, kinds.name_of(kind)) for code, kind in kinds.of_files().items()],
    }
    return render(request, "console/recruitment/comparison/hand_in.html", context)


@page(LOAD_REGISTERS)
def template(request: HttpRequest, code: str) -> HttpResponseBase:  # noqa: ARG001 - every view takes the request
    """An empty table with the columns that this register needs."""
    kind = kinds.of_file(code)
    return download(sheets.template(kind, timezone.localtime()), f"{kind.name.zh}模板.xlsx")


@action(LOAD_REGISTERS)
def forget(request: HttpRequest, pk: int) -> HttpResponseBase:
    register = found(ComparisonRegister.objects.all(), pk=pk)
    verbs.forget_rows(register, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("The rows of the register are deleted; what was found stays."))
    return redirect("console:comparison-registers")
