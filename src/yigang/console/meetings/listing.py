"""Minutes: the list of meetings that were held, one meeting with its follow-ups and earlier entries, and its paper."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.meetings.forms import FollowUpForm
from yigang.console.meetings.tabs import frame
from yigang.console.oversight import points
from yigang.console.oversight.tabs import in_place
from yigang.console.pages import actor_of, found, page, paper
from yigang.console.papers.answer import pdf
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import Step, linked, place_of, tag
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.oversight import meetings as asked
from yigang.oversight import queries
from yigang.oversight.access import HOLD_MEETING, READ_MEETINGS
from yigang.oversight.models import Meeting
from yigang.oversight.papers import set_minutes, title_of

FIGURES = (
    ("open_points", _("Points to be put right")),
    ("overdue_points", _("of these overdue")),
    ("anomalies", _("Anomalies unanswered")),
    ("questions", _("Questions about evidence unanswered")),
    ("overdue_tasks", _("Training tasks overdue")),
    ("found_absent", _("People found absent by inspections")),
    ("absent_people", _("People absent without leave")),
)


def names(_reader: Reader) -> list[tuple[str, str]]:
    return [(one, one) for one in Meeting.objects.order_by("name").values_list("name", flat=True).distinct()]


def state(row: Meeting) -> tuple[str, str]:
    return ("warn", _now("Held late")) if row.late else ("good", _now("Held in time"))


MEETINGS = List(
    name="meetings",
    title=_("Minutes"),
    unit=_("meetings"),
    rows=lambda _reader: asked.standing().select_related("programme", "recorded_by"),
    columns=(
        Column("on", _("Held on"), lambda row: row.on, sort=("on",), kind="date", always=True),
        Column("name", _("Meeting"), lambda row: row.name, sort=("name",), always=True),
        Column("place", _("Place"), lambda row: row.place, sort=("region_code",)),
        Column("first", _("Period from"), lambda row: row.first, sort=("first",), kind="date"),
        Column("until", _("To be held by"), lambda row: row.until, sort=("until",), kind="date"),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
        Column("chair", _("Chair"), lambda row: row.chair, sort=("chair",)),
        Column("present", _("People present"), lambda row: row.present, sort=("present",), kind="integer"),
        Column("absent", _("People missing"), lambda row: row.absent, sort=("absent",), kind="integer"),
        Column("part", pgettext_lazy("meeting", "Part"), lambda row: row.part, kind="integer", shown=False),
        Column("minutes", _("Minutes"), lambda row: row.minutes, wrap=True, shown=False),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("by", _("Recorded by"), lambda row: row.recorded_by.name, shown=False),
    ),
    order=("-on",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        ChoiceFilter("name", _("Meeting"), "name", names),
        FlagFilter("late", _("Held late"), lambda: Q(on__gt=F("until"))),
        FlagFilter("corrected", _("Corrected"), lambda: Q(corrects__isnull=False)),
        DateFilter("from", _("From"), "on__gte"),
        DateFilter("to", _("To"), "on__lte"),
    ),
    search=lambda rows, words: rows.filter(
        Q(minutes__contains=words) | Q(chair__contains=words) | Q(names__contains=words) | in_place(words)
    ),
    search_hint=_("Words of the minutes, chair, names or place"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:meeting", args=[row.pk]),
    empty=Empty(_("No meeting was written down here yet."), _("Open the calendar"), "console:meetings", HOLD_MEETING),
)  # fmt: skip


@page(READ_MEETINGS)
def meetings(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "meetings-list")
    return show(request, MEETINGS, template="console/tenure/list.html", context=context)


def row_of(pk: int) -> Meeting:
    """A meeting's entry, whether it stands or was corrected."""
    rows = Meeting.objects.select_related("programme", "recorded_by", "file", "corrects", "corrected_by", "continues")
    return found(rows, pk=pk)


@page(READ_MEETINGS)
def meeting(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = row_of(pk), actor_of(request)
    newer = getattr(row, "corrected_by", None)
    context: dict[str, Any] = {
        "title": f"{row.name} · {place_of(row.region_code)} · {row.on}", "text": row.minutes, "facts": _facts(row),
        "state": ("bad", _now("Corrected by a newer entry")) if newer else state(row), "row": row, "newer": newer,
        "tables": _tables(row, actor), "files": [(_("Signed list or photo"), row.file)] if row.file else [],
        "steps": [] if newer else _steps(request, row, actor), "writes": not newer and writes(row, actor),
        "continue_url": _continue_url(row), "back_to": reverse("console:meetings-list"), "back_label": _("Minutes"),
    }  # fmt: skip
    return render(request, "console/meetings/one.html", context)


def writes(row: Meeting, actor: User) -> bool:
    """Whether this user writes such minutes: the role of the meeting's level, in its place."""
    rule = asked.rule_of(row.programme, row.rhythm, row.first)
    return rule is not None and actor.role == rule.role and bool(may(actor, HOLD_MEETING, row.region_code))


def _continue_url(row: Meeting) -> str:
    query = {
        "programme": row.programme_id, "rhythm": row.rhythm, "place": row.region_code, "first": row.first.isoformat(),
        "continues": row.pk,
    }  # fmt: skip
    return f"{reverse('console:meeting-hold')}?{urlencode(query)}"


def _facts(row: Meeting) -> list[tuple[Any, Any]]:
    return [
        (_("Period"), f"{row.first} — {row.last}"), (_("To be held by"), row.until), (_("Held on"), row.on),
        (_("Chair"), row.chair), (_("People present"), str(row.present)), (_("People missing"), str(row.absent)),
        (_("Who was there"), row.names), (_("Programme"), row.programme.name), (_("Recorded by"), row.recorded_by.name),
        (_("Recorded at"), f"{timezone.localtime(row.recorded_at):%Y-%m-%d %H:%M}"),
        (_("Continues"), row.continues and linked("meeting", row.continues.pk, f"{row.continues.on}")),
        (_("Corrects"), row.corrects and linked("meeting", row.corrects.pk, f"{row.corrects.on} · {row.reason}")),
    ]  # fmt: skip


def _tables(row: Meeting, actor: User) -> list[tuple[Any, ...]]:
    """Follow-ups as they stand now, and what lay before the meeting."""
    known = set(
        queries.answered_by(actor).filter(pk__in=asked.follow_ups(row).values("pk")).values_list("pk", flat=True)
    )
    followed = [
        (
            linked("oversight-point", one.pk, one.finding) if one.pk in known else one.finding,
            f"{one.unit} {one.owner}", one.due, tag(*points.state(one)),
        )
        for one in asked.follow_ups(row)
    ]  # fmt: skip
    before = [(words, str(row.figures[key])) for key, words in FIGURES if key in row.figures]
    since = _now("What lay before the meeting: %(since)s to %(until)s") % {
        "since": row.figures.get("since", ""), "until": row.figures.get("until", ""),
    }  # fmt: skip
    return [
        (_("Follow-ups"), (_("What is to be done"), _("Who answers for it"), _("Deadline"), _("State")), followed),
        (since, (_("What"), _("How many")), before),
    ]


def _steps(request: HttpRequest, row: Meeting, actor: User) -> list[Step]:
    if not writes(row, actor):
        return []
    form = FollowUpForm(regions.reader(request), row.region_code)
    return [Step(_now("Enter a follow-up"), reverse("console:meeting-follow-up", args=[row.pk]), "plus", form)]


@paper(READ_MEETINGS)
def paper_of(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The minutes on A4."""
    row = row_of(pk)
    return pdf(set_minutes(row, actor=actor_of(request)), f"{title_of(row)} {row.on}")
