"""The addresses that tracker apps send to. Their protocols know two answers: success, upon which the app deletes its copy, and
anything else, upon which it tries again. So success is said after the commit only, and said also of a message that can never
be used, which is kept beside.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from yigang.exchange.trackers import osmand, owntracks, receiving
from yigang.exchange.trackers.fixes import Message, Refused, raw_of
from yigang.foundation.middleware import client_address

LARGEST_BYTES = 2 * 2**20
"""A batch of some six thousand locations."""
JSON = "application/json"


@csrf_exempt
@require_http_methods(["GET", "POST"])
def osmand_view(request: HttpRequest, secret: str = "") -> HttpResponse:
    """OsmAnd, Traccar Client. The device calls itself by `id` or `device_id`; its secret is part of the address, or
    comes by Basic authentication.
    """
    if _too_large(request):
        return HttpResponse(status=413)
    message = _of_osmand(request)
    user, password = _basic(request)
    return _answered(request, message, message.code or user, secret or password, HttpResponse)


@csrf_exempt
@require_POST
def owntracks_view(request: HttpRequest) -> HttpResponse:
    """OwnTracks by Basic authentication; it expects a list of messages in answer."""
    if _too_large(request):
        return HttpResponse(status=413)
    user, password = _basic(request)
    message = Message() if not request.body.strip() else _of_json(request, owntracks.read)
    return _answered(request, message, user, password, lambda: JsonResponse([], safe=False))


def _answered(
    request: HttpRequest, message: Message, code: str, secret: str, done: Callable[[], HttpResponse]
) -> HttpResponse:
    """Keep the message of a device that may speak; everybody else hears the same."""
    device = receiving.device_of(code, secret)
    if device is None:
        return HttpResponse(status=429 if receiving.too_many_failures(client_address(request)) else 401)
    if receiving.too_many_requests(device):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    receiving.receive(message, device)
    return done()


def _of_osmand(request: HttpRequest) -> Message:
    if request.content_type == JSON or request.body.lstrip()[:1] in (b"{", b"["):
        return _of_json(request, osmand.read_json)
    values = {**request.GET.dict(), **(request.POST.dict() if request.method == "POST" else {})}
    return osmand.read_query({str(key): str(value) for key, value in values.items()}, timezone.now())


def _of_json(request: HttpRequest, read: Callable[..., Message]) -> Message:
    """JSON that breaks off is kept as it came; whose it is, must then be said by Basic authentication or the query."""
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError):
        refused = Refused("not_readable", raw_of(request.body.decode("utf-8", errors="replace")))
        return Message(refused=(refused,), code=request.GET.get("id", ""))
    return read(document, timezone.now())


def _too_large(request: HttpRequest) -> bool:
    try:
        return len(request.body) > LARGEST_BYTES
    except (RequestDataTooBig, RawPostDataException):
        return True


def _basic(request: HttpRequest) -> tuple[str, str]:
    """User and password of Basic authentication, empty where there is none."""
    kind, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        user, _colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
