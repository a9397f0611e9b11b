"""Giving posts and changing terms. The database refuses what must not be; here it is said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, monthlocks
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal, Text
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.posts.models import Post, Programme
from yigang.posts.rules import section
from yigang.tenure import queries
from yigang.tenure.access import EMPLOY
from yigang.tenure.domain.vacancies import refuse_filled
from yigang.tenure.enums import LedgerKind, TrainingBasis
from yigang.tenure.ledger import because
from yigang.tenure.models import Appointment, Certificate, Vacancy
from yigang.tenure.places import Stay, seat

FIELDS = ("person_id", "post_id", "place", "starts", "ends", "agreement_number", "plan_start", "plan_end")


@dataclass(frozen=True)
class Terms:
    """What is agreed: first and last day inclusive (none: open), agreement, daily plan in local time.

    `training` says why somebody may start where the policy asks for training first: a certificate, unless the person was
    in the post before this program was used. `reason` is for the ledger, such as the decision behind it.
    """

    starts: date
    ends: date | None = None
    agreement_number: str = ""
    plan_start: time | None = None
    plan_end: time | None = None
    training: TrainingBasis = TrainingBasis.CERTIFICATE
    reason: str = ""


@transaction.atomic
def appoint(person: Person, post: Post, terms: Terms, *, actor: User, vacancy: Vacancy | None = None) -> Appointment:
    """Give a person a place of a post; others move to another place where that makes room.

    Refused, naming who and when: a person who holds a post on one of the days, a post that on one of them has as many
    holders as places, a vacancy that was filled, days outside the programme, a person who has died, a start before the
    training that the policy asks for. Without `vacancy` the place that has been vacant longest counts as filled.
    """
    require(actor, EMPLOY, person.region_code)
    require(actor, EMPLOY, post.region_code)
    refuse_dates(person, post, terms)
    post = hold(Post.objects.select_related("programme").filter(pk=post.pk)).get()
    refuse_untrained(person, post.programme, terms)
    if vacancy is not None:
        refuse_filled(Vacancy.objects.select_related("filled_by__person").get(pk=vacancy.pk, post=post))
    appointment = new_appointment(person, post, terms)
    with because(terms.reason, actor=actor, kind=LedgerKind.HIRE):
        moved = seat_again(appointment, post)
    after = audit.snapshot(appointment, FIELDS) | moved
    audit.record("tenure.appoint", appointment, actor=actor, after=after)
    return appointment


@transaction.atomic
def change_terms(appointment: Appointment, terms: Terms, *, actor: User) -> Appointment:
    """Correct the dates, agreement or daily plan of an appointment; longer dates pass the same checks as a new one."""
    require(actor, EMPLOY, appointment.region_code)
    post = Post.objects.select_for_update().get(pk=appointment.post_id)
    # Not its key, to which a month that is being sealed refers: each would wait for the other.
    Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
    appointment.refresh_from_db()  # as it stands now that it is held, whatever the caller read before
    refuse_dates(appointment.person, post, terms)
    before = audit.snapshot(appointment, FIELDS)
    appointment.starts, appointment.ends = terms.starts, terms.ends
    appointment.agreement_number = terms.agreement_number
    appointment.plan_start, appointment.plan_end = terms.plan_start, terms.plan_end
    with because(terms.reason, actor=actor):
        moved = seat_again(appointment, post)
    after = audit.snapshot(appointment, FIELDS) | moved
    audit.record("tenure.change_terms", appointment, actor=actor, before=before, after=after)
    return appointment


def new_appointment(person: Person, post: Post, terms: Terms) -> Appointment:
    """The appointment, without a place and not saved."""
    return Appointment(
        region_code=post.region_code, person=person, post=post, programme=post.programme, place=0,
        starts=terms.starts, ends=terms.ends, agreement_number=terms.agreement_number,
        plan_start=terms.plan_start, plan_end=terms.plan_end,
    )  # fmt: skip


Trained = Callable[[Person, Programme, date], bool]
_TRAINED: list[Trained] = []


def training_known_by(knower: Trained) -> None:
    """Let a later chapter say, too, that somebody has learned what comes before the first day."""
    _TRAINED.append(knower)


def refuse_untrained(person: Person, programme: Programme, terms: Terms) -> None:
    """Nobody starts before the training that the policy asks for (培训一人、上岗一人)."""
    if terms.training == TrainingBasis.CONTINUES:
        return
    if terms.training == TrainingBasis.TAKEN_OVER:
        if terms.starts > timezone.localdate():
            raise Refusal(
                _("Only somebody who has started already can be taken over without a certificate."),
                code="not_taken_over", field="training",
            )  # fmt: skip
        return
    rule = section(programme, terms.starts, "training")
    if rule.get("before_start") and not trained(person, programme, terms.starts):
        raise Refusal(
            _("%(name)s has not done the training before the first day and has no certificate of training that holds on "
              "%(day)s; “%(programme)s” asks for training first (%(cites)s)."),
            {"name": person.name, "day": terms.starts, "programme": programme.name, "cites": rule.get("cites", "")},
            code="untrained", field="starts",
            remedy=_("Enter who came to the training, record the certificate, or choose a first day after the training."),
        )  # fmt: skip


def trained(person: Person, programme: Programme, day: date) -> bool:
    """Whether the training before the first day is done, by a certificate or by what other chapters know."""
    return certified(person, programme, day) or any(knower(person, programme, day) for knower in _TRAINED)


def certified(person: Person, programme: Programme, day: date) -> bool:
    """Whether a certificate for the programme, or for all of them, holds on a day."""
    valid = Certificate.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day), person=person, issued_on__lte=day)
    return valid.filter(Q(programme=None) | Q(programme=programme)).exists()


def refuse_dates(person: Person, post: Post, terms: Terms) -> None:
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


def seat_again(appointment: Appointment, post: Post) -> dict[str, list[list[int]]]:
    """Give the appointment a place of its (locked) post and save it; returns who changed places for it, for the audit.

    A place that is free on all the days is taken as it is. Otherwise everybody in the post is seated anew.
    """
    besides = appointment if appointment.pk else None
    free = queries.free_places(post, appointment.starts, appointment.ends, besides=besides)
    if free:
        appointment.place = appointment.place if appointment.place in free else free[0]
        save(appointment)
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
        save(appointment)
    return {"places_moved": moved}


@contextmanager
def places_exchanged() -> Iterator[None]:
    """Within, two may hold one place for a moment; the database looks at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_holder_per_place DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS one_holder_per_place IMMEDIATE")


def save(appointment: Appointment) -> None:
    """Save, once no month is being sealed there, and turn what the database refuses into words."""
    monthlocks.write_register(appointment.region_code)
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


def names_of(appointment: Appointment) -> dict[str, str]:
    return {"name": appointment.person.name, "post": appointment.post.number}


def span(first: date, last: date | None) -> Text:
    """A period in words: `2020-07-01 – 2021-06-30`, or from a day on."""
    if last is None:
        return _("from %(first)s on") % {"first": first.isoformat()}
    return f"{first.isoformat()} – {last.isoformat()}"
