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
from yigang.people.access import KEEP_ACCOUNTS, READ_PEOPLE
from yigang.people.models import BankAccount
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
