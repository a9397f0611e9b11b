"""Verbs that say what comes of an applicant in a step: decided, taken back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.policy.recruitment import Outcome, Step
from yigang.recruitment import queries
from yigang.recruitment.access import JUDGE
from yigang.recruitment.domain.rounds import needed, not_open
from yigang.recruitment.enums import ApplicationState, StepState
from yigang.recruitment.gates import why_not_on
from yigang.recruitment.kin import stand_aside
from yigang.recruitment.models import Application, StepOutcome, StepRecord
from yigang.recruitment.roles import refuse_other_roles


@transaction.atomic
def decide(
    application: Application, outcome: str, reason: str = "", *, actor: User, version: int | None = None
) -> StepOutcome:
    """Say what the open step ends in for one applicant; being put out needs a reason.

    `version` is the one that the officer looked at: if another has decided since, this one is told, and nothing changes.
    """
    application = locked(application, version)
    step, rule = judging(application, actor)
    named = _named(rule, step, outcome)
    if not named.goes_on:
        reason = needed(reason)
    elif why := why_not_on(application, step, rule):
        raise Refusal(
            _("%(name)s cannot go on: %(why)s"), {"name": application.person.name, "why": "；".join(why)},
            code="blocked",
        )  # fmt: skip
    _not_the_author(application, rule, actor)
    return put_outcome(application, step, named, reason.strip(), actor)


@transaction.atomic
def take_back(outcome: StepOutcome, reason: str, *, actor: User) -> Application:
    """Take an outcome of the open step back, so that it can be decided anew; it stays on file with the reason."""
    application = locked(outcome.application, None, any_state=True)
    outcome = hold(StepOutcome.objects.select_related("step").filter(pk=outcome.pk)).get()
    require(actor, JUDGE, application.region_code)
    if outcome.step.state != StepState.OPEN:
        raise not_open(outcome.step)
    if outcome.undone_at is not None or application.state in (ApplicationState.HIRED, ApplicationState.WITHDRAWN):
        raise Refusal(_("This outcome does not count any more."), code="undone_already")
    refuse_other_roles(queries.rule_of(outcome.step), application.region_code, actor)
    stand_aside(application, user=actor)
    outcome.undone_by, outcome.undone_at, outcome.undone_reason = actor, timezone.now(), needed(reason)
    outcome.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    if application.ended_in_id == outcome.step_id:
        application.state, application.reasons, application.ended_in = ApplicationState.RUNNING, [], None
    application.version += 1
    application.save(update_fields=["state", "reasons", "ended_in", "version"])
    after = {"step": outcome.step.name, "outcome": outcome.outcome, "reason": outcome.undone_reason}
    audit.record("recruitment.take_back", application, actor=actor, after=after)
    return application


def locked(application: Application, version: int | None, *, any_state: bool = False) -> Application:
    """The application as it stands now, held until the transaction ends, in the running and as the officer saw it."""
    rows = Application.objects.select_related("person", "round", "round__programme", "post_wanted")
    current = hold(rows.filter(pk=application.pk)).get()
    if version is not None and current.version != version:
        raise _changed_meanwhile(current)
    if not any_state and current.state != ApplicationState.RUNNING:
        raise Refusal(
            _("%(name)s is not in the running (%(state)s): %(why)s"),
            {"name": current.person.name, "state": current.get_state_display(), "why": queries.standing(current)},
            code="not_running",
        )  # fmt: skip
    return current


def judging(application: Application, actor: User) -> tuple[StepRecord, Step]:
    """The open step and its rule, if the actor is who acts in it here and is not tied to the applicant."""
    require(actor, JUDGE, application.region_code)
    step = queries.open_step_of(application.round)
    if step is None:
        raise Refusal(_("No step of this round is open."), code="step_not_open")
    step.round = application.round
    rule = queries.rule_of(step)
    refuse_other_roles(rule, application.region_code, actor)
    stand_aside(application, user=actor)
    return step, rule


def put_outcome(
    application: Application, step: StepRecord, named: Outcome, reason: str, actor: User
) -> StepOutcome:  # fmt: skip
    """Write an outcome and what it makes of the application. The database refuses a second one in the step."""
    made = StepOutcome(
        region_code=application.region_code, application=application, step=step, outcome=named.name,
        goes_on=named.goes_on, reason=reason[:300], by=actor,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        if violated(error) == "one_outcome_in_a_step":
            raise _changed_meanwhile(application) from error
        raise
    if not named.goes_on:
        application.state, application.ended_in = ApplicationState.OUT, step
        application.reasons = [f"{step.name}：{reason}"[:300]]
    application.version += 1
    application.save(update_fields=["state", "reasons", "ended_in", "version"])
    after = {"step": step.name, "outcome": named.name, "reason": reason}
    audit.record("recruitment.decide", application, actor=actor, after=after)
    return made


def _named(rule: Step, step: StepRecord, outcome: str) -> Outcome:
    named = rule.outcome(outcome)
    if named is None:
        raise Refusal(
            _("“%(step)s” ends in: %(outcomes)s; not in “%(outcome)s”."),
            {"step": step.name, "outcome": outcome,
             "outcomes": "、".join(one.name for one in rule.outcomes) or str(_("nothing for a single applicant"))},
            code="unknown_outcome", field="outcome",
        )  # fmt: skip
    return named


def _changed_meanwhile(application: Application) -> Refusal:
    """Who was faster, and with what."""
    last = application.outcomes.select_related("by", "step").order_by("-pk").first()
    said = (
        _("%(by)s decided at %(at)s: %(step)s, %(outcome)s.")
        % {"by": last.by.name, "at": timezone.localtime(last.at).strftime("%H:%M"), "step": last.step.name,
           "outcome": last.outcome}
        if last else _("It stands at: %(state)s.") % {"state": application.get_state_display()}
    )  # fmt: skip
    return Refusal(
        _("The application of %(name)s has changed since you looked at it. %(what)s"),
        {"name": application.person.name, "what": said}, code="changed_meanwhile",
        remedy=_("Reload the page and look again; nothing of yours was saved."),
    )  # fmt: skip


def _not_the_author(application: Application, rule: Step, actor: User) -> None:
    """Who brought an application in, or decided an earlier step about it, does not approve it."""
    if rule.kind != "approve":
        return
    earlier = application.outcomes.filter(by=actor, undone_at=None, step__state=StepState.CLOSED)
    if application.created_by_id == actor.pk or earlier.exists():
        raise Refusal(
            _("You brought this application in or decided about it before; another person approves it."),
            code="approver_is_author",
        )  # fmt: skip
