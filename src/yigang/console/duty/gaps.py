"""What a month's evidence lacks, shown above the month sheet: unknown people, tables nobody completed, files that end early."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yigang.console import access
from yigang.console.pages import found, page
from yigang.duty import queries
from yigang.foundation.facts import Selection
from yigang.policy.period import Period
from yigang.posts.models import Programme


@page(access.OPEN_DUTY)
def gaps(request: HttpRequest, programme: int, prefix: str, month: str) -> HttpResponseBase:
    """A part of a page: nothing when nothing is missing."""
    try:
        period = Period.parse(month)
    except ValueError:
        raise Http404 from None
    run = found(Programme.objects.all(), pk=programme)
    selection = Selection(run.pk, prefix, period.first, period.last)
    context = {
        "unmatched": queries.unmatched_in(selection), "tables": queries.gaps(selection),
        "partial": queries.partial_check_ins(selection),
    }  # fmt: skip
    return render(request, "console/duty/_gaps.html", context)
