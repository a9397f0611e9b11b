"""What a phone's record may hold: what the policy in force on its day turns on, and what the person has not withdrawn from.

A withdrawal stops what is recorded after it, not what was recorded before and arrives later; a yes after it holds from then
on. One that arrives after what it stops reaches back (`domain.withholding`). Who has never been heard on a
matter is not refused here: the phone asks before it records, and its answer may still be on its way in another message; who
sends without an answer on file is shown to the clerk (`queries.unasked`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigang.foundation.errors import Refusal
from yigang.people.consents import Said
from yigang.policy.capabilities import KINDS, Capability, capabilities_of
from yigang.policy.problems import NoVersion
from yigang.posts.rules import policy_file, policy_from

NEEDS = {
    "check_in": "check_in", "patrol": "track", "points": "track", "report": "report", "log": "log", "leave": "leave",
    "leave_return": "leave", "leave_cancel": "leave", "visit": "visit",
}  # fmt: skip
"""Kind of record → capability. What is not named (complaints, suggestions, consents) is everybody's right."""

TRIMMED: Mapping[str, Mapping[str, Any]] = {
    "place": {"place": None},
    "photo": {"media": [], "before": [], "after": []},
    "voice": {"voice": None},
}
"""Capability → fields of a body that rest on it, and what they are without it."""


def on_the_phone(policy_code: str, day: date) -> dict[str, Capability]:
    """What the text in force turns on for phones, by code; nothing when no text is in force.

    A policy that cannot be read raises `Refusal`: then nothing is judged, and phones send again later.
    """
    try:
        text = policy_from(policy_file(policy_code)).version_on(day).text
    except NoVersion:
        return {}
    return {code: each for code, each in capabilities_of(text).items() if each.on_the_phone}


@dataclass(frozen=True)
class Allowance:
    """What holds for one person on one day: what is on (None: no post on that day), and what the person said of it."""

    on: Mapping[str, Capability] | None
    said: Said

    def uses(self, code: str, at: datetime) -> bool:
        """Whether this may be kept of the person."""
        return self.on is not None and code in self.on and not self.said.withdrawn(code, at)

    def refusal(self, kind: str, day: date, at: datetime) -> Refusal | None:
        """Why a record of this kind does not count."""
        code = NEEDS.get(kind)
        return self.without(code, day, at) if code else None

    def without(self, code: str, day: date, at: datetime) -> Refusal | None:
        """Why this capability may not be used."""
        if self.uses(code, at):
            return None
        told = {"what": _name(code), "day": day}
        if self.on is None:
            return Refusal(
                _("You held no post on %(day)s."),
                told,
                code="no_post",
                remedy=_("If you did, tell your village clerk."),
            )
        if code not in self.on:
            return Refusal(
                _("“%(what)s” is not used on the phone in your programme."), told, code="capability_off",
                remedy=_("Nothing is asked of you; what must be noted, the village notes on paper."),
            )  # fmt: skip
        return Refusal(
            _("You withdrew your consent to “%(what)s”."), told, code="consent_withdrawn",
            remedy=_("Agree again under Me – Consents if you wish; or have it noted on paper."),
        )  # fmt: skip

    def trimmed(self, body: Any, at: datetime) -> Any:
        """The body without a place, photos and voice that may not be kept."""
        gone = {
            name: empty for code, names in TRIMMED.items() if not self.uses(code, at)
            for name, empty in names.items() if _field(body, name)
        }  # fmt: skip
        if not gone:
            return body
        return {**body, **gone} if isinstance(body, dict) else msgspec.structs.replace(body, **gone)


def _field(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, dict) else getattr(body, name, None)


def _name(code: str) -> str:
    return KINDS[code].name.to("en" if (get_language() or "").startswith("en") else "zh")
