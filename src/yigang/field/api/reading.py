"""Reading by a person signed in on a phone: only what is theirs, and only when it changed.

The answer's digest without the clock is its ETag; a phone that has the same gets 304 and no body.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from threading import Lock

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from yigang.duty.domain.devices import Signed, signed_in
from yigang.field.api.answers import Answer
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.statements import run

SMALL = 1_000
"""Bytes below which packing is not worth it."""
READS_A_MINUTE = 120
"""Of one phone, in one process."""


class Token(HttpBearer):
    """Hands on the token; who it belongs to is found in the transaction that uses it."""

    def authenticate(self, request: HttpRequest, token: str) -> str:  # noqa: ARG002 - Ninja's signature
        return token


def token_of(request: HttpRequest) -> str:
    """The bearer's token."""
    token: str = request.auth  # type: ignore[attr-defined] # set by Ninja
    return token


def read(request: HttpRequest, make: Callable[[Signed], Answer]) -> HttpResponse:
    """What `make` says of the person, in one transaction and in the person's scope."""
    with transaction.atomic():
        signed = signed_in(token_of(request))
        _pace.step(signed.login_id)
        answer = make(signed)
    tag = f'W/"{sha256(answer.model_dump_json(exclude={"server_ms"}).encode()).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        return _headed(HttpResponse(status=304), tag)
    body = answer.model_dump_json().encode()
    packed = len(body) > SMALL and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(gzip.compress(body, 5) if packed else body, content_type="application/json")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return _headed(response, tag)


def _headed(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding, Authorization, Cookie"
    return response


def see_towns_of(regions: Iterable[str]) -> None:
    """Until the transaction ends, see what lies in the towns of these regions: a month is settled for a town.

    Every question asked then names the person.
    """
    towns = ",".join(sorted({regioncode.pad(code)[:9] for code in regions}))
    run("SELECT set_config('yigang.scope', %s, true)", [towns])


def language() -> str:
    """The engine's word for the person's language."""
    return "en" if (get_language() or "").startswith("en") else "zh"


class _Pace:
    """How often a phone reads, by the minute. Forgotten with the minute."""

    def __init__(self) -> None:
        self._lock, self._minute = Lock(), 0
        self._counts: dict[int, int] = {}

    def step(self, login: int) -> None:
        """One more; `Refusal` `too_many` past the limit."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            self._counts[login] = count = self._counts.get(login, 0) + 1
        if count > READS_A_MINUTE:
            raise Refusal(_("This phone asks too often."), code="too_many", remedy=_("Wait a minute."))


_pace = _Pace()
