"""The labour-force register: its quarters, and every difference of a quarter to the one before, for review."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, BulkAction, ChoiceFilter, Column, Empty, List, bulk_view, show
from yigang.console.lists.spec import Text
from yigang.console.pages import View, action, actor_of, found, page
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.people.access import IMPORT_REGISTER, READ_PEOPLE, REVIEW_REGISTER
from yigang.people.enums import ChangeKind, ReviewState
from yigang.people.models import RegisterChange, RegisterEdition
from yigang.people.register import review
from yigang.people.register.frames import FIELDS
from yigang.people.register.labels import label, value_in_words
from yigang.people.tasks import review_register

EDITIONS = List(
    name="register-editions",
    title=_("Registers by quarter"),
    unit=_("quarters"),
    rows=lambda _reader: RegisterEdition.objects.select_related("loaded_by").annotate(
        waiting=Count("changes", filter=Q(changes__state=ReviewState.OPEN)), differences=Count("changes")
    ),
    region_field="",
    columns=(
        Column("quarter", _("Quarter"), lambda row: row.quarter, sort=("quarter",), always=True),
        Column("place", _("County"), lambda row: row.place),
        Column("as_of", _("As of"), lambda row: row.as_of, kind="date"),
        Column("rows", _("People"), lambda row: row.rows, kind="integer"),
        Column("added", _("People not known before"), lambda row: row.added, kind="integer"),
        Column("differences", _("Differences"), lambda row: row.differences, kind="integer"),
        Column("waiting", _("To be looked at"), lambda row: row.waiting, kind="integer"),
        Column("loaded_by", _("Loaded by"), lambda row: row.loaded_by.name),
        Column("loaded_at", _("Loaded"), lambda row: row.loaded_at, kind="datetime"),
    ),
    order=("-quarter",),
    link=lambda row: f"{reverse('console:register-changes')}?edition={row.pk}",
    prepare=regions.name_places,
    empty=Empty(
        _("No register is loaded yet. A county loads one every quarter."),
        _("Load a register"),
        "console:import-new",
        IMPORT_REGISTER,
    ),
)


def editions(_reader: Any) -> list[tuple[int, str]]:
    return list(RegisterEdition.objects.values_list("pk", "quarter"))


def fields(_reader: Any) -> list[tuple[str, str]]:
    return [(name, label(name)) for name in FIELDS]


def values(row: RegisterChange) -> list[tuple[str, str, str]]:
    """(field, before, after) in words; who is new or gone is told by name."""
    if row.what != ChangeKind.CHANGED:
        return []
    told = []
    for name in row.fields:
        before, after = row.before.get(name), row.after.get(name)
        if name not in row.after:
            before, after = row.proposals[name]
        told.append((label(name), value_in_words(name, before), value_in_words(name, after)))
    return told


def told(row: RegisterChange) -> str:
    return "；".join(f"{name} {before} → {after}" for name, before, after in values(row))


def drawn(row: RegisterChange) -> SafeString:
    lines = ((name, before, after) for name, before, after in values(row))
    return format_html("{}", format_html_join("", "<div>{} <del>{}</del> → <b>{}</b></div>", lines)) or format_html("—")


def proposed(row: RegisterChange) -> str:
    """What accepting would write to the person's file."""
    return "；".join(
        f"{label(name)} {value_in_words(name, old)} → {value_in_words(name, new)}"
        for name, (old, new) in row.proposals.items()
    )  # fmt: skip


