"""Agreements of everybody in post: which are made, which wait for a signature, which have no copy on file."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import (
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    FlagFilter,
    List,
    show,
)
from yigang.console.lists.spec import Rows
from yigang.console.pages import actor_of, page
from yigang.console.tenure.people import COLUMNS, WHERE, search
from yigang.console.tenure.tabs import frame
from yigang.tenure.access import EMPLOY, READ_TENURE
from yigang.tenure.models import Appointment

STATES: dict[str, tuple[Promise, str, Q]] = {
    "signed": (_("Signed"), "tag-good", Q(agreement__signed_file__isnull=False)),
    "unsigned": (
        _("Waits for the signature"), "tag-warn",
        Q(agreement__file__isnull=False, agreement__signed_file__isnull=True),
    ),
    "no_copy": (
        _("Number without a document"), "tag-bad",
        Q(agreement__file__isnull=True, agreement__signed_file__isnull=True) & ~Q(agreement_number=""),
    ),
    "none": (_("Not made"), "tag-bad", Q(agreement__isnull=True, agreement_number="")),
}  # fmt: skip
"""Key → word, colour and condition. Each appointment is in one of them."""


def state_of(held: Appointment) -> str:
    made = getattr(held, "agreement", None)
    if made is not None and made.signed_file_id is not None:
        return "signed"
    if made is not None and made.file_id is not None:
        return "unsigned"
    return "no_copy" if held.agreement_number else "none"


def state_tag(held: Appointment) -> SafeString:
    word, colour, _condition = STATES[state_of(held)]
    return format_html('<span class="tag {}">{}</span>', colour, word)


def in_state(rows: Rows, key: str) -> Rows:
    return rows.filter(STATES[key][2])


def find(rows: Rows, words: str) -> Rows:
    """A word with the signs of a number is looked for among the numbers, any other as wherever people are."""
    if any(sign in words for sign in "〔〕号"):
        return rows.filter(agreement_number__contains=words.strip())
    found: Rows = search(rows, words)
    return found


def signed_on(held: Appointment) -> Any:
    made = getattr(held, "agreement", None)
    return made.signed_on if made else None


def template_of(held: Appointment) -> str:
    made = getattr(held, "agreement", None)
    return made.template if made else ""


AGREEMENTS = List(
    name="agreements",
    title=_("Agreements"),
    unit=_("people"),
    rows=lambda _reader: Appointment.objects.select_related("person", "post", "programme", "agreement"),
    columns=(
        COLUMNS[0],
        Column("number", _("Agreement number"), lambda row: row.agreement_number),
        Column("state", _("State"), lambda row: STATES[state_of(row)][0], show=state_tag),
        Column("signed", _("Signed on"), signed_on, sort=("agreement__signed_on",), kind="date"),
        *COLUMNS[1:6],
        Column("template", _("Template"), template_of, shown=False),
    ),
    order=("-pk",),
    filters=(
        *WHERE,
        ChoiceFilter("state", _("State"), in_state, [(key, word) for key, (word, *_rest) in STATES.items()]),
        FlagFilter("now", _("In post"), lambda: Q(ends__isnull=True) | Q(ends__gte=timezone.localdate())),
        DateFilter("since", _("First day from"), "starts__gte"),
    ),
    search=find,
    search_hint=_("Name, pinyin, last four digits, post or agreement number"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:paper-agreement", args=[row.pk]),
    actions=(BulkAction(_("Make the agreements"), "console:paper-agreements", EMPLOY, "file-text"),),
    empty=Empty(_("Nobody has been appointed here yet.")),
)  # fmt: skip


@page(READ_TENURE)
def agreements(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "tenure-agreements")
    return show(request, AGREEMENTS, template="console/tenure/list.html", context=context)
