"""Whoever is concerned is told, and answers: how pages of held pay and of consequences say and ask for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console.people.forms import Day
from yigang.console.tenure.exits import DeliveryForm
from yigang.console.tenure.pieces import Step


class Telling(Protocol):
    """A row of which somebody is told."""

    told_on: date | None
    answer: str
    answered_on: date | None

    def get_told_how_display(self) -> str: ...


class SaidForm(forms.Form):
    """The person's words, written down by an officer."""

    answer = forms.CharField(label=_("What the person says"), max_length=500, widget=forms.Textarea({"rows": 3}))
    on = forms.DateField(label=_("Day"), widget=Day)


def told_facts(row: Telling) -> list[tuple[Any, Any]]:
    """When and how the person was told, and what came back."""
    told = f"{row.told_on} {row.get_told_how_display() or _now('read on the phone')}" if row.told_on else ""
    said = f"{row.answer} ({row.answered_on})" if row.answer else ""
    return [(_("Told on"), told), (_("What the person says"), said)]


def telling_step(row: Telling, address: Callable[[str], str], why: str) -> Step:
    """First that the person was told, then the answer; `address` of `tell` and `answer`."""
    if row.told_on is None:
        return Step(_now("Note that the person was told"), address("tell"), "send", DeliveryForm(), why)
    return Step(_now("Note the person's answer"), address("answer"), "pencil", SaidForm(), why)
