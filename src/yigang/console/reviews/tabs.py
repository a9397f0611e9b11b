"""The pages of villagers' reviews and appeals, and what a page of them offers at its top."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.console.tenure.tabs import Offer
from yigang.console.tenure.tabs import frame as framed
from yigang.foundation.models import User

TABS = (
    ("reviews", _("Villagers' reviews")),
    ("reviews-results", _("What the villagers said")),
    ("reviews-appeals", _("Appeals")),
)


def frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    """For the template's context."""
    return framed(actor, current, *offers, tabs=TABS, name=_("Reviews and appeals"))
