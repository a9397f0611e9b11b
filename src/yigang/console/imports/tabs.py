"""The pages of what comes in from outside, and who may open which."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yigang.console.access import OPEN_IMPORTS
from yigang.exchange.access import MANAGE_SOURCES, MANAGE_TRACKERS
from yigang.foundation.access import may
from yigang.foundation.models import User

TABS = (
    ("imports", _("Files"), OPEN_IMPORTS),
    ("trackers", _("Trackers"), MANAGE_TRACKERS),
    ("sources", _("DingTalk and WeCom"), MANAGE_SOURCES),
)


def tabs(actor: User, current: str) -> dict[str, Any]:
    """For the template's context: the tabs this user may open, and which one is open."""
    allowed = [(key, label, reverse(f"console:{key}")) for key, label, what in TABS if may(actor, what)]
    return {"tabs": allowed, "tab": current}
