"""The place somebody looked at last, so that the next time it is one tap away.

A cookie with the region's code and nothing else: it says nothing about who reads, no other site gets it, and reading
works without it. Pages that set it or show it are not kept by a proxy for others.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from yigang.foundation import regioncode
from yigang.public import places
from yigang.public.pages import SECONDS_KEPT
from yigang.public.places import Place

COOKIE = "place"
SECONDS_REMEMBERED = 180 * 86_400


def remember(request: HttpRequest, response: HttpResponse, prefix: str) -> HttpResponse:
    """Note the place in the reader's own browser, unless it stands there."""
    if request.COOKIES.get(COOKIE) != prefix:
        response.set_cookie(
            COOKIE, prefix, max_age=SECONDS_REMEMBERED, path=_path(), samesite="Lax", httponly=True,
            secure=request.is_secure(),
        )  # fmt: skip
        _for_one_reader(response)
    return response


def remembered(request: HttpRequest) -> Place | None:
    """The place looked at last, when there is such a one."""
    prefix = request.COOKIES.get(COOKIE, "")
    if not (prefix.isascii() and prefix.isdigit()) or len(prefix) not in regioncode.LENGTHS.values():
        return None
    name = places.known_name(prefix)
    return Place(prefix, name) if name else None


def differs(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page shows the place: a proxy keeps none for somebody else. Asked to, it is forgotten."""
    patch_vary_headers(response, ["Cookie"])
    if "forget" in request.GET:
        response.delete_cookie(COOKIE, path=_path(), samesite="Lax")
    if COOKIE in request.COOKIES:
        _for_one_reader(response)
    return response


def _for_one_reader(response: HttpResponse) -> None:
    response["Cache-Control"] = f"private, max-age={SECONDS_KEPT}"


def _path() -> str:
    return reverse("public:home", current_app="public")
