"""What waits about patrols: late points of sealed months, areas where nobody was."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.patrols.late import of_sealed_months
from yigang.console.today import Due, due
from yigang.duty import coverage
from yigang.duty.access import KEEP_GROUND, WITHDRAW_PATROL
from yigang.foundation.access import may
from yigang.foundation.models import User


@due("patrols")
def late_points(user: User, prefix: str) -> Iterator[Due]:
    """The sealed month does not change by itself; somebody decides whether an adjustment follows."""
    if may(user, WITHDRAW_PATROL):
        count = of_sealed_months().filter(regions.inside(prefix), seen_at=None).count()
        if count:
            yield Due(
                _("Look at late points of sealed months"), f"{reverse('console:patrols-late')}?open=yes", count=count
            )


@due("patrols")
def areas_without_patrol(user: User, prefix: str) -> Iterator[Due]:
    """Areas where patrols have been and are no more; those where none ever was may not have begun."""
    if may(user, KEEP_GROUND):
        rows = coverage.areas_with_last().filter(regions.inside(prefix), coverage.silent_since(coverage.GAP_DAYS))
        count = rows.exclude(coverage.never()).count()
        if count:
            address = f"{reverse('console:duty-areas')}?silent={coverage.GAP_DAYS}"
            yield Due(
                _("Areas without patrol for more than %(days)d days") % {"days": coverage.GAP_DAYS},
                address,
                count=count,
            )
