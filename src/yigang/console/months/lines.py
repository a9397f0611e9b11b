"""Why this amount: the page of a line, its plain version for the person, and correcting it after sealing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.flags.about import asked_about
from yigang.console.months import evidence, grid
from yigang.console.nav import chapters_for
from yigang.console.pages import action, actor_of, found, page
from yigang.console.policies import language
from yigang.foundation import money
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment import access
from yigang.payment.enums import LineKind, Step
from yigang.payment.models import SubsidyLine
from yigang.payment.settlement import queries
from yigang.payment.settlement.adjusting import adjust
from yigang.payment.settlement.judged import version_of
from yigang.policy import Period


class AdjustForm(forms.Form):
    """A correction in yuan; negative takes back."""

    amount = forms.CharField(label=_lazy("Amount in yuan (negative takes back)"), max_length=20)
    reason = forms.CharField(label=_lazy("Reason"), max_length=200)

    def clean_amount(self) -> int:
        try:
            return money.parse(self.cleaned_data["amount"])
        except Refusal as refusal:
            raise forms.ValidationError(f"{refusal} {refusal.remedy}") from refusal


def line_of(request: HttpRequest, pk: int) -> SubsidyLine:
    """The line, if it lies in the reader's scope and the role may see it."""
    rows = SubsidyLine.objects.select_related(
        "settlement__programme", "person", "appointment__post", "corrects__settlement"
    )
    line = found(rows, pk=pk)
    if not may(actor_of(request), access.READ_SETTLEMENTS, line.region_code):
        raise Http404
    return line


@page(access.READ_SETTLEMENTS)
def line(request: HttpRequest, pk: int) -> HttpResponse:
    one = line_of(request, pk)
    sealed = one.settlement.step == Step.SEALED
    policy = version_of(one.settlement)
    regular, period = one.kind == LineKind.REGULAR, Period.of(one.month)
    context = {
        **told(one), "sentences": queries.sentences_of(one, language()), "records": evidence.of_line(one),
        "calendar": calendar_of(one), "policy": policy, "policy_title": policy.title.to(language()), "legend": grid.legend(),
        "weekdays": _("Mon Tue Wed Thu Fri Sat Sun").split(), "supply": supply_of(one, actor_of(request)),
        "asked": asked_about(one.person_id, period.first, period.last, actor_of(request)),
        "corrections": list(one.corrected_by.select_related("settlement").order_by("pk")),
        "form": AdjustForm() if sealed and regular and may(actor_of(request), access.ADJUST, one.region_code) else None,
    }  # fmt: skip
    return render(request, "console/months/line.html", context)


@page(access.READ_SETTLEMENTS)
def plain(request: HttpRequest, pk: int) -> HttpResponse:
    """For the person, to print or send: what is paid and why, in few words, without any number of identity."""
    one = line_of(request, pk)
    return render(
        request, "console/months/plain.html", {**told(one), "sentences": queries.plain_sentences_of(one, language())}
    )


SUPPLY = (("imports", _lazy("Import attendance, leave or logs")), ("duty", _lazy("Enter evidence for the person")))
"""Where facts that are missing are handed in: first pages of parts of the console, as far as they exist."""


def supply_of(one: SubsidyLine, reader: User) -> list[tuple[str, str]]:
    """Addresses at which what is missing can be supplied, as far as the reader may open them."""
    if not one.missing:
        return []
    known = {chapter.key: chapter.url for chapter in chapters_for(reader)}
    return [(url, str(label)) for key, label in SUPPLY if (url := known.get(key))]


def told(one: SubsidyLine) -> dict[str, Any]:
    """What every page about a line says first."""
    known = regions.names([one.region_code, f"{one.region_code[:9]}000"])
    return {"line": one, "settlement": one.settlement, "place": regions.full_name(one.region_code, known)}


def calendar_of(one: SubsidyLine) -> list[list[grid.DayCell | None]]:
    """The month as weeks from Monday, with the person's days."""
    period = Period.of(one.month)
    known = grid.Evidence(one.settlement.programme, one.region_code, period, [one.person_id])
    days: list[grid.DayCell | None] = [None] * period.first.weekday()
    days += known.days_of(one.person_id, one.appointment.starts, one.appointment.ends)
    days += [None] * (-len(days) % 7)
    return [days[start : start + 7] for start in range(0, len(days), 7)]


@action(access.ADJUST)
def adjust_line(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = line_of(request, pk)
    form = AdjustForm(request.POST)
    if not form.is_valid():
        raise Refusal(" ".join(str(error) for errors in form.errors.values() for error in errors))
    added = adjust(one, form.cleaned_data["amount"], form.cleaned_data["reason"], actor=actor_of(request))
    messages.success(request, _("The correction stands in %(month)s.") % {"month": f"{added.month:%Y-%m}"})
    return redirect("console:line", pk)
