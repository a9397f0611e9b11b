"""Marks given in the grid, and many at once pasted from a table."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from yigang.appraisal.domain import GivenMark, give_marks
from yigang.appraisal.forms import read_pasted
from yigang.appraisal.queries import latest_marks
from yigang.console.months.sheet import own_lines, rules_of, settlement_of
from yigang.console.pages import action, actor_of, back
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment.access import CALCULATE
from yigang.payment.models import Settlement
from yigang.payment.settlement.calculate import settle
from yigang.tenure.models import Appointment


@action()
def give(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Save the marks that were changed in the grid, all under one reason, and compute the month again."""
    settlement = settlement_of(request, pk)
    given = changed_marks(request, settlement)
    return keep(request, settlement, given)


@action()
def paste(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Save marks pasted from a workbook: name or post number, points, and a reason where it differs."""
    settlement = settlement_of(request, pk)
    rules = rules_of(settlement)
    name = request.POST.get("mark", rules[0].name if rules else "")
    appointments = [line.appointment for line in own_lines(settlement)]
    given = read_pasted(request.POST.get("pasted", ""), appointments, name=name, reason=request.POST.get("reason", ""))
    return keep(request, settlement, given)


def keep(request: HttpRequest, settlement: Settlement, given: list[GivenMark]) -> HttpResponseBase:
    if not given:
        messages.info(request, _("No mark was changed."))
        return back(request)
    actor = actor_of(request)
    give_and_compute(settlement, given, actor)
    messages.success(request, done(settlement, actor) % {"count": len(given)})
    return back(request)


def give_and_compute(settlement: Settlement, given: list[GivenMark], actor: User) -> None:
    """A station or a village judges; the month is computed by whoever may, which the town does at its next step."""
    give_marks(settlement.programme, settlement.month, given, actor=actor)
    if may(actor, CALCULATE, settlement.region_code):
        settle(settlement.programme, settlement.region_code, settlement.month, actor=actor)


def done(settlement: Settlement, actor: User) -> str:
    """What to say afterwards, with `%(count)d`."""
    if may(actor, CALCULATE, settlement.region_code):
        return _("%(count)d marks given; the month was computed again.")
    return _("%(count)d marks given. They show in the results when the town computes the month again.")


def changed_marks(request: HttpRequest, settlement: Settlement) -> list[GivenMark]:
    """The inputs whose value is not the mark that counts now."""
    names = {rule.mark: rule.name for rule in rules_of(settlement)}
    entered = {
        (int(number), names[code]): value
        for key in request.POST
        for _word, number, code in [parts(key)]
        if code in names and (value := str(request.POST[key]).strip())
    }
    people = {line.appointment_id: line.appointment for line in own_lines(settlement)}
    known = latest_marks([key for key, _name in entered], settlement.month)
    reason = request.POST.get("reason", "")
    return [
        GivenMark(people[key], name, points(text, people[key]), reason)
        for (key, name), text in entered.items()
        if key in people and ((key, name) not in known or known[key, name].value != points(text, people[key]))
    ]


def parts(key: str) -> tuple[str, str, str]:
    """`mark-12-township` as its three parts; anything else has an empty code."""
    word, _dash, rest = key.partition("-")
    number, _dash, code = rest.partition("-")
    return (word, number, code) if word == "mark" and number.isascii() and number.isdigit() else (word, "0", "")


def points(text: str, appointment: Appointment) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise Refusal(
            _("“%(text)s” for %(person)s is no number of points."), {"text": text, "person": appointment.person},
            code="not_points",
        ) from error  # fmt: skip
