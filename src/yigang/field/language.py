"""The language of the phone's interface: what the app asks for, since it sends no cookies."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

API = "/field/api/"


class AskedLanguage:
    """Middleware: English for an app that asks for it, else Chinese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        language = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-hans"
        with translation.override(language):
            response = self.get_response(request)
        response.headers["Content-Language"] = language
        return response
