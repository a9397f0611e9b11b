"""Marks as people bring them: a column copied out of a workbook."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from yigang.appraisal.domain import GivenMark, MarksRefused
from yigang.foundation import names
from yigang.foundation.errors import Problem
from yigang.tenure.models import Appointment


def read_pasted(text: str, appointments: Iterable[Appointment], *, name: str, reason: str) -> list[GivenMark]:
    """Rows of `name or post number ⇥ points [⇥ reason]`; `reason` stands where a row has none.

    A name that two people carry is refused: the post number tells them apart. Raises `MarksRefused` with every row that
    cannot be read; nothing is guessed. Needs `person` and `post` loaded.
    """
    people = _by_word(appointments)
    given: list[GivenMark] = []
    problems: list[Problem] = []
    for row, line in enumerate(text.splitlines(), start=1):
        cells = [unicodedata.normalize("NFKC", cell).strip() for cell in line.split("\t")]
        if not any(cells):
            continue
        read = _row(row, cells, people, name, reason)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            given.append(read)
    if problems:
        raise MarksRefused(problems)
    return given


def _by_word(appointments: Iterable[Appointment]) -> dict[str, list[Appointment]]:
    """Name or post number → who it means."""
    people: dict[str, list[Appointment]] = {}
    for appointment in appointments:
        for word in (names.normalise(appointment.person.name), appointment.post.number):
            people.setdefault(word, []).append(appointment)
    return people


def _row(
    row: int, cells: list[str], people: dict[str, list[Appointment]], name: str, reason: str
) -> GivenMark | Problem:  # fmt: skip
    who, points, own_reason = (*cells, "", "", "")[:3]
    found = people.get(names.normalise(who)) or people.get(who) or []
    if not found:
        return Problem("unknown_person", _("Nobody called “%(who)s” serves here this month."), {"who": who}, row=row)
    if len(found) > 1:
        sentence = _("%(count)d people are called “%(who)s”; write the post number instead.")
        return Problem("same_name", sentence, {"count": len(found), "who": who}, row=row)
    value = points_of(points)
    if value is None:
        return Problem("not_points", _("“%(points)s” is no number of points."), {"points": points}, row=row)
    return GivenMark(found[0], name, value, own_reason or reason, row)


def points_of(text: str) -> Decimal | None:
    """Points as typed, None when it is no number; `nan` is none either, though `Decimal` takes it."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
