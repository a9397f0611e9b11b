"""How much the public forms take: from one address, and altogether, so that a flood neither fills the database nor hides
the people in it. Nothing is written for a form without a genuine question, nor once the hour's total is reached."""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yigang.foundation import throttle
from yigang.foundation.errors import Refusal
from yigang.foundation.middleware import client_address
from yigang.public import challenge

HOUR = timedelta(hours=1)
HONEYPOT = "website"
"""A field that people do not see; whoever fills it in is a program."""


@dataclass(frozen=True)
class Limit:
    """How often in an hour: from one address (a whole village may share one), and from everywhere."""

    name: str
    per_address: int
    altogether: int


WRITE = Limit("write", 20, 600)
LOOK_UP = Limit("look_up", 60, 3_000)
SEND_CODE = Limit("send_code", 6, 200)
VOTE = Limit("vote", 400, 6_000)
"""A village may vote at one meeting through one address: two forms for each household."""


def admit(request: HttpRequest, limit: Limit) -> None:
    """Let one form through or refuse it, in an order in which the cheap questions come first."""
    if request.POST.get(HONEYPOT):
        raise Refusal(_("This form was filled in by a program."), code="robot")
    token = request.POST.get("token", "")
    if not challenge.is_genuine(token):
        raise Refusal(
            _("The question was too old."), code="question_old", field="answer",
            remedy=_("Here is a new one; what you wrote is still there."),
        )  # fmt: skip
    count(request, limit)
    if not challenge.is_answered(token, request.POST.get("answer", "")):
        raise Refusal(
            _("The sum is not right."), code="question_wrong", field="answer", remedy=_("Here is a new question.")
        )


def count(request: HttpRequest, limit: Limit) -> None:
    """One more from this address, unless the hour is full."""
    total = f"public:{limit.name}"
    if throttle.seen(total, per=HOUR) >= limit.altogether:
        raise _busy()
    if throttle.tries(f"{total}:{network(request)}", per=HOUR) > limit.per_address:
        raise _busy()
    if throttle.tries(total, per=HOUR) == 1:
        throttle.sweep(older_than=timedelta(days=1))


def network(request: HttpRequest) -> str:
    """The address; of IPv6 the network of the house, since each house has more addresses than one can count."""
    text = client_address(request) or ""
    try:
        known = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False).network_address)
    return str(known)


def _busy() -> Refusal:
    return Refusal(
        _("Too much has come in from here or altogether in this hour."), code="too_many",
        remedy=_("Come back in an hour, or say it to the village committee or the town: what is said there counts the same."),
    )  # fmt: skip
