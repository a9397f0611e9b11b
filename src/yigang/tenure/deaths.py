"""A holder dies: the death and the end of the post are one act, and can be taken back as one."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, rls
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.people import deaths
from yigang.people.models import Person
from yigang.posts.models import Post
from yigang.tenure.access import RELEASE
from yigang.tenure.domain import EXIT_FIELDS, end_by_death, seat_again, take_back_exits
from yigang.tenure.enums import ExitKind, LedgerKind
from yigang.tenure.ledger import because
from yigang.tenure.models import Appointment


@transaction.atomic
def record_death(
    person: Person, on: date, *, evidence: str, last_day: date | None = None, file: StoredFile | None = None,
    actor: User,
) -> Person:  # fmt: skip
    """The person died on this day; every appointment that goes on ends by it, on `last_day` or the day of the death.

    An appointment that was to begin later never begins: it is ended on its first day, and a month never pays for days
    after a death. Evidence of work after the day is no reason to refuse, it is for somebody to look into.
    """
    person = deaths.record_death(person, on, evidence=evidence, file=file, actor=actor)
    last = on if last_day is None else last_day
    if last > on:
        raise Refusal(_("The last day in the post cannot lie after the death."), code="dates", field="last_day")
    for appointment in _going_on(person, last):
        end_by_death(appointment, max(last, appointment.starts), evidence.strip()[:200], actor=actor)
    return person


def _going_on(person: Person, day: date) -> list[Appointment]:
    """Appointments with a day after this one; refused when one lies where the caller cannot end it."""
    after = Q(ends__isnull=True) | Q(ends__gt=day)
    with rls.everywhere("a post elsewhere must not go on either"):
        count = Appointment.objects.filter(after, person=person.pk).count()
    found = list(Appointment.objects.select_for_update(of=("self",)).filter(after, person=person.pk).order_by("starts"))
    if len(found) != count:
        raise Refusal(
            _("%(name)s holds a post in another region."), {"name": person.name}, code="post_elsewhere",
            remedy=_("Ask the county to record the death, so that the post ends with it."),
        )  # fmt: skip
    return found


@transaction.atomic
def take_back_death(person: Person, *, reason: str, actor: User) -> Person:
    """The death on file was wrong: the appointments that it ended go on as they were agreed.

    Refused when the post, or the person, was given otherwise for these days.
    """
    person = deaths.take_back_death(person, reason=reason, actor=actor)
    for appointment in person.appointments.filter(exit_kind=ExitKind.DEATH).order_by("starts"):
        require(actor, RELEASE, appointment.region_code)
        before = audit.snapshot(appointment, EXIT_FIELDS)
        appointment.ends, appointment.agreed_end = appointment.agreed_end, None
        appointment.exit_kind, appointment.exit_reason = "", ""
        with because(reason.strip(), actor=actor, kind=LedgerKind.EXIT_BACK):
            moved = seat_again(appointment, Post.objects.select_for_update().get(pk=appointment.post_id))
        take_back_exits(appointment, reason.strip(), actor=actor)
        after = audit.snapshot(appointment, EXIT_FIELDS) | moved | {"reason": reason.strip()}
        audit.record("tenure.reopen_appointment", appointment, actor=actor, before=before, after=after)
    return person
