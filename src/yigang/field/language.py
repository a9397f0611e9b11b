"""The short way of the phone's interface: past sessions, cookies and pages' middleware, in the language that the app asks for."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext as _

from yigang.field.api.answers import Trouble
from yigang.foundation import audit
from yigang.foundation.middleware import client_address

API = "/field/api/"


class ShortWay:
    """Middleware: what is below `API` is answered here; English for an app that asks for it, else Chinese.

    A phone proves itself by its token alone and sends no cookies, so there is no session to read, nobody to look up, and
    nothing another site could borrow. Of a clock-in's time on the server that would be a third.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            return self.get_response(request)
        language = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-hans"
        with translation.override(language), audit.coming_from(client_address(request)):
            response = _answered(request)
        response.headers["Content-Language"] = language
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _answered(request: HttpRequest) -> HttpResponse:
    try:
        match = resolve(request.path_info)
    except Http404:
        return JsonResponse(Trouble(code="missing", detail=_("There is no such address.")).model_dump(), status=404)
    request.resolver_match = match
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response
