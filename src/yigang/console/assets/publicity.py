"""Writing the notice of a place's year from the page of balances."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yigang.console.pages import action, actor_of
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.notices.enums import NoticeState
from yigang.notices.models import Notice
from yigang.payment.assets.access import KEEP_ASSETS
from yigang.payment.assets.publicity import about, draft_use


@action(KEEP_ASSETS)
def draft(request: HttpRequest) -> HttpResponseBase:
    """Write it and go to its page, where it is looked at and published."""
    place, year = request.POST.get("place", ""), request.POST.get("year", "")
    if not (regioncode.CODE.match(place) and year.isascii() and year.isdigit() and len(year) == 4):
        raise Refusal(_("Choose a place and a year of the ledger."), code="place")
    notice = draft_use(place, int(year), actor=actor_of(request))
    messages.success(request, _("The year is a draft notice now. Look at it, then publish it."))
    return redirect("console:notice", pk=notice.pk)


def noticed(places: Iterable[str], year: int) -> dict[str, Notice]:
    """Place → the notice of its year that was not taken down. One query."""
    keys = {about(place, year): place for place in places}
    rows = Notice.objects.filter(about_type__in={kind for kind, _id in keys}, about_id__in=[key for _kind, key in keys])
    live = rows.exclude(state=NoticeState.TAKEN_DOWN).order_by("pk")
    return {keys[one.about_type, one.about_id]: one for one in live if one.about_id is not None}
