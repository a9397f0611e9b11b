"""Questions about rounds: by which rules they run, where they stand, who is held up, how many are left and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from yigang.foundation import calendar, rls
from yigang.notices.enums import Decision, ObjectionState
from yigang.notices.models import Objection
from yigang.notices.terms import overrides
from yigang.policy.load import policy_of_text
from yigang.policy.model import PolicyVersion
from yigang.policy.recruitment import Recruitment, Step
from yigang.recruitment.comparison import queries as comparison
from yigang.recruitment.comparison.enums import HitEffect, HitState
from yigang.recruitment.enums import ApplicationState, StepState
from yigang.recruitment.models import Application, ComparisonHit, Round, StepRecord

SUBJECT = "recruitment.application"
"""How rows of notices name the application that they are about."""


@lru_cache(maxsize=64)
def _version(text: str, effective: date) -> PolicyVersion:
    return policy_of_text(text).version_on(effective)


def policy_of(one: Round) -> PolicyVersion:
    """The text that the round runs by, as it was kept when the round was opened."""
    return _version(one.policy_text, one.policy_effective)


def rules_of(one: Round) -> Recruitment:
    rules = policy_of(one).recruitment
    assert rules is not None  # a round is not opened without
    return rules


def rule_of(step: StepRecord) -> Step:
    """What the policy says of a step."""
    return rules_of(step.round).steps[step.position - 1]


def steps_of(one: Round) -> list[StepRecord]:
    """The steps as they stand, in order; undone ones left out."""
    steps = one.steps.exclude(state=StepState.UNDONE).select_related("opened_by", "closed_by", "notice")
    return list(steps.order_by("position"))


def open_step_of(one: Round) -> StepRecord | None:
    """The step that is open; there is at most one."""
    return one.steps.filter(state=StepState.OPEN).first()


def last_working_day(region_code: str, start: date, count: int) -> date:
    """The `count`th working day after `start`, by the county's calendar; `start` itself when nothing is asked."""
    return calendar.add_working_days(start, count, overrides(region_code, start))


def blocking_reasons(application: Application) -> list[str]:
    """Why an application must not go on yet: hits in registers, objections that are open or were upheld."""
    reasons = comparison.blocking(application.pk)
    for one in objections([application.pk]):
        if one.state != ObjectionState.ANSWERED:
            reasons.append(_("the objection %(receipt)s is not decided") % {"receipt": one.receipt})
        elif _upheld(one):
            reasons.append(_("the objection %(receipt)s was upheld: %(answer)s") % {
                "receipt": one.receipt, "answer": one.answer,
            })  # fmt: skip
    return reasons


def held_up(applications: Iterable[int]) -> set[int]:
    """Those of many applications (by id) that have blocking reasons, asked at once."""
    standing_ = [one for one in objections(applications) if one.state != ObjectionState.ANSWERED or _upheld(one)]
    hits = ComparisonHit.objects.filter(application__in=applications).exclude(effect=HitEffect.INFORM)
    against = hits.filter(Q(state=HitState.CONFIRMED) | Q(state=HitState.OPEN, gone=False))
    return about(standing_) | set(against.values_list("application", flat=True))


def objected(applications: Iterable[int]) -> set[int]:
    """Those of many applications (by id) against which an objection waits for its decision, in one question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT yigang_objected(%s, %s)", [SUBJECT, list(applications)])
        return {subject for (subject,) in cursor.fetchall()}


def about(said: Iterable[Objection]) -> set[int]:
    """The applications that objections are about."""
    return {one.row.subject_id for one in said if one.row and one.row.subject_id is not None}


def objections(applications: Iterable[int]) -> list[Objection]:
    """What was said about applications in notices of steps that count.

    The county's notices lie outside a town's scope, and so does what is said against them: it is asked for everywhere, so
    that nobody goes on because whoever decides cannot see the objection. Only those about the given applications come back.
    """
    with rls.everywhere("an objection to the county's list stops the applicant in the town too"):
        undone = StepRecord.objects.filter(state=StepState.UNDONE, notice__isnull=False).values("notice")
        said = Objection.objects.filter(row__subject_type=SUBJECT, row__subject_id__in=list(applications))
        return list(said.exclude(notice__in=undone).select_related("row"))


def _upheld(one: Objection) -> bool:
    return one.decision == Decision.UPHELD


def standing(application: Application) -> str:
    """Where an application stands, in one sentence."""
    if application.reasons:
        return "；".join(application.reasons)
    return str(application.get_state_display())


@dataclass(frozen=True)
class Funnel:
    """How many applied and what became of them; `by_step` says where those who are out ended."""

    applied: int
    not_eligible: int
    not_chosen: int
    withdrew: int
    running: int
    hired: int
    by_step: tuple[tuple[str, int], ...]

    @property
    def stages(self) -> tuple[int, int, int, int]:
        """Applied, met the clauses, did not withdraw, hired."""
        eligible = self.applied - self.not_eligible
        return self.applied, eligible, eligible - self.withdrew, self.hired


def funnel(one: Round) -> Funnel:
    """34 applied → 5 not eligible → 12 withdrew → 17 signed. Not eligible: out in a step that judges the clauses."""
    rows = one.applications.values("state", "ended_in__name", "ended_in__position").annotate(count=Count("pk"))
    judging = {index for index, step in enumerate(rules_of(one).steps, 1) if step.eligibility}
    states = dict.fromkeys(ApplicationState.values, 0)
    by_step: dict[tuple[int, str], int] = {}
    not_eligible = 0
    for row in rows:
        states[row["state"]] += row["count"]
        if row["state"] == ApplicationState.OUT:
            place = (row["ended_in__position"] or 0, row["ended_in__name"] or "")
            by_step[place] = by_step.get(place, 0) + row["count"]
            not_eligible += row["count"] if place[0] in judging else 0
    return Funnel(
        applied=sum(states.values()), not_eligible=not_eligible, not_chosen=states["out"] - not_eligible,
        withdrew=states["withdrawn"], running=states["running"], hired=states["hired"],
        by_step=tuple((name, count) for (_position, name), count in sorted(by_step.items())),
    )  # fmt: skip
