"""The verb that ranks: everybody in the running placed by the policy's criteria, with the sentence how."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.policy.recruitment import MarksRule
from yigang.posts.models import Post
from yigang.recruitment import facts, queries
from yigang.recruitment.access import OPEN_ROUND
from yigang.recruitment.domain.eligibility import opened
from yigang.recruitment.domain.rounds import before_opening, day_of, turn, write
from yigang.recruitment.enums import Entry, StepState
from yigang.recruitment.models import Application, Round, StepRecord
from yigang.recruitment.parts import part_for, ranks
from yigang.recruitment.ranking import Placed, rank


@transaction.atomic
def rank_applicants(step: StepRecord, *, actor: User, on: date | None = None) -> list[Placed]:
    """Place everybody in the running of a round, or of a town's part of it. Ranking again replaces the ranks; the book keeps it.

    A town places its own applicants for the posts of its villages, from 1 on. Who wants a post of another town is placed by
    the county, which places everybody in one order: the two kinds of rank never meet at one post.

    Facts are those of `on`, by default the day the step was opened; the book says `on`, by default today.
    """
    turn(step.round)
    step, rule = opened(step)
    part = part_for(step.round, OPEN_ROUND, ranks, actor=actor)
    day = day_of(on)
    ranking = queries.rules_of(step.round).ranking
    if ranking is None or not rule.ranks:
        raise Refusal(_("“%(step)s” does not rank."), {"step": step.name}, code="wrong_step")
    assert step.opens_on is not None
    if day < step.opens_on:
        raise before_opening(day)
    people = facts.applicants(step.round, regioncode.prefix_of(part), on or step.opens_on)
    if part != step.round.region_code:
        people = people.filter(~pl.col("applicant").is_in(_for_another_town(step.round, part)))
    people = facts.with_reviews(people, step.round, marked_in(step.round))
    placed = rank(people.to_dicts(), ranking)
    _write(placed)
    write(step.round, step, Entry.RANKED, day, actor, region_code=part)
    after = {"step": step.name, "day": day, "people": len(placed), "unranked": sum(one.rank is None for one in placed)}
    audit.record("recruitment.rank", step, actor=actor, region_code=part, after=after)
    return placed


def _for_another_town(one: Round, part: str) -> list[int]:
    """Applicants of a part who want a post that lies outside it; the part's own officers may not see the post."""
    prefix = regioncode.prefix_of(part)
    wanting = one.applications.filter(region_code__startswith=prefix, post_wanted__isnull=False)
    here = Post.objects.filter(region_code__startswith=prefix)
    return list(wanting.exclude(post_wanted__in=here).values_list("pk", flat=True))


def marked_in(one: Round) -> tuple[StepRecord, MarksRule] | None:
    """The step whose marks count, as it stands, with its rule; the last of several."""
    steps = {step.position: step for step in queries.steps_of(one)}
    for position, rule in reversed(list(enumerate(queries.rules_of(one).steps, 1))):
        if rule.marks and steps[position].state in (StepState.OPEN, StepState.CLOSED):
            return steps[position], rule.marks
    return None


_RANKS = """
UPDATE recruitment_application a SET rank = said.rank, score = said.score, rank_reason = said.why
FROM unnest(%s::bigint[], %s::int[], %s::numeric[], %s::text[]) AS said(id, rank, score, why)
WHERE a.id = said.id AND a.state = 'running'
"""


def _write(placed: list[Placed]) -> None:
    """The ranks of everybody in the running, in one statement; rows are locked in the order of their keys."""
    keys = [one.applicant for one in placed]
    list(Application.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    scores = [None if one.score is None else _decimal(one.score) for one in placed]
    with connection.cursor() as cursor:
        cursor.execute(_RANKS, [keys, [one.rank for one in placed], scores, [one.why[:300] for one in placed]])


def _decimal(score: Fraction) -> Decimal:
    return Decimal(score.numerator) / Decimal(score.denominator)
