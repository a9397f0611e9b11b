"""What is done with a round: its steps opened and closed, gone back in; everybody judged, ranked, let pass at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yigang.console.pages import action, actor_of, found
from yigang.console.recruitment.forms import AttachForm, BackForm, SeatForm, refusal_of
from yigang.console.recruitment.path import latest_run
from yigang.foundation.domain import store_file, store_picture
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.notices import attachments
from yigang.policy.recruitment import Step
from yigang.recruitment import domain, queries
from yigang.recruitment.access import READ_ROUNDS
from yigang.recruitment.domain.eligibility import home_of
from yigang.recruitment.enums import StepState
from yigang.recruitment.models import Round, StepRecord


def round_of(pk: int) -> Round:
    return found(Round.objects.select_related("programme"), pk=pk)


def open_of(one: Round) -> StepRecord:
    """The open step; without one nothing is done here."""
    step = queries.open_step_of(one)
    if step is None:
        raise Refusal(_("No step of this round is open."), code="step_not_open")
    step.round = one
    return step


def back_to(one: Round, request: HttpRequest, words: str) -> HttpResponseBase:
    messages.success(request, words)
    return redirect("console:round", pk=one.pk)


@action(READ_ROUNDS)
def open_step(request: HttpRequest, pk: int) -> HttpResponseBase:
    step = domain.open_step(round_of(pk), actor=actor_of(request))
    return back_to(step.round, request, _("“%(step)s” is open.") % {"step": step.name})


@action(READ_ROUNDS)
def close_step(request: HttpRequest, pk: int) -> HttpResponseBase:
    step = domain.close_step(open_of(round_of(pk)), actor=actor_of(request))
    return back_to(step.round, request, _("“%(step)s” is closed.") % {"step": step.name})


@action(READ_ROUNDS)
def go_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = round_of(pk)
    begun = one.steps.filter(state__in=[StepState.OPEN, StepState.CLOSED])
    form = BackForm([(step.pk, step.name) for step in begun], request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    to = found(begun, pk=form.cleaned_data["step"])
    domain.go_back(one, to, form.cleaned_data["reason"], actor=actor_of(request))
    return back_to(one, request, _("The round went back to “%(step)s”.") % {"step": to.name})


@action(READ_ROUNDS)
def cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = domain.cancel_round(round_of(pk), request.POST.get("reason", ""), actor=actor_of(request))
    return back_to(one, request, _("The round is given up."))


@action(READ_ROUNDS)
def attach(request: HttpRequest, pk: int) -> HttpResponseBase:
    one, actor = round_of(pk), actor_of(request)
    step = open_of(one)
    rule = queries.rule_of(step)
    form = AttachForm(rule, request.POST, request.FILES)
    if not form.is_valid():
        raise refusal_of(form)
    name = form.cleaned_data["name"]
    domain.attach(step, name, kept(form.cleaned_data["file"], name, rule, home_of(step, actor), actor), actor=actor)
    return back_to(one, request, _("“%(name)s” is attached.") % {"name": name})


def kept(upload: Any, name: str, rule: Step, region_code: str, actor: User) -> StoredFile:
    """The file, looked through: photos are drawn anew without their hidden data, documents hold nothing that runs."""
    if name in rule.photos:
        return store_picture(upload.read(), name=name, region_code=region_code, actor=actor)
    document = attachments.checked(upload.read())
    return store_file(
        document.content, name=f"{name}.{document.ending}", region_code=region_code, actor=actor,
        content_type=document.content_type,
    )  # fmt: skip


@action(READ_ROUNDS)
def give_seat(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = round_of(pk)
    offices = [office.name for rule in queries.rules_of(one).steps for office in rule.offices]
    users = User.objects.filter(is_active=True, scopes__prefix__startswith=one.region_code[:6]).distinct()
    form = SeatForm(offices, users, request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    seat = domain.give_seat(one, form.cleaned_data["office"], form.cleaned_data["user"], actor=actor_of(request))
    return back_to(one, request, _("%(user)s signs for %(office)s.") % {"user": seat.user.name, "office": seat.office})


@action(READ_ROUNDS)
def judge(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = round_of(pk)
    run = domain.run_eligibility(open_of(one), actor=actor_of(request))
    holding = run.people - run.failing - run.undetermined
    return back_to(
        one, request,
        _("%(people)d judged: %(holding)d eligible, %(failing)d not, %(undetermined)d undetermined.")
        % {"people": run.people, "holding": holding, "failing": run.failing, "undetermined": run.undetermined},
    )  # fmt: skip


@action(READ_ROUNDS)
def decide_by_clauses(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = round_of(pk)
    run = latest_run(open_of(one))
    if run is None:
        raise Refusal(_("The clauses have not been judged."), code="not_judged")
    return back_to(one, request, counted(domain.decide_by_clauses(run, actor=actor_of(request))))


@action(READ_ROUNDS)
def rank(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = round_of(pk)
    placed = domain.rank_applicants(open_of(one), actor=actor_of(request))
    words = _("%(people)d ranked, %(without)d without a rank.")
    without = sum(each.rank is None for each in placed)
    return back_to(one, request, words % {"people": len(placed) - without, "without": without})


@action(READ_ROUNDS)
def settle(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = round_of(pk)
    return back_to(one, request, counted(domain.settle_publicity(open_of(one), actor=actor_of(request))))


def counted(counts: dict[str, int]) -> str:
    return _("%(on)d go on, %(out)d are out, %(left)d are left to decide.") % counts
