"""Agreements before hiring of a whole round: drafted as one job, signed copies handed in together and looked at."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.pages import action, actor_of, page
from yigang.console.recruitment.forms import DaysForm, SignedCopiesForm, SignedOnForm, refusal_of
from yigang.console.recruitment.steering import open_of, round_of
from yigang.foundation.errors import Refusal
from yigang.recruitment import tasks
from yigang.recruitment.domain import agreements_of_round
from yigang.recruitment.domain.eligibility import home_of
from yigang.tenure.access import EMPLOY


@action(EMPLOY)
def draft_all(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Draft, number and fill them in the background; who is left out stands on the job's page."""
    one, form, actor = round_of(pk), DaysForm(request.POST), actor_of(request)
    if not form.is_valid():
        raise refusal_of(form)
    starts, ends = form.cleaned_data["starts"], form.cleaned_data["ends"]
    run = tasks.draft_agreements.start(
        title=_("Agreements of %(round)s") % {"round": one.title[:150]}, region_code=home_of(open_of(one), actor), actor=actor,
        round_id=pk, starts=starts.isoformat(), ends=ends.isoformat() if ends else "",
        name=f"待签协议-{one.number}-{timezone.localdate()}.zip".replace("/", "-"),
    )  # fmt: skip
    return redirect("console:job", run.pk)


@page(EMPLOY)
def signed_copies(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand in many scans; each is shown beside the agreement that it belongs to by its name, and kept once confirmed."""
    one = round_of(pk)
    handed_in = []
    if request.method == "POST":
        given = [(file.name or "", file.read) for file in request.FILES.getlist("copies")]
        handed_in = agreements_of_round.offer_signed(one, given, actor=actor_of(request))
    waiting = list(agreements_of_round.unsigned(one))
    regions.name_places([draft.application for draft in waiting])
    view = {
        "round": one, "form": SignedCopiesForm(), "problems": [each for each in handed_in if each.draft is None],
        "offered": [draft for draft in waiting if draft.offered_file_id],
        "without": [draft for draft in waiting if not draft.offered_file_id],
        "day_form": SignedOnForm(initial={"on": timezone.localdate()}),
    }  # fmt: skip
    return render(request, "console/recruitment/signed_copies.html", view)


@action(EMPLOY)
def file_copies(request: HttpRequest, pk: int) -> HttpResponseBase:
    one, form = round_of(pk), SignedOnForm(request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    pairs = [each.partition("-") for each in request.POST.getlist("seen")]
    chosen = {int(draft): int(file) for draft, _dash, file in pairs if draft.isdecimal() and file.isdecimal()}
    if not chosen:
        raise Refusal(_("Tick the copies that you have looked at."), code="none_seen")
    kept = agreements_of_round.file_offered(one, chosen, on=form.cleaned_data["on"], actor=actor_of(request))
    messages.success(request, _("%(count)d signed copies are on file.") % {"count": len(kept)})
    return redirect("console:round-signed", pk)
