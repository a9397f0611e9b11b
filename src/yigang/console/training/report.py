"""The first page of training: every town of a year, who is missing, and remedial tasks for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yigang.console import regions
from yigang.console.pages import action, actor_of, page
from yigang.console.training.tabs import asked, frame, until
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.people.models import Person
from yigang.policy.training import TrainingRule
from yigang.training import domain
from yigang.training.access import FOLLOW_UP, READ_TRAINING
from yigang.training.account import Account, rule_of
from yigang.training.enums import Lack
from yigang.training.models import Plan, RemedialTask
from yigang.training.queries import Town, by_town, lacking_by

SHOWN = 200
"""Names of one town on the page; the list has all of them."""


@dataclass(frozen=True)
class Line:
    """One of the missing."""

    key: int
    name: str
    place: str
    account: Account
    words: str
    task: RemedialTask | None


@dataclass(frozen=True)
class Part:
    """A town with the names of its missing people."""

    name: str
    town: Town
    lines: list[Line]


@page(READ_TRAINING)
def report(request: HttpRequest) -> HttpResponseBase:
    programme, year = asked(request)
    prefix = regions.viewing(request)
    towns = by_town(programme, prefix, year, until(year)) if programme else []
    people = sum(one.people for one in towns)
    context = {
        **frame(actor_of(request), "training"), "programme": programme, "year": year, "before": year - 1, "after": year + 1,
        "parts": _parts(towns, year), "people": people, "complete": sum(one.complete for one in towns),
        "with_file": sum(one.with_file for one in towns), "tested": sum(one.tested for one in towns),
        "lacks": [(Lack(code).label, count) for code, count in lacking_by(towns).items()],
        "rule": asks(rule_of(programme, until(year))) if programme else "",
        "plan": Plan.objects.filter(programme=programme, year=year).first(), "shown": SHOWN,
        "may_open": may(actor_of(request), FOLLOW_UP), "until": until(year),
    }  # fmt: skip
    return render(request, "console/training/report.html", context)


def asks(rule: TrainingRule | None) -> str:
    """What the policy asks, in one line."""
    if rule is None:
        return _("The policy asks for no training.")
    parts = [
        _("%(hours)s hours") % {"hours": float(rule.hours)} if rule.hours is not None else "",
        ngettext("%(count)d session", "%(count)d sessions", rule.sessions or 0) % {"count": rule.sessions or 0},
        _("a test of %(score)s") % {"score": float(rule.test_score)} if rule.test_score is not None else "",
    ]
    return _(", ").join(part.replace(".0", "") for part in parts if part) + f"（{rule.cites}）"


def _parts(towns: list[Town], year: int) -> list[Part]:
    missing = [(one, account) for town in towns for one, account in town.missing[:SHOWN]]
    codes = {one.region_code for one, _account in missing} | {town.code for town in towns}
    names = regions.names(codes)
    tasks = RemedialTask.objects.filter(year=year, person__in=[one.person_id for one, _account in missing])
    task_of = {task.person_id: task for task in tasks.order_by("pk")}
    return [
        Part(names.get(town.code, town.code), town, [
            Line(
                one.person_id, one.person.name, names.get(one.region_code, one.region_code), account, words_of(account),
                task_of.get(one.person_id),
            )
            for one, account in town.missing[:SHOWN]
        ])
        for town in towns
    ]  # fmt: skip


def words_of(account: Account) -> str:
    """What is lacking, in the reader's language."""
    return _(", ").join(str(Lack(one).label) for one in account.lacks)


@action(FOLLOW_UP)
def open_tasks(request: HttpRequest) -> HttpResponseBase:
    """Remedial tasks for everybody of one town who lacks something."""
    programme, year = asked(request)
    code = request.POST.get("town", "")
    if programme is None or not (code.isdigit() and len(code) == 12):
        raise Refusal(_("Choose a town."), code="town")
    missing = [
        one.person_id for town in by_town(programme, code[:9], year, until(year)) for one, _account in town.missing
    ]
    people = list(Person.objects.filter(pk__in=missing))
    made = domain.open_remedial(programme, people, year, on=timezone.localdate(), actor=actor_of(request))
    messages.success(request, _("Opened for %(count)d.") % {"count": len(made)})
    return redirect(f"{reverse('console:training-remedial')}?state=open")
