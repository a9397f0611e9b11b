"""The ledger of changes: the list, with its workbook and the PDF for the file."""

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, List, PaperForm, show
from yigang.console.pages import actor_of, page
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import person_link
from yigang.console.tenure.tabs import frame
from yigang.console.verbs import said, value_in_words
from yigang.tenure.access import READ_TENURE
from yigang.tenure.enums import ExitKind, ExitReason, LedgerKind
from yigang.tenure.models import LedgerEntry

SIGNED = "制表：　　　　　　　　审核：　　　　　　　　日期：　　　　年　　月　　日"
KINDS, REASONS = dict(ExitKind.choices), dict(ExitReason.choices)


def changes(entry: LedgerEntry) -> str:
    """What changed, field by field, as people write it; ids are left out, the post stands in its own column."""
    before, after = entry.before or {}, entry.after or {}
    fields = [key for key in after or before if not key.endswith("_id") and key != "region_code"]
    told = []
    for key in fields:
        new, old = (value_in_words("tenure.appoint", key, side.get(key)) for side in (after, before))
        if new or old:
            told.append(f"{said(f'field.{key}')}：{f'{old} → {new}' if old and after else new or old}")
    return "；".join(told)


def exit_of(entry: LedgerEntry) -> str:
    """Kind and reason of an exit in words."""
    parts = (KINDS.get(entry.exit_kind), REASONS.get(entry.exit_reason))
    return " · ".join(str(part) for part in parts if part)


LEDGER = List(
    name="ledger",
    title=_("Ledger of changes"),
    unit=_("entries"),
    rows=lambda _reader: LedgerEntry.objects.select_related("programme"),
    columns=(
        Column("day", _("Takes effect"), lambda row: row.day, sort=("day",), kind="date", always=True),
        Column("kind", _("Kind of change"), lambda row: row.get_kind_display()),
        Column("name", _("Name"), lambda row: row.person_name, show=lambda row: person_link(row.person_name, row.person_id)),
        Column("post", _("Post number"), lambda row: row.post_number),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("exit", _("Exit"), exit_of),
        Column("changes", _("What changed"), changes, wrap=True),
        Column("reason", _("Reason"), lambda row: row.reason, wrap=True),
        Column("proposed", _("Proposed by"), lambda row: row.proposed_by),
        Column("actor", _("Entered or approved by"), lambda row: row.actor_name or _now("taken in from a file")),
        Column("at", _("Entered at"), lambda row: row.at, sort=("at",)),
    ),
    order=("-at", "-pk"),
    filters=(
        BelowFilter(),
        ChoiceFilter("kind", _("Kind of change"), "kind", LedgerKind.choices),
        ChoiceFilter("exit", _("Kind of exit"), "exit_kind", ExitKind.choices),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        DateFilter("from", _("From"), "day__gte"),
        DateFilter("to", _("Up to"), "day__lte"),
    ),
    search=lambda rows, words: rows.filter(Q(person_name__contains=words) | Q(post_number__istartswith=words)),
    search_hint=_("Name or post number"),
    prepare=regions.name_places,
    empty=Empty(_("Nothing has changed yet. The ledger fills by itself.")),
    paper=PaperForm("聘用动态调整台账", ("at", "pk"), [SIGNED]),
)  # fmt: skip


@page(READ_TENURE)
def ledger(request: HttpRequest) -> HttpResponseBase:
    return show(request, LEDGER, template="console/tenure/list.html", context=frame(actor_of(request), "tenure-ledger"))
