"""Whose check-in photo is compared with the photo on file, and how like the two are.

Only where the policy turns `face_match` on, the person said yes to exactly its words and has not taken it back, a photo is on
file, and the extra `faces` is installed. What comes of it is a figure beside the photo; no record waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from yigang.duty.capabilities import on_the_phone
from yigang.duty.flags import faces
from yigang.people.consents import agreed_to
from yigang.people.models import Person
from yigang.posts.models import Programme


class OnFile:
    """The faces on file of those who agreed. Each is looked at once."""

    def __init__(self, people: Iterable[int] = ()) -> None:
        self.people = set(people)
        self._known: dict[int, faces.Floats | None] = {}

    @classmethod
    def of(cls, programme: Programme, day: date, people: Iterable[int]) -> OnFile:
        """Those of the people who agreed to what the policy says on the day. One query; none where it is off."""
        asked = on_the_phone(programme.policy_code, day).get("face_match")
        if asked is None or not faces.installed():
            return cls()
        return cls(agreed_to(asked, people))

    def likeness(self, person: int, content: bytes) -> float | None:
        """How like the likest face in a photo is to the one on file; None where there is nothing to compare."""
        if person not in self.people:
            return None
        if person not in self._known:
            self._known[person] = _on_file(person)
        known = self._known[person]
        seen = faces.faces_of(content) if known is not None else []
        return max(faces.likeness(known, each) for each in seen) if known is not None and seen else None


def _on_file(person: int) -> faces.Floats | None:
    """The largest face of the photo on file."""
    photo = Person.objects.select_related("photo").get(pk=person).photo
    found = faces.faces_of(photo.content.open("rb").read()) if photo else []
    return found[0] if found else None
