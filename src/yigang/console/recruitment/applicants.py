"""The list of applicants, and writing an application down."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import actor_of, found, page, refusals_on
from yigang.console.papers.idcard import PhotoForm, answered, forget_card, send_photo, sent_card, waiting_for
from yigang.console.recruitment.forms import ApplyForm, CardApplyForm
from yigang.console.recruitment.rounds import tag
from yigang.console.regions import Reader
from yigang.people import idcard
from yigang.people import queries as people
from yigang.people.models import Person
from yigang.recruitment import domain, queries
from yigang.recruitment.access import READ_ROUNDS, TAKE_APPLICATIONS
from yigang.recruitment.enums import ApplicationState, Source
from yigang.recruitment.models import Application, Round

ROUNDS_OFFERED = 200


def search_applicants(rows: Any, words: str) -> Any:
    return rows.filter(person__in=people.search(Person.objects.all(), words))


def prepare(applications: list[Application]) -> None:
    regions.name_places(applications)
    stopped = queries.objected([one.pk for one in applications])
    for one in applications:
        one.stopped = one.pk in stopped  # type: ignore[attr-defined] # for the row as it is drawn


def rounds_known(reader: Reader) -> list[tuple[int, str]]:
    return reader.once(rounds_named)


def rounds_named() -> list[tuple[int, str]]:
    return list(Round.objects.order_by("-opened_on", "-pk").values_list("pk", "title")[:ROUNDS_OFFERED])


def state_of(one: Any) -> str:
    label = one.get_state_display()
    return tag("out", _("stopped by an objection")) if one.stopped and one.state == "running" else tag(one.state, label)


APPLICANTS = List(
    name="applicants",
    title=_lazy("Applicants"),
    unit=_lazy("people who applied"),
    rows=lambda _reader: Application.objects.select_related("person", "post_wanted", "ended_in", "round__programme").defer(
        "round__policy_text"
    ),
    columns=(
        Column("name", _lazy("Name"), lambda one: one.person.name, sort=("person__pinyin",), always=True),
        Column("place", _lazy("Place"), lambda one: one.place, sort=("region_code",)),
        Column("round", _lazy("Round"), lambda one: one.round.title, shown=False),
        Column("post", _lazy("Post"), lambda one: str(one.post_wanted) if one.post_wanted else ""),
        Column("state", _lazy("State"), lambda one: one.get_state_display(), show=state_of),
        Column("ended", _lazy("Ended in"), lambda one: one.ended_in.name if one.ended_in else ""),
        Column("why", _lazy("Why"), lambda one: "；".join(one.reasons), wrap=True),
        Column("rank", _lazy("Rank"), lambda one: one.rank, sort=("rank",), kind="integer"),
        Column("score", _lazy("Score"), lambda one: one.score, sort=("score",), kind="decimal"),
        Column("source", _lazy("Came by"), lambda one: one.get_source_display(), shown=False),
        Column("applied", _lazy("Applied on"), lambda one: one.applied_on, sort=("applied_on",), kind="date"),
    ),
    order=("-pk",),
    filters=(
        ChoiceFilter("round", _lazy("Round"), "round_id", rounds_known),
        ChoiceFilter("state", _lazy("State"), "state", ApplicationState.choices),
        BelowFilter(),
    ),
    search=search_applicants,
    search_hint=_lazy("Name, pinyin initials or identity number"),
    prepare=prepare,
    link=lambda one: reverse("console:applicant", args=[one.pk]),
    empty=Empty(_lazy("Nobody has applied yet.")),
)  # fmt: skip


@page(READ_ROUNDS)
def applicants(request: HttpRequest) -> HttpResponseBase:
    return show(request, APPLICANTS, template="console/recruitment/applicants.html", context={"tab": "applicants"})


@page(TAKE_APPLICATIONS)
def apply(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write an application down for a person who is on file."""
    one = found(Round.objects.all(), pk=pk)
    return written(request, one, ApplyForm(one, request.POST or None))


@page(TAKE_APPLICATIONS)
def apply_by_card(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same from a card's photo: first the photo, then the form with what it gave, each field to be confirmed."""
    one = found(Round.objects.all(), pk=pk)
    if "identity" in request.POST:
        return written(request, one, CardApplyForm(one, request.POST))
    form: Form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if form.is_valid():
            with refusals_on(form):
                return send_photo(request, form, TAKE_APPLICATIONS)
    elif (row := sent_card(request)) is not None:
        back_to = reverse("console:round", args=[pk])
        if (wait := waiting_for(request, row, _("Write an application down"), back_to)) is not None:
            return wait
        if (reading := answered(request, row)) is not None:
            form = CardApplyForm(one, initial={"name": reading.name, "identity": reading.number})
    return render(request, "console/recruitment/apply.html", {"form": form, "round": one})


def written(request: HttpRequest, one: Round, form: ApplyForm) -> HttpResponseBase:
    """The form, shown again with what is wrong, or the application that it made."""
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = domain.apply(
                one, form.cleaned_data["identity"], source=Source.CLERK, actor=actor_of(request),
                post_wanted=form.cleaned_data["post"], declared=form.declared,
            )  # fmt: skip
            forget_card(request)
            messages.success(request, _("%(name)s has applied.") % {"name": made.person.name})
            return redirect("console:applicant", pk=made.pk)
    context = {"form": form, "round": one, "may_read_cards": idcard.installed() and "seen_name" not in form.fields}
    return render(request, "console/recruitment/apply.html", context)
