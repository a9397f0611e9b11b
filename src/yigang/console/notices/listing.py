"""The lists of notices and of what was said against them."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.pages import actor_of, page
from yigang.foundation.access import may
from yigang.notices import receipts
from yigang.notices.access import DRAFT_NOTICES, READ_NOTICES, READ_OBJECTIONS, RECORD_OBJECTIONS, SET_RULES
from yigang.notices.enums import NoticeKind, NoticeState, ObjectionKind, ObjectionState
from yigang.notices.models import Notice, Objection

TAGS = {
    "draft": "tag-warn", "published": "tag-good", "taken_down": "tag-bad", "received": "tag-bad", "assigned": "tag-warn",
    "rechecked": "tag-warn", "answered": "tag-good",
}  # fmt: skip


def tag(state: str, label: str) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', TAGS.get(state, ""), label)


def notices_with_counts() -> Any:
    waiting = Count("objections", filter=~Q(objections__state=ObjectionState.ANSWERED))
    return Notice.objects.select_related("author").annotate(objections_open=waiting)


NOTICES = List(
    name="notices",
    title=_("Notices"),
    unit=_("notices"),
    rows=lambda _reader: notices_with_counts(),
    columns=(
        Column("title", _("Title"), lambda notice: notice.title, always=True, wrap=True),
        Column("number", _("Number"), lambda notice: notice.number, sort=("number",)),
        Column("kind", _("Kind"), lambda notice: notice.get_kind_display()),
        Column("issuer", _("Issued by"), lambda notice: notice.issuer, sort=("region_code",)),
        Column("programme", _("Programme"), lambda notice: notice.programme_name, shown=False),
        Column("opens", _("First day"), lambda notice: notice.opens, sort=("opens",), kind="date"),
        Column("closes", _("Last day"), lambda notice: notice.closes, sort=("closes",), kind="date"),
        Column(
            "state", _("State"), lambda notice: notice.get_state_display(),
            show=lambda notice: tag(notice.state, notice.get_state_display()),
        ),
        Column("objections", _("Open objections"), lambda notice: notice.objections_open, kind="integer"),
        Column("author", _("Written by"), lambda notice: notice.author.name, shown=False),
        Column("published", _("Published on"), lambda notice: notice.published_at, shown=False),
    ),
    order=("-opens",),
    filters=(
        ChoiceFilter("kind", _("Kind"), "kind", NoticeKind.choices),
        ChoiceFilter("state", _("State"), "state", NoticeState.choices),
        BelowFilter(),
        DateFilter("from", _("From"), "opens__gte"),
    ),
    search=lambda rows, words: rows.filter(Q(title__icontains=words) | Q(number__icontains=words)),
    search_hint=_("Title or number"),
    link=lambda notice: reverse("console:notice", args=[notice.pk]),
    empty=Empty(
        _("No notice has been written yet."), _("New notice"), "console:notice-new", DRAFT_NOTICES
    ),
)  # fmt: skip


def name_places(rows: list[Any]) -> None:
    regions.name_places(rows)


def late() -> Q:
    return Q(due_on__lt=timezone.localdate()) & ~Q(state=ObjectionState.ANSWERED)


OBJECTIONS = List(
    name="objections",
    title=_("Objections and complaints"),
    unit=_("entries"),
    rows=lambda _reader: Objection.objects.select_related("notice", "assignee"),
    columns=(
        Column("receipt", _("Receipt"), lambda one: f"…{one.receipt[-4:]}", always=True),
        Column("kind", _("Kind"), lambda one: one.get_kind_display()),
        Column("place", _("Place"), lambda one: one.place, sort=("region_code",)),
        Column("notice", _("Notice"), lambda one: one.notice.title if one.notice else None, wrap=True),
        Column("received", _("Received on"), lambda one: one.received_at, sort=("received_at",)),
        Column("due", _("to be answered by"), lambda one: one.due_on, sort=("due_on",), kind="date", show=lambda one: due(one)),
        Column(
            "state", _("State"), lambda one: one.get_state_display(),
            show=lambda one: tag(one.state, one.get_state_display()),
        ),
        Column("assignee", _("Checked by"), lambda one: one.assignee.name if one.assignee else None),
        Column("decision", _("Decision"), lambda one: one.get_decision_display()),
    ),
    order=("-received_at",),
    filters=(
        ChoiceFilter("kind", _("Kind"), "kind", ObjectionKind.choices),
        ChoiceFilter("state", _("State"), "state", ObjectionState.choices),
        FlagFilter("late", _("Past its day"), late),
        BelowFilter(),
    ),
    search=lambda rows, words: rows.filter(Q(receipt=receipts.normalise(words)) | Q(notice__title__icontains=words)),
    search_hint=_("Whole receipt number, or title of the notice"),
    link=lambda one: reverse("console:objection", args=[one.pk]),
    prepare=name_places,
    empty=Empty(_("Nobody has objected or complained.")),
)  # fmt: skip


def due(one: Objection) -> SafeString:
    """The day, and a word when it has passed."""
    if one.state != ObjectionState.ANSWERED and one.due_on < timezone.localdate():
        return format_html('{} <span class="tag tag-bad">{}</span>', one.due_on.isoformat(), _("late"))
    return format_html("{}", one.due_on.isoformat())


@page(READ_NOTICES)
def notices(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request)
    context = {"tab": "notices", "may_draft": may(actor, DRAFT_NOTICES), "may_rule": may(actor, SET_RULES),
               "may_read_objections": may(actor, READ_OBJECTIONS)}  # fmt: skip
    return show(request, NOTICES, template="console/notices/list.html", context=context)


@page(READ_OBJECTIONS)
def objections(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request)
    context = {"tab": "objections", "may_record": may(actor, RECORD_OBJECTIONS), "may_rule": may(actor, SET_RULES),
               "may_read_objections": True}  # fmt: skip
    return show(request, OBJECTIONS, template="console/notices/list.html", context=context)
