"""Minutes written down, continued and corrected; what went wrong since the last meeting stands beside the empty form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now

from yigang.console import regions
from yigang.console.meetings.forms import CorrectForm, FollowUpForm, MinutesForm
from yigang.console.meetings.listing import row_of
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.tenure.pieces import cleaned, place_of
from yigang.foundation import regioncode
from yigang.foundation.access import require
from yigang.foundation.domain import store_paper
from yigang.foundation.models import StoredFile, User
from yigang.oversight import domain, meetings
from yigang.oversight.access import HOLD_MEETING
from yigang.oversight.before_meeting import before_meeting
from yigang.oversight.domain import Minutes, Point
from yigang.posts.models import Programme


@page(HOLD_MEETING)
def hold(request: HttpRequest) -> HttpResponseBase:
    """The form of one period and place, as the calendar names them; `continues` names a meeting that went on another day."""
    programme = found(Programme.objects.all(), pk=_number(request, "programme"))
    code, place, first = request.GET.get("rhythm", ""), request.GET.get("place", ""), _day(request)
    actor, rule = actor_of(request), meetings.rule_of(programme, code, first)
    if rule is None or not regioncode.CODE.match(place):
        raise Http404
    require(actor, HOLD_MEETING, place)
    continues = found(meetings.standing(), pk=_number(request, "continues")) if "continues" in request.GET else None

    def save(data: dict[str, Any], actor: User) -> str:
        made = domain.hold_meeting(
            programme, place, code, first, minutes_of(data, place, actor), actor=actor, continues=continues
        )
        return reverse("console:meeting", args=[made.pk])

    today, last = timezone.localdate(), rule.last_of(first)
    day = min(max(today, first), last)
    form = MinutesForm(request.POST or None, request.FILES or None, initial={"on": day})
    title = _now("Minutes: %(name)s, %(place)s, %(first)s to %(last)s") % {
        "name": rule.name, "place": place_of(place), "first": first, "last": last,
    }  # fmt: skip
    context = {"before": before_meeting(programme, place, rule, first, day), "rule": rule, "continues": continues}
    return form_page(
        request, form, title, save, back_to=reverse("console:meetings"), template="console/meetings/write.html",
        context=context,
    )  # fmt: skip


@page(HOLD_MEETING)
def correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = row_of(pk)
    require(actor_of(request), HOLD_MEETING, row.region_code)

    def save(data: dict[str, Any], actor: User) -> str:
        reason = data.pop("reason")
        made = domain.correct_meeting(row, minutes_of(data, row.region_code, actor), reason, actor=actor)
        return reverse("console:meeting", args=[made.pk])

    initial = {name: getattr(row, name) for name in ("on", "chair", "present", "absent", "names")} | {
        "text": row.minutes
    }
    form = CorrectForm(request.POST or None, request.FILES or None, initial=initial)
    title = _now("Correct the minutes: %(name)s, %(place)s") % {"name": row.name, "place": place_of(row.region_code)}
    return form_page(request, form, title, save, back_to=reverse("console:meeting", args=[pk]))


@action(HOLD_MEETING)
def follow_up(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = row_of(pk)
    data = cleaned(FollowUpForm(regions.reader(request), row.region_code, request.POST))
    point = Point(**data, found_on=row.on, item=f"{row.name} {row.on}")
    domain.follow_up(row, [point], actor=actor_of(request))
    return redirect("console:meeting", pk)


def minutes_of(data: dict[str, Any], place: str, actor: User) -> Minutes:
    """The form's data as a verb takes it, the scan kept as every paper is."""
    upload = data.pop("file")
    file: StoredFile | None = None
    if upload:
        file = store_paper(upload.read(), name=upload.name, region_code=place, actor=actor)
    return Minutes(**data, file=file)


def _number(request: HttpRequest, name: str) -> int:
    said = request.GET.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) < 18):
        raise Http404
    return int(said)


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("first", ""))
    except ValueError as error:
        raise Http404 from error
