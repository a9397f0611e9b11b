"""Where a step stands: what is still missing before it can be closed, and the text that it makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from yigang.policy.recruitment import Step
from yigang.recruitment import queries
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.models import Application, EligibilityResult, StepOutcome, StepRecord

RUNNING, STOPPED = ApplicationState.RUNNING, ApplicationState.STOPPED


def what_is_missing(step: StepRecord, day: date) -> list[str]:
    """Every reason why a step cannot be closed on a day, in words; an empty list means that it can."""
    rule = queries.rule_of(step)
    return [*_days(step, rule, day), *_documents(step, rule), *_people(step, rule)]


def _days(step: StepRecord, rule: Step, day: date) -> Iterator[str]:
    if step.last_day is not None and day <= step.last_day:
        yield _("its %(count)d working days last until %(day)s") % {"count": rule.working_days, "day": step.last_day}


def _documents(step: StepRecord, rule: Step) -> Iterator[str]:
    there = set(step.documents.values_list("name", flat=True))
    yield from (_("“%(name)s” is not attached") % {"name": name} for name in rule.wanted if name not in there)


def _people(step: StepRecord, rule: Step) -> Iterator[str]:
    running = Application.objects.filter(round=step.round_id, state=RUNNING)
    if rule.eligibility:
        judged = EligibilityResult.objects.filter(run__step=step, application=OuterRef("pk"))
        count = running.filter(~Exists(judged)).count()
        if count:
            yield _("the clauses have not been judged for %(count)d applicants") % {"count": count}
    if rule.decides:
        open_ = undecided(step).count()
        if open_:
            yield _("%(count)d applicants have no outcome") % {"count": open_}
    stopped = Application.objects.filter(round=step.round_id, state=STOPPED).count()
    if stopped:
        yield _("an objection against %(count)d applicants is not decided") % {"count": stopped}


def undecided(step: StepRecord) -> QuerySet[Application]:
    """Applications in the running that have no outcome in the step."""
    known = StepOutcome.objects.filter(step=step, application=OuterRef("pk"), undone_at=None)
    return Application.objects.filter(~Exists(known), round=step.round_id, state=RUNNING)


def step_text(step: StepRecord, rule: Step) -> str:
    """The policy's text with the round's figures in it."""
    if not rule.text:
        return ""
    one = step.round
    states = list(one.applications.values_list("state", flat=True))
    return rule.text.format(
        programme=one.programme.name, round=one.title, number=one.number, step=step.name,
        places=sum(one.posts.values_list("places", flat=True)), opens=step.opens_on or "",
        last_day=step.last_day or "", applied=len(states), running=states.count(RUNNING),
        out=states.count(ApplicationState.OUT), withdrew=states.count(ApplicationState.WITHDRAWN),
    )  # fmt: skip
