"""The pages of oversight, and what a page of them offers at its top."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.console.tenure.tabs import Offer
from yigang.console.tenure.tabs import frame as framed
from yigang.foundation.models import Region, User

TABS = (
    ("oversight", _("Inspections")),
    ("oversight-plans", _("Weekly draws")),
    ("oversight-points", _("To be put right")),
    ("oversight-interviews", _("Interviews")),
    ("oversight-recalls", _("Recalls")),
    ("oversight-proposals", _("Consequences")),
    ("oversight-anomalies", _("Anomalies")),
)


def frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    """For the template's context."""
    return framed(actor, current, *offers, tabs=TABS, name=_("Inspections"))


def in_place(words: str) -> Q:
    """Rows of villages and towns whose name holds these words."""
    return Q(region_code__in=Region.objects.filter(name__contains=words).values("code"))
