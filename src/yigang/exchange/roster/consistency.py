"""Whether the rows of a roster agree with each other: one person, one card, one household, one post is told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from yigang.exchange.roster.lines import Line
from yigang.exchange.roster.notes import Notes
from yigang.foundation import bankcard
from yigang.people.enums import Relation

Key = TypeVar("Key")
HOUSEHOLD_KEYS = ("address", "poor_kind", "income", "causes")
POST_KEYS = ("post_kind", "duties", "head_count")
COLUMN_OF = {"causes": "main_cause"}


def check(lines: Sequence[Line], notes: Notes) -> None:
    """Note where rows contradict each other."""
    _people_once(lines, notes)
    _cards_once(lines, notes)
    for together in by_household(lines).values():
        _one_head(together, notes)
        _agree(together, HOUSEHOLD_KEYS, "household", notes)
    for together in by_post(lines).values():
        _agree(together, POST_KEYS, "post_number", notes)


def by_household(lines: Iterable[Line]) -> dict[tuple[str, str], list[Line]]:
    """Lines by village and household number."""
    return _grouped(lines, lambda line: (line.region, line.household) if line.household else None)


def by_post(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Lines by post number."""
    return _grouped(lines, lambda line: line.post_number)


def first_given(lines: Iterable[Line], key: str) -> object:
    """What the first row that says something says."""
    return next((value for line in lines if (value := getattr(line, key)) is not None), None)


def _grouped(lines: Iterable[Line], key_of: Callable[[Line], Key | None]) -> dict[Key, list[Line]]:
    groups: dict[Key, list[Line]] = defaultdict(list)
    for line in lines:
        if (key := key_of(line)) is not None:
            groups[key].append(line)
    return groups


def _people_once(lines: Sequence[Line], notes: Notes) -> None:
    seen: dict[str, Line] = {}
    for line in lines:
        first = seen.setdefault(line.number, line)
        if first is not line:
            notes.say(
                line.row, "identity", "person_twice", _("%(name)s stands in row %(other_row)d already (%(other)s)."),
                remedy=_("A person has one row. Delete one, or correct the identity number."),
                name=line.name, other_row=first.row, other=first.label,
            )  # fmt: skip


def _cards_once(lines: Sequence[Line], notes: Notes) -> None:
    seen: dict[str, Line] = {}
    for line in lines:
        first = seen.setdefault(line.card, line) if line.card else line
        if first is not line and first.number != line.number:
            notes.say(
                line.row, "card", "card_twice", _("The account %(card)s is that of %(other)s in row %(other_row)d."),
                remedy=_("Everybody is paid to an own account. Compare both with the passbooks."),
                card=bankcard.mask(line.card or ""), other=first.name, other_row=first.row,
            )  # fmt: skip


def _one_head(lines: Sequence[Line], notes: Notes) -> None:
    heads = [line for line in lines if line.relation == Relation.HEAD]
    for line in heads[1:]:
        notes.say(
            line.row, "relation", "two_heads", _("The household %(number)s has a head already: %(name)s in row %(other_row)d."),
            remedy=_("Correct one of the two, or the household number."),
            number=line.household, name=heads[0].name, other_row=heads[0].row,
        )  # fmt: skip


def _agree(lines: Sequence[Line], keys: Iterable[str], what: str, notes: Notes) -> None:
    """Rows of one household or post may leave a column empty, but not say two things."""
    for key in keys:
        given = [line for line in lines if getattr(line, key) is not None]
        for line in given[1:]:
            if getattr(line, key) != getattr(given[0], key):
                notes.say(
                    line.row, COLUMN_OF.get(key, key), "rows_disagree",
                    _("This row says otherwise than row %(other_row)d about “%(number)s”."),
                    remedy=_("Write the same in both, or leave one empty."), other_row=given[0].row, number=getattr(line, what),
                )  # fmt: skip
