"""Who must stand aside: a reviewer who is kin of an applicant, lives in the household, or has said so.

The program knows three things: ties to officials that are on file for anybody of the household, the members of the
household by name and phone, and what reviewers declare themselves. A shared name is enough to stand aside: another
reviewer costs little, a relative's vote costs the trust in the round.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people.models import Kinship, Person
from yigang.recruitment.models import Application, DeclaredTie


def tie(person: Person, *, name: str = "", user: User | None = None) -> str:
    """What ties a reviewer, by account or by name only, to a person; empty when nothing is known."""
    name = user.name if user else name.strip()
    if user and (declared := DeclaredTie.objects.filter(person=person, user=user).first()):
        return _("declared: %(relation)s") % {"relation": declared.relation}
    household = Q(person__household=person.household_id) if person.household_id else Q()
    kinship = Kinship.objects.filter(
        Q(person=person) | household if household else Q(person=person), official=name
    ).first()
    if kinship:
        return _("%(office)s, %(relation)s of the household") % {"office": kinship.office, "relation": kinship.relation}
    return _same_household(person, name, user)


def _same_household(person: Person, name: str, user: User | None) -> str:
    members = Person.objects.filter(household=person.household_id) if person.household_id else Person.objects.none()
    same = Q(name=name) | (Q(phone=user.phone) if user and user.phone else Q(pk__in=()))
    if members.filter(same).exists() or person.name == name:
        return _("of the same household")
    return ""


def tied_among(applications: QuerySet[Application], user: User) -> set[int]:
    """Those of many applications that an account must not judge, with one question for each kind of tie."""
    return set(applications.filter(_tied(user, "person", "person__")).values_list("pk", flat=True))


def people_tied(people: Iterable[int], user: User) -> set[int]:
    """Those of many people whom an account must not judge. One question."""
    return set(Person.objects.filter(_tied(user, "pk", ""), pk__in=list(people)).values_list("pk", flat=True))


def _tied(user: User, key: str, of: str) -> Q:
    """Tied to an account: `key` names the person, `of` begins the person's own fields."""
    homes = Kinship.objects.filter(official=user.name, person__household__isnull=False).values("person__household")
    named = Q(name=user.name) | (Q(phone=user.phone) if user.phone else Q(pk__in=()))
    neighbours = Person.objects.filter(named, household__isnull=False).values("household")
    declared = DeclaredTie.objects.filter(user=user).values("person")
    officials = Kinship.objects.filter(official=user.name).values("person")
    return (
        Q(**{f"{key}__in": declared})
        | Q(**{f"{key}__in": officials})
        | Q(**{f"{of}household__in": homes})
        | Q(**{f"{of}household__in": neighbours})
        | Q(**{f"{of}name": user.name})
    )


def stand_aside(application: Application, *, user: User | None = None, names: Iterable[str] = ()) -> None:
    """Refuse the review of an applicant by somebody who is tied to him, and say by what."""
    reviewers: list[tuple[str, str]] = []
    if user:
        reviewers.append((user.name, tie(application.person, user=user)))
    reviewers += [(name, tie(application.person, name=name)) for name in names]
    for name, why in reviewers:
        if why:
            raise Refusal(
                gettext_lazy("%(reviewer)s must stand aside about %(name)s (%(why)s)."),
                {"reviewer": name, "name": application.person.name, "why": why}, code="kin",
                remedy=gettext_lazy("Ask another reviewer."),
            )  # fmt: skip
