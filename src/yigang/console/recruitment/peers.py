"""The village's vote, as its minutes have it: the meeting above, the count for each applicant below."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.pages import actor_of, found, page, refusals_on
from yigang.console.recruitment.forms import MeetingForm
from yigang.console.recruitment.steering import open_of
from yigang.foundation.domain import store_picture
from yigang.foundation.errors import Refusal
from yigang.policy.describe_recruitment import peers_text
from yigang.recruitment import domain, progress, queries
from yigang.recruitment.access import JUDGE
from yigang.recruitment.domain import Meeting, Tally
from yigang.recruitment.models import Application, Round

COUNTS = ("agree", "against", "abstain")


@page(JUDGE)
def vote(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(Round.objects.select_related("programme"), pk=pk)
    step = queries.open_step_of(one)
    peers = queries.rule_of(step).peer_review if step else None
    if step is None or peers is None:
        messages.error(request, _("No vote is open in this round."))
        return redirect("console:round", pk=pk)
    waiting = list(progress.undecided(step).select_related("person").order_by("region_code", "person__pinyin"))
    names = regions.names(application.region_code for application in waiting)
    villages = [(code, names.get(code, code)) for code in dict.fromkeys(each.region_code for each in waiting)]
    form = MeetingForm(villages, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = record(request, one, form, waiting)
            messages.success(request, _("%(count)d votes are entered.") % {"count": made})
            return redirect("console:round", pk=pk)
    rows = [(each, names.get(each.region_code, ""), typed(request, each)) for each in waiting]
    context = {"round": one, "form": form, "rows": rows, "rule": peers_text(peers)}
    return render(request, "console/recruitment/vote.html", context)


def typed(request: HttpRequest, application: Application) -> list[tuple[str, str]]:
    """The names and values of an applicant's three fields."""
    return [(f"{name}-{application.pk}", request.POST.get(f"{name}-{application.pk}", "")) for name in COUNTS]


def record(request: HttpRequest, one: Round, form: MeetingForm, waiting: list[Application]) -> int:
    """Call the verb with what was typed; applicants without a number are not voted about."""
    given: dict[str, Any] = dict(form.cleaned_data)
    tallies = {each: tally for each in waiting if (tally := count_of(request, each)) is not None}
    if not tallies:
        raise Refusal(_("Nobody was voted about."), code="no_votes")
    stored = store_picture(
        given.pop("photo").read(), name=_("Photo of the meeting"), region_code=given["region_code"],
        actor=actor_of(request),
    )  # fmt: skip
    tellers = [name for name in re.split(r"[、,，;；\s]+", given.pop("tellers")) if name]
    meeting = Meeting(**given, tellers=tellers, photo=stored)
    domain.record_peer_review(open_of(one), meeting, tallies, actor=actor_of(request))
    return len(tallies)


def count_of(request: HttpRequest, application: Application) -> Tally | None:
    values = [value.strip() for _name, value in typed(request, application)]
    if not any(values):
        return None
    if not all(value.isdigit() for value in values):
        raise Refusal(_("Write all three counts about %(name)s."), {"name": application.person.name}, code="counts")
    return Tally(*(int(value) for value in values))
