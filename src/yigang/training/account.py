"""What somebody learned in a calendar year, beside what the policy asks of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from yigang.policy.exact import Value
from yigang.policy.training import Lacking, Learned, TrainingRule, lacking, training_rule
from yigang.posts.models import Programme
from yigang.posts.rules import section
from yigang.tenure import known
from yigang.tenure.models import Appointment
from yigang.training.enums import SittingState
from yigang.training.models import Attendance, Plan, Sitting

DONE = (SittingState.HANDED_IN, SittingState.OVER, SittingState.PAPER)


@dataclass(frozen=True)
class Account:
    """One person's year. `rule` is None where the policy does not speak of training; then nothing is lacking."""

    learned: Learned
    lacks: tuple[Lacking, ...]
    rule: TrainingRule | None

    @property
    def complete(self) -> bool:
        return not self.lacks


def rule_of(programme: Programme, day: date) -> TrainingRule | None:
    """What the text in force on a day asks."""
    return training_rule({"training": section(programme, day, "training")})


def accounts(
    programme: Programme, people: Collection[int], year: int, *, until: date | None = None
) -> dict[int, Account]:
    """Person → the calendar year in this programme, up to a day. Two queries whatever the number."""
    last = min(until or date.max, date(year, 12, 31))
    rule = rule_of(programme, last)
    learned = learned_by(programme, people, date(year, 1, 1), last)
    return {person: _account(learned.get(person, Learned()), rule) for person in people}


def learned_by(programme: Programme, people: Collection[int], first: date, last: date) -> dict[int, Learned]:
    """What counts of some days: attendance that was not withdrawn, and the best of the tests that are over."""
    came = (
        Attendance.objects.filter(
            person__in=people,
            session__course__plan__programme=programme,
            withdrawn_at=None,
            at__date__range=(first, last),
        )
        .values("person")
        .annotate(all=Sum("hours"), count=Count("pk"), start=Sum("hours", filter=Q(session__course__before_start=True)))
    )
    sat = Sitting.objects.filter(
        person__in=people, paper__plan__programme=programme, state__in=DONE, started_at__date__range=(first, last)
    ).order_by()
    best = dict(sat.values("person").annotate(best=Max("score")).values_list("person", "best"))
    rows = {row["person"]: row for row in came.order_by()}
    return {person: _learned(rows.get(person), best.get(person)) for person in rows.keys() | best.keys()}


def _learned(row: Mapping[str, Any] | None, best: Decimal | None) -> Learned:
    score = None if best is None else Fraction(best)
    if row is None:
        return Learned(score=score)
    return Learned(Fraction(row["all"]), row["count"], score, Fraction(row["start"] or 0))


def _account(learned: Learned, rule: TrainingRule | None) -> Account:
    return Account(learned, lacking(rule, learned) if rule else (), rule)


def in_post(programme: Programme, prefix: str, year: int, *, until: date | None = None) -> QuerySet[Appointment]:
    """Whoever held a post of the programme in a year, up to a day: of whom the year asks. One row for each appointment."""
    last = min(until or date.max, date(year, 12, 31))
    return Appointment.objects.filter(
        programme=programme, region_code__startswith=prefix, days__overlap=(date(year, 1, 1), last + timedelta(days=1))
    )


def of_appointments(held: Sequence[Appointment], day: date) -> dict[int, dict[str, Value]]:
    """学训达标 of the year of a day, for renewals. Where nothing was planned for that year, nobody knows."""
    facts: dict[int, dict[str, Value]] = {}
    for programme_id in {one.programme_id for one in held}:
        plan = Plan.objects.filter(programme=programme_id, year=day.year).select_related("programme").first()
        if plan is None:
            continue
        theirs = [one for one in held if one.programme_id == programme_id]
        years = accounts(plan.programme, {one.person_id for one in theirs}, day.year, until=day)
        facts |= {one.pk: {"学训达标": years[one.person_id].complete} for one in theirs}
    return facts


def install() -> None:
    """Let renewals ask."""
    known.ask_also(of_appointments)
