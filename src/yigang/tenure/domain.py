"""Verbs of appointments. The database refuses what must not be; here it is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal, Text
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.posts.models import Post
from yigang.tenure import queries
from yigang.tenure.access import EMPLOY, RELEASE
from yigang.tenure.enums import ExitKind
from yigang.tenure.models import Appointment
from yigang.tenure.places import Stay, seat

FIELDS = ("person_id", "post_id", "place", "starts", "ends", "agreement_number", "plan_start", "plan_end")
EXIT_FIELDS = ("ends", "exit_kind", "exit_reason")


@dataclass(frozen=True)
class Terms:
    """What is agreed: first and last day inclusive (none: open), agreement, daily plan in local time."""

    starts: date
    ends: date | None = None
    agreement_number: str = ""
    plan_start: time | None = None
    plan_end: time | None = None


@transaction.atomic
def appoint(person: Person, post: Post, terms: Terms, *, actor: User) -> Appointment:
    """Give a person a place of a post; others move to another place where that makes room.

    Refused, naming who and when: a person who holds a post on one of the days, a post that on one of them has as many
    holders as places, days outside the programme, a person who has died.
    """
    require(actor, EMPLOY, person.region_code)
    require(actor, EMPLOY, post.region_code)
    _refuse_dates(person, post, terms)
    post = Post.objects.select_for_update(of=("self",)).select_related("programme").get(pk=post.pk)
    appointment = Appointment(
        region_code=post.region_code, person=person, post=post, programme=post.programme, place=0,
        starts=terms.starts, ends=terms.ends, agreement_number=terms.agreement_number,
        plan_start=terms.plan_start, plan_end=terms.plan_end,
    )  # fmt: skip
    moved = seat_again(appointment, post)
    after = audit.snapshot(appointment, FIELDS) | moved
    audit.record("tenure.appoint", appointment, actor=actor, after=after)
    return appointment


@transaction.atomic
def end_appointment(
    appointment: Appointment, *, kind: ExitKind, on: date, reason: str, actor: User
) -> Appointment:  # fmt: skip
    """The person leaves: `on` is the last day in the post. An exit that is on file is refused, not overwritten."""
    require(actor, RELEASE, appointment.region_code)
    appointment = Appointment.objects.select_for_update(of=("self",)).select_related("person", "post").get(
        pk=appointment.pk
    )  # fmt: skip
    if appointment.exit_kind:
        raise Refusal(
            _("%(name)s left the post %(post)s on %(day)s already (%(kind)s)."),
            {**_names(appointment), "day": appointment.ends, "kind": appointment.get_exit_kind_display()},
            code="left_already",
        )
    if not reason.strip():
        raise Refusal(_("Say why the appointment ends."), code="reason_missing", field="reason")
    if kind == ExitKind.DEATH:
        raise Refusal(
            _("A death is recorded on the person's page; it ends the post as well."), code="record_death", field="kind"
        )  # fmt: skip
    _refuse_end(appointment, on)
    before = audit.snapshot(appointment, EXIT_FIELDS)
    appointment.ends, appointment.exit_kind, appointment.exit_reason = on, kind, reason.strip()
    _save(appointment)
    after = audit.snapshot(appointment, EXIT_FIELDS)
    audit.record("tenure.end_appointment", appointment, actor=actor, before=before, after=after)
    return appointment


@transaction.atomic
def change_terms(appointment: Appointment, terms: Terms, *, actor: User) -> Appointment:
    """Correct the dates, agreement or daily plan of an appointment; longer dates pass the same checks as a new one."""
    require(actor, EMPLOY, appointment.region_code)
    post = Post.objects.select_for_update().get(pk=appointment.post_id)
    _refuse_dates(appointment.person, post, terms)
    before = audit.snapshot(appointment, FIELDS)
    appointment.starts, appointment.ends = terms.starts, terms.ends
    appointment.agreement_number = terms.agreement_number
    appointment.plan_start, appointment.plan_end = terms.plan_start, terms.plan_end
    moved = seat_again(appointment, post)
    after = audit.snapshot(appointment, FIELDS) | moved
    audit.record("tenure.change_terms", appointment, actor=actor, before=before, after=after)
    return appointment


def _refuse_dates(person: Person, post: Post, terms: Terms) -> None:
    if terms.ends is not None and terms.ends < terms.starts:
        raise Refusal(_("The last day lies before the first."), code="dates", field="ends")
    if person.died_on is not None and (terms.ends is None or terms.ends > person.died_on):
        raise Refusal(
            _("%(name)s died on %(day)s."), {"name": person.name, "day": person.died_on}, code="died", field="starts"
        )
    programme = post.programme
    if terms.starts < programme.starts or (programme.ends and terms.starts > programme.ends):
        raise Refusal(
            _("The programme “%(programme)s” runs %(span)s; %(day)s lies outside."),
            {"programme": programme.name, "span": span(programme.starts, programme.ends), "day": terms.starts},
            code="outside_programme", field="starts",
        )  # fmt: skip


def _refuse_end(appointment: Appointment, on: date) -> None:
    if on < appointment.starts:
        raise Refusal(
            _("%(name)s began on %(starts)s; the last day cannot lie before."),
            {**_names(appointment), "starts": appointment.starts}, code="dates", field="on",
        )  # fmt: skip
    if appointment.ends is not None and on > appointment.ends:
        raise Refusal(
            _("The appointment of %(name)s ends on %(ends)s anyway; a later day is a new appointment."),
            {**_names(appointment), "ends": appointment.ends}, code="dates", field="on",
        )  # fmt: skip


def seat_again(appointment: Appointment, post: Post) -> dict[str, list[list[int]]]:
    """Give the appointment a place of its (locked) post and save it; returns who changed places for it, for the audit.

    A place that is free on all the days is taken as it is. Otherwise everybody in the post is seated anew.
    """
    besides = appointment if appointment.pk else None
    free = queries.free_places(post, appointment.starts, appointment.ends, besides=besides)
    if free:
        appointment.place = appointment.place if appointment.place in free else free[0]
        _save(appointment)
        return {}
    others = queries.stays(post, besides=besides)
    own = Stay(0, appointment.starts, appointment.ends, appointment.place, firm=False)
    seating = seat(post.head_count, [*others, own])
    if seating.left:
        raise _post_full(post, Terms(appointment.starts, appointment.ends))
    moved = [[one.key, one.place, seating.places[one.key]] for one in others if seating.places[one.key] != one.place]
    with places_exchanged():
        for key, _before, place in moved:
            Appointment.objects.filter(pk=key).update(place=place)
        appointment.place = seating.places[own.key]
        _save(appointment)
    return {"places_moved": moved}


@contextmanager
def places_exchanged() -> Iterator[None]:
    """Within, two may hold one place for a moment; the database looks at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_holder_per_place DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS one_holder_per_place IMMEDIATE")


