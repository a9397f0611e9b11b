"""The pages of meetings, and what several of them show."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from yigang.console.regions import Reader
from yigang.console.tenure.tabs import Offer
from yigang.console.tenure.tabs import frame as framed
from yigang.foundation.models import User
from yigang.oversight.enums import MeetingState
from yigang.oversight.meetings import Slot

TABS = (("meetings", _("Calendar of meetings")), ("meetings-list", _("Minutes")))
LETTERS = {
    MeetingState.HELD: "开", MeetingState.LATE: "迟", MeetingState.DUE: "待", MeetingState.OVERDUE: "逾",
    MeetingState.MISSED: "缺", MeetingState.AHEAD: "·",
}  # fmt: skip
"""A state in a cell: lettered as well as coloured."""


def frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    """For the template's context."""
    return framed(actor, current, *offers, tabs=TABS, name=_("Meetings"))


def inside_of(reader: Reader) -> tuple[str, ...]:
    """The prefixes that a page looks at."""
    return (reader.prefix,) if reader.prefix else reader.user.prefixes


def address_of(slot: Slot) -> str:
    """Where its minutes are read, or written."""
    if slot.held:
        return reverse("console:meeting", args=[slot.held[0].pk])
    asked: dict[str, str | int] = {
        "programme": slot.programme.pk, "rhythm": slot.rule.code, "place": slot.region_code, "first": slot.first.isoformat(),
    }  # fmt: skip
    return f"{reverse('console:meeting-hold')}?{urlencode(asked)}"
