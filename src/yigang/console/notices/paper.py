"""A notice and its list as PDF for the wall."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yigang.console.notices.one import public_url
from yigang.console.pages import actor_of, found, paper
from yigang.console.papers.answer import pdf
from yigang.notices.access import READ_NOTICES
from yigang.notices.models import Notice
from yigang.notices.papers import print_list, print_notice


@paper(READ_NOTICES)
def notice(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(Notice.objects.all(), pk=pk)
    return pdf(print_notice(one, public_url(request, one), actor=actor_of(request)), one.title)


@paper(READ_NOTICES)
def posting_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list alone, of the village that is asked for or of all."""
    one, village = found(Notice.objects.all(), pk=pk), request.GET.get("village", "")
    made = print_list(one, public_url(request, one), village=village, actor=actor_of(request))
    return pdf(made, f"{one.title}名单")
