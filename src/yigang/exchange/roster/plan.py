"""What an import of a roster would write, table by table, and how a person reads it, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from yigang.exchange.registry import Difference
from yigang.exchange.roster.columns import ROSTER
from yigang.exchange.roster.lines import Line
from yigang.foundation import bankcard, money, regions
from yigang.people.enums import HardshipKind, PoorKind, Relation, Residence
from yigang.people.models import BankAccount, Hardship, Household, Kinship, Person
from yigang.posts.models import Post
from yigang.tenure.models import Appointment

HouseholdKey = tuple[str, str]
"""Village and number."""
SHOWN_OF_NEW = frozenset({"identity", "village", "household", "post_number", "starts", "ends", "card"})
LABELS = {spec.key: spec.label for spec in ROSTER}
CHOICES = {"residence": Residence, "relation": Relation, "poor_kind": PoorKind, "hardship": HardshipKind}


@dataclass
class HouseholdWrite:
    key: HouseholdKey
    known: Household | None
    columns: dict[str, Any]
    causes: list[list[str]] | None = None
    """Replaces the causes on file; None leaves them."""


@dataclass
class PersonWrite:
    line: Line
    known: Person | None
    columns: dict[str, Any]
    household: HouseholdKey | None = None
    """Joins this household; None leaves it."""


@dataclass
class AccountWrite:
    line: Line
    person: Person | None
    old: BankAccount | None
    """The account in use: closed for a new card, corrected in place when the card is the same."""
    same_card: bool


@dataclass
class HardshipWrite:
    line: Line
    person: Person | None
    known: Hardship | None


@dataclass
class KinshipWrite:
    line: Line
    person: Person | None
    old: Sequence[Kinship]


@dataclass
class PostWrite:
    number: str
    region_code: str
    known: Post | None
    columns: dict[str, Any]


@dataclass
class AppointmentWrite:
    line: Line
    person: Person | None
    known: Appointment | None
    columns: dict[str, Any]
    starts: date
    ends: date | None
    place: int = 0


@dataclass
class Plan:
    """Everything to write, and for every line what changes as column → (before, after) in words."""

    households: list[HouseholdWrite] = field(default_factory=list)
    people: list[PersonWrite] = field(default_factory=list)
    accounts: list[AccountWrite] = field(default_factory=list)
    hardships: list[HardshipWrite] = field(default_factory=list)
    kinships: list[KinshipWrite] = field(default_factory=list)
    posts: list[PostWrite] = field(default_factory=list)
    appointments: list[AppointmentWrite] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)
    """New place by appointment, of holders who make room within their post."""
    shown: dict[int, dict[str, tuple[str, str]]] = field(default_factory=dict)
    """By row."""
    new_rows: set[int] = field(default_factory=set)
    vanished: list[Appointment] = field(default_factory=list)

    def show(self, line: Line, key: str, before: Any, after: Any) -> None:
        """A column of this row changes; of a new person a few columns tell enough."""
        if line.row in self.new_rows and key not in SHOWN_OF_NEW:
            return
        self.shown.setdefault(line.row, {})[LABELS[key]] = (in_words(key, before), in_words(key, after))

    def differences(self, lines: Sequence[Line]) -> list[Difference]:
        """What changes, in the file's order, then who is missing from the file."""
        changed = [
            Difference(
                "new" if line.row in self.new_rows else "changed", line.label, line.row,
                {key: before for key, (before, _after) in shown.items() if before},
                {key: after for key, (_before, after) in shown.items()}, line.region,
            )
            for line in lines if (shown := self.shown.get(line.row)) is not None
        ]  # fmt: skip
        return changed + [_vanished(appointment) for appointment in self.vanished]

    def counts(self, lines: Sequence[Line]) -> dict[str, int]:
        changed = len(self.shown.keys() - self.new_rows)
        return {
            "rows": len(lines), "new": len(self.new_rows), "changed": changed,
            "unchanged": len(lines) - len(self.new_rows) - changed, "vanished": len(self.vanished),
            "appointed": sum(write.known is None for write in self.appointments),
            "posts": sum(write.known is None for write in self.posts),
            "households": sum(write.known is None for write in self.households),
        }  # fmt: skip


def _vanished(appointment: Appointment) -> Difference:
    shown = {
        LABELS["post_number"]: appointment.post.number, LABELS["starts"]: in_words("starts", appointment.starts),
        LABELS["ends"]: in_words("ends", appointment.ends),
    }  # fmt: skip
    label = f"{appointment.person.name} {regions.name_of(appointment.region_code)}"
    return Difference("vanished", label, None, shown, {}, appointment.region_code)


def in_words(key: str, value: Any) -> str:
    """A value as the table of differences shows it: choices by name, money in yuan, numbers masked."""
    if value is None or value == "":
        return ""
    if key in CHOICES:
        return str(CHOICES[key](value).label)
    if key == "income":
        return money.show(value)
    if key == "card":
        return bankcard.mask(value)
    if key == "village":
        return regions.name_of(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    return str(value)