def _save(appointment: Appointment) -> None:
    """Save, and turn what the database refuses into words."""
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        raise _refusal_of(error, appointment) from error


def _refusal_of(error: IntegrityError, wanted: Appointment) -> Exception:
    terms = Terms(wanted.starts, wanted.ends)
    by_constraint = {
        "one_post_at_a_time": lambda: _person_busy(wanted),
        "one_holder_per_place": lambda: _post_full(wanted.post, terms),
        "place_within_head_count": lambda: _post_full(wanted.post, terms),
        "ends_after_start": lambda: Refusal(_("The last day lies before the first."), code="dates", field="ends"),
    }
    make = by_constraint.get(violated(error))
    return make() if make else error


def _person_busy(wanted: Appointment) -> Refusal:
    """Name the other post and its days; of a post outside the caller's region only that there is one."""
    remedy = _("One person holds one post at a time. End the other appointment first, or choose other days.")
    params = {"name": wanted.person.name}
    visible = queries.of_person(wanted.person, wanted.starts, wanted.ends).exclude(pk=wanted.pk).first()
    if visible is None:
        sentence = _("%(name)s holds a post in another region on some of these days.")
        return Refusal(sentence, params, code="person_busy", field="person", remedy=remedy)
    return Refusal(
        _("%(name)s holds the post %(post)s (%(programme)s) %(span)s."),
        {**params, "post": visible.post.number, "programme": visible.programme.name,
         "span": span(visible.starts, visible.ends)},
        code="person_busy", field="person", remedy=remedy,
    )  # fmt: skip


def _post_full(post: Post, terms: Terms) -> Refusal:
    held = [
        f"{holder.person.name}（{span(holder.starts, holder.ends)}）"
        for holder in queries.holders(post, terms.starts, terms.ends)
    ]
    return Refusal(
        _("The post %(post)s has %(count)d places and none is free %(span)s; held by %(holders)s."),
        {"post": post.number, "count": post.head_count, "span": span(terms.starts, terms.ends),
         "holders": "、".join(held)},
        code="post_full", field="post",
        remedy=_("End an appointment, choose other days, or raise the head-count."),
    )  # fmt: skip


def _names(appointment: Appointment) -> dict[str, str]:
    return {"name": appointment.person.name, "post": appointment.post.number}


def span(first: date, last: date | None) -> Text:
    """A period in words: `2020-07-01 – 2021-06-30`, or from a day on."""
    if last is None:
        return _("from %(first)s on") % {"first": first.isoformat()}
    return f"{first.isoformat()} – {last.isoformat()}"
