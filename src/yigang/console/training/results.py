"""Results of tests: the list, one entered from paper, one sitting with its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import F, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.console.training.tabs import by_person, frame, moment
from yigang.console.work.tabs import PersonForm
from yigang.foundation.access import may
from yigang.foundation.domain import store_paper
from yigang.foundation.models import User
from yigang.training import domain
from yigang.training.access import ENTER_SCORES, READ_TRAINING
from yigang.training.enums import SittingState
from yigang.training.models import Paper, Question, Sitting


def papers(_reader: Reader) -> list[tuple[int, str]]:
    return list(Paper.objects.values_list("pk", "title"))


def verdict(row: Sitting) -> tuple[str, str]:
    """Passed or not, in a word."""
    if row.state == SittingState.VOID:
        return "", _now("Void")
    if row.score is None:
        return "warn", row.get_state_display()
    return ("good", _now("Passed")) if row.score >= row.paper.pass_mark else ("bad", pgettext("test", "Failed"))


def passing(rows: Any, value: str) -> Any:
    counted = rows.exclude(state=SittingState.VOID).exclude(score=None)
    failed = Q(score__lt=F("paper__pass_mark"))
    return counted.filter(failed) if value == "failed" else counted.exclude(failed)


RESULTS = List(
    name="training-results",
    title=_("Test results"),
    unit=_("tests"),
    rows=lambda _reader: Sitting.objects.select_related("person", "paper"),
    columns=(
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True,
               show=lambda row: person_link(row.person.name, row.person_id)),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("paper", _("Test paper"), lambda row: row.paper.title, sort=("paper__title",)),
        Column("attempt", _("Attempt"), lambda row: row.attempt, kind="integer", sort=("attempt",)),
        Column("score", _("Score"), lambda row: row.score, kind="decimal", sort=("score",)),
        Column("verdict", _("Verdict"), lambda row: verdict(row)[1], show=lambda row: tag(*verdict(row))),
        Column("how", _("State"), lambda row: row.get_state_display(), sort=("state",)),
        Column("started", _("Started at"), lambda row: row.started_at, sort=("started_at",)),
        Column("ended", _("Handed in at"), lambda row: row.handed_in_at, sort=("handed_in_at",), shown=False),
    ),
    order=("-started_at",),
    filters=(
        BelowFilter(), ChoiceFilter("paper", _("Test paper"), "paper", papers),
        ChoiceFilter("verdict", _("Verdict"), passing, (("passed", _("Passed")), ("failed", pgettext_lazy("test", "Failed")))),
        ChoiceFilter("state", _("State"), "state", SittingState.choices),
        DateFilter("from", _("From"), "started_at__date__gte"), DateFilter("to", _("To"), "started_at__date__lte"),
    ),
    search=by_person,
    search_hint=_("Name or pinyin initials"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:training-sitting", args=[row.pk]),
    empty=Empty(_("No test was taken yet."), _("Enter a test written on paper"), "console:training-score-new", ENTER_SCORES),
)  # fmt: skip


class ScoreForm(PersonForm):
    """A result from paper."""

    paper = forms.ModelChoiceField(Paper.objects.all(), label=_("Test paper"))
    score = forms.DecimalField(label=_("Score"), max_digits=5, decimal_places=2, min_value=0, max_value=100)
    at = moment(_("Written at"))
    file = forms.FileField(label=_("Scan of the test"), required=False)


@page(READ_TRAINING)
def results(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Enter a test written on paper"), "training-score-new", "plus", ENTER_SCORES)
    context = frame(actor_of(request), "training-results", offer)
    return show(request, RESULTS, template="console/tenure/list.html", context=context)


@page(ENTER_SCORES)
def new(request: HttpRequest) -> HttpResponseBase:
    initial = {"person": request.GET.get("person", "")}
    form = ScoreForm(regions.reader(request), request.POST or None, request.FILES or None, initial=initial)

    def save(given: dict[str, Any], actor: User) -> str:
        person, file = given["person"], given["file"]
        stored = store_paper(file.read(), name=file.name, region_code=person.region_code, actor=actor) if file else None
        domain.enter_score(given["paper"], person, given["score"], at=given["at"], actor=actor, file=stored)
        return reverse("console:training-results")

    back_to = reverse("console:training-results")
    return form_page(request, form, _now("Enter a test written on paper"), save, back_to=back_to)


def sitting_of(pk: int) -> Sitting:
    return found(Sitting.objects.select_related("person", "paper", "entered_by", "file"), pk=pk)


@page(READ_TRAINING)
def sitting(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = sitting_of(pk), actor_of(request)
    context = {
        "title": f"{row.person.name} · {row.paper.title}", "state": verdict(row), "facts": list(_facts(row)),
        "tables": [_answers(row)], "steps": list(_steps(row, actor)),
        "files": [(_("Scan of the test"), row.file)] if row.file else [],
        "back_to": reverse("console:training-results"), "back_label": _("Test results"), "printable": True,
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _facts(row: Sitting) -> Iterator[tuple[Any, Any]]:
    yield _("Person"), linked("training-person", row.person_id, row.person.name)
    yield _("Village"), place_of(row.region_code)
    yield _("Test paper"), linked("training-paper", row.paper_id, row.paper.title)
    yield _("Attempt"), str(row.attempt)
    yield _("Score"), f"{plain(row.score)} / {plain(row.paper.pass_mark)}"
    yield _("State"), row.get_state_display()
    yield _("Started at"), plain(row.started_at)
    if row.state != SittingState.PAPER:
        yield _("Time is up at"), plain(row.deadline)
        yield _("Handed in at"), plain(row.handed_in_at)
    if row.entered_by:
        yield _("Entered by"), row.entered_by.name
    if row.void_why:
        yield _("Void because"), row.void_why


def _answers(row: Sitting) -> tuple[Any, list[Any], list[list[Any]]]:
    """Every answer that came, late ones too."""
    asked = Question.objects.defer("picture").in_bulk([key for key, _points in row.questions])
    given: dict[int, list[Any]] = {}
    for one in row.answers.all():
        given.setdefault(one.question_id, []).append(one)
    lines = []
    for key, points in row.questions:
        mine = given.get(key, [])
        said = "；".join(f"{''.join(one.chosen)}{_now(' (late)') if one.late else ''}" for one in mine)
        lines.append([asked[key].text, said, "".join(asked[key].right), points, plain(mine[-1].at) if mine else ""])
    headings = [_("Test question"), _("Answers"), _("Right answer"), _("Points"), _("Last answered at")]
    return _("Answers"), headings, lines


def _steps(row: Sitting, actor: User) -> Iterator[Step]:
    why = may(actor, ENTER_SCORES, row.region_code).why
    if row.state == SittingState.RUNNING:
        address = reverse("console:training-release", args=[row.pk])
        yield Step(_now("Let another phone go on"), address, "phone", ReasonForm(), why)
    if row.state != SittingState.VOID:
        address = reverse("console:training-void", args=[row.pk])
        yield Step(_now("Declare it void"), address, "x", ReasonForm(), why, danger=True)


@action(ENTER_SCORES)
def release(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.release(sitting_of(pk), cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:training-sitting", pk)


@action(ENTER_SCORES)
def void(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.void(sitting_of(pk), cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:training-sitting", pk)
