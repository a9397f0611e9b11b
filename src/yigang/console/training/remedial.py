"""Training to be made up: the list, one task with what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
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

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, found, page
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.training.tabs import by_person, frame
from yigang.foundation.access import may
from yigang.foundation.domain import store_paper
from yigang.foundation.models import User
from yigang.training import domain
from yigang.training.access import FOLLOW_UP, PROVE, READ_TRAINING
from yigang.training.enums import Lack, RemedialState
from yigang.training.models import RemedialTask

COLOURS = {RemedialState.DONE: "good", RemedialState.OPEN: "warn", RemedialState.PROVEN: "warn"}


def overdue() -> Q:
    return Q(state__in=(RemedialState.OPEN, RemedialState.PROVEN), due_on__lt=timezone.localdate())


def state(row: RemedialTask) -> str:
    if row.state == RemedialState.OPEN and row.due_on < timezone.localdate():
        return tag("bad", _now("Overdue"))
    return tag(COLOURS.get(RemedialState(row.state), ""), row.get_state_display())


def lacks(row: RemedialTask) -> str:
    return "、".join(str(Lack(one).label) for one in row.lacks)


TASKS = List(
    name="training-remedial",
    title=_("Training to be made up"),
    unit=_("tasks"),
    rows=lambda _reader: RemedialTask.objects.select_related("person", "programme"),
    columns=(
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True,
               show=lambda row: person_link(row.person.name, row.person_id)),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("year", _("Year"), lambda row: str(row.year), sort=("year",)),
        Column("lacks", _("Lacking"), lacks),
        Column("why", _("Why"), lambda row: row.why, wrap=True),
        Column("opened", _("Opened on"), lambda row: row.opened_on, kind="date", sort=("opened_on",)),
        Column("due", _("Due on"), lambda row: row.due_on, kind="date", sort=("due_on",)),
        Column("escalated", _("Told to the county on"), lambda row: row.escalated_on, kind="date", sort=("escalated_on",)),
        Column("state", _("State"), lambda row: row.get_state_display(), show=state, sort=("state",)),
        Column("closed", _("Closed on"), lambda row: row.closed_on, kind="date", sort=("closed_on",), shown=False),
    ),
    order=("due_on",),
    filters=(
        BelowFilter(), ChoiceFilter("state", _("State"), "state", RemedialState.choices),
        ChoiceFilter("lack", _("Lacking"), lambda rows, value: rows.filter(lacks__contains=[value]), Lack.choices),
        FlagFilter("overdue", _("Overdue"), overdue),
    ),
    search=by_person,
    search_hint=_("Name or pinyin initials"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:training-task", args=[row.pk]),
    empty=Empty(_("Nothing is to be put right."), _("How far the towns are"), "console:training", FOLLOW_UP),
)  # fmt: skip


class ProofForm(forms.Form):
    proof = forms.CharField(label=_("How it was made up"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label=_("Photo or scan"), required=False)


@page(READ_TRAINING)
def tasks(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "training-remedial")
    return show(request, TASKS, template="console/tenure/list.html", context=context)


def task_of(pk: int) -> RemedialTask:
    rows = RemedialTask.objects.select_related(
        "person", "programme", "opened_by", "proven_by", "closed_by", "proof_file"
    )
    return found(rows, pk=pk)


@page(READ_TRAINING)
def task(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = task_of(pk), actor_of(request)
    steps = [
        [plain(one.at), one.get_kind_display(), one.by.name if one.by else _now("the program"), one.text]
        for one in row.steps.select_related("by")
    ]
    context = {
        "title": f"{row.person.name} · {lacks(row)}", "facts": list(_facts(row)), "steps": list(_steps(row, actor)),
        "state": (COLOURS.get(RemedialState(row.state), ""), row.get_state_display()),
        "tables": [(_("What happened"), [_("Time"), _("Step"), _("By"), _("Words")], steps)],
        "files": [(_("Proof"), row.proof_file)] if row.proof_file else [],
        "back_to": reverse("console:training-remedial"), "back_label": _("Training to be made up"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _facts(row: RemedialTask) -> Iterator[tuple[Any, Any]]:
    yield _("Person"), linked("training-person", row.person_id, row.person.name)
    yield _("Village"), place_of(row.region_code)
    yield _("Programme"), row.programme.name
    yield _("Year"), str(row.year)
    yield _("Why"), row.why
    yield _("Source"), row.cites
    yield _("Due on"), plain(row.due_on)
    yield _("Opened by"), f"{row.opened_by.name} {plain(row.opened_on)}"
    if row.escalated_on:
        yield _("Told to the county on"), plain(row.escalated_on)
    if row.proven_by:
        yield _("Proof"), f"{row.proof}（{row.proven_by.name}）"
    if row.closed_on:
        yield _("Closed on"), plain(row.closed_on)


def _steps(row: RemedialTask, actor: User) -> Iterator[Step]:
    prove, follow = may(actor, PROVE, row.region_code).why, may(actor, FOLLOW_UP, row.region_code).why
    if row.state == RemedialState.OPEN:
        yield Step(
            _now("Hand in proof"), reverse("console:training-prove", args=[row.pk]), "upload", ProofForm(), prove
        )
    if row.state == RemedialState.PROVEN:
        if row.proven_by_id == actor.pk:
            follow = follow or _now("You have handed in this proof yourself; another person accepts it.")
        address = reverse("console:training-decide", args=[row.pk])
        yield Step(_now("Accept the proof"), f"{address}?accept=1", "check", forms.Form(), follow)
        if not follow:
            yield Step(_now("Send it back"), address, "x", ReasonForm(), danger=True)
    if row.state in (RemedialState.OPEN, RemedialState.PROVEN):
        drop = may(actor, FOLLOW_UP, row.region_code).why
        yield Step(
            _now("Drop the task"),
            reverse("console:training-drop", args=[row.pk]),
            "trash",
            ReasonForm(),
            drop,
            danger=True,
        )


@action(PROVE)
def prove(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor, given = task_of(pk), actor_of(request), cleaned(ProofForm(request.POST, request.FILES))
    file = given["file"]
    stored = store_paper(file.read(), name=file.name, region_code=row.region_code, actor=actor) if file else None
    domain.hand_in_proof(row, given["proof"], actor=actor, file=stored)
    return redirect("console:training-task", pk)


@action(FOLLOW_UP)
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    accept = request.GET.get("accept") == "1"
    reason = "" if accept else cleaned(ReasonForm(request.POST))["reason"]
    domain.decide_proof(task_of(pk), accept=accept, reason=reason, actor=actor_of(request))
    return redirect("console:training-task", pk)


@action(FOLLOW_UP)
def drop(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.drop_remedial(task_of(pk), cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:training-task", pk)
