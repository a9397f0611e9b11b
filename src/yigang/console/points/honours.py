"""Honours: who holds which, how one stands, giving it, and the votes of named officers. For officers only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import honours
from yigang.appraisal.access import GIVE_HONOURS, READ_POINTS, VOTE_HONOURS
from yigang.appraisal.models import Honour, HonourPoll
from yigang.console import regions
from yigang.console.fields import offer
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, found, page
from yigang.console.people.forms import Day
from yigang.console.points.people import search as by_person
from yigang.console.points.tabs import frame
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

MOST_CANDIDATES = 300
STANDS = {"won": _("would be honoured"), "equal": _("equal, cannot be chosen"), "barred": _("no honour"), "": ""}


def search(rows: Any, words: str) -> Any:
    return rows.filter(appointment__in=by_person(Appointment.objects.all(), words))


def state(row: Honour) -> tuple[str, str]:
    """Whether the honour is held now, was held, or was taken back."""
    if row.withdrawn_at:
        return "bad", _now("Was taken back")
    return ("good", _now("Holds it now")) if row.first <= timezone.localdate() <= row.last else ("", _now("Held"))


HONOURS = List(
    name="honours",
    title=_("Honours"),
    unit=_("honours"),
    rows=lambda _reader: Honour.objects.select_related("appointment__person", "programme"),
    columns=(
        Column("name", _("Honour"), lambda row: row.name, sort=("name",), always=True),
        Column("person", _("Who was honoured"), lambda row: row.appointment.person.name, sort=("appointment__person__pinyin",)),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("first", _("First day"), lambda row: row.first, sort=("first",), kind="date"),
        Column("last", _("Last day"), lambda row: row.last, sort=("last",), kind="date"),
        Column("value", _("Points, score or votes"), lambda row: row.value, kind="decimal"),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("-first", "name"),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("stands", _("Not taken back"), lambda: Q(withdrawn_at=None)),
    ),
    search=search,
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:points-honour", args=[row.pk]),
    empty=Empty(_("Nobody has been honoured here yet.")),
)  # fmt: skip

POLLS = List(
    name="honour-polls",
    title=_("Votes about honours"),
    unit=_("votes"),
    rows=lambda _reader: HonourPoll.objects.select_related("programme", "opened_by"),
    columns=(
        Column("name", _("Honour"), lambda row: row.name, always=True),
        Column("where", _("Unit of the honour"), lambda row: row.place, sort=("region_code",)),
        Column("first", _("First day"), lambda row: row.first, sort=("first",), kind="date"),
        Column("opened", _("Opened at"), lambda row: row.opened_at, sort=("opened_at",), kind="datetime"),
        Column("outcome", _("Outcome of the vote"), lambda row: row.outcome or _now("Voting goes on"), wrap=True),
    ),
    order=("-id",),
    filters=(FlagFilter("open", _("Still open"), lambda: Q(closed_at=None)),),
    prepare=regions.name_places,
    link=lambda row: reverse("console:points-poll", args=[row.pk]),
    empty=Empty(_("No vote about an honour has been opened.")),
    region_field="",
)  # fmt: skip


class WhichForm(forms.Form):
    """Which honour of which programme, for the period that holds a day."""

    honour = forms.ChoiceField(label=_("Honour"))
    day = forms.DateField(label=_("A day of the period"), widget=Day, initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "honour", [(f"{one.pk}:{name}", f"{one.name} · {name}") for one, name in offered()])


def offered() -> Iterable[tuple[Programme, str]]:
    """Every honour of every programme whose policy has some today."""
    for programme in Programme.objects.order_by("name"):
        try:
            rules, _digest = honours.rules_on(programme, timezone.localdate())
        except Refusal:
            continue  # no text is in force today, or its file is gone: the programme's own page says so
        yield from ((programme, rule.name) for rule in rules)


class PollForm(forms.Form):
    """Candidates and the officers who vote."""

    candidates = forms.MultipleChoiceField(label=_("Candidates"), widget=forms.CheckboxSelectMultiple)
    voters = forms.MultipleChoiceField(label=_("Officers who vote"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, asked: honours.Term, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = honours.held_within(asked).order_by("person__pinyin")[:MOST_CANDIDATES]
        offer(self, "candidates", [(str(one.pk), f"{one.person.name} {one.post.number}") for one in held])
        offer(
            self,
            "voters",
            [(str(one.pk), f"{one.name}（{one.get_role_display()}）") for one in officers(asked.unit_code)],
        )


def officers(unit: str) -> list[User]:
    """Who may be named: officers whose region holds the unit or lies in it."""
    roles, prefix = [role.value for role in VOTE_HONOURS.roles], regioncode.prefix_of(unit)
    above = [prefix[:digits] for digits in regioncode.LENGTHS.values() if digits <= len(prefix)]
    near = Q(scopes__prefix__in=above) | Q(scopes__prefix__startswith=prefix)
    return list(User.objects.filter(near, role__in=roles, is_active=True).distinct().order_by("name", "pk"))


@page(READ_POINTS)
def listing(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "points-honours", Offer(_("How an honour stands"), "points-standing", "trophy"))
    return show(request, HONOURS, template="console/tenure/list.html", context=context)


@page(READ_POINTS)
def polls(request: HttpRequest) -> HttpResponseBase:
    return show(request, POLLS, template="console/tenure/list.html", context=frame(actor_of(request), "points-polls"))


@page(READ_POINTS)
def standing(request: HttpRequest) -> HttpResponseBase:
    """The ranking of one honour and period in the region looked at, or what is wrong with the question."""
    form = WhichForm(request.GET or None)
    context: dict[str, Any] = {"form": form, **frame(actor_of(request), "points-honours")}
    if form.is_valid():
        try:
            asked = _asked(request, form.cleaned_data)
            context |= _stood(request, asked)
        except Refusal as refusal:
            form.add_error(None, f"{refusal} {refusal.remedy}".strip())
    return render(request, "console/points/standing.html", context)


def _asked(request: HttpRequest, data: dict[str, Any]) -> honours.Term:
    pk, _colon, name = data["honour"].partition(":")
    programme = found(Programme.objects.all(), pk=int(pk))
    region = regions.viewing(request) or actor_of(request).prefixes[0]
    return honours.term(programme, name, regioncode.pad(region), data["day"])


def _stood(request: HttpRequest, asked: honours.Term) -> dict[str, Any]:
    rule, stood = asked.rule, honours.standing(asked)
    why = may(actor_of(request), GIVE_HONOURS, asked.unit_code).why
    query = request.GET.urlencode()
    if rule.by == "vote":
        step = Step(_now("Open a vote"), f"{reverse('console:points-poll-open')}?{query}", "send", PollForm(asked), why)
    else:
        address = f"{reverse('console:points-honour-give')}?{query}"
        step = Step(_now("Give the honour"), address, "trophy", forms.Form(), why)
    lines = [] if rule.by == "vote" else [(line, _stands(stood, line)) for line in stood.lines]
    place = place_of(asked.unit_code)
    return {"asked": asked, "rule": rule, "lines": lines, "steps": [step], "place": place}


def _stands(stood: honours.Standing, line: honours.Line) -> str:
    said = str(STANDS[stood.marked(line)])
    return f"{said}：{line.barred}" if line.barred else said


@action(GIVE_HONOURS)
def give(request: HttpRequest) -> HttpResponseBase:
    honours.give_by_ranking(_asked(request, cleaned(WhichForm(request.GET))), actor=actor_of(request))
    return redirect("console:points-honours")


@action(GIVE_HONOURS)
def open_poll(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request, cleaned(WhichForm(request.GET)))
    data = cleaned(PollForm(asked, request.POST))
    candidates = list(honours.held_within(asked).filter(pk__in=data["candidates"]))
    voters = [one for one in officers(asked.unit_code) if str(one.pk) in data["voters"]]
    poll = honours.open_poll(asked, candidates, voters, actor=actor_of(request))
    return redirect("console:points-poll", poll.pk)


@page(READ_POINTS)
def honour(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Honour.objects.select_related("appointment__person", "programme", "given_by", "withdrawn_by"), pk=pk)
    person = row.appointment.person
    told = [
        (_("Person"), person_link(person.name, person.pk)), (_("Village"), place_of(row.region_code)),
        (_("Programme"), row.programme.name), (_("Unit of the honour"), place_of(row.unit_code)), (_("First day"), row.first),
        (_("Last day"), row.last), (_("Points, score or votes"), row.value), (_("Given by"), row.given_by.name),
        (_("Decided by"), linked("points-poll", row.poll_id, _now("a vote")) if row.poll_id else _now("the ranking")),
        (_("Was taken back"), f"{row.withdrawn_by.name}：{row.withdrawn_why}" if row.withdrawn_by else ""),
    ]  # fmt: skip
    why = may(actor_of(request), GIVE_HONOURS, row.unit_code).why
    back = Step(
        _now("Take the honour back"),
        reverse("console:points-honour-back", args=[pk]),
        "trash",
        ReasonForm(),
        why,
        danger=True,
    )
    context = {
        "title": row.name, "state": state(row), "facts": [(label, value) for label, value in told if value],
        "steps": [] if row.withdrawn_at else [back], "printable": True,
        "back_to": reverse("console:points-honours"), "back_label": _("Honours"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


@action(GIVE_HONOURS)
def take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Honour.objects.all(), pk=pk)
    honours.take_back_honour(row, cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:points-honour", pk)


class VoteForm(forms.Form):
    chosen = forms.MultipleChoiceField(label=_("For whom you vote"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, row: HonourPoll, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "chosen", [(str(one.pk), f"{one.name} {one.village}") for one in row.candidates.all()])


@page(READ_POINTS)
def poll(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One vote: who stands for it, who has voted, and after the close how many votes each has."""
    row, actor = (
        found(HonourPoll.objects.select_related("programme", "opened_by", "closed_by"), pk=pk),
        actor_of(request),
    )
    counted, _share = honours.tally(row)
    candidates = [
        (one.name, one.village, counted.get(one.pk, 0) if row.closed_at else "—") for one in row.candidates.all()
    ]
    votes = list(row.votes.select_related("voter"))
    steps = []
    if row.closed_at is None:
        if any(one.voter_id == actor.pk and one.voted_at is None for one in votes):
            steps.append(Step(_now("Vote"), reverse("console:points-vote", args=[pk]), "check", VoteForm(row)))
        why = may(actor, GIVE_HONOURS, row.region_code).why
        steps.append(
            Step(_now("Close the vote"), reverse("console:points-poll-close", args=[pk]), "lock", forms.Form(), why)
        )
    context = {
        "title": str(row), "steps": steps, "printable": True,
        "state": ("", _now("Closed")) if row.closed_at else ("warn", _now("Voting goes on")),
        "facts": [(_("Programme"), row.programme.name), (_("Unit of the honour"), place_of(row.region_code)),
                  (_("First day"), row.first), (_("Last day"), row.last), (_("Opened by"), row.opened_by.name),
                  (_("Outcome of the vote"), row.outcome)],
        "tables": [
            (_("Candidates"), (_("Name"), _("Village"), _("Votes")), candidates),
            (_("Officers who vote"), (_("Name"), _("State")),
             [(one.voter.name, _now("has voted") if one.voted_at else _now("has not voted yet")) for one in votes]),
        ],
        "back_to": reverse("console:points-polls"), "back_label": _("Votes about honours"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


@action(VOTE_HONOURS)
def vote(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(HonourPoll.objects.select_related("programme"), pk=pk)
    honours.cast(row, [int(key) for key in cleaned(VoteForm(row, request.POST))["chosen"]], actor=actor_of(request))
    return redirect("console:points-poll", pk)


@action(GIVE_HONOURS)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    honours.close_poll(found(HonourPoll.objects.all(), pk=pk), actor=actor_of(request))
    return redirect("console:points-poll", pk)
