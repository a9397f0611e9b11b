"""Consequences that the policy's clauses propose: each with clause and evidence, confirmed or dismissed, told, answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.models import Finding, PeriodResult, YearResult
from yigang.console import regions
from yigang.console.lists import (
    BelowFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    Empty,
    List,
    bulk_view,
    show,
    states,
)
from yigang.console.oversight.measures import by_person
from yigang.console.oversight.tabs import frame
from yigang.console.pages import action, actor_of, found, page
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.tenure.exits import DeliveryForm
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.telling import SaidForm, telling_step, told_facts
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.oversight import domain, queries
from yigang.oversight.access import DECIDE, READ_OVERSIGHT, TELL
from yigang.oversight.enums import ProposalState
from yigang.oversight.models import Proposal
from yigang.tenure.enums import Delivery
from yigang.tenure.models import Exit

COLOURS = {ProposalState.OPEN: "warn", ProposalState.CONFIRMED: "bad", ProposalState.DISMISSED: ""}


def deeds(row: Proposal) -> str:
    return "、".join(queries.deeds(row))


def facts_said(row: Proposal) -> str:
    said = {True: _now("Yes"), False: _now("No")}
    return "；".join(f"{word} {said.get(value, value)}" for word, value in row.facts.items())


def years(_reader: Reader) -> list[tuple[int, str]]:
    known = Proposal.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(year, str(year)) for year in known]


PROPOSALS = List(
    name="consequences",
    title=_("Consequences"),
    unit=_("consequences"),
    rows=lambda _reader: Proposal.objects.select_related("appointment__person", "appointment__programme", "decided_by"),
    columns=(
        Column("name", _("Name"), lambda row: row.appointment.person.name, sort=("appointment__person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("year", _("Year"), lambda row: str(row.year), sort=("year",)),
        Column("what", _("Consequence"), deeds, wrap=True, always=True),
        Column("clause", _("Clause"), lambda row: row.clause, sort=("clause",)),
        Column("cites", _("Source"), lambda row: row.cites, wrap=True),
        Column("facts", _("Because"), facts_said, wrap=True),
        Column("state", _("State"), lambda row: row.get_state_display(), sort=("state",),
               show=lambda row: tag(COLOURS[ProposalState(row.state)], row.get_state_display())),
        Column("told", _("Told on"), lambda row: row.told_on, kind="date"),
        Column("answer", _("Answer"), lambda row: row.answer, wrap=True, shown=False),
    ),
    order=("-made_at",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "appointment__programme", programmes),
        ChoiceFilter("state", _("State"), "state", ProposalState.choices),
        ChoiceFilter("year", _("Year"), "year", years),
    ),
    search=by_person("appointment__person"),
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=regions.name_places,
    actions=(BulkAction(_("Confirm"), "console:oversight-proposals-confirm", DECIDE, "check"),),
    link=lambda row: reverse("console:oversight-proposal", args=[row.pk]),
    empty=Empty(_("No clause of a policy holds for anybody's year.")),
)  # fmt: skip


class ConfirmForm(forms.Form):
    reason = forms.CharField(label=_("Remarks"), max_length=200, required=False)


@page(READ_OVERSIGHT)
def proposals(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "oversight-proposals")
    return show(request, PROPOSALS, template="console/tenure/list.html", context=context)


@page(READ_OVERSIGHT)
def proposal(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _row(pk)
    person = row.appointment.person
    context = {
        "title": f"{person.name} · {row.clause}", "state": (COLOURS[ProposalState(row.state)], row.get_state_display()),
        "facts": [
            (_("Name"), person_link(person.name, person.pk)), (_("Village"), place_of(row.region_code)),
            (_("Programme"), row.appointment.programme.name), (_("Year"), row.year), (_("Consequence"), deeds(row)),
            (_("Clause"), row.clause), (_("Source"), row.cites), (_("Because"), facts_said(row)),
            (_("Decision by"), row.decided_by.name if row.decided_by else ""), (_("Reason"), row.reason),
            *told_facts(row),
        ],
        "tables": [(_("Evidence"), (_("Day"), _("What"), _("Words")), list(evidence(row)))], "printable": True,
        "steps": _steps(row, actor_of(request)), "back_to": reverse("console:oversight-proposals"),
        "back_label": _("Consequences"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def evidence(row: Proposal) -> Iterator[tuple[Any, Any, Any]]:
    """The evidence that the reader may see, in the order of the clause's words."""

    def keys(mark: str) -> list[int]:
        return [int(key[2:]) for key in row.evidence if key.startswith(mark)]

    for finding in Finding.objects.filter(pk__in=keys("f:")):
        yield finding.day, finding.get_kind_display(), finding.note
    for result in YearResult.objects.filter(pk__in=keys("y:")):
        yield result.decided_on, _now("Result of the year: %(grade)s") % {"grade": result.grade}, result.document
    for closed in PeriodResult.objects.filter(pk__in=set(keys("p:"))).select_related("closing"):
        said = linked("rhythms-result", closed.pk, f"{closed.closing} {closed.grade}")
        yield closed.closing.last, said, "；".join(closed.because)
    for left in Exit.objects.filter(pk__in=keys("x:")):
        yield left.on, linked("tenure-exit", left.pk, left.get_kind_display()), left.text


def _row(pk: int) -> Proposal:
    rows = Proposal.objects.select_related("appointment__person", "appointment__programme", "decided_by")
    return found(rows, pk=pk)


def _steps(row: Proposal, actor: User) -> list[Step]:
    def address(key: str) -> str:
        return reverse(f"console:oversight-proposal-{key}", args=[row.pk])

    if row.state == ProposalState.OPEN:
        why = may(actor, DECIDE, row.region_code).why
        if not why and actor.pk in row.authors:
            why = _now("You wrote the evidence yourself; somebody else has to decide.")
        return [
            Step(_now("Confirm"), address("confirm"), "check", ConfirmForm(), why),
            Step(_now("Dismiss"), address("dismiss"), "x", ReasonForm(), why, danger=True),
        ]
    if row.state != ProposalState.CONFIRMED:
        return []
    return [telling_step(row, address, may(actor, TELL, row.region_code).why)]


@action(DECIDE)
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.confirm(_row(pk), reason=cleaned(ConfirmForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:oversight-proposal", pk)


@action(DECIDE)
def dismiss(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.dismiss(_row(pk), reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:oversight-proposal", pk)


@action(TELL)
def tell(request: HttpRequest, pk: int) -> HttpResponseBase:
    data = cleaned(DeliveryForm(request.POST))
    domain.tell(_row(pk), Delivery(data["how"]), data["on"], actor=actor_of(request))
    return redirect("console:oversight-proposal", pk)


@action(TELL)
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    data = cleaned(SaidForm(request.POST))
    domain.note_answer(_row(pk), data["answer"], data["on"], actor=actor_of(request))
    return redirect("console:oversight-proposal", pk)


def name(row: Proposal) -> str:
    return f"{row.appointment.person.name} {row.year} {row.clause}"


confirm_chosen = bulk_view(
    PROPOSALS, "console:oversight-proposals", DECIDE,
    lambda rows, given, actor: states(domain.confirm_all(rows, reason=given["reason"], actor=actor)),
    title=_("Confirm"), done=_("%(count)d confirmed."), name=name, form=ConfirmForm,
)  # fmt: skip
