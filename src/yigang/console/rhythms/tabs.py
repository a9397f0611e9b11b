"""The pages about quarters and years."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation.models import User

TABS = (
    ("rhythms", _("Periods to mark and close")),
    ("rhythms-results", _("Results of quarters and years")),
    ("rhythms-reserve", _("Reserve for village cadres")),
    ("rhythms-closings", _("Closings")),
)


def rhythms_frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    return frame(actor, current, *offers, tabs=TABS, name=_("Quarters and years"))
