"""RSS: the newest notices of a region or a programme, for those who would rather be told."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from yigang.foundation import regioncode
from yigang.public import places
from yigang.public.models import PublicNotice
from yigang.public.pages import address, reading

SHOWN = 30


class NoticeFeed(Feed):  # type: ignore[type-arg] # generic in the stubs, not when it runs
    """The open notices: title, number, until when. The list itself is on the page, and leaves with it."""

    feed_type = Rss201rev2Feed

    def __init__(self, request: HttpRequest, title: str, rows: Any, link: str) -> None:
        self.request, self._title, self._rows, self._link = request, title, rows, link

    def title(self) -> str:
        return self._title

    def link(self) -> str:
        return self._link

    def description(self) -> str:
        return _("Notices of government-funded posts")

    def items(self) -> list[PublicNotice]:
        return list(self._rows.filter(open=True).order_by("-opens", "-id")[:SHOWN])

    def item_title(self, item: PublicNotice) -> str:
        return item.title

    def item_description(self, item: PublicNotice) -> str:
        return _("%(number)s, %(issuer)s, until %(day)s") % {
            "number": item.number, "issuer": item.issuer, "day": item.closes
        }  # fmt: skip

    def item_link(self, item: PublicNotice) -> str:
        return address(self.request, "notice", item.pk)

    def item_pubdate(self, item: PublicNotice) -> Any:
        return item.published_at


@reading
def of_region(request: HttpRequest, prefix: str) -> HttpResponseBase:
    name = places.known_name(prefix) if len(prefix) in regioncode.LENGTHS.values() else None
    if name is None:
        raise Http404
    feed = NoticeFeed(request, name, places.concerning(prefix), address(request, "region", prefix))
    return feed(request)


@reading
def of_programme(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = PublicNotice.objects.filter(programme_id=pk)
    newest = rows.first()
    if newest is None:
        raise Http404
    return NoticeFeed(request, newest.programme_name, rows, address(request, "programme", pk))(request)
