"""What a roster changes in the register of people: persons, households, categories, ties to officials, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.roster.consistency import by_household, first_given
from yigang.exchange.roster.known import Known
from yigang.exchange.roster.lines import Line
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.plan import (
    AccountWrite,
    HardshipWrite,
    HouseholdKey,
    HouseholdWrite,
    KinshipWrite,
    PersonWrite,
    Plan,
)  # fmt: skip
from yigang.foundation import names
from yigang.people.domain import card_taken
from yigang.people.enums import PoorKind, Relation, Residence
from yigang.people.models import Hardship, Household, Person

HOUSEHOLD_COLUMNS = {"address": "address", "poor_kind": "poor_kind", "income": "income_fen"}
"""Our key → the database's column."""
PERSON_COLUMNS = {
    "name": "name",
    "village": "region_code",
    "residence": "residence",
    "phone": "phone",
    "relation": "relation",
    "remarks": "remarks",
}
NEW_HOUSEHOLD = {"address": "", "poor_kind": PoorKind.NONE, "income_fen": None}
NEW_PERSON = {"residence": Residence.RURAL, "phone": "", "relation": Relation.OTHER, "remarks": ""}


def compare(lines: Sequence[Line], known: Known, plan: Plan, notes: Notes) -> None:
    """Add every write of this chapter to the plan, and what cannot be to the notes."""
    plan.new_rows = {line.row for line in lines if line.number not in known.people}
    for key, together in by_household(lines).items():
        _household(key, together, known, plan)
    by_number = {line.number: line for line in lines}
    for line in lines:
        person = known.people.get(line.number)
        if person is not None and not known.visible(person.region_code):
            notes.say(
                line.row, "identity", "registered_elsewhere",
                _("%(name)s is registered in a region outside yours."), remedy=_("Ask the county to move the person."),
                name=line.name,
            )  # fmt: skip
            continue
        _person(line, person, known, plan, notes)
        _head(line, person, by_number, known, notes)
        _hardship(line, person, known, plan, notes)
        _kinships(line, person, known, plan)
        _account(line, person, by_number, known, plan, notes)


def _household(key: HouseholdKey, lines: Sequence[Line], known: Known, plan: Plan) -> None:
    household = known.households.get(key)
    given = {ours: value for ours in HOUSEHOLD_COLUMNS if (value := first_given(lines, ours)) is not None}
    columns = _changed(given, HOUSEHOLD_COLUMNS, household, lines[0], plan)
    causes: Any = first_given(lines, "causes")
    before = _causes(household, known)
    if causes is not None and causes != before:
        _show_causes(lines[0], before, causes, plan)
    else:
        causes = None
    if household is None:
        columns = NEW_HOUSEHOLD | columns
    if household is None or columns or causes is not None:
        plan.households.append(HouseholdWrite(key, household, columns, causes))


def _causes(household: Household | None, known: Known) -> list[list[str]]:
    if household is None:
        return []
    kept = sorted(known.causes.get(household.pk, ()), key=lambda cause: (not cause.main, cause.pk))
    return [[cause.cause, cause.text] for cause in kept]


def _show_causes(line: Line, before: list[list[str]], after: list[list[str]], plan: Plan) -> None:
    for key, part in (("main_cause", slice(0, 1)), ("other_causes", slice(1, None))):
        was, now = [text for _code, text in before[part]], [text for _code, text in after[part]]
        if was != now:
            plan.show(line, key, was, now)


def _changed(
    given: Mapping[str, Any], columns: Mapping[str, str], row: object | None, line: Line, plan: Plan
) -> dict[str, Any]:
    """The database's columns whose given value differs from what stands there; each is shown."""
    changed: dict[str, Any] = {}
    for key, value in given.items():
        before = None if row is None else getattr(row, columns[key])
        if row is None or before != value:
            changed[columns[key]] = value
            plan.show(line, key, before, value)
    return changed


def _person(line: Line, person: Person | None, known: Known, plan: Plan, notes: Notes) -> None:
    given = {"name": line.name, "village": line.region, "residence": line.residence, "phone": line.phone,
             "relation": line.relation, "remarks": line.remarks}  # fmt: skip
    given = {key: value for key, value in given.items() if value is not None}
    if person is not None and person.name != line.name:
        notes.say(
            line.row, "name", "name_differs", _("The register calls this person %(known)s, the file %(name)s."), "warning",
            remedy=_("Compare with the identity card; the import takes the file's name."), known=person.name, name=line.name,
        )  # fmt: skip
    columns = _changed(given, PERSON_COLUMNS, person, line, plan)
    joins = _joins(line, person, known)
    if joins:
        before = known.household_of.get(person.household_id or 0) if person else None
        plan.show(line, "household", before and before.number, line.household)
    if person is None:
        plan.show(line, "identity", None, line.label.rpartition(" ")[2])
        columns = NEW_PERSON | columns
    if person is None or columns or joins:
        household = (line.region, line.household) if joins and line.household else None
        plan.people.append(PersonWrite(line, person, columns, household))


