"""A roster's rows as lines: values read, the place found, and each row checked by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.roster.columns import cause_of, kinships, parts
from yigang.exchange.roster.lines import PLAIN, Line
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.places import Places
from yigang.exchange.tables import Table
from yigang.foundation import identity, names
from yigang.foundation.errors import Refusal
from yigang.people.queries import age_on

YOUNGEST, OLDEST = 18, 60
"""Ages outside ask for a look; who may hold a post is the policy's word."""
LONGEST = {
    "name": 60, "household": 40, "address": 200, "hardship_evidence": 200, "post_number": 40, "post_kind": 40,
    "agreement": 60, "bank": 60, "remarks": 200,
}  # fmt: skip
"""Signs that the database keeps of a text."""
EXAMPLE_NAME = "示例"
"""A row whose name begins so is the template's own."""
LONGEST_DUTY = 60
LONGEST_TIE = (60, 120, 40)
MOST_PLACES = 10_000


@dataclass
class Reading(Notes):
    """The rows of a table as lines, and what is wrong with them."""

    places: Places = field(default_factory=lambda: Places(""))
    today: date = date.min
    lines: list[Line] = field(default_factory=list)


def read_lines(table: Table, places: Places, today: date) -> Reading:
    """Every row as a line; a row with an error in its own cells is left out, and its problems say why."""
    examples = {row for row, name in zip(table.row_numbers, table.columns["name"], strict=True) if _is_example(name)}
    problems = [problem for problem in table.problems if problem.row not in examples]
    reading = Reading(table.sheet, table.mapping, problems, places, today)
    unreadable = table.bad_rows()
    for row, cells in zip(table.row_numbers, _rows(table), strict=True):
        if row in examples:
            reading.say(row, "name", "example_row", _("The template's example was left out."), "note")
            continue
        line = _line(reading, row, cells, readable=row not in unreadable)
        if line is not None:
            reading.lines.append(line)
    return reading


def _is_example(name: object) -> bool:
    return str(name).startswith(EXAMPLE_NAME)


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    keys = list(table.columns)
    for values in zip(*table.columns.values(), strict=True):
        yield dict(zip(keys, values, strict=True))


def _line(reading: Reading, row: int, cells: dict[str, Any], *, readable: bool) -> Line | None:
    before = len(reading.problems)
    try:
        region = reading.places.find(cells["town"], cells["village"], cells["region_code"])
    except Refusal as refusal:
        reading.note(refusal, row)
    if not readable or any(problem.severity == "error" for problem in reading.problems[before:]):
        return None
    number: identity.Identity = cells["identity"]
    plain = {key: cells[key] for key in PLAIN}
    line = Line(row, region, cells["name"], number.number18, number.converted_from_15, **plain)
    line.card = cells["card"].number if cells["card"] else None
    line.duties = parts(cells["duties"]) or None
    for check in CHECKS:
        check(reading, line, cells)
    return None if any(problem.severity == "error" for problem in reading.problems[before:]) else line


def _check_lengths(reading: Reading, line: Line, cells: dict[str, Any]) -> None:
    for key, longest in LONGEST.items():
        if len(cells[key] or "") > longest:
            reading.say(
                line.row, key, "too_long", _("The text has %(length)d signs; %(longest)d are kept."),
                remedy=_("Shorten it."), length=len(cells[key]), longest=longest,
            )  # fmt: skip
    if any(len(duty) > LONGEST_DUTY for duty in line.duties or ()):
        reading.say(
            line.row, "duties", "too_long", _("One duty has more than %(longest)d signs."),
            remedy=_("Part several duties by 、."), longest=LONGEST_DUTY,
        )  # fmt: skip


def _check_identity(reading: Reading, line: Line, cells: dict[str, Any]) -> None:
    read: identity.Identity = cells["identity"]
    if cells["birth"] is not None and cells["birth"] != read.birth:
        reading.say(
            line.row, "birth", "birth_mismatch",
            _("The identity number gives %(number)s as date of birth, this column %(column)s."),
            remedy=_("Compare both with the identity card."), number=read.birth, column=cells["birth"],
        )  # fmt: skip
    if cells["sex"] is not None and cells["sex"] != read.sex:
        reading.say(
            line.row, "sex", "sex_mismatch", _("The identity number says otherwise about the sex."),
            remedy=_("Compare both with the identity card."),
        )  # fmt: skip
    if read.birth > reading.today:
        reading.say(
            line.row, "identity", "birth_future",
            _("This identity number gives a birth date that is still to come: %(birth)s."), birth=read.birth,
        )  # fmt: skip


def _check_age(reading: Reading, line: Line, _cells: dict[str, Any]) -> None:
    if not line.post_number:
        return
    age = age_on(line.birth, line.starts or reading.today)
    if not YOUNGEST <= age <= OLDEST:
        reading.say(
            line.row, "identity", "age", _("%(name)s is %(age)d years old on the first day."), "warning",
            remedy=_("Look whether the policy allows it."), name=line.name, age=age,
        )  # fmt: skip


