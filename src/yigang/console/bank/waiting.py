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
from yigang.payment.bank.proposal import HoldReason
from yigang.payment.bank.queries import batches
from yigang.payment.bank.waiting import SHOWN, Waiting
from yigang.payment.bank.waiting import waiting as waiting_of
from yigang.people import domain as people_domain
from yigang.people.access import KEEP_ACCOUNTS
from yigang.people.models import Person
from yigang.posts.models import Programme

ACCOUNT_REASONS = (HoldReason.REFUSED, HoldReason.NO_ACCOUNT, HoldReason.OTHER_HOLDER)
"""What a corrected account mends; these come first."""
MOST_DIGITS = 8


def grouped(found_here: Waiting, first: int) -> list[dict[str, Any]]:
    """Each reason with its people of this page, what an account mends first."""
    regions.name_places(row.person for group in found_here.groups for row in group.shown)
    order = sorted(found_here.groups, key=lambda group: group.reason not in ACCOUNT_REASONS)
    return [
        {
            "reason": group.reason, "mendable": group.reason in ACCOUNT_REASONS, "rows": group.shown,
            "people": group.people, "fen": group.fen, "further": group.people > first + SHOWN,
        }
        for group in order if group.shown
    ]  # fmt: skip


def first_asked(request: HttpRequest) -> int:
    """From which person on, counted from 0; `?first=50` is the second page of every reason."""
    asked = request.GET.get("first", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < MOST_DIGITS else 0


@page(READ_PAYMENTS)
def waiting(request: HttpRequest) -> HttpResponseBase:
    """Everybody who waits. The frame is there at once; a county's sealed lines are gone through behind it (`people`)."""
    context = {"tab": "waiting", "first": first_asked(request), "may_create": may(actor_of(request), CREATE_BATCH)}
    return render(request, "console/bank/waiting.html", context)


@page(READ_PAYMENTS)
def people(request: HttpRequest) -> HttpResponseBase:
    """Who waits, programme by programme and reason by reason, fifty of each; `?first=50` are the next."""
    prefix, first = regions.viewing(request), first_asked(request)
    found_here = [(one, waiting_of(one, prefix, first=first)) for one in Programme.objects.all()]
    context = {
        "first": first, "next": first + SHOWN, "previous": max(0, first - SHOWN),
        "programmes": [(one, held, grouped(held, first)) for one, held in found_here if held.groups or held.payable_people],
        "may_correct": may(actor_of(request), KEEP_ACCOUNTS),
    }  # fmt: skip
    return render(request, "console/bank/waiting_people.html", context)


@page(READ_PAYMENTS)
def held_of_batch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The part of a batch's page that says who of its region could not be paid."""
    batch = found(batches(), pk=pk)
    held = waiting_of(batch.programme, regioncode.prefix_of(batch.region_code))
    context = {"groups": grouped(held, 0), "may_correct": may(actor_of(request), KEEP_ACCOUNTS)}
    return render(request, "console/bank/held.html", context)


@page(KEEP_ACCOUNTS)
def correct_account(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = found(Person.objects.all(), pk=pk)
    form = AccountForm.of(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            people_domain.set_account(person, **form.cleaned_data, actor=actor_of(request))
            messages.success(
                request, _("%(name)s is paid to the new account from the next batch on.") % {"name": person.name}
            )
            return redirect("console:bank-waiting")
    return render(request, "console/bank/account.html", {"tab": "waiting", "person": person, "form": form})
