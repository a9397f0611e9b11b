"""What waits in quarters and years: marks before the closing day, periods to be closed."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from yigang.appraisal.access import CLOSE_PERIOD, capability_for
from yigang.console.rhythms import listed
from yigang.console.today import Due, due
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User


@due("rhythms")
def periods_in_hand(user: User, prefix: str) -> Iterator[Due]:
    """Of periods that are over: marks that this user may give, then their closing, until the policy's day."""
    if not (may(user, CLOSE_PERIOD) or may(user, capability_for("village"))):
        return
    for row in listed.rows(regioncode.pad(prefix or user.prefixes[0])):
        if not row.open:
            continue
        named = {"programme": row.programme.name, "name": row.rhythm.name, "first": f"{row.first:%Y-%m}"}
        if row.given < row.asked and any(may(user, capability_for(rule.mark)) for rule in row.rhythm.marks):
            count = row.asked - row.given
            yield Due(_("Give the marks: %(programme)s, %(name)s from %(first)s") % named, row.url, row.due_on, count)
        elif row.given >= row.asked and may(user, CLOSE_PERIOD):
            yield Due(_("Close the period: %(programme)s, %(name)s from %(first)s") % named, row.url, row.due_on)
