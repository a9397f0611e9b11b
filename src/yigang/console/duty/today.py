"""What waits in attendance: people to be matched, days kept on paper to be confirmed."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.duty.late import of_sealed_months
from yigang.console.today import Due, due
from yigang.duty import queries
from yigang.duty.access import CONFIRM_PROXY, CORRECT_EVIDENCE, LOOK_INTO_RECORDS, MATCH_PERSON
from yigang.foundation.access import may
from yigang.foundation.models import User


@due("duty")
def unknown_people(user: User, prefix: str) -> Iterator[Due]:
    """Rows whose person nobody knows: evidence that counts for nobody until it is matched."""
    if may(user, MATCH_PERSON) and (count := queries.unmatched(prefix).count()):
        yield Due(_("Say who the unknown people in the files are"), reverse("console:duty-unmatched"), count=count)


@due("duty")
def days_on_paper(user: User, prefix: str) -> Iterator[Due]:
    """Days that somebody else has entered, by village and month."""
    if not may(user, CONFIRM_PROXY):
        return
    waiting = queries.waiting_proxy(prefix).exclude(entered_by=user).order_by("region_code", "day")
    first = waiting.first()
    if first is not None:
        address = f"{reverse('console:duty-paper')}?village={first.region_code}&month={first.day:%Y-%m}"
        yield Due(_("Confirm days kept on paper"), address, count=waiting.count())


@due("duty")
def late_records(user: User, prefix: str) -> Iterator[Due]:
    """A sealed month does not change by itself; somebody decides whether an adjustment follows."""
    if may(user, CORRECT_EVIDENCE):
        count = of_sealed_months().filter(regions.inside(prefix), seen_at=None).count()
        if count:
            address = f"{reverse('console:duty-late')}?open=yes"
            yield Due(_("Look at records that came late for a sealed month"), address, count=count)


@due("duty")
def records_aside(user: User, prefix: str) -> Iterator[Due]:
    """What phones sent and does not count, until somebody has looked into it."""
    if may(user, LOOK_INTO_RECORDS) and (count := queries.set_aside(prefix).filter(seen_at=None).count()):
        yield Due(
            _("Look into records of phones that do not count"),
            f"{reverse('console:duty-asides')}?open=yes",
            count=count,
        )
