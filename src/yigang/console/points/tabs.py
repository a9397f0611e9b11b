"""The pages about points and honours, and which programmes have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.points import clauses_on
from yigang.console.tenure.tabs import Offer
from yigang.console.tenure.tabs import frame as framed
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.policy.points import PointClause
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

TABS = (
    ("points", _("Points of people")),
    ("points-entries", _("Ledger of points")),
    ("points-honours", _("Honours")),
    ("points-polls", _("Votes about honours")),
)


def frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    """For the template's context."""
    return framed(actor, current, *offers, tabs=TABS, name=_("Points and honours"))


def with_points() -> list[Programme]:
    """Programmes whose policy gives points today."""
    day = timezone.localdate()
    return [one for one in Programme.objects.order_by("name") if clauses_of(one, day)]


def clauses_of(programme: Programme, day: date) -> Sequence[PointClause]:
    """The clauses in force on a day; none where the policy has no text then, as the programme's own page says."""
    try:
        return list(clauses_on(programme, day)[0].values())
    except Refusal:
        return ()


def last_day(held: Appointment) -> date:
    """Today, or the last day of a post that has ended: the day for which points are first thought of."""
    return min(timezone.localdate(), held.ends or date.max)
