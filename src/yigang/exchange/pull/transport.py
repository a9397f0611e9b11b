"""Requests to a service that answers JSON with an `errcode`: asked again when it stumbles, slower when it says so, and given up
with a sentence that the clerk can act on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal, Text

TIMEOUT = (5, 30)
"""Seconds to connect, and to wait for an answer."""
TRIES = 4
"""How often one request is sent while the service stumbles."""
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds to wait each time the service says that it is asked too often. DingTalk counts by second and by minute."""
LARGEST_BYTES = 20 * 2**20
RENEW_BEFORE = 300.0
"""Seconds before its end at which a token is no longer used."""

Answer = Mapping[str, Any]


class Trouble(Refusal):
    """The service cannot be asked now. `again` says that the same may work later without anybody's doing."""

    def __init__(
        self, message: Text, params: Mapping[str, Any] | None = None, *, code: str, remedy: Text = "", again: bool = False
    ) -> None:  # fmt: skip
        super().__init__(message, params, code=code, remedy=remedy)
        self.again = again


class _Stumbled(Exception):
    """One try failed in a way that the next may not; the argument says how."""


@dataclass(frozen=True)
class Codes:
    """What a service's numbers mean."""

    service: str
    token: Collection[str]
    """The token is no longer good."""
    busy: Collection[str]
    """Asked too often, or too much at once."""
    remedies: Mapping[str, Text]
    """What somebody has to do about a number."""
    later: Collection[str] = ("-1",)
    """The service itself stumbles."""


@dataclass
class Caller:
    """Speaks to one service. `fetch_token` gives a token and for how many seconds it is good."""

    base: str
    codes: Codes
    fetch_token: Callable[[Caller], tuple[str, float]]
    pause: Callable[[float], None] = field(default_factory=lambda: time.sleep)
    clock: Callable[[], float] = time.monotonic
    asked: int = 0
    _token: tuple[str, float] | None = field(default=None, repr=False)

    def ask(self, path: str, body: Mapping[str, Any] | None = None, **query: str) -> Answer:
        """One request with a token, which is renewed once when the service no longer takes it."""
        answer = self.send(path, body, {"access_token": self.token(), **query})
        if code_of(answer) in self.codes.token:
            self._token = None
            answer = self.send(path, body, {"access_token": self.token(), **query})
        return self.good(answer)

    def token(self) -> str:
        if self._token is None or self._token[1] <= self.clock():
            value, seconds = self.fetch_token(self)
            self._token = (value, self.clock() + max(seconds - RENEW_BEFORE, 60.0))
        return self._token[0]

    def good(self, answer: Answer) -> Answer:
        """The answer, or what its number means."""
        code = code_of(answer)
        if code == "0":
            return answer
        raise Trouble(
            _("%(service)s refused the request: %(message)s (%(code)s)."),
            {"service": self.codes.service, "message": words_of(answer), "code": code}, code=f"service_{code}",
            remedy=self.codes.remedies.get(code, _("Look the number up in the service's documentation.")),
        )  # fmt: skip

    def send(self, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str]) -> Answer:
        """One answer, whatever its number, except that the service is busy or stumbles: then asked again after a pause."""
        stumbles, waits = 0, 0
        while True:
            try:
                answer = self._once(path, body, query)
            except _Stumbled as error:
                stumbles += 1
                if stumbles >= TRIES:
                    raise self._down(str(error)) from None
                self.pause(PAUSES[stumbles - 1])
                continue
            if not self._busy(answer):
                return answer
            if waits >= len(PAUSES):
                raise Trouble(
                    _("%(service)s says that it is asked too often: %(message)s (%(code)s)."),
                    {"service": self.codes.service, "message": words_of(answer), "code": code_of(answer)},
                    code="rate_limited", remedy=_("It goes on by itself at the next full hour."), again=True,
                )  # fmt: skip
            self.pause(PAUSES[waits])
            waits += 1

    def _busy(self, answer: Answer) -> bool:
        return code_of(answer) in self.codes.busy

    def _down(self, how: str) -> Trouble:
        return Trouble(
            _("%(service)s does not answer as it should: %(how)s"), {"service": self.codes.service, "how": how},
            code="service_down", remedy=_("It goes on by itself at the next full hour."), again=True,
        )  # fmt: skip

    def _once(self, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str]) -> Answer:
        """One try. Nothing of an address with its token, nor of a body, gets into a message or a log."""
        import requests

        self.asked += 1
        try:
            with requests.request(
                "GET" if body is None else "POST", self.base + path, params=dict(query), json=body, timeout=TIMEOUT,
                allow_redirects=False, stream=True,
            ) as found:  # fmt: skip
                content = _limited(found)
                status = found.status_code
        except requests.RequestException as error:
            raise _Stumbled(str(_("no connection (%(kind)s).") % {"kind": type(error).__name__})) from None
        if status == 429:
            return {"errcode": next(iter(self.codes.busy)), "errmsg": "HTTP 429"}
        if status != 200:
            raise _Stumbled(str(_("it answered with status %(status)d.") % {"status": status}))
        return _object(content)


def _limited(found: Any) -> bytes:
    """The body, as long as it is one that a page of rows can have."""
    content = b""
    for piece in found.iter_content(2**16):
        content += piece
        if len(content) > LARGEST_BYTES:
            raise _Stumbled(str(_("its answer has more than %(most)d MB.") % {"most": LARGEST_BYTES >> 20}))
    return content


def _object(content: bytes) -> Answer:
    import json

    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise _Stumbled(str(_("its answer breaks off or is no JSON."))) from None
    if not isinstance(answer, Mapping):
        raise _Stumbled(str(_("its answer is no object.")))
    return answer


def code_of(answer: Answer) -> str:
    """The number; for DingTalk's 88 the inner one, which tells what is meant."""
    code = str(answer.get("errcode", 0))
    return str(answer.get("sub_code") or code) if code == "88" else code


def words_of(answer: Answer) -> str:
    return str(answer.get("sub_msg") or answer.get("errmsg") or "")[:200]


def list_of(answer: Answer, key: str, service: str) -> list[Any]:
    """The rows under a key that must be there: without it nothing can be said about what there is."""
    found = answer.get(key)
    if not isinstance(found, list):
        raise Trouble(
            _("%(service)s answered without the field “%(field)s”; its interface has changed, or half of the answer is missing."),
            {"service": service, "field": key}, code="changed", remedy=_("Nothing was taken in. Tell the administrator."),
        )  # fmt: skip
    return found
