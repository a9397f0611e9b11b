"""What this chapter knows of people in post, in the words of a policy. What is not known is absent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from django.db.models import Q

from yigang.people.enums import PoorKind
from yigang.people.models import Hardship, Person
from yigang.people.queries import age_on
from yigang.policy.exact import Value
from yigang.policy.tenure import years
from yigang.tenure.enums import ExitKind, ExitState
from yigang.tenure.models import Appointment, Exit

RETIREMENT = {"M": 60, "F": 55}
"""Age of retirement for years to it, before the gradual raise from 2025 on; shown with the proposal, so that it is seen."""


Knower = Callable[[Sequence[Appointment], date], Mapping[int, Mapping[str, Value]]]
"""Facts by appointment that a later chapter knows on a day."""
_KNOWERS: list[Knower] = []


def ask_also(knower: Knower) -> None:
    """Let a later chapter answer too, such as appraisal with the result of the year."""
    _KNOWERS.append(knower)


def of_appointments(held: Iterable[Appointment], day: date) -> dict[int, dict[str, Value]]:
    """Facts by appointment on a day, with what later chapters know; five queries and theirs whatever the number."""
    held = list(held)
    facts = _own(held, day)
    for knower in _KNOWERS:
        for key, more in knower(held, day).items():
            facts[key] |= more
    return facts


def _own(held: list[Appointment], day: date) -> dict[int, dict[str, Value]]:
    people = {one.pk: one for one in Person.objects.select_related("household").filter(pk__in=_people(held))}
    hard = set(
        Hardship.objects.filter(Q(until=None) | Q(until__gte=day), person__in=_people(held), since__lte=day)
        .values_list("person_id", flat=True)
    )  # fmt: skip
    served, recalled = _days_served(_people(held), day), _recalled(_people(held), day)
    return {
        one.pk: _facts(people[one.person_id], day, served[one.person_id], one.person_id in hard)
        | {"被召回": one.person_id in recalled}
        for one in held
    }


def _recalled(people: list[int], day: date) -> set[int]:
    """Who was recalled from a post up to a day, confirmed and not taken back."""
    exits = Exit.objects.filter(kind=ExitKind.RECALL, state=ExitState.DONE, on__lte=day, appointment__person__in=people)
    return set(exits.values_list("appointment__person", flat=True))


def _facts(person: Person, day: date, served: int, hard: bool) -> dict[str, Value]:
    age = age_on(person.birth, day)
    facts: dict[str, Value] = {
        "年龄": Fraction(age), "性别": {"M": "男", "F": "女"}[person.sex], "有困难类别": hard, "累计在岗年数": years(served),
        "距退休年数": Fraction(max(0, RETIREMENT[person.sex] - age)),
    }  # fmt: skip
    if person.household is not None:
        facts["建档立卡"] = person.household.poor_kind != PoorKind.NONE
    return facts


def _people(held: list[Appointment]) -> list[int]:
    return [one.person_id for one in held]


def _days_served(people: list[int], day: date) -> dict[int, int]:
    """Days in posts up to a day, both ends counted; nobody holds two posts, so no day counts twice."""
    found: dict[int, int] = defaultdict(int)
    rows = Appointment.objects.filter(person__in=people, starts__lte=day).values_list("person_id", "starts", "ends")
    for person, starts, ends in rows:
        found[person] += (min(ends or day, day) - starts).days + 1
    return found
