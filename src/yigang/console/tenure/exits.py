"""Exits: proposed, confirmed, their notice and its delivery, their documents."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, List, show
from yigang.console.pages import action, actor_of, found, page
from yigang.console.people.forms import Day
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.tabs import frame
from yigang.foundation.access import Capability, may
from yigang.foundation.domain import store_paper
from yigang.foundation.errors import Text
from yigang.foundation.models import User
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.recruitment.access import READ_POOL
from yigang.tenure import domain
from yigang.tenure.access import CONFIRM_EXIT, READ_TENURE, RELEASE
from yigang.tenure.enums import AGAINST_WILL, Delivery, ExitKind, ExitReason, ExitState
from yigang.tenure.models import Exit

COLOURS = {ExitState.PROPOSED: "warn", ExitState.DONE: "good", ExitState.REJECTED: "", ExitState.TAKEN_BACK: ""}


def search(rows: Any, words: str) -> Any:
    people = people_queries.search(Person.objects.all(), words)
    return rows.filter(Q(appointment__person__in=people) | Q(appointment__post__number__istartswith=words))


EXITS = List(
    name="exits",
    title=_("Exits"),
    unit=_("exits"),
    rows=lambda _reader: Exit.objects.select_related("appointment__person", "appointment__post", "proposed_by", "decided_by"),
    columns=(
        Column("name", _("Name"), lambda row: row.appointment.person.name, sort=("appointment__person__pinyin",), always=True),
        Column("post", _("Post"), lambda row: f"{row.appointment.post.kind} {row.appointment.post.number}"),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("kind", _("Kind of exit"), lambda row: row.get_kind_display()),
        Column("reason", _("Cause"), lambda row: row.get_reason_display()),
        Column("text", _("Explanation"), lambda row: row.text, wrap=True, shown=False),
        Column("clause", _("Clause"), lambda row: row.clause, wrap=True, shown=False),
        Column("on", _("Last day"), lambda row: row.on, sort=("on",), kind="date"),
        Column("paid", _("Paid up to"), lambda row: row.last_pay_day, kind="date"),
        Column("state", _("State"), lambda row: row.get_state_display(),
               show=lambda row: tag(COLOURS[ExitState(row.state)], row.get_state_display())),
        Column("proposed", _("Proposed by"), lambda row: row.proposed_by.name),
        Column("decided", _("Decision by"), lambda row: row.decided_by.name if row.decided_by else ""),
        Column("delivered", _("Notice delivered"), lambda row: row.delivered_on, kind="date"),
    ),
    order=("-on", "-pk"),
    filters=(
        BelowFilter(),
        ChoiceFilter("state", _("State"), "state", ExitState.choices),
        ChoiceFilter("kind", _("Kind of exit"), "kind", ExitKind.choices),
        ChoiceFilter("reason", _("Cause"), "reason", ExitReason.choices),
        DateFilter("from", _("From"), "on__gte"),
        DateFilter("to", _("Up to"), "on__lte"),
    ),
    search=search,
    search_hint=_("Name, pinyin, last four digits or post number"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:tenure-exit", args=[row.pk]),
    empty=Empty(_("Nobody has left. An exit begins on the page of the post.")),
)  # fmt: skip


class DeliveryForm(forms.Form):
    how = forms.ChoiceField(label=_("How"), choices=Delivery.choices)
    on = forms.DateField(label=_("Day"), widget=Day)


class DecisionForm(forms.Form):
    decision = forms.CharField(label=_("Decision"), max_length=200, initial=_("Agreed"))


class DocumentForm(forms.Form):
    """A paper as PDF or picture."""

    what = forms.CharField(label=_("What it is"), max_length=60)
    file = forms.FileField(label=_("File"), help_text=_("PDF, JPEG or PNG, at most 20 MB."))


@page(READ_TENURE)
def exits(request: HttpRequest) -> HttpResponseBase:
    return show(request, EXITS, template="console/tenure/list.html", context=frame(actor_of(request), "tenure-exits"))


@page(READ_TENURE)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _row(pk)
    held = row.appointment
    facts = [
        (_("Name"), person_link(held.person.name, held.person_id)),
        (_("Post"), linked("post", held.post_id, f"{held.post.kind} {held.post.number}")),
        (_("Village"), place_of(row.region_code)),
        (_("Programme"), held.programme),
        (_("Kind of exit"), row.get_kind_display()), (_("Cause"), row.get_reason_display()), (_("Explanation"), row.text),
        (_("Clause"), row.clause), (_("Last day"), row.on), (_("Paid up to"), row.last_pay_day),
        (_("Proposed by"), row.proposed_by), (_("Decision by"), row.decided_by), (_("Decision"), row.decision),
        (_("Appeal until"), row.appeal_until),
        (_("Notice delivered"), f"{row.delivered_on} {row.get_delivered_how_display()}" if row.delivered_on else ""),
        *_vacancies(row, actor_of(request)),
    ]  # fmt: skip
    context = {
        "title": held.person.name, "state": (COLOURS[ExitState(row.state)], row.get_state_display()), "facts": facts,
        "text": row.notice, "printable": bool(row.notice), "steps": list(_steps(row, actor_of(request))),
        "files": [(paper.what, paper.file) for paper in row.files.select_related("file")],
        "back_to": reverse("console:tenure-exits"), "back_label": _("Exits"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _vacancies(row: Exit, actor: User) -> Iterator[tuple[Text, object]]:
    """The place left behind; it opens who could follow, for those who may see the pool."""
    for one in row.vacancies.filter(closed_on=None):
        yield _("Vacant since"), linked("candidates", one.pk, one.since) if may(actor, READ_POOL) else one.since


def _steps(row: Exit, actor: User) -> list[Step]:
    """What belongs to the state of the exit, each with the reason why not."""

    def step(key: str, label: str, icon: str, form: forms.Form, what: Capability, *, danger: bool = False) -> Step:
        why = may(actor, what, row.region_code).why
        if key == "confirm" and not why and row.proposed_by_id == actor.pk:
            why = _now("You proposed this yourself; somebody else has to confirm it.")
        return Step(label, reverse(f"console:tenure-exit-{key}", args=[row.pk]), icon, form, why, danger)

    papers = step("attach", _now("Add a document"), "upload", DocumentForm(), RELEASE)
    if row.state == ExitState.PROPOSED:
        return [
            step("confirm", _now("Confirm"), "check", DecisionForm(), CONFIRM_EXIT),
            step("reject", _now("Reject"), "x", ReasonForm(), CONFIRM_EXIT, danger=True), papers,
        ]  # fmt: skip
    if row.state != ExitState.DONE:
        return []
    steps = [papers]
    if row.delivered_on is None:
        steps.insert(0, step("deliver", _now("Note the delivery"), "send", DeliveryForm(), RELEASE))
    if row.kind not in (ExitKind.DEATH, ExitKind.TRANSFER):
        what = CONFIRM_EXIT if row.kind in AGAINST_WILL else RELEASE
        steps.append(step("back", _now("Take the exit back"), "arrow-back-up", ReasonForm(), what, danger=True))
    return steps


@action(CONFIRM_EXIT)
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    data = cleaned(DecisionForm(request.POST))
    domain.confirm_exit(_row(pk), decision=data["decision"], actor=actor_of(request))
    return redirect("console:tenure-exit", pk)


@action(CONFIRM_EXIT)
def reject(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.reject_exit(_row(pk), cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:tenure-exit", pk)


@action(RELEASE)
def take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.take_back_exit(_row(pk), cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:tenure-exit", pk)


@action(RELEASE)
def deliver(request: HttpRequest, pk: int) -> HttpResponseBase:
    data = cleaned(DeliveryForm(request.POST))
    domain.deliver_notice(_row(pk), Delivery(data["how"]), data["on"], actor=actor_of(request))
    return redirect("console:tenure-exit", pk)


@action(RELEASE)
def attach(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, data, actor = _row(pk), cleaned(DocumentForm(request.POST, request.FILES)), actor_of(request)
    file = store_paper(data["file"].read(), name=data["file"].name, region_code=row.region_code, actor=actor)
    domain.attach(row, file, data["what"], actor=actor)
    return redirect("console:tenure-exit", pk)


def _row(pk: int) -> Exit:
    rows = Exit.objects.select_related(
        "appointment__person", "appointment__post", "appointment__programme", "proposed_by", "decided_by"
    )
    return found(rows, pk=pk)
