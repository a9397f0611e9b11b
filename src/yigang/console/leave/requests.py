"""Requests for leave: the list, and one entered for a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.duty.leave import stored
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.pages import actor_of, came_from, form_page, page
from yigang.console.people.forms import Day
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import tag
from yigang.console.tenure.tabs import Offer, frame
from yigang.console.work.tabs import offer_people
from yigang.duty import domain
from yigang.duty.access import ASK_LEAVE
from yigang.duty.domain.leave import DECIDES
from yigang.duty.enums import LeaveKind, LeaveLevel, LeaveState
from yigang.duty.models import LeaveRequest
from yigang.foundation.access import may
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.people.models import Person

TABS = (
    ("leave", _("Requests for leave")),
    ("leave-away", _("Who is away")),
    ("duty-leaves", _("Leave on file")),
)
COLOURS = {LeaveState.APPROVED: "good", LeaveState.ASKED: "warn", LeaveState.REFUSED: "bad"}
DECIDER = {LeaveLevel.VILLAGE: Role.VILLAGE_CLERK, LeaveLevel.TOWN: Role.TOWN_OFFICER}
"""Who usually decides at a level; above the county there is nobody."""


def overdue() -> Q:
    """Approved leave that ended without a word of the return."""
    return Q(state=LeaveState.APPROVED, returned_on=None, return_by__lt=timezone.localdate())


def mine(actor: User) -> Q:
    """Requests that wait for this account: of its own level, and of one below whose decider entered them himself."""
    levels = [level for level, what in DECIDES.items() if may(actor, what)]
    if not levels:
        return Q(pk=None)
    waits = Q(waits_for=levels[-1])
    for level in levels[:-1]:
        waits |= Q(waits_for=level, asked_by__role=DECIDER[level])
    return Q(state=LeaveState.ASKED) & waits & (Q(asked_by=None) | ~Q(asked_by=actor))


def state(request: LeaveRequest) -> str:
    words = request.get_state_display()
    if request.state == LeaveState.ASKED:
        words = _now("Waits for: %(level)s") % {"level": request.get_waits_for_display()}
    elif request.state == LeaveState.APPROVED and request.returned_on is None and is_late(request):
        return tag("bad", _now("Return not reported"))
    return tag(COLOURS.get(LeaveState(request.state), ""), words)


def asker(request: LeaveRequest) -> str:
    """Who entered it."""
    return request.asked_by.name if request.asked_by else _now("the person, by phone")


def is_late(request: LeaveRequest) -> bool:
    return request.return_by < timezone.localdate()


REQUESTS = List(
    name="leave_requests",
    title=_("Requests for leave"),
    unit=_("requests"),
    rows=lambda _reader: LeaveRequest.objects.select_related("person", "asked_by"),
    columns=(
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("kind", _("Kind of leave"), lambda row: row.get_kind_display(), sort=("kind",)),
        Column("first", _("First day"), lambda row: row.first, sort=("first",), kind="date"),
        Column("last", _("Last day"), lambda row: row.last, sort=("last",), kind="date"),
        Column("days", _("Days"), lambda row: row.length, kind="integer"),
        Column("state", _("State"), lambda row: row.get_state_display(), show=state, sort=("state",)),
        Column("asked", _("Asked at"), lambda row: row.asked_at, sort=("asked_at",)),
        Column("arrived", _("Arrived at"), lambda row: row.arrived_at, sort=("arrived_at",), shown=False),
        Column("by", _("Brought in by"), asker, shown=False),
        Column("returned", _("Back on"), lambda row: row.returned_on, kind="date", shown=False),
        Column("reason", _("Purpose"), lambda row: row.reason, wrap=True, shown=False),
    ),
    order=("-first",),
    filters=(
        BelowFilter(),
        ChoiceFilter("state", _("State"), "state", LeaveState.choices),
        ChoiceFilter("waits", _("Waits for"), "waits_for", LeaveLevel.choices),
        ChoiceFilter("kind", _("Kind of leave"), "kind", LeaveKind.choices),
        FlagFilter("overdue", _("Return not reported"), overdue),
        DateFilter("from", _("From"), "last__gte"),
        DateFilter("to", _("To"), "first__lte"),
    ),
    search=lambda rows, words: rows.filter(Q(person__name__contains=words) | Q(person__initials__startswith=words)),
    search_hint=_("Name or pinyin initials"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:leave-one", args=[row.pk]),
    empty=Empty(_("Nobody has asked for leave yet."), _("Ask for somebody"), "console:leave-new", ASK_LEAVE),
)  # fmt: skip


class AskForm(forms.Form):
    """What a person asks for at the office, or on paper."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Person"))
    kind = forms.ChoiceField(label=_("Kind of leave"), choices=LeaveKind.choices)
    first = forms.DateField(label=_("First day"), widget=Day)
    last = forms.DateField(label=_("Last day"), widget=Day)
    reason = forms.CharField(label=_("Purpose"), max_length=200)
    stand_in = forms.CharField(
        label=_("Does the work meanwhile"), max_length=60, required=False,
        help_text=_("Only where the policy allows it."),
    )  # fmt: skip
    document = forms.FileField(
        label=_("Document"), required=False, help_text=_("Photo or PDF, such as a doctor's note."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )  # fmt: skip

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, "person", reader)


@page(access.OPEN_DUTY)
def requests(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Ask for somebody"), "leave-new", "plus", ASK_LEAVE)
    context = frame(actor_of(request), "leave", offer, tabs=TABS, name=_("Asking for leave"))
    return show(request, REQUESTS, template="console/tenure/list.html", context=context)


@page(ASK_LEAVE)
def new(request: HttpRequest) -> HttpResponseBase:
    initial = {"person": request.GET.get("person", "")}
    form = AskForm(regions.reader(request), request.POST or None, request.FILES or None, initial=initial)
    back_to = came_from(request, reverse("console:leave"))

    def save(given: dict[str, Any], actor: User) -> str:
        person = given["person"]
        asked = domain.LeaveAsked(
            LeaveKind(given["kind"]), given["first"], given["last"], given["reason"], given["stand_in"],
            stored(given["document"], person.region_code, actor),
        )  # fmt: skip
        return reverse("console:leave-one", args=[domain.ask_leave(person, asked, actor=actor).pk])

    return form_page(request, form, _now("Ask for leave for somebody"), save, back_to=back_to)
