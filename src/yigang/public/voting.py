"""The villagers' ballot: the code of one's slip, a word for each post holder, and that it was taken.

The code travels in the form, never in an address or a log, and no page, cookie or record says afterwards what was chosen.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.appraisal import ballots
from yigang.appraisal.ballots import Ballot
from yigang.foundation import regions
from yigang.foundation.errors import Refusal
from yigang.public import gate
from yigang.public.pages import form, say, shown, status_of


class CodeForm(forms.Form):
    """The code of a household's slip."""

    code = forms.CharField(
        label=_lazy("The twelve digits on your slip"), max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


class BallotForm(forms.Form):
    """A word for each post holder. Nothing is chosen beforehand."""

    code = forms.CharField(max_length=30, widget=forms.HiddenInput)

    def __init__(self, ballot: Ballot, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [*((str(at), word) for at, word in enumerate(ballot.words)), (str(ballot.none), _("I cannot say"))]
        for held in ballot.holders:
            self.fields[f"holder-{held.pk}"] = forms.TypedChoiceField(
                label=f"{held.person.name} · {held.post.kind}", choices=words, coerce=int, widget=forms.RadioSelect,
                error_messages={"required": _("Choose a word, or “I cannot say”.")},
            )  # fmt: skip

    @property
    def chosen(self) -> dict[int, int]:
        """Appointment → place of the word."""
        return {
            int(name.removeprefix("holder-")): place
            for name, place in self.cleaned_data.items()
            if name.startswith("holder-")
        }


@form
def ballot(request: HttpRequest) -> HttpResponse:
    """First the code, then the ballot behind it, then thanks."""
    asked = CodeForm(request.POST or None)
    if request.method != "POST" or not asked.is_valid():
        return shown(request, "ballot_code.html", {"form": asked}, status_of(asked))
    try:
        gate.count(request, gate.VOTE)
        found = ballots.ballot_of(asked.cleaned_data["code"])
        return _laid_out(request, found, asked.cleaned_data["code"])
    except Refusal as refusal:
        say(asked, refusal)
    return shown(request, "ballot_code.html", {"form": asked}, status_of(asked))


def _laid_out(request: HttpRequest, found: Ballot, code: str) -> HttpResponse:
    sent = any(name.startswith("holder-") for name in request.POST) or "send" in request.POST
    given = BallotForm(found, request.POST if sent else None, initial={"code": code})
    if sent and given.is_valid():
        ballots.cast(found, given.chosen)
        sentences = [
            _("Your household's ballot is in the box. Nobody can see what you chose, and nobody can change it."),
            _("The result is known when the review is closed. Close this page if somebody else uses the phone."),
        ]
        return shown(request, "message.html", {"title": _("Thank you, it is taken"), "sentences": sentences}, 201)
    context = {"form": given, "ballot": found, "village": regions.name_of(found.review.region_code)}
    return shown(request, "ballot.html", context, status_of(given))
