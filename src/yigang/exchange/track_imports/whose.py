"""Whose a track is: by the code of a tracker, a telephone number, or a name that one holder in the region has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yigang.duty.ground import may_track
from yigang.exchange.models import TrackerDevice
from yigang.foundation import regioncode
from yigang.people.models import Person
from yigang.tenure.models import Appointment


@dataclass(frozen=True)
class Holders:
    """The people whom the words of a file may mean, with the posts they hold and held."""

    people: dict[str, list[Person]]
    posts: dict[int, list[Appointment]]

    def find(self, word: str) -> Person | None:
        """The one person meant; nobody when there are several, or none."""
        found = self.people.get(word.strip().lower(), [])
        return found[0] if len(found) == 1 else None

    def tracked_on(self, person: Person, day: date) -> bool:
        """Whether the person held a post on the day whose policy asks for tracks."""
        held = (one for one in self.posts[person.pk] if one.starts <= day and (one.ends is None or day <= one.ends))
        return any(may_track(one.programme, day) for one in held)


def holders(words: Iterable[str], region_code: str) -> Holders:
    """Everybody of the region whom these words may mean. Three queries."""
    wanted = sorted({word.strip() for word in words if word.strip()})
    prefix = regioncode.prefix_of(region_code)
    devices = TrackerDevice.objects.filter(code__in=[word.lower() for word in wanted], region_code__startswith=prefix)
    by_code = dict(devices.values_list("code", "person_id"))
    meant = Q(person__name__in=wanted) | Q(person__phone__in=wanted) | Q(person__in=by_code.values())
    serving = Appointment.objects.filter(meant, region_code__startswith=prefix).select_related("person", "programme")
    posts: dict[int, list[Appointment]] = defaultdict(list)
    people: dict[int, Person] = {}
    for one in serving:
        posts[one.person_id].append(one)
        people[one.person_id] = one.person
    by_word: dict[str, list[Person]] = defaultdict(list)
    for person in people.values():
        for word in {person.name.lower(), person.phone} - {"", None}:
            by_word[word].append(person)
    for code, person_id in by_code.items():
        if person_id in people:
            by_word[code] = [people[person_id]]
    return Holders(dict(by_word), dict(posts))
