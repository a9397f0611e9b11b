"""One question with its evidence side by side, and the answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console.flags.about import where
from yigang.console.flags.listing import COLOURS, STRENGTHS, AnswerForm
from yigang.console.flags.sides import sides_of
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, found, page
from yigang.console.patrols.maps import with_map
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, place_of
from yigang.duty.access import ANSWER_FLAGS, READ_FLAGS, REOPEN_FLAGS
from yigang.duty.domain import flags as domain
from yigang.duty.enums import FlagOutcome, FlagState
from yigang.duty.flag_words import measured_by, name_of, sentence
from yigang.duty.models import Flag
from yigang.foundation.access import may
from yigang.foundation.models import User


class AcceptForm(forms.Form):
    """Nothing to fill in: the person's own reason and photo stand."""


@page(READ_FLAGS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    flag = found(Flag.objects.select_related("person", "programme"), pk=pk)
    sides = sides_of(flag)
    context = {
        "flag": flag, "title": f"{flag.person.name} · {name_of(flag.kind)}", "sentence": sentence(flag),
        "state": (COLOURS[FlagState(flag.state)], flag.get_state_display()), "facts": facts(flag),
        "sides": sides, "data": where(flag, sides), "steps": steps(flag, actor_of(request)),
        "answers": flag.answers.select_related("by"), "explanations": flag.explanations.all(),
        "back_to": reverse("console:flags"),
    }  # fmt: skip
    return with_map(render(request, "console/flags/one.html", context))


def facts(flag: Flag) -> list[tuple[Any, Any]]:
    by = "；".join(f"{label} {value}" for label, value in measured_by(flag))
    return [
        (_("Person"), linked("person", flag.person_id, flag.person.name)), (_("Village"), place_of(flag.region_code)),
        (_("Programme"), flag.programme.name), (_("Day"), flag.day), (_("Strength"), STRENGTHS[flag.strength]),
        (_("Measured by"), by or _now("reported by the phone")),
        (_("Found at"), plain(flag.found_at)), (_("Version of the rule"), flag.rule_version),
    ]  # fmt: skip


def steps(flag: Flag, actor: User) -> list[Step]:
    """What may be done now, or why not."""
    if flag.state != FlagState.OPEN:
        why = may(actor, REOPEN_FLAGS, flag.region_code).why
        return [
            Step(_now("Open it again"), reverse("console:flag-reopen", args=[flag.pk]), "refresh", ReasonForm(), why)
        ]
    why = may(actor, ANSWER_FLAGS, flag.region_code).why
    if not why and actor.pk in flag.authors:
        why = _now("You entered this evidence yourself.")
    made = [Step(_now("Answer"), reverse("console:flag-answer", args=[flag.pk]), "check", AnswerForm(), why)]
    if flag.figures.get("reasoned"):
        accept = reverse("console:flag-accept", args=[flag.pk])
        made.insert(0, Step(_now("Accept the reason and the photo"), accept, "check", AcceptForm(), why))
    return made


@action(ANSWER_FLAGS)
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    flag = found(Flag.objects.all(), pk=pk)
    given = cleaned(AnswerForm(request.POST))
    domain.answer_flag(flag, FlagOutcome(given["outcome"]), reason=given["reason"], actor=actor_of(request))
    return redirect("console:flag", pk)


@action(ANSWER_FLAGS)
def accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An inaccessible place: the person gave a reason and a photo, and that is good enough."""
    domain.accept_reason(found(Flag.objects.all(), pk=pk), actor=actor_of(request))
    return redirect("console:flag", pk)


@action(REOPEN_FLAGS)
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    flag = found(Flag.objects.all(), pk=pk)
    domain.reopen_flag(flag, reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:flag", pk)
