"""The verb that ranks: everybody in the running placed by the policy's criteria, with the sentence how."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.policy.recruitment import MarksRule
from yigang.recruitment import facts, queries
from yigang.recruitment.access import OPEN_ROUND
from yigang.recruitment.domain.eligibility import BATCH, opened
from yigang.recruitment.domain.rounds import before_opening, day_of, turn, write
from yigang.recruitment.enums import ApplicationState, Entry, StepState
from yigang.recruitment.models import Application, Round, StepRecord
from yigang.recruitment.ranking import Placed, rank


@transaction.atomic
def rank_applicants(step: StepRecord, *, actor: User, on: date | None = None) -> list[Placed]:
    """Place everybody in the running of a round. Ranking again replaces the ranks; the round's book keeps that it was done.

    Facts are those of `on`, by default the day the step was opened; the book says `on`, by default today.
    """
    require(actor, OPEN_ROUND, step.round.region_code)
    turn(step.round)
    step, rule = opened(step)
    day = day_of(on)
    ranking = queries.rules_of(step.round).ranking
    if ranking is None or not rule.ranks:
        raise Refusal(_("“%(step)s” does not rank."), {"step": step.name}, code="wrong_step")
    assert step.opens_on is not None
    if day < step.opens_on:
        raise before_opening(day)
    people = facts.applicants(step.round, regioncode.prefix_of(step.round.region_code), on or step.opens_on)
    people = facts.with_reviews(people, step.round, marked_in(step.round))
    placed = rank(people.to_dicts(), ranking)
    _write(placed)
    write(step.round, step, Entry.RANKED, day, actor)
    after = {"step": step.name, "day": day, "people": len(placed), "unranked": sum(one.rank is None for one in placed)}
    audit.record("recruitment.rank", step, actor=actor, after=after)
    return placed


def marked_in(one: Round) -> tuple[StepRecord, MarksRule] | None:
    """The step whose marks count, as it stands, with its rule; the last of several."""
    steps = {step.position: step for step in queries.steps_of(one)}
    for position, rule in reversed(list(enumerate(queries.rules_of(one).steps, 1))):
        if rule.marks and steps[position].state in (StepState.OPEN, StepState.CLOSED):
            return steps[position], rule.marks
    return None


def _write(placed: list[Placed]) -> None:
    by_id = {one.applicant: one for one in placed}
    applications = list(
        Application.objects.filter(pk__in=by_id, state=ApplicationState.RUNNING)
        .order_by("pk").select_for_update(of=("self",))
    )  # fmt: skip
    for application in applications:
        one = by_id[application.pk]
        application.rank, application.rank_reason = one.rank, one.why[:300]
        application.score = None if one.score is None else Decimal(one.score.numerator) / Decimal(one.score.denominator)
    Application.objects.bulk_update(applications, ["rank", "score", "rank_reason"], batch_size=BATCH)
