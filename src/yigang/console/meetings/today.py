"""What waits: meetings to hold, those not held on the level below."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console.meetings.tabs import address_of
from yigang.console.today import Due, due
from yigang.foundation.access import may
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.oversight import meetings
from yigang.oversight.access import HOLD_MEETING, READ_MEETINGS
from yigang.oversight.enums import MeetingState
from yigang.oversight.meetings import Slot
from yigang.policy.meetings import ROLES

LOOK_BACK = timedelta(days=100)
"""Longer than the quarter that has just ended."""


@due("meetings")
def to_hold(user: User, prefix: str) -> Iterator[Due]:
    """Meetings of the own level that this period asks for, and what the level below did not hold in time."""
    if not may(user, READ_MEETINGS):
        return
    today = timezone.localdate()
    own: dict[str, list[Slot]] = defaultdict(list)
    below: dict[str, list[Slot]] = defaultdict(list)
    for slot in meetings.slots((prefix,) if prefix else user.prefixes, today - LOOK_BACK, today):
        if user.role == slot.rule.role and slot.state(today) in {MeetingState.DUE, MeetingState.OVERDUE}:
            if may(user, HOLD_MEETING, slot.region_code):
                own[slot.rule.name].append(slot)
        elif told(user, slot) and meetings.told_above(slot, today):
            below[slot.rule.name].append(slot)
    yield from _lines(own, _("Hold and write down: %(name)s"), to_one=True)
    yield from _lines(below, _("Not held in time below: %(name)s"), to_one=False)


def told(user: User, slot: Slot) -> bool:
    """Whether the slot's level answers to this user's; the county answers to the leader."""
    above = meetings.ABOVE[slot.rule.level]
    return user.role == (ROLES[above] if above else Role.LEADER)


def _lines(found: dict[str, list[Slot]], words: str, *, to_one: bool) -> Iterator[Due]:
    """A line for each meeting, due on its earliest day; to the form itself where there is but one."""
    for name, slots in found.items():
        until = min(slot.until for slot in slots)
        url = (
            address_of(slots[0]) if to_one and len(slots) == 1 else f"{reverse('console:meetings')}?month={until:%Y-%m}"
        )
        yield Due(words % {"name": name}, url, until, len(slots))
