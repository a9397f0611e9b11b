"""Whether somebody has learned what comes before the first day (培训一人、上岗一人)."""

from __future__ import annotations

from datetime import date, timedelta

from yigang.people.models import Person
from yigang.policy.training import Learned, may_start
from yigang.posts.models import Programme
from yigang.tenure.domain import training_known_by
from yigang.training.account import learned_by, rule_of

COUNTS_FOR = timedelta(days=365)
"""Training before the start counts for a year."""


def trained(person: Person, programme: Programme, day: date) -> bool:
    """Whether the courses before the start, and the test where the policy asks for it, were done by a day."""
    rule = rule_of(programme, day)
    if rule is None:
        return False
    learned = learned_by(programme, [person.pk], day - COUNTS_FOR, day)
    return may_start(rule, learned.get(person.pk, Learned()))


def install() -> None:
    """Let the start of an appointment ask."""
    training_known_by(trained)
