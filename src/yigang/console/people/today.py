"""What the first page says of people: who holds a post, now and a month ago, and who cannot be paid."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.today import Due, Figure, due, figure
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.people import queries
from yigang.people.access import KEEP_ACCOUNTS, KEEP_PEOPLE, READ_PEOPLE, REVIEW_REGISTER
from yigang.people.enums import ReviewState
from yigang.people.models import BankAccount, RegisterChange
from yigang.tenure.models import Appointment

MONTH = timedelta(days=30)


def held_on(day: date, prefix: str) -> int:
    """How many people hold a post on a day."""
    held = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day)
    return held.filter(regions.inside(prefix)).count()


@figure
def in_post(user: User, prefix: str) -> Figure | None:
    if not may(user, READ_PEOPLE):
        return None
    day = timezone.localdate()
    url = f"{reverse('console:people')}?post=yes"
    return Figure(_("In post"), held_on(day, prefix), _("people"), held_on(day - MONTH, prefix), url)


@due("people")
def without_account(user: User, prefix: str) -> Iterator[Due]:
    """People in a post who have no account: their pay could go nowhere."""
    if not may(user, KEEP_ACCOUNTS):
        return
    day = timezone.localdate()
    held = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), regions.inside(prefix), starts__lte=day)
    accounts = BankAccount.objects.filter(person=OuterRef("person"), active=True)
    if count := held.filter(~Exists(accounts)).count():
        url = f"{reverse('console:people')}?post=yes&account=no"
        yield Due(_("Enter the bank accounts that are missing"), url, count=count)


@due("people")
def register_differences(user: User, prefix: str) -> Iterator[Due]:
    """Differences of a register that nobody has looked at."""
    if not may(user, REVIEW_REGISTER):
        return
    count = RegisterChange.objects.filter(regions.inside(prefix), state=ReviewState.OPEN).count()
    if count:
        url = f"{reverse('console:register-changes')}?state={ReviewState.OPEN}"
        yield Due(_("Look through the register's differences"), url, count=count)


@due("people")
def hardships_ending(user: User, prefix: str) -> Iterator[Due]:
    """Categories that end soon or have ended without being renewed."""
    if not may(user, KEEP_PEOPLE):
        return
    found = queries.hardships_ending(prefix, timezone.localdate())
    first = found.values_list("until", flat=True).first()
    if first is not None:
        title = _("Renew or end hardship categories")
        yield Due(title, reverse("console:hardships"), due_on=first, count=found.count())