CHANGES = List(
    name="register-changes",
    title=_("Differences to the quarter before"),
    unit=_("differences"),
    rows=lambda _reader: RegisterChange.objects.select_related("edition", "reviewed_by"),
    columns=(
        Column("name", _("Name"), lambda row: row.name, sort=("name",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("what", _("Difference"), lambda row: row.get_what_display(), sort=("what",)),
        Column("fields", _("Before → now"), told, show=drawn, wrap=True),
        Column("proposals", _("Would be written to the file"), proposed, wrap=True),
        Column("quarter", _("Quarter"), lambda row: row.edition.quarter, shown=False),
        Column("state", _("State"), lambda row: row.get_state_display(), sort=("state",)),
        Column("by", _("Decided by"), lambda row: row.reviewed_by.name if row.reviewed_by else ""),
        Column("at", _("Decided at"), lambda row: row.reviewed_at, sort=("reviewed_at",), kind="datetime"),
    ),
    order=("pk",),
    filters=(
        BelowFilter(),
        ChoiceFilter("edition", _("Quarter"), "edition", editions),
        ChoiceFilter("what", _("Difference"), "what", ChangeKind.choices),
        ChoiceFilter("state", _("State"), "state", ReviewState.choices),
        ChoiceFilter("field", _("Changed field"), lambda rows, name: rows.filter(fields__contains=[name]), fields),
    ),
    search=lambda rows, words: rows.filter(name__contains=words),
    search_hint=_("Name"),
    actions=(
        BulkAction(_("Accept"), "console:register-accept", REVIEW_REGISTER, "check"),
        BulkAction(_("Keep as it was"), "console:register-keep", REVIEW_REGISTER, "arrow-back-up"),
    ),
    link=lambda row: reverse("console:person", args=[row.person_id]),
    prepare=regions.name_places,
    empty=Empty(_("There is no difference to look at.")),
)


@page(READ_PEOPLE)
def register(request: HttpRequest) -> HttpResponseBase:
    context = {"may_load": may(actor_of(request), IMPORT_REGISTER)}
    return show(request, EDITIONS, template="console/people/editions.html", context=context)


@page(READ_PEOPLE)
def changes(request: HttpRequest) -> HttpResponseBase:
    """The differences; everything of one quarter, sort and region can be decided as a job."""
    edition = request.GET.get("edition", "")
    row = RegisterEdition.objects.filter(pk=edition).first() if edition.isdigit() else None
    context = {
        "edition": row, "what": request.GET.get("what", ""), "below": request.GET.get("below", ""),
        "may_review": may(actor_of(request), REVIEW_REGISTER),
    }  # fmt: skip
    return show(request, CHANGES, template="console/people/changes.html", context=context)


def _decider(state: ReviewState, title: Text, done: Text) -> View:
    def decided(rows: list[RegisterChange], _answers: dict[str, Any], actor: User) -> list[str]:
        left: dict[int, str] = {}
        keys = [row.pk for row in rows]
        for edition in {row.edition_id: row.edition for row in rows}.values():
            result = review.decide_all(edition, RegisterChange.objects.filter(pk__in=keys), state, actor=actor)
            left |= {row.pk: why for row, why in result.left}
        return [left.get(row.pk, str(state.label)) for row in rows]

    return bulk_view(
        CHANGES, "console:register-changes", REVIEW_REGISTER, decided, title=title, done=done, name=lambda row: row.name,
        before=lambda row: told(row) or row.get_what_display(),
    )  # fmt: skip


accept = _decider(ReviewState.ACCEPTED, _("Accept what the register says"), _("%(count)d differences accepted."))
keep = _decider(
    ReviewState.KEPT,
    _("Keep the files as they were"),
    _("%(count)d differences looked at; the files stay as they were."),
)


@action(REVIEW_REGISTER)
def decide_all(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every open difference of a quarter, of one sort and below one region where these were filtered: as a job."""
    edition, actor = found(RegisterEdition.objects.all(), pk=pk), actor_of(request)
    state = ReviewState.ACCEPTED if request.POST.get("state") == ReviewState.ACCEPTED else ReviewState.KEPT
    prefix = request.POST.get("below", "") or regions.viewing(request)
    what = request.POST.get("what", "")
    run = review_register.start(
        title=f"{_now('Differences')} {edition.quarter}: {state.label}", region_code=regioncode.pad(prefix),
        actor=actor, edition_id=edition.pk, state=str(state), what=what if what in ChangeKind.values else "",
        prefix=prefix,
    )  # fmt: skip
    messages.success(request, _now("The work has begun; its page shows how far it is."))
    return redirect("console:job", pk=run.pk)
