"""What other pages say of questions: those about a person's days, how each was answered, and where its evidence lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yigang.console.flags.listing import COLOURS
from yigang.console.flags.sides import Side
from yigang.console.patrols.maps import map_data
from yigang.duty import ground
from yigang.duty.access import READ_FLAGS
from yigang.duty.enums import FlagState
from yigang.duty.flag_words import name_of, sentence
from yigang.duty.models import Flag
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.tenure.models import Appointment


@dataclass(frozen=True)
class Asked:
    """One question in a line: what is asked, what the evidence shows, and the last word on it."""

    flag: Flag
    name: str
    said: str
    reason: str

    @property
    def colour(self) -> str:
        return COLOURS[FlagState(self.flag.state)]


def asked_about(person_id: int, first: date, last: date, reader: User) -> list[Asked]:
    """The questions about the days of a person; none for whom they do not concern. Two queries."""
    if not may(reader, READ_FLAGS):
        return []
    flags = Flag.objects.filter(person=person_id, day__range=(first, last)).order_by("day", "pk")
    return [
        Asked(flag, name_of(flag.kind), sentence(flag), last_reason(flag)) for flag in flags.prefetch_related("answers")
    ]


def last_reason(flag: Flag) -> str:
    """The reason of the last word on a question; empty while nobody has said anything."""
    last = max(flag.answers.all(), key=lambda one: one.number, default=None)
    return last.reason if last else ""


def where(flag: Flag, sides: Sequence[Side]) -> dict[str, Any] | None:
    """For the map: the person's areas, routes and key points on the day, and each place by the number of its piece.

    None where no piece has a place.
    """
    spots = [[*side.place, number] for number, side in enumerate(sides, 1) if side.place]
    if not spots:
        return None
    held = Appointment.objects.filter(
        person=flag.person_id, programme=flag.programme_id, days__contains=flag.day
    ).first()
    mine = ground.ground([flag.programme_id], flag.day, flag.day)[flag.programme_id].of(
        flag.region_code, held.post_id if held else None, flag.day
    )
    return map_data(flag.region_code[:9], evidence={"places": ground.collection(mine), "spots": spots})
