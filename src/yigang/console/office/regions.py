"""Regions, level by level."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yigang.console import regions
from yigang.console.access import OPEN_OFFICE
from yigang.console.office.tabs import tabs
from yigang.console.pages import actor_of, page
from yigang.foundation import regioncode
from yigang.foundation.models import Region

MOST = 1_000


@page(OPEN_OFFICE)
def browse(request: HttpRequest) -> HttpResponseBase:
    """The regions directly below `?parent=`; names and codes are public, so the whole country can be looked at."""
    asked = request.GET.get("parent", "")
    parent = asked if regioncode.CODE.match(asked) else ""
    path: list[str] = [parent] if parent else []
    while path and (above := regioncode.parent_of(path[-1])):
        path.append(above)
    known = regions.names(path)
    context = {
        "path": [(code, known.get(code, code)) for code in path[::-1]],
        "children": Region.objects.filter(parent_code=parent).order_by("code", "valid_from")[:MOST],
        **tabs(actor_of(request), "regions"),
    }
    return render(request, "console/office/regions.html", context)
