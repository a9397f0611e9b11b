"""The pages about units."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation.models import User

TABS = (
    ("units", _("Periods")),
    ("units-rankings", _("Rankings")),
    ("units-lines", _("Standings")),
    ("units-shares", _("Awards and penalties")),
    ("units-list", _("Units on the list")),
)


def units_frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    return frame(actor, current, *offers, tabs=TABS, name=_("Units"))
