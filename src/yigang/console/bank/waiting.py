"""Who is owed money and cannot be paid, with the reason, and the correction of accounts that leads to the next batch."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.bank.forms import AccountForm
from yigang.console.pages import actor_of, found, page, refusals_on
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.payment.bank.access import CREATE_BATCH, READ_PAYMENTS
from yigang.payment.bank.proposal import HoldReason, Proposal, by_reason, propose
from yigang.payment.bank.queries import batches
from yigang.people import domain as people
from yigang.people.access import KEEP_ACCOUNTS
from yigang.people.models import Person
from yigang.posts.models import Programme

ACCOUNT_REASONS = (HoldReason.REFUSED, HoldReason.NO_ACCOUNT, HoldReason.OTHER_HOLDER)
"""What a corrected account mends; these come first."""


def grouped(proposal: Proposal) -> list[tuple[HoldReason, bool, list[Any]]]:
    """Reason, whether an account mends it, and the people."""
    groups = by_reason(proposal.held)
    regions.name_places(row.person for row in proposal.held)
    order = [*ACCOUNT_REASONS, *(reason for reason in groups if reason not in ACCOUNT_REASONS)]
    return [(reason, reason in ACCOUNT_REASONS, groups[reason]) for reason in order if reason in groups]


@page(READ_PAYMENTS)
def waiting(request: HttpRequest) -> HttpResponseBase:
    """Everybody who waits, programme by programme."""
    prefix, actor = regions.viewing(request), actor_of(request)
    found_here = [(programme, propose(programme, prefix)) for programme in Programme.objects.all()]
    context = {
        "tab": "waiting",
        "programmes": [
            (one, proposal, grouped(proposal)) for one, proposal in found_here if proposal.held or proposal.payable
        ],
        "may_correct": may(actor, KEEP_ACCOUNTS),
        "may_create": may(actor, CREATE_BATCH),
    }
    return render(request, "console/bank/waiting.html", context)


@page(READ_PAYMENTS)
def held_of_batch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The part of a batch's page that says who of its region could not be paid."""
    batch = found(batches(), pk=pk)
    proposal = propose(batch.programme, regioncode.prefix_of(batch.region_code))
    context = {"groups": grouped(proposal), "may_correct": may(actor_of(request), KEEP_ACCOUNTS)}
    return render(request, "console/bank/held.html", context)


@page(KEEP_ACCOUNTS)
def correct_account(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = found(Person.objects.all(), pk=pk)
    form = AccountForm.of(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            people.set_account(person, **form.cleaned_data, actor=actor_of(request))
            messages.success(
                request, _("%(name)s is paid to the new account from the next batch on.") % {"name": person.name}
            )
            return redirect("console:bank-waiting")
    return render(request, "console/bank/account.html", {"tab": "waiting", "person": person, "form": form})
