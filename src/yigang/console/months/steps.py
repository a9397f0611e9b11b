"""Moving a month on: one address per step, each one verb."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yigang.console.months.sheet import settlement_of
from yigang.console.pages import action, actor_of, back
from yigang.foundation.models import User
from yigang.payment.access import CALCULATE, VERIFY
from yigang.payment.models import Settlement
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal
from yigang.payment.settlement.verify import verify

DIFFERENCES_SHOWN = 10
STEPS: dict[str, Callable[[Settlement, User, str], Settlement]] = {
    "publish": lambda settlement, actor, _reason: review.publish(settlement, actor=actor),
    "submit": lambda settlement, actor, _reason: review.submit(settlement, actor=actor),
    "send_back": lambda settlement, actor, reason: review.send_back(settlement, reason, actor=actor),
    "approve": lambda settlement, actor, _reason: review.approve(settlement, actor=actor),
    "seal": lambda settlement, actor, _reason: seal(settlement, actor=actor),
}


@action()
def move(request: HttpRequest, pk: int, move: str) -> HttpResponseBase:
    """Take the month to its next step, or back."""
    if move not in STEPS:
        raise Http404
    settlement = STEPS[move](settlement_of(request, pk), actor_of(request), request.POST.get("reason", ""))
    done = _("%(month)s is now at “%(step)s”.")
    messages.success(request, done % {"month": f"{settlement.month:%Y-%m}", "step": settlement.get_step_display()})
    return redirect("console:month", pk)


@action(CALCULATE)
def recompute(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Compute this town's month again, at once: a town is a matter of a second."""
    settlement = settlement_of(request, pk)
    result = settle(settlement.programme, settlement.region_code, settlement.month, actor=actor_of(request))
    if result.changed:
        messages.success(request, _("Computed again; the draft was replaced."))
    else:
        messages.info(request, _("Computed again; nothing changed."))
    return back(request)


@action(VERIFY)
def verify_month(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Compute a sealed month again from what was kept, and say what differs."""
    found = verify(settlement_of(request, pk), actor=actor_of(request))
    if found:
        messages.success(
            request, _("%(count)d lines computed again from the kept facts: all as sealed.") % {"count": found.lines}
        )
    for one in found.differences[:DIFFERENCES_SHOWN]:
        messages.error(request, f"{one.person} {one.what}".strip())
    return redirect("console:month", pk)
