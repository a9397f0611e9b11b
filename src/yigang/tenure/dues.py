"""What waits in tenure: who ought to leave, whose term ends soon, vacancies whose clock runs. Proposals only; people decide."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from yigang.foundation.errors import Refusal
from yigang.posts.models import Programme
from yigang.posts.rules import section
from yigang.tenure.enums import ExitReason, ExitState
from yigang.tenure.models import Appointment, Exit, Provision, Vacancy

SOON = 60
"""Days ahead within which a term or a provision counts as ending soon."""


def in_post(day: date) -> QuerySet[Appointment]:
    """Who holds a post on a day."""
    return Appointment.objects.filter(Q(ends=None) | Q(ends__gte=day), starts__lte=day)


def goes_on() -> Exists:
    """Whether the person is appointed again after this term."""
    return Exists(Appointment.objects.filter(person=OuterRef("person"), starts__gt=OuterRef("starts")))


def ending_soon(day: date, within: int = SOON) -> QuerySet[Appointment]:
    """Terms that end in the next days without a renewal."""
    return in_post(day).filter(~goes_on(), ends__lte=day + timedelta(days=within), exit_kind="")


def due_to_leave(day: date) -> QuerySet[Appointment]:
    """Appointments without an exit whose term is over, whose holder has died or reached the policy's age limit."""
    died = Q(person__died_on__lt=day) & (Q(ends=None) | Q(ends__gt=F("person__died_on")))
    over = Q(ends__lt=day) & ~goes_on()
    serving = Q(ends=None) | Q(ends__gte=day)
    return Appointment.objects.filter(over | died | (serving & Q(starts__lte=day) & too_old(day)), exit_kind="")


def too_old(day: date) -> Q:
    """The condition for whoever has reached the age limit of the programme's policy."""
    condition = Q(pk__in=())
    for programme, limit in age_limits(day).items():
        condition |= Q(programme=programme, person__birth__lte=years_before(day, limit))
    return condition


def age_limits(day: date) -> dict[int, int]:
    """Programme → the age at which people leave, where the policy says one.

    A programme whose policy cannot be read names nobody; what is wrong with the policy is said where it is judged by.
    """
    found = {}
    for programme in Programme.objects.all():
        try:
            limit = section(programme, day, "exit").get("age_limit")
        except Refusal:
            continue
        if limit is not None:
            found[programme.pk] = int(limit)
    return found


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; of a leap day the first of March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def reasons_to_leave(held: Appointment, day: date, limits: dict[int, int]) -> list[ExitReason]:
    """Why `due_to_leave` names somebody; its person must be loaded."""
    found = []
    limit = limits.get(held.programme_id)
    if held.person.died_on is not None and held.person.died_on < day:
        found.append(ExitReason.DIED)
    if held.ends is not None and held.ends < day:
        found.append(ExitReason.TERM_OVER)
    if limit is not None and held.person.birth <= years_before(day, limit):
        found.append(ExitReason.AGE)
    return found


def open_vacancies() -> QuerySet[Vacancy]:
    """Places that nobody has taken up: what recruitment and the reserve pool read."""
    return Vacancy.objects.filter(filled_by=None, closed_on=None).select_related("post__programme", "exit")


def unreported() -> QuerySet[Vacancy]:
    """Open vacancies that the county was not told of."""
    return open_vacancies().filter(reported_on=None)


def proposed_exits() -> QuerySet[Exit]:
    """Removals that wait for the county's word."""
    return Exit.objects.filter(state=ExitState.PROPOSED)


def undelivered(day: date) -> QuerySet[Exit]:
    """Exits in force since less than half a year whose notice has not reached anybody."""
    return Exit.objects.filter(
        state=ExitState.DONE, delivered_on=None, decided_at__date__gte=day - timedelta(days=183)
    ).exclude(kind="transfer")


def expiring(day: date, within: int = SOON) -> QuerySet[Provision]:
    """The latest provision of a kind that runs out soon or has run out, of people who are in post."""
    later = Provision.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")),
        person=OuterRef("person"),
        kind=OuterRef("kind"),
    )
    holds = in_post(day).filter(person=OuterRef("person"))
    return Provision.objects.filter(~Exists(later), Exists(holds), valid_until__lte=day + timedelta(days=within))
