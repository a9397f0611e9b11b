"""Questions about who holds which post."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from yigang.foundation import regioncode
from yigang.people.models import Person
from yigang.posts.models import Post, Programme
from yigang.tenure.models import Appointment
from yigang.tenure.places import Stay


def overlapping(appointments: QuerySet[Appointment], first: date, last: date | None) -> QuerySet[Appointment]:
    """Those with a day between `first` and `last` inclusive; an open end goes on for ever."""
    still = appointments.filter(Q(ends__isnull=True) | Q(ends__gte=first))
    return still if last is None else still.filter(starts__lte=last)


def of_person(person: Person, first: date, last: date | None = None) -> QuerySet[Appointment]:
    """A person's appointments in a period, the earliest first."""
    return overlapping(person.appointments.select_related("post", "programme"), first, last).order_by("starts")


def of_programme(programme: Programme, region_code: str) -> list[Appointment]:
    """Everybody who ever held a post of a programme in a region, with person and post; of each the earliest term first."""
    held = programme.appointments.filter(region_code__startswith=regioncode.prefix_of(region_code))
    return list(held.select_related("person", "post").order_by("starts", "pk"))


def current(person: Person, day: date) -> Appointment | None:
    """The appointment a person holds on a day; there is at most one."""
    return of_person(person, day, day).first()


def holders(post: Post, first: date, last: date | None = None) -> QuerySet[Appointment]:
    """Who holds the post in a period, by place."""
    return overlapping(post.appointments.select_related("person"), first, last).order_by("place", "starts")


def free_places(post: Post, first: date, last: date | None = None, *, besides: Appointment | None = None) -> list[int]:
    """The places of a post that nobody (`besides` one) holds on any day of the period, the lowest first."""
    held = holders(post, first, last)
    if besides is not None:
        held = held.exclude(pk=besides.pk)
    return sorted(set(range(1, post.head_count + 1)) - set(held.values_list("place", flat=True)))


def stays(post: Post, *, besides: Appointment | None = None) -> list[Stay]:
    """Everybody who ever holds the post (`besides` one), with the place."""
    held = post.appointments.exclude(pk=besides.pk) if besides is not None else post.appointments.all()
    return [Stay(*row) for row in held.values_list("pk", "starts", "ends", "place")]
