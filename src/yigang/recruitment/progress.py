"""Where a step stands: what is still missing before it can be closed, and the text that it makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from yigang.foundation import rls
from yigang.notices.enums import NoticeState
from yigang.notices.queries import open_objections, term_over
from yigang.policy.recruitment import NOTICED, Step
from yigang.recruitment import queries
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.models import Application, EligibilityResult, StepOutcome, StepRecord

RUNNING = ApplicationState.RUNNING


def what_is_missing(step: StepRecord, day: date) -> list[str]:
    """Every reason why a step cannot be closed on a day, in words; an empty list means that it can."""
    rule = queries.rule_of(step)
    notice = hanging(step, day) if rule.kind in NOTICED else _days(step, rule, day)
    return [*notice, *_documents(step, rule), *_people(step, rule)]


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


def hanging(step: StepRecord, day: date) -> Iterator[str]:
    """What is wrong with the notice of a step that hangs out: not published, taken down early, its term still running."""
    notice = step.notice
    if notice is None or notice.state == NoticeState.DRAFT:
        yield _("its notice is not published")
        return
    if notice.state == NoticeState.TAKEN_DOWN and notice.taken_down_at and notice.taken_down_at.date() <= notice.closes:
        yield _("its notice was taken down before its term was over")
    if not term_over(notice, day):
        yield _("its notice hangs until %(day)s") % {"day": notice.closes}
    with rls.everywhere("what is said against the county's notice waits in its towns too"):
        waiting = open_objections(notice).count()
    if waiting:
        yield _("%(count)d objections are not decided") % {"count": waiting}


def undecided(step: StepRecord) -> QuerySet[Application]:
    """Applications in the running that have no outcome in the step."""
    known = StepOutcome.objects.filter(step=step, application=OuterRef("pk"), undone_at=None)
    return Application.objects.filter(~Exists(known), round=step.round_id, state=RUNNING)


def step_text(step: StepRecord, rule: Step) -> str:
    """The policy's text with the round's figures in it."""
    one = step.round
    if not rule.text:
        return f"{one.programme.name}（{one.number}）{step.name}" if rule.kind in NOTICED else ""
    states = list(one.applications.values_list("state", flat=True))
    return rule.text.format(
        programme=one.programme.name, round=one.title, number=one.number, step=step.name,
        places=sum(one.posts.values_list("places", flat=True)), opens=step.opens_on or "",
        last_day=step.last_day or "", applied=len(states), running=states.count(RUNNING),
        out=states.count(ApplicationState.OUT), withdrew=states.count(ApplicationState.WITHDRAWN),
    )  # fmt: skip
