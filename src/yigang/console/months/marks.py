"""Marks given in the grid, and many at once pasted from a table."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.appraisal.domain import GivenMark, MarksRefused, give_marks
from yigang.appraisal.forms import points_of, read_pasted
from yigang.appraisal.queries import latest_marks
from yigang.console.months.sheet import RefusedMarks, own_lines, rules_of, settlement_of, show
from yigang.console.pages import actor_of, back, page, sentence
from yigang.foundation.access import may
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.models import User
from yigang.payment.access import CALCULATE, READ_SETTLEMENTS
from yigang.payment.models import Settlement
from yigang.payment.settlement.calculate import settle
from yigang.tenure.models import Appointment

NO_POINTS = _lazy("“%(text)s” for %(person)s is no number of points.")


@page(READ_SETTLEMENTS)
def give(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Save the marks that were changed in the grid, all under one reason, and compute the month again.

    Is one refused, none is given and all stay in the grid, each wrong one with what is wrong about it.
    """
    settlement = settlement_of(request, pk)
    if request.method != "POST":
        return redirect("console:month", pk)
    typed = typed_marks(request, settlement)
    given, wrong = changed_marks(typed, settlement, request.POST.get("reason", ""))
    try:
        if wrong:
            raise MarksRefused(list(wrong.values()))
        return keep(request, settlement, list(given.values()))
    except Refusal as refusal:
        for problem in refusal.problems if isinstance(refusal, MarksRefused) and not wrong else ():
            wrong[list(given)[(problem.row or 1) - 1]] = problem
        messages.error(request, sentence(refusal))
        kept = {name: text for name, (_appointment, _mark, text) in typed.items()}
        said = {name: sentence(problem) for name, problem in wrong.items()}
        return show(request, settlement, RefusedMarks(kept, said, request.POST.get("reason", "")))


@page(READ_SETTLEMENTS)
def paste(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Save marks pasted from a workbook: name or post number, points, and a reason where it differs."""
    settlement = settlement_of(request, pk)
    if request.method != "POST":
        return redirect("console:month", pk)
    rules = rules_of(settlement)
    name, reason = request.POST.get("mark", rules[0].name if rules else ""), request.POST.get("reason", "")
    appointments = [line.appointment for line in own_lines(settlement)]
    pasted = request.POST.get("pasted", "")
    try:
        return keep(request, settlement, read_pasted(pasted, appointments, name=name, reason=reason))
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        rows = refusal.problems if isinstance(refusal, MarksRefused) else ()
        return show(request, settlement, RefusedMarks(reason=reason, pasted=pasted, mark=name, rows=rows))


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


def typed_marks(request: HttpRequest, settlement: Settlement) -> dict[str, tuple[Appointment, str, str]]:
    """Every input of the grid that says something: its field, whom and which mark it means, and the text."""
    names = {rule.mark: rule.name for rule in rules_of(settlement)}
    people = {line.appointment_id: line.appointment for line in own_lines(settlement)}
    return {
        key: (people[int(number)], names[code], value)
        for key in request.POST
        for _word, number, code in [parts(key)]
        if code in names and int(number) in people and (value := str(request.POST[key]).strip())
    }


def changed_marks(
    typed: dict[str, tuple[Appointment, str, str]], settlement: Settlement, reason: str
) -> tuple[dict[str, GivenMark], dict[str, Problem]]:
    """Of the inputs those whose value is not the mark that counts now, and those that are no number."""
    known = latest_marks([appointment.pk for appointment, _name, _text in typed.values()], settlement.month)
    given: dict[str, GivenMark] = {}
    wrong: dict[str, Problem] = {}
    for field, (appointment, name, text) in typed.items():
        before, value = known.get((appointment.pk, name)), points_of(text)
        if value is None:
            wrong[field] = Problem("not_points", NO_POINTS, {"text": text, "person": appointment.person})
        elif before is None or before.value != value:
            given[field] = GivenMark(appointment, name, value, reason, len(given) + 1)
    return given, wrong


def parts(key: str) -> tuple[str, str, str]:
    """`mark-12-township` as its three parts; anything else has an empty code."""
    word, _dash, rest = key.partition("-")
    number, _dash, code = rest.partition("-")
    return (word, number, code) if word == "mark" and number.isascii() and number.isdigit() else (word, "0", "")


def points(text: str, appointment: Appointment) -> Decimal:
    """Points as typed for somebody; raises `Refusal` when they are no number."""
    value = points_of(text)
    if value is None:
        raise Refusal(NO_POINTS, {"text": text, "person": appointment.person}, code="not_points")
    return value