def _check_household(reading: Reading, line: Line, cells: dict[str, Any]) -> None:
    line.causes = _causes(reading, line, cells)
    if line.household is None:
        lost = [key for key in ("relation", "address", "poor_kind", "income", "causes") if getattr(line, key)]
        if lost:
            reading.say(
                line.row, "household", "no_household",
                _("Without a household number, address, income and causes of poverty of this row are not kept."),
                "warning", remedy=_("Write the household's number."),
            )  # fmt: skip
    if line.income is not None and line.income < 0:
        reading.say(line.row, "income", "negative", _("The income is negative."))


def _causes(reading: Reading, line: Line, cells: dict[str, Any]) -> list[list[str]] | None:
    written = [("main_cause", text) for text in parts(cells["main_cause"])]
    if len(written) > 1:
        reading.say(
            line.row, "main_cause", "two_main_causes", _("There is one main cause; “%(text)s” names several."),
            remedy=_("Write the others into the column 次要致贫原因."), text=cells["main_cause"],
        )  # fmt: skip
    written += [("other_causes", text) for text in parts(cells["other_causes"])]
    if written and not cells["main_cause"]:
        reading.say(line.row, "main_cause", "no_main_cause", _("Other causes are named, but no main one."))
    found: dict[str, list[str]] = {}
    for key, text in written:
        code = cause_of(text)
        if code is None:
            reading.say(
                line.row, key, "cause_unknown", _("“%(text)s” is not among the known causes of poverty."),
                remedy=_("Write one of the causes that the template's notes list."), text=text[:40],
            )  # fmt: skip
        elif code not in found:
            found[code] = [str(code), text]
    return list(found.values()) or None


def _check_hardship(reading: Reading, line: Line, cells: dict[str, Any]) -> None:
    if line.hardship is None and (line.hardship_evidence or line.hardship_since):
        reading.say(line.row, "hardship", "hardship_missing", _("Evidence or a date is given, but no category."))
    ties = kinships(cells["kinship"])
    if ties is None:
        reading.say(
            line.row, "kinship", "kinship_shape", _("“%(text)s” is not written as name/office/relation."),
            remedy=_("Write it as 李某/村支书/叔叔; part several by 、."), text=cells["kinship"][:40],
        )  # fmt: skip
    elif any(len(part) > longest for tie in ties for part, longest in zip(tie, LONGEST_TIE, strict=True)):
        reading.say(line.row, "kinship", "too_long", _("A name, an office or a relation is too long."))
    elif ties:
        line.kinships = [list(tie) for tie in ties]
        reading.say(
            line.row, "kinship", "kinship", _("%(name)s has a relative in office: %(ties)s."), "warning",
            remedy=_("Whoever decides about the post should know."), name=line.name, ties=cells["kinship"][:80],
        )  # fmt: skip


def _check_post(reading: Reading, line: Line, _cells: dict[str, Any]) -> None:
    if line.post_number is None:
        orphaned = [key for key in ("post_kind", "starts", "ends", "agreement") if getattr(line, key) is not None]
        if orphaned:
            reading.say(
                line.row, "post_number", "no_post_number", _("The row speaks of a post but gives no post number."),
                remedy=_("Write the post's number, or clear the columns of the post."),
            )  # fmt: skip
        return
    if line.starts is None:
        reading.say(line.row, "starts", "starts_missing", _("The first day in the post is missing."))
    elif line.ends is not None and line.ends < line.starts:
        reading.say(
            line.row, "ends", "ends_before_start", _("The last day, %(ends)s, lies before the first, %(starts)s."),
            ends=line.ends, starts=line.starts,
        )  # fmt: skip
    if line.head_count is not None and not 1 <= line.head_count <= MOST_PLACES:
        reading.say(
            line.row, "head_count", "head_count", _("A post has 1 to %(most)d places."), most=MOST_PLACES,
        )  # fmt: skip


def _check_account(reading: Reading, line: Line, _cells: dict[str, Any]) -> None:
    if line.card is None:
        if line.bank or line.holder:
            reading.say(
                line.row, "card", "card_missing", _("A bank or a holder is given, but no account number."), "warning",
                remedy=_("Write the number, or nobody can be paid to it."),
            )  # fmt: skip
        return
    if line.bank is None:
        reading.say(line.row, "bank", "bank_missing", _("An account number is given, but no bank."))
    if line.holder is not None and names.normalise(line.holder) != line.name:
        reading.say(
            line.row, "holder", "other_holder", _("The account belongs to “%(holder)s”, not to %(name)s."),
            remedy=_("Money goes to the person's own account only. Correct the holder or the account."),
            holder=line.holder, name=line.name,
        )  # fmt: skip


CHECKS: tuple[Callable[[Reading, Line, dict[str, Any]], None], ...] = (
    _check_lengths, _check_identity, _check_age, _check_household, _check_hardship, _check_post, _check_account,
)  # fmt: skip
"""What a row is checked for by itself, in the order of the columns."""
