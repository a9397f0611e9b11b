"""What a sealed month owes by the evidence of today, each difference to be accepted by a person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yigang.console.months.sheet import place_of, settlement_of
from yigang.console.pages import action, actor_of, page
from yigang.foundation.errors import Refusal
from yigang.payment.access import ADJUST
from yigang.payment.settlement.adjusting import accept, propose_adjustments


@page(ADJUST)
def proposals(request: HttpRequest, pk: int) -> HttpResponse:
    settlement = settlement_of(request, pk)
    try:
        found, refused = propose_adjustments(settlement, actor=actor_of(request)), ""
    except Refusal as refusal:
        found, refused = [], str(refusal)
    context = {"settlement": settlement, "proposals": found, "refused": refused, "place": place_of(settlement)}
    return render(request, "console/months/corrections.html", context)


@action(ADJUST)
def accept_one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Accept the proposal about one appointment, if it still stands as it was shown."""
    settlement = settlement_of(request, pk)
    wanted = (request.POST.get("appointment", ""), request.POST.get("difference", ""))
    for proposal in propose_adjustments(settlement, actor=actor_of(request)):
        if (str(proposal.appointment.pk), str(proposal.difference_fen)) == wanted:
            added = accept(proposal, actor=actor_of(request), reason=request.POST.get("reason", ""))
            said = _("%(person)s: the correction stands in %(month)s.")
            month = f"{added.settlement.month:%Y-%m}"
            messages.success(request, said % {"person": proposal.appointment.person, "month": month})
            return redirect("console:month-corrections", pk)
    raise Refusal(_("The evidence has changed since this was shown."), remedy=_("Look at the list again."))
