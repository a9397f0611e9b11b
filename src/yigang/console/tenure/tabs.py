"""The pages of tenure, and what a page of them (or of another part that has tabs) offers at its top."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yigang.console.lists.spec import Text
from yigang.foundation.access import Capability, may
from yigang.foundation.models import User

TABS = (
    ("tenure", _("In post")),
    ("tenure-agreements", _("Agreements")),
    ("tenure-due", _("Due to leave")),
    ("tenure-vacancies", _("Vacancies")),
    ("tenure-exits", _("Exits")),
    ("tenure-results", _("Results of the year")),
    ("tenure-renewals", _("Renewals")),
    ("tenure-rotations", _("Rotations")),
    ("tenure-teams", _("Teams")),
    ("tenure-units", _("Sending units")),
    ("tenure-letters", _("Duty letters")),
    ("tenure-provisions", _("Insurance and gear")),
    ("tenure-certificates", _("Certificates")),
    ("tenure-ledger", _("Ledger of changes")),
)


NAME = _("In post")


class Offer(NamedTuple):
    """Something to begin from a page; shown to those who may."""

    label: Text
    url_name: str
    icon: str
    capability: Capability | None = None
    arguments: tuple[int, ...] = ()
    query: str = ""


def frame(
    actor: User, current: str, *offers: Offer, tabs: Sequence[tuple[str, Text]] = TABS, name: Text = NAME
) -> dict[str, Any]:  # fmt: skip
    """For the template's context: the tabs, which one is open, what is offered to this user."""
    allowed = [
        (one.label, reverse(f"console:{one.url_name}", args=one.arguments) + (one.query and f"?{one.query}"), one.icon)
        for one in offers if one.capability is None or may(actor, one.capability)
    ]  # fmt: skip
    return {
        "tabs": [(key, label, reverse(f"console:{key}")) for key, label in tabs], "tab": current, "tabs_name": name,
        "offers": allowed,
    }  # fmt: skip
