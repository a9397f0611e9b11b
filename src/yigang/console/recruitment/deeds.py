"""What is done about one applicant: decided, signed, marked, hired, withdrawn, taken back."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yigang.console.pages import action, actor_of, found
from yigang.console.recruitment.forms import (
    AgreementForm,
    DecideForm,
    HireForm,
    MarkForm,
    SignedCopyForm,
    SignForm,
    refusal_of,
)
from yigang.console.recruitment.steering import open_of
from yigang.foundation.errors import Refusal
from yigang.policy.recruitment import Step
from yigang.recruitment import domain, queries
from yigang.recruitment.access import READ_ROUNDS
from yigang.recruitment.models import AgreementDraft, Application
from yigang.tenure.domain import Terms


def one_of(pk: int) -> Application:
    return found(Application.objects.select_related("person", "round__programme"), pk=pk)


def rule_now(one: Application) -> Step:
    return queries.rule_of(open_of(one.round))


def done(request: HttpRequest, one: Application, words: str) -> HttpResponseBase:
    messages.success(request, words)
    return redirect("console:applicant", pk=one.pk)


@action(READ_ROUNDS)
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = one_of(pk)
    form = DecideForm(rule_now(one), request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    given = form.cleaned_data
    domain.decide(one, given["outcome"], given["reason"], version=given["version"], actor=actor_of(request))
    return done(request, one, _("Decided: %(outcome)s.") % {"outcome": given["outcome"]})


@action(READ_ROUNDS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = domain.withdraw(one_of(pk), request.POST.get("reason", ""), actor=actor_of(request))
    return done(request, one, _("The application is withdrawn."))


@action(READ_ROUNDS)
def take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = one_of(pk)
    outcome = one.outcomes.filter(step=open_of(one.round), undone_at=None).first()
    if outcome is None:
        raise Refusal(_("This outcome does not count any more."), code="undone_already")
    domain.take_back(outcome, request.POST.get("reason", ""), actor=actor_of(request))
    return done(request, one, _("The outcome is taken back."))


@action(READ_ROUNDS)
def sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    one, form = one_of(pk), SignForm(request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    given = form.cleaned_data
    domain.sign(one, given["office"], agrees=given["agrees"] == "yes", reason=given["reason"], actor=actor_of(request))
    return done(request, one, _("Signed for %(office)s.") % {"office": given["office"]})


@action(READ_ROUNDS)
def mark(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = one_of(pk)
    marks = rule_now(one).marks
    if marks is None:
        raise Refusal(_("This step asks for no marks."), code="wrong_step")
    form = MarkForm(marks, request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    domain.give_marks(one, form.points, form.cleaned_data["reason"], actor=actor_of(request))
    return done(request, one, _("Your marks are kept."))


@action(READ_ROUNDS)
def hire(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = one_of(pk)
    form = HireForm(one.round, request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    given = form.cleaned_data
    terms = Terms(given["starts"], given["ends"], given["agreement_number"])
    domain.hire(one, terms, post=given["post"], version=given["version"], actor=actor_of(request))
    return done(request, one, _("%(name)s is hired.") % {"name": one.person.name})


@action(READ_ROUNDS)
def draft(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = one_of(pk)
    form = AgreementForm(one.round, request.POST)
    if not form.is_valid():
        raise refusal_of(form)
    given = form.cleaned_data
    made = domain.draft_agreement(one, given["starts"], given["ends"], post=given["post"], actor=actor_of(request))
    return done(request, one, _("The agreement %(number)s is made.") % {"number": made.number})


@action(READ_ROUNDS)
def signed_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    one, form = one_of(pk), SignedCopyForm(request.POST, request.FILES)
    row = found(AgreementDraft.objects.select_related("post"), application=one)
    if not form.is_valid():
        raise refusal_of(form)
    file = form.cleaned_data["file"]
    on = form.cleaned_data["on"]
    domain.file_signed_draft(row, file.read(), name=file.name, on=on, actor=actor_of(request))
    return done(request, one, _("The signed copy is on file."))


@action(READ_ROUNDS)
def tie(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = one_of(pk)
    domain.declare_tie(one.person, request.POST.get("relation", ""), actor=actor_of(request))
    return done(request, one, _("You stand aside about %(name)s from now on.") % {"name": one.person.name})
