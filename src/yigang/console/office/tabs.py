"""The pages of the office, and who may open which."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yigang.console.access import OPEN_OFFICE
from yigang.foundation.access import MANAGE_CALENDAR, MANAGE_USERS, READ_AUDIT, may
from yigang.foundation.models import User

TABS = (
    ("jobs", _("Jobs"), OPEN_OFFICE),
    ("audit", _("Audit trail"), READ_AUDIT),
    ("accounts", _("Accounts"), MANAGE_USERS),
    ("calendar", _("Working calendar"), OPEN_OFFICE),
    ("regions", _("Regions"), OPEN_OFFICE),
)


def tabs(actor: User, current: str) -> dict[str, Any]:
    """For the template's context: the tabs this user may open, and which one is open."""
    allowed = [(key, label, reverse(f"console:{key}")) for key, label, what in TABS if may(actor, what)]
    return {"tabs": allowed, "tab": current, "may_calendar": bool(may(actor, MANAGE_CALENDAR))}
