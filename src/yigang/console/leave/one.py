"""One request for leave: what is asked, who said what, what can be done now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access
from yigang.console.leave.requests import COLOURS
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, found, page
from yigang.console.people.forms import Day
from yigang.console.tenure.pieces import DayForm, ReasonForm, Step, cleaned, linked, place_of
from yigang.duty import domain, leave_account
from yigang.duty.access import ASK_LEAVE
from yigang.duty.domain.leave import DECIDES
from yigang.duty.enums import LeaveLevel, LeaveState
from yigang.duty.models import LeaveRequest
from yigang.foundation.access import may
from yigang.foundation.models import User

LATE_HOURS = 24
"""From so many hours between asking and arriving on, both times are told apart at a glance."""


class DecideForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class BackForm(DayForm):
    on = forms.DateField(label=_("Back on"), widget=Day, initial=timezone.localdate)


def row_of(pk: int) -> LeaveRequest:
    rows = LeaveRequest.objects.select_related(
        "person", "programme", "asked_by", "document", "return_said_by", "cancelled_by"
    )
    return found(rows, pk=pk)


@page(access.OPEN_DUTY)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = row_of(pk), actor_of(request)
    context = {
        "title": f"{row.person.name} · {row.get_kind_display()}",
        "state": (COLOURS.get(LeaveState(row.state), ""), row.get_state_display()), "facts": list(facts(row)),
        "tables": [decisions(row)], "steps": list(steps(row, actor)), "printable": True,
        "files": [(_("Document"), row.document)] if row.document else [],
        "back_to": reverse("console:leave"), "back_label": _("Requests for leave"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def facts(row: LeaveRequest) -> Iterator[tuple[Any, Any]]:
    """Label and value, in the order in which an official looks."""
    yield _("Person"), linked("person", row.person_id, row.person.name)
    yield _("Village"), place_of(row.region_code)
    yield _("Days"), _now("%(first)s to %(last)s, %(count)d days") % {
        "first": row.first, "last": row.asked_last, "count": (row.asked_last - row.first).days + 1,
    }  # fmt: skip
    yield _("Purpose"), row.reason
    if row.stand_in:
        yield _("Does the work meanwhile"), row.stand_in
    yield _("Asked at"), plain(row.asked_at)
    yield _("Arrived at"), _arrival(row)
    yield _("Brought in by"), row.asked_by.name if row.asked_by else _("the person, by phone")
    if row.media:
        yield _("Photos"), _now("%(count)d photos by phone") % {"count": len(row.media)}
    yield _("Levels that decide"), " → ".join(str(LeaveLevel(level).label) for level in row.levels)
    yield _("Left this year"), linked("leave-account", row.person_id, _left(row) or _("Leave of the year"))
    if row.state == LeaveState.APPROVED:
        yield _("Return to be reported by"), row.return_by
    if row.returned_on:
        yield _("Back on"), row.returned_on
    if row.cancel_reason:
        yield _("Why it was cancelled"), row.cancel_reason


def _arrival(row: LeaveRequest) -> str:
    """The time of arrival; long after the asking it says how long the request was on its way."""
    hours = int((row.arrived_at - row.asked_at).total_seconds() // 3600)
    said = plain(row.arrived_at)
    return f"{said}（{_now('%(count)d hours later') % {'count': hours}}）" if hours >= LATE_HOURS else said


def _left(row: LeaveRequest) -> str:
    """What the policy leaves of this kind, the request counted in."""
    account = leave_account.account(row.person_id, row.programme, row.first.year, on=row.first)
    kind = next((one for one in account.kinds if one.kind == row.kind), None) if account else None
    if kind is None or kind.left is None:
        return ""
    return _now("%(left)d of %(most)d days left") % {"left": kind.left, "most": kind.year}


def decisions(row: LeaveRequest) -> tuple[Any, list[Any], list[list[Any]]]:
    """What every level said so far, and who has not said anything yet."""
    made = {one.level: one for one in row.decisions.select_related("by")}
    lines: list[list[Any]] = []
    for level in row.levels:
        said, label = made.get(level), LeaveLevel(level).label
        if said:
            word = _("Approved") if said.approved else _("Refused")
            lines.append([label, word, said.by.name, plain(said.at), said.reason])
        else:
            lines.append([label, _("Not decided"), "", "", ""])
    return _("Decisions"), [_("Level"), _("Decision"), _("By"), _("Time"), _("Reason")], lines


def steps(row: LeaveRequest, actor: User) -> Iterator[Step]:
    """What may be done now, or why it may not."""
    if row.state == LeaveState.ASKED:
        why = may(actor, DECIDES[LeaveLevel(row.waits_for)], row.region_code).why
        if row.asked_by_id == actor.pk:
            why = _now("You have entered this request yourself; another person decides it.")
        address = reverse("console:leave-decide", args=[row.pk])
        yield Step(_now("Approve"), f"{address}?approve=1", "check", DecideForm(), why)
        if not why:
            yield Step(_now("Refuse"), address, "x", ReasonForm(), danger=True)
    may_ask = may(actor, ASK_LEAVE, row.region_code).why
    begun = row.first <= timezone.localdate()
    if row.state == LeaveState.APPROVED and row.returned_on is None and begun:
        yield Step(
            _now("Report the return"),
            reverse("console:leave-back", args=[row.pk]),
            "arrow-back-up",
            BackForm(),
            may_ask,
        )
    if row.state == LeaveState.ASKED or (row.state == LeaveState.APPROVED and not begun):
        yield Step(
            _now("Cancel the leave"), reverse("console:leave-cancel", args=[row.pk]), "trash", ReasonForm(), may_ask,
            danger=True,
        )  # fmt: skip


@action(access.OPEN_DUTY)
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    approve = request.GET.get("approve") == "1"
    data = cleaned((DecideForm if approve else ReasonForm)(request.POST))
    domain.decide_leave(row_of(pk), approve=approve, reason=data["reason"], actor=actor_of(request))
    return redirect("console:leave-one", pk)


@action(ASK_LEAVE)
def cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.cancel_leave(row_of(pk), reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:leave-one", pk)


@action(ASK_LEAVE)
def back(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.report_return(row_of(pk), on=cleaned(BackForm(request.POST))["on"], actor=actor_of(request))
    return redirect("console:leave-one", pk)
