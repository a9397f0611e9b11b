"""Verbs of those who go on: renewed in the same post, or moved to another one, without a day between."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.posts.models import Post
from yigang.tenure.access import EMPLOY, RELEASE
from yigang.tenure.domain.appointing import (
    FIELDS,
    Terms,
    names_of,
    new_appointment,
    refuse_dates,
    refuse_untrained,
    seat_again,
)
from yigang.tenure.domain.exits import Leaving, end_for_transfer
from yigang.tenure.enums import ExitKind, ExitReason, LedgerKind, TrainingBasis
from yigang.tenure.ledger import because
from yigang.tenure.models import Appointment

ONE = timedelta(days=1)


@dataclass(frozen=True)
class Move:
    """From the post held to another one. The new term ends as the old one would, unless `ends` says otherwise."""

    appointment: Appointment
    post: Post
    ends: date | None = None


@transaction.atomic
def renew(appointment: Appointment, until: date, *, reason: str = "", actor: User) -> Appointment:
    """A new appointment in the same post from the day after the old one ends: no gap, no overlap."""
    require(actor, EMPLOY, appointment.region_code)
    old = _locked(appointment)
    _refuse_renewal(old, until)
    assert old.ends is not None
    terms = Terms(
        old.ends + ONE, until, plan_start=old.plan_start, plan_end=old.plan_end, training=TrainingBasis.CONTINUES
    )  # fmt: skip
    post = hold(Post.objects.select_related("programme").filter(pk=old.post_id)).get()
    refuse_dates(old.person, post, terms)
    made = new_appointment(old.person, post, terms)
    made.place = old.place
    with because(reason, actor=actor, kind=LedgerKind.RENEWAL):
        moved = seat_again(made, post)
    audit.record("tenure.renew", made, actor=actor, after=audit.snapshot(made, FIELDS) | moved)
    return made


@transaction.atomic
def transfer(
    appointment: Appointment, post: Post, *, on: date, reason: str, ends: date | None = None, actor: User
) -> Appointment:  # fmt: skip
    """Move one person to another post: the last day in the old one is the day before `on`."""
    return transfer_many([Move(appointment, post, ends)], on=on, reason=reason, actor=actor)[0]


@transaction.atomic
def transfer_many(moves: Sequence[Move], *, on: date, reason: str, actor: User) -> list[Appointment]:
    """Move several people on one day, so that they may exchange their posts. All of it is done, or nothing.

    Both entries of a move in the ledger carry the same link.
    """
    if not reason.strip():
        raise Refusal(_("Say why the person is moved."), code="reason_missing", field="reason")
    for move in moves:
        require(actor, RELEASE, move.appointment.region_code)
        require(actor, EMPLOY, move.post.region_code)
    leaving = Leaving(ExitKind.TRANSFER, ExitReason.TRANSFER, on - ONE, reason)
    links = []
    for move in moves:
        old = _locked(move.appointment)
        _refuse_move(old, move.post, on)
        planned, link = old.ends, str(uuid.uuid4())
        end_for_transfer(old, leaving, link=link, actor=actor)
        links.append((move, old, move.ends or planned, link))
    return [_arrive(move, old, ends, on, reason, link, actor) for move, old, ends, link in links]


def _arrive(
    move: Move, old: Appointment, ends: date | None, on: date, reason: str, link: str, actor: User
) -> Appointment:  # fmt: skip
    post = hold(Post.objects.select_related("programme").filter(pk=move.post.pk)).get()
    same = old.programme_id == post.programme_id
    terms = Terms(
        on, ends, plan_start=old.plan_start, plan_end=old.plan_end,
        training=TrainingBasis.CONTINUES if same else TrainingBasis.CERTIFICATE,
    )  # fmt: skip
    refuse_dates(old.person, post, terms)
    refuse_untrained(old.person, post.programme, terms)
    made = new_appointment(old.person, post, terms)
    with because(reason.strip(), actor=actor, kind=LedgerKind.TRANSFER_IN, link=link):
        moved = seat_again(made, post)
    audit.record("tenure.transfer", made, actor=actor, after=audit.snapshot(made, FIELDS) | moved)
    return made


def _refuse_renewal(old: Appointment, until: date) -> None:
    if old.exit_kind:
        raise Refusal(
            _("%(name)s left the post %(post)s on %(day)s already (%(kind)s)."),
            {**names_of(old), "day": old.ends, "kind": old.get_exit_kind_display()}, code="left_already",
        )  # fmt: skip
    if old.ends is None:
        raise Refusal(_("The appointment of %(name)s has no last day; it goes on."), names_of(old), code="no_term")
    if until <= old.ends:
        raise Refusal(
            _("The new term of %(name)s ends after %(ends)s."), {**names_of(old), "ends": old.ends}, code="dates",
            field="until",
        )  # fmt: skip
    if old.person.appointments.filter(starts__gt=old.ends).exists():
        raise Refusal(_("%(name)s is appointed already after this term."), names_of(old), code="renewed_already")


def _refuse_move(old: Appointment, post: Post, on: date) -> None:
    if old.exit_kind or (old.ends is not None and old.ends < on):
        raise Refusal(
            _("%(name)s does not hold the post %(post)s on %(day)s any more."), {**names_of(old), "day": on},
            code="left_already",
        )  # fmt: skip
    if on <= old.starts:
        raise Refusal(
            _("%(name)s begins on %(starts)s; a move takes place later."), {**names_of(old), "starts": old.starts},
            code="dates", field="on",
        )  # fmt: skip
    if post.pk == old.post_id:
        raise Refusal(_("%(name)s holds the post %(post)s already."), names_of(old), code="same_post", field="post")


def _locked(appointment: Appointment) -> Appointment:
    return hold(Appointment.objects.select_related("person", "post", "programme").filter(pk=appointment.pk)).get()
