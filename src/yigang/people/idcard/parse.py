"""From lines of text with their places to the fields of a card. No picture and no model is needed here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from yigang.foundation import identity
from yigang.foundation.errors import Text

SURE = 0.9
NAME, ADDRESS, NUMBER = "姓名", "住址", "身份号码"
DIGITS = re.compile(r"\d{17}[\dXx]")
SEX = re.compile(r"性别(男|女)")
BIRTH = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})")
NAME_SIGNS = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff·]{2,20}")


@dataclass(frozen=True)
class Line:
    """A line of text: left, top, height in pixels, and how sure the reader is, from 0 to 1."""

    x: float
    y: float
    height: float
    text: str
    score: float


@dataclass(frozen=True)
class Reading:
    """Proposals; empty is what was not read or does not agree, and `problems` says why."""

    name: str = ""
    number: str = ""
    address: str = ""
    problems: list[Text] = field(default_factory=list)

    @property
    def certainty(self) -> int:
        return 2 * bool(self.number) + bool(self.name) + bool(self.address)


def parse(found: Sequence[Line]) -> Reading | None:
    """The fields, or None when these lines are not those of an upright card."""
    lines = [Line(one.x, one.y, one.height, re.sub(r"\s", "", one.text), one.score) for one in found]
    labels = {label: next((one for one in lines if label in one.text), None) for label in (NAME, ADDRESS, NUMBER)}
    if sum(one is not None for one in labels.values()) < 2 or not _upright(labels):
        return None
    number, wrong = _number(lines)
    name, unsure = _name(lines, labels[NAME])
    return Reading(name, number, _address(lines, labels), [one for one in (wrong, unsure) if one])


def _upright(labels: dict[str, Line | None]) -> bool:
    """Name above address above number."""
    tops = [one.y for one in labels.values() if one]
    return all(above < below for above, below in pairwise(tops))


def _number(lines: Sequence[Line]) -> tuple[str, Text]:
    """The number, if its check digit holds and the birth date and sex on the card are those that it says."""
    text = next((match.group() for one in lines if (match := DIGITS.search(one.text))), "")
    if not text:
        return "", _("the number cannot be made out")
    try:
        read = identity.parse(text)
    except identity.IdentityError:
        return "", _("the number's check digit does not hold, so a digit was misread")
    whole = "".join(one.text for one in sorted(lines, key=lambda one: one.y))
    if (sex := SEX.search(whole)) and {"男": "M", "女": "F"}[sex.group(1)] != read.sex:
        return "", _("the sex on the card and that of the number differ")
    if (birth := BIRTH.search(whole)) and _day(birth) != read.birth:
        return "", _("the date of birth on the card and that of the number differ")
    return read.number18, ""


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def _name(lines: Sequence[Line], label: Line | None) -> tuple[str, Text]:
    if label is None:
        return "", _("the name cannot be made out")
    beside = [
        one
        for one in lines
        if one is not label and one.x > label.x and abs(one.y - label.y) < max(one.height, label.height)
    ]
    own = label.text.split(NAME, 1)[1]
    line = (
        Line(label.x, label.y, label.height, own, label.score)
        if own
        else min(beside, key=lambda one: one.x, default=None)
    )
    if line is None or not NAME_SIGNS.fullmatch(line.text):
        return "", _("the name cannot be made out")
    return (line.text, "") if line.score >= SURE else ("", _("the name was read without certainty"))


def _address(lines: Sequence[Line], labels: dict[str, Line | None]) -> str:
    """The lines from the address's label down to the number."""
    first, last = labels[ADDRESS], labels[NUMBER]
    if first is None or last is None:
        return ""
    top = first.y - first.height / 2
    between = [
        one for one in lines if top <= one.y < last.y - last.height and one.x >= first.x and not DIGITS.search(one.text)
    ]
    text = "".join(one.text for one in sorted(between, key=lambda one: (one.y, one.x)) if one is not first)
    return first.text.split(ADDRESS, 1)[1] + text
