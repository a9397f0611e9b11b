"""The questions of a region, those that wait first; many answered at once where one reason fits them all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import (
    BelowFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    List,
    bulk_view,
    show,
)
from yigang.console.pages import actor_of, page
from yigang.console.tenure.pieces import tag
from yigang.console.tenure.tabs import frame as framed
from yigang.console.work.tabs import by_person
from yigang.duty.access import ANSWER_FLAGS, READ_FLAGS
from yigang.duty.domain import flags as domain
from yigang.duty.enums import FlagOutcome, FlagState
from yigang.duty.flag_words import name_of, sentence
from yigang.duty.models import Flag
from yigang.foundation.models import User
from yigang.policy.flags import RULES

TABS = (("flags", _("Questions")), ("flags-sums", _("How often each was right")))
COLOURS = {FlagState.OPEN: "warn", FlagState.EXPLAINED: "good", FlagState.CONFIRMED: "bad"}
STRENGTHS = {"weak": _("weak"), "middle": _("middle"), "strong": _("strong")}
ANSWERS = ((FlagOutcome.EXPLAINED, _("Explained")), (FlagOutcome.CONFIRMED, _("Borne out")))


def frame(actor: User, current: str) -> dict[str, Any]:
    """For the template's context."""
    return framed(actor, current, tabs=TABS, name=_("Questions about evidence"))


class AnswerForm(forms.Form):
    """What was found out."""

    outcome = forms.ChoiceField(label=_("Answer"), choices=ANSWERS)
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea({"rows": 3}))


def state(row: Flag) -> str:
    return tag(COLOURS[FlagState(row.state)], row.get_state_display())


FLAGS = List(
    name="flags",
    title=_("Questions about evidence"),
    unit=_("questions"),
    rows=lambda _reader: Flag.objects.select_related("person", "programme"),
    columns=(
        Column("day", _("Day"), lambda row: row.day, sort=("day",), kind="date", always=True),
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("kind", _("Question"), lambda row: name_of(row.kind), sort=("kind",), always=True),
        Column("said", _("What the evidence shows"), sentence, wrap=True),
        Column("strength", _("Strength"), lambda row: STRENGTHS[row.strength], sort=("strength",)),
        Column("state", _("State"), lambda row: row.get_state_display(), show=state, sort=("state",)),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("found", _("Found at"), lambda row: row.found_at, sort=("found_at",), shown=False),
    ),
    order=("-day",),
    filters=(
        BelowFilter(),
        ChoiceFilter("state", _("State"), "state", FlagState.choices),
        ChoiceFilter("kind", _("Question"), "kind", lambda _reader: [(code, name_of(code)) for code in RULES]),
        ChoiceFilter("strength", _("Strength"), "strength", list(STRENGTHS.items())),
        DateFilter("from", _("From"), "day__gte"),
        DateFilter("to", _("To"), "day__lte"),
    ),
    search=by_person,
    search_hint=_("Name or pinyin initials"),
    prepare=regions.name_places,
    actions=(BulkAction(_("Answer"), "console:flags-answer", ANSWER_FLAGS, "check"),),
    link=lambda row: reverse("console:flag", args=[row.pk]),
    empty=Empty(_("The evidence raises no question here.")),
)


@page(READ_FLAGS)
def flags(request: HttpRequest) -> HttpResponseBase:
    return show(request, FLAGS, template="console/tenure/list.html", context=frame(actor_of(request), "flags"))


def name(row: Flag) -> str:
    return f"{row.day} {row.person.name} · {name_of(row.kind)}"


def answered(rows: list[Flag], given: dict[str, Any], actor: User) -> list[str]:
    """One answer to many questions."""
    answers = domain.answer_flags(rows, FlagOutcome(given["outcome"]), reason=given["reason"], actor=actor)
    return [one.get_outcome_display() for one in answers]


answer_chosen = bulk_view(
    FLAGS, "console:flags", ANSWER_FLAGS, answered, title=_("Answer"), done=_("%(count)d answered."), name=name,
    form=AnswerForm,
)  # fmt: skip