def _joins(line: Line, person: Person | None, known: Known) -> bool:
    """Whether the row puts the person into another household than the one on file."""
    if line.household is None:
        return False
    household = known.households.get((line.region, line.household))
    return person is None or household is None or household.pk != person.household_id


def _head(line: Line, person: Person | None, by_number: Mapping[str, Line], known: Known, notes: Notes) -> None:
    """A household has one head; the one on file stays unless the file gives him another relation or household."""
    household = known.households.get((line.region, line.household or ""))
    if line.relation != Relation.HEAD or household is None:
        return
    head = known.heads.get(household.pk)
    if head is None or (person is not None and head.pk == person.pk):
        return
    told = by_number.get(known.numbers.get(head.pk, ""))
    moves = told is not None and (told.relation not in (None, Relation.HEAD) or told.household != line.household)
    if not moves:
        notes.say(
            line.row, "relation", "second_head", _("The household %(number)s has a head on file: %(name)s."),
            remedy=_("Put the former head into the file with the new relation."), number=line.household, name=head.name,
        )  # fmt: skip


def _hardship(line: Line, person: Person | None, known: Known, plan: Plan, notes: Notes) -> None:
    if line.hardship is None:
        return
    on_file = _hardship_on_file(line, person, known)
    if on_file is None:
        for key in ("hardship_evidence", "hardship_since"):
            if getattr(line, key) is None:
                notes.say(
                    line.row, key, f"{key}_missing", _("A hardship category needs what proves it, and since when."),
                    remedy=_("Fill in 类别佐证 and 类别认定日期."),
                )  # fmt: skip
                return
        plan.show(line, "hardship", None, line.hardship)
        plan.show(line, "hardship_since", None, line.hardship_since)
    elif line.hardship_evidence in (None, on_file.evidence):
        return
    plan.show(line, "hardship_evidence", on_file and on_file.evidence, line.hardship_evidence)
    plan.hardships.append(HardshipWrite(line, person, on_file))


def _hardship_on_file(line: Line, person: Person | None, known: Known) -> Hardship | None:
    """The same category since the same day; of a row without a day, the latest."""
    kept = [one for one in known.hardships.get(person.pk if person else 0, ()) if one.kind == line.hardship]
    if line.hardship_since is not None:
        kept = [one for one in kept if one.since == line.hardship_since]
    return max(kept, key=lambda one: one.since, default=None)


def _kinships(line: Line, person: Person | None, known: Known, plan: Plan) -> None:
    if line.kinships is None:
        return
    old = known.kinships.get(person.pk, []) if person else []
    before = [[tie.official, tie.office, tie.relation] for tie in old]
    if sorted(before) != sorted(line.kinships):
        plan.show(line, "kinship", ["/".join(tie) for tie in before], ["/".join(tie) for tie in line.kinships])
        plan.kinships.append(KinshipWrite(line, person, old))


def _account(
    line: Line, person: Person | None, by_number: Mapping[str, Line], known: Known, plan: Plan, notes: Notes
) -> None:
    if line.card is None:
        return
    owner = known.card_owners.get(line.card)
    old = known.accounts.get(person.pk) if person else None
    if owner is not None and owner != old and not _gives_up(owner.person_id, line.card, by_number, known):
        name = owner.person.name if known.visible(owner.region_code) else ""
        notes.note(card_taken(line.card, name), line.row)
        return
    before = known.cards[old.pk] if old else None
    holder = names.normalise(line.holder) if line.holder else line.name
    if old is not None and before == line.card and (old.bank, old.holder) == (line.bank, holder):
        return
    if before != line.card:
        plan.show(line, "card", before, line.card)
    if old is None or old.bank != line.bank:
        plan.show(line, "bank", old and old.bank, line.bank)
    if old is not None and old.holder != holder:
        plan.show(line, "holder", old.holder, holder)
    plan.accounts.append(AccountWrite(line, person, old, same_card=before == line.card))


def _gives_up(owner: int, card: str, by_number: Mapping[str, Line], known: Known) -> bool:
    """Whether the file moves the card's owner to another card."""
    told = by_number.get(known.numbers.get(owner, ""))
    return told is not None and told.card is not None and told.card != card
