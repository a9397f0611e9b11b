"""The list of imports, and handing in a file."""

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.access import OPEN_IMPORTS
from yigang.console.imports.forms import FileForm
from yigang.console.imports.tabs import tabs
from yigang.console.lists import ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import actor_of, page, refusals_on
from yigang.exchange import domain, tasks
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.models import FileImport
from yigang.exchange.registry import of_common_form
from yigang.foundation import regioncode
from yigang.foundation.access import may

TAGS: dict[str, str] = {
    ImportState.PREVIEW: "tag-warn", ImportState.REFUSED: "tag-bad", ImportState.APPLIED: "tag-good",
}  # fmt: skip


def tag(one: FileImport) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', TAGS.get(one.state, ""), one.get_state_display())


IMPORTS = List(
    name="imports",
    title=_lazy("Imports"),
    unit=_lazy("imports"),
    rows=lambda _reader: FileImport.objects.select_related("file", "programme", "actor").defer("plan", "problems"),
    columns=(
        Column("file", _lazy("File"), lambda one: one.file.name, always=True),
        Column("kind", _lazy("Kind"), lambda one: one.get_kind_display()),
        Column("programme", _lazy("Programme"), lambda one: one.programme and one.programme.name),
        Column("state", _lazy("State"), lambda one: one.get_state_display(), show=tag),
        Column("rows", _lazy("Rows"), lambda one: one.counts.get("rows"), kind="integer"),
        Column("new", _lazy("New"), lambda one: one.counts.get("new"), kind="integer"),
        Column("changed", _lazy("Changed"), lambda one: one.counts.get("changed"), kind="integer"),
        Column("errors", _lazy("Errors"), lambda one: one.counts.get("errors"), kind="integer"),
        Column("actor", _lazy("Handed in by"), lambda one: one.actor.name),
        Column("created", _lazy("Handed in"), lambda one: one.created_at, sort=("created_at",), kind="datetime"),
    ),
    order=("-created_at",),
    filters=(
        ChoiceFilter("kind", _lazy("Kind"), "kind", ImportKind.choices),
        ChoiceFilter("state", _lazy("State"), "state", ImportState.choices),
    ),
    search=lambda rows, words: rows.filter(file__name__icontains=words.strip()),
    search_hint=_lazy("Name of the file"),
    link=lambda one: reverse("console:import", args=[one.pk]),
    empty=Empty(_lazy("No file has been handed in yet.")),
)


@page(OPEN_IMPORTS)
def imports(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request)
    handing_in = any(may(actor, importer.capability) for importer in of_common_form().values())
    context = {"may_hand_in": handing_in, **tabs(actor, "imports")}
    return show(request, IMPORTS, template="console/imports/imports.html", context=context)


@page(OPEN_IMPORTS)
def hand_in(request: HttpRequest) -> HttpResponseBase:
    """Keep the file and read it in a job; its page shows how far that is."""
    actor = actor_of(request)
    form = FileForm(request.POST or None, request.FILES or None, actor=actor, initial={"kind": request.GET.get("kind")})
    region = regions.viewing(request)
    if request.method == "POST" and form.is_valid():
        if not region:
            form.add_error(None, _("Choose at the top the region that the file is for."))
        else:
            with refusals_on(form), transaction.atomic():
                file = form.cleaned_data["file"]
                one = domain.receive(
                    file.read(), name=file.name, kind=ImportKind(form.cleaned_data["kind"]),
                    region_code=regioncode.pad(region), programme=form.cleaned_data["programme"], actor=actor,
                    options=form.options(),
                )  # fmt: skip
                tasks.start(tasks.preview, one, actor=actor)
                return redirect("console:import", pk=one.pk)
    return render(request, "console/imports/new.html", {"form": form})
