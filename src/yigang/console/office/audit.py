"""The audit trail: who did what, and whether the trail is whole."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.console.audit_words import OBJECTS
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, List, show
from yigang.console.office.tabs import tabs
from yigang.console.pages import actor_of, page
from yigang.console.verbs import VERBS, said, value_in_words
from yigang.foundation import audit
from yigang.foundation.access import READ_AUDIT
from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry

BREAKS = {
    "missing": _("an entry is missing"),
    "tampered": _("an entry was changed"),
    "unlinked": _("an entry does not continue the one before"),
    "cut": _("the end is gone"),
}
ROLES = dict(Role.choices)


def target(entry: AuditEntry) -> str:
    return f"{said(entry.object_type)} {entry.object_id}"


def pairs(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Field, before, after, for what differs."""
    before, after = entry.before or {}, entry.after or {}
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return [
        (
            said(f"field.{key}"),
            value_in_words(entry.verb, key, before.get(key), of=entry.object_type),
            value_in_words(entry.verb, key, after.get(key), of=entry.object_type),
        )
        for key in keys
    ]


def changes(entry: AuditEntry) -> str:
    return "；".join(
        f"{name}：{before} → {after}" if before else f"{name}：{after}" for name, before, after in pairs(entry)
    )


def shown_changes(entry: AuditEntry) -> str:
    found = pairs(entry)
    if not found:
        return ""
    lines = format_html_join("", "<li>{} <del>{}</del> <ins>{}</ins></li>", found)
    return format_html('<ul class="changes">{}</ul>', lines)


AUDIT = List(
    name="audit",
    title=_("Audit trail"),
    unit=_("entries"),
    rows=lambda _reader: AuditEntry.objects.defer("previous", "digest"),
    columns=(
        Column("at", _("When"), lambda entry: entry.at, sort=("at",), kind="datetime", always=True),
        Column("who", _("Who"), lambda entry: entry.actor_name),
        Column("role", _("Role"), lambda entry: str(ROLES.get(entry.actor_role, ""))),
        Column("verb", _("Did what"), lambda entry: said(entry.verb)),
        Column("target", _("To what"), target),
        Column("changes", _("Changes"), changes, show=shown_changes, wrap=True),
        Column("address", _("From where"), lambda entry: entry.address, shown=False),
        Column("number", _("Number in the chain"), lambda entry: f"{entry.county}#{entry.sequence}", shown=False),
    ),
    order=("-at",),
    filters=(
        DateFilter("from", _("From day"), "at__date__gte"),
        DateFilter("to", _("To day"), "at__date__lte"),
        ChoiceFilter("verb", _("Did what"), "verb", tuple(VERBS.items())),
        ChoiceFilter("object", _("To what"), "object_type", tuple(OBJECTS.items())),
        BelowFilter(),
    ),
    search=lambda rows, words: rows.filter(actor_name__contains=words),
    search_hint=_("Name of who did it"),
)


@page(READ_AUDIT)
def entries(request: HttpRequest) -> HttpResponseBase:
    return show(request, AUDIT, template="console/office/audit.html", context=tabs(actor_of(request), "audit"))


@require_POST
@page(READ_AUDIT)
def verify(request: HttpRequest) -> HttpResponseBase:
    """Compute every digest again and show where a chain does not hold, and its ends."""
    found = [(one.county, one.sequence, BREAKS[one.what]) for one in audit.verify()]
    if not found:
        messages.success(request, _now("The trail is whole: every entry continues the one before."))
    context = {"breaks": found, "heads": audit.heads(), **tabs(actor_of(request), "audit")}
    return render(request, "console/office/verified.html", context)
