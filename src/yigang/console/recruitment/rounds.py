"""The list of rounds, a new round, and one round: its path, what is missing, what can be done, the funnel."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import actor_of, found, page, refusals_on
from yigang.console.recruitment.forms import RoundForm
from yigang.console.recruitment.path import funnel_option, page_of
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.posts.models import Post
from yigang.posts.queries import with_holders
from yigang.recruitment import domain, queries
from yigang.recruitment.access import OPEN_ROUND, READ_ROUNDS
from yigang.recruitment.comparison.access import READ_HITS
from yigang.recruitment.enums import ApplicationState, RoundState, StepState
from yigang.recruitment.models import Application, Round, StepRecord
from yigang.tenure.access import EMPLOY

TAGS = {"running": "tag-warn", "open": "tag-warn", "closed": "tag-good", "hired": "tag-good", "out": "tag-bad"}
"""How a state is coloured; the word stands beside it."""


def tag(state: str, label: str) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', TAGS.get(state, ""), label)


def search_rounds(rows: Any, words: str) -> Any:
    return rows.filter(Q(title__icontains=words.strip()) | Q(number__icontains=words.strip()))


def prepare(rounds: list[Round]) -> None:
    """Places, the open step and the figures, with one question each for all rows."""
    regions.name_places(rounds)
    open_ = {step.round_id: step for step in StepRecord.objects.filter(round__in=rounds, state=StepState.OPEN)}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for row in (
        Application.objects.filter(round__in=rounds).values("round", "state").annotate(count=Count("pk")).order_by()
    ):
        counts[row["round"]][row["state"]] = row["count"]
    for one in rounds:
        one.now = open_.get(one.pk)  # type: ignore[attr-defined] # for the row as it is drawn
        one.figures = counts[one.pk]  # type: ignore[attr-defined] # for the row as it is drawn


def count_of(*states: str) -> Any:
    return lambda one: sum(one.figures.get(state, 0) for state in (states or ApplicationState.values))


ROUNDS = List(
    name="rounds",
    title=_lazy("Rounds"),
    unit=_lazy("rounds"),
    rows=lambda _reader: Round.objects.select_related("programme").defer("policy_text"),
    columns=(
        Column("title", _lazy("Round"), lambda one: one.title, sort=("title",), always=True),
        Column("number", _lazy("Number"), lambda one: one.number, sort=("number",)),
        Column("programme", _lazy("Programme"), lambda one: one.programme.name, shown=False),
        Column("place", _lazy("Place"), lambda one: one.place, sort=("region_code",)),
        Column(
            "state", _lazy("State"), lambda one: one.get_state_display(),
            show=lambda one: tag(one.state, one.get_state_display()),
        ),
        Column("step", _lazy("Open step"), lambda one: one.now.name if one.now else ""),
        Column("last_day", _lazy("Until"), lambda one: one.now.last_day if one.now else None, kind="date"),
        Column("applied", _lazy("Applied"), count_of(), kind="integer"),
        Column("running", _lazy("In the running"), count_of("running"), kind="integer"),
        Column("hired", _lazy("Hired"), count_of("hired"), kind="integer"),
        Column("opened", _lazy("Opened on"), lambda one: one.opened_on, sort=("opened_on",), kind="date"),
    ),
    order=("-opened_on",),
    filters=(ChoiceFilter("state", _lazy("State"), "state", RoundState.choices), BelowFilter()),
    search=search_rounds,
    search_hint=_lazy("Title or number"),
    prepare=prepare,
    link=lambda one: reverse("console:round", args=[one.pk]),
    empty=Empty(_lazy("There is no round yet."), _lazy("New round"), "console:round-new", OPEN_ROUND),
)  # fmt: skip


@page(READ_ROUNDS)
def rounds(request: HttpRequest) -> HttpResponseBase:
    context = {"tab": "rounds", "may_open": may(actor_of(request), OPEN_ROUND)}
    return show(request, ROUNDS, template="console/recruitment/rounds.html", context=context)


@page(OPEN_ROUND)
def new_round(request: HttpRequest) -> HttpResponseBase:
    """Choose programme and region, then say how many are sought at each post; free places stand there to begin with."""
    prefix = regions.viewing(request)
    form = RoundForm(request.POST or request.GET or None)
    chosen = form.data.get("programme")
    sought = places_of(chosen, prefix) if chosen and str(chosen).isdigit() else []
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = domain.open_round(
                form.cleaned_data["programme"], form.cleaned_data["number"], form.cleaned_data["title"],
                asked(request, sought), actor=actor_of(request), region_code=regioncode.pad(prefix) if prefix else "",
            )  # fmt: skip
            messages.success(request, _("The round is open. Begin with its first step."))
            return redirect("console:round", pk=made.pk)
    return render(request, "console/recruitment/new.html", {"form": form, "sought": sought, "chosen": chosen})


def places_of(programme: str, prefix: str) -> list[Post]:
    """The posts of a programme in a region, each with its free places."""
    posts = Post.objects.filter(regions.inside(prefix), programme=int(programme))
    found_ = list(with_holders(posts, timezone.localdate()).order_by("region_code", "number"))
    regions.name_places(found_)
    return found_


def asked(request: HttpRequest, sought: list[Post]) -> dict[Post, int]:
    """Post → places, as they were written; empty and 0 are not sought."""
    wanted = {}
    for post in sought:
        typed = request.POST.get(f"places-{post.pk}", "").strip()
        if typed and not typed.isdigit():
            raise Refusal(_("Write the places of %(post)s as a number."), {"post": post.number}, code="places")
        if typed and int(typed):
            wanted[post] = int(typed)
    return wanted


@page(READ_ROUNDS)
def one_round(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(Round.objects.select_related("programme", "opened_by"), pk=pk)
    actor = actor_of(request)
    figures = queries.funnel(one)
    context = {
        "tab": "rounds", "round": one, "state_tag": tag(one.state, one.get_state_display()), "funnel": figures,
        "chart": funnel_option(figures), "places": one.posts.aggregate(all=Sum("places"))["all"] or 0,
        "posts": list(one.posts.select_related("post")[:50]), "posts_count": one.posts.count(),
        "entries": list(one.entries.select_related("step", "by").order_by("-pk")[:50]),
        "seats": list(one.seats.select_related("user")), "version": queries.policy_of(one), **page_of(one, actor),
        "may_see_hits": may(actor, READ_HITS), "may_employ": may(actor, EMPLOY),
        "whole": regioncode.covers(actor.prefixes, one.region_code),
    }  # fmt: skip
    return render(request, "console/recruitment/round.html", context)
