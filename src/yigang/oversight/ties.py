"""Who must not inspect where: kin of people inspected there, and whoever belongs to the village."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import chain

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people.models import Kinship, Person
from yigang.recruitment.kin import tie
from yigang.recruitment.models import DeclaredTie
from yigang.tenure.models import Appointment

VILLAGE_DIGITS = 12


def barred(groups: Sequence[Collection[User]], villages: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Village → the groups (numbered from 1) of which somebody is tied to it. Five queries whatever the numbers."""
    tied = villages_tied([user for group in groups for user in group])
    found: dict[str, tuple[int, ...]] = {}
    for village in villages:
        numbers = [
            number for number, group in enumerate(groups, start=1) if any(village in tied[user.pk] for user in group)
        ]
        if numbers:
            found[village] = tuple(numbers)
    return found


def villages_tied(users: Collection[User]) -> dict[int, set[str]]:
    """Account → villages where kin of it live or hold a post, where it is registered itself, or which alone it works for."""
    people = _people_tied(users)
    everybody = set().union(*people.values())
    places: dict[int, set[str]] = defaultdict(set)
    for person, village in chain(
        Person.objects.filter(pk__in=everybody).values_list("pk", "region_code"),
        Appointment.objects.filter(person__in=everybody).values_list("person", "region_code"),
    ):
        places[person].add(village)
    return {
        user.pk: {prefix for prefix in user.prefixes if len(prefix) == VILLAGE_DIGITS}.union(
            *(places[person] for person in people[user.pk])
        )
        for user in users
    }


def _people_tied(users: Collection[User]) -> dict[int, set[int]]:
    """Account → people whose declared kin it is by name, whom it named itself, or whose telephone it has."""
    found: dict[int, set[int]] = defaultdict(set)
    kin, phones = defaultdict(set), defaultdict(set)
    for official, person in Kinship.objects.filter(official__in={user.name for user in users}).values_list(
        "official", "person"
    ):
        kin[official].add(person)
    numbers = {user.phone for user in users if user.phone}
    for phone, person in Person.objects.filter(phone__in=numbers).values_list("phone", "pk"):
        phones[phone].add(person)
    for account, person in DeclaredTie.objects.filter(user__in=users).values_list("user", "person"):
        found[account].add(person)
    for user in users:
        found[user.pk] |= kin[user.name] | phones[user.phone]
    return found


def stand_aside(user: User, village: str, people: Collection[Person]) -> None:
    """Refuse what somebody says of kin of his own, or of the village that he belongs to."""
    for person in people:
        if why := tie(person, user=user):
            raise Refusal(
                _("%(inspector)s must stand aside about %(name)s (%(why)s)."),
                {"inspector": user.name, "name": person.name, "why": why}, code="kin",
                remedy=_("Let another group inspect and write this down."),
            )  # fmt: skip
    if village in villages_tied([user])[user.pk]:
        raise Refusal(
            _("%(inspector)s belongs to this village, or has kin in it."), {"inspector": user.name}, code="own_village",
            remedy=_("Let another group inspect and write this down."),
        )  # fmt: skip
