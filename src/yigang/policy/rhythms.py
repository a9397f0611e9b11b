"""The rhythms of one policy: marks of the day, reports of the month, appraisals of the quarter and year (日、月、季、年).

Each rhythm rests on the one below it and on the marks of several parties. The month has a section of its own and is judged by
`judge.py`; here is what the sections `day`, `quarter` and `year` say, and when each rhythm has to be closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from yigang.policy.exact import Columns, Flag, Scaled
from yigang.policy.expressions import Expression, Word, parse
from yigang.policy.load_month import deed_code, fraction, plain_text
from yigang.policy.measures import OtherWord
from yigang.policy.model import Consequence, Grade, Mark
from yigang.policy.period import Period
from yigang.policy.problems import Wrong

Code = Literal["day", "month", "quarter", "year"]
By = Literal["mean", "sum", "least", "greatest", "count"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}
NAMES: Mapping[str, str] = {"day": "日考核", "month": "月报送", "quarter": "季考核", "year": "年总评"}
RECALLED, GRADE, FAILED_YEARS = "被召回", "等次", "连续不合格年数"
BEFORE = "failed_years_before"
STANDING = (
    OtherWord("合格月数", "passed_months"),
    OtherWord("不合格月数", "failed_months"),
    OtherWord("考核月数", "appraised_months"),
    OtherWord("连续不合格月数", "consecutive_failed_months"),
    OtherWord("查实旷工次数", "inspection_absences"),
    OtherWord(RECALLED, "recalled", "truth"),
)
"""What every quarter and year knows. The run of failed months is the longest that ends within the period; absences are those
found from 1 January to the period's last day."""
OF_THE_YEAR = {
    spelling: Word(one.zh, one.kind) for one in STANDING if one.code in {"inspection_absences", "recalled"}
    for spelling in (one.zh, one.code)
}  # fmt: skip
"""Findings and recalls: the only words that mean the same in a month's clause and in the year."""
PARTIES = {
    "village": "村", "town": "乡镇", "township": "乡镇", "democratic": "民主评议", "review": "民主评议",
    "station": "服务驿站", "county": "县",
}  # fmt: skip
LARGEST = 10_000
"""No input and no mark is greater."""


def party_word(party: str) -> str:
    """Who judges, in words; a party of the policy's own stands as it is. Two codes with one word are one party."""
    return PARTIES.get(party, party)


@dataclass(frozen=True)
class Input:
    """A figure from the rhythm below: of its marks (`take` names one), or its `score`, `passed` or `failed` periods."""

    name: str
    of: Code
    take: str
    by: By
    cites: str


@dataclass(frozen=True)
class Weighted:
    """A part of the score: a value of 0 to `most`, given by a `party` or taken from an input, with its weight in percent."""

    name: str
    weight: Fraction
    most: Fraction
    cites: str
    party: str = ""
    source: str = ""

    @property
    def column(self) -> str:
        return f"mark:{self.name}" if self.party else f"input:{self.source}"


@dataclass(frozen=True)
class Rhythm:
    """What a policy says of one rhythm. `order` are its grades from the best to the worst; the worst is the failed one.

    Without parts the score is the mean of the months' scores.
    """

    code: str
    name: str
    closes: int | None
    marks: tuple[Mark, ...] = ()
    inputs: tuple[Input, ...] = ()
    parts: tuple[Weighted, ...] = ()
    defaults: Mapping[str, Fraction] = field(default_factory=dict)
    grades: tuple[Grade, ...] = ()
    limits: tuple[Consequence, ...] = ()
    then: tuple[Consequence, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def failed(self) -> str:
        return self.order[-1] if self.order else ""

    @property
    def months(self) -> int:
        return MONTHS.get(self.code, 0)

    def first_of(self, day: date) -> date:
        """First day of the period that holds a day."""
        if self.code == "day":
            return day
        return date(day.year, (day.month - 1) // self.months * self.months + 1, 1)

    def last_of(self, first: date) -> date:
        """Last day of the period that begins on `first`."""
        if self.code == "day":
            return first
        return date(first.year, first.month + self.months - 1, Period(first.year, first.month + self.months - 1).days)

    def due_on(self, first: date) -> date | None:
        """The day by which the period is to be closed; None when the policy names none."""
        following = self.last_of(first) + timedelta(days=1)
        return None if self.closes is None else following.replace(day=self.closes)


def rhythm_of(text: Mapping[str, Any], code: str) -> Rhythm | None:
    """One rhythm of a checked version; None when the policy does not have it."""
    data = text.get(code)
    if not data:
        return None
    if code in {"day", "month"}:
        marks = _day_marks(data) if code == "day" else ()
        return Rhythm(code, data.get("name", NAMES[code]), data.get("closes"), marks)
    if not data.get("grades"):
        return None
    return _closed(code, data, text)


def rhythms(text: Mapping[str, Any]) -> list[Rhythm]:
    """All rhythms of a checked version, from the day to the year."""
    return [found for code in NAMES if (found := rhythm_of(text, code)) is not None]


def _day_marks(data: Mapping[str, Any]) -> tuple[Mark, ...]:
    return tuple(Mark(each["name"], each["party"], fraction(each["most"]), each["cites"]) for each in data["marks"])


def _closed(code: str, data: Mapping[str, Any], text: Mapping[str, Any]) -> Rhythm:
    """A quarter or a year."""
    words = vocabulary(code, data)
    grades = tuple(
        Grade(each["grade"], parse(plain_text(each["when"]), words, "truth") if "when" in each else None, each.get("cites", ""))
        for each in data["grades"]
    )  # fmt: skip
    after = words | _after(code)
    clauses = [_consequence(each, after) for each in data.get("then", ())]
    if code == "year":
        clauses += _of_months(text)
    parts = tuple(_part(each) for each in data.get("parts", ()))
    return Rhythm(
        code=code,
        name=data.get("name", NAMES[code]),
        closes=data.get("closes"),
        marks=tuple(Mark(one.name, one.party, one.most, one.cites) for one in parts if one.party),
        inputs=tuple(inputs_of(data)),
        parts=parts,
        defaults={each["name"]: fraction(each["is"]) for each in data.get("missing", ())},
        grades=grades,
        limits=tuple(one for one in clauses if limit_of(one)),
        then=tuple(one for one in clauses if any(not deed.startswith("not_above:") for deed in one.do)),
        order=tuple(data.get("order") or (each["grade"] for each in data["grades"])),
    )


def limit_of(clause: Consequence) -> str:
    """The grade that a clause lets nobody exceed."""
    return next((deed.partition(":")[2] for deed in clause.do if deed.startswith("not_above:")), "")


def _consequence(each: Mapping[str, Any], words: Mapping[str, Word]) -> Consequence:
    when = parse(plain_text(each["when"]), words, "truth")
    return Consequence(
        plain_text(each.get("name", each["when"])), when, tuple(map(deed_code, each["do"])), each["cites"]
    )


def _of_months(text: Mapping[str, Any]) -> Iterator[Consequence]:
    """Clauses of the month that speak of the year: they ask for nothing but findings and recalls, and limit grade or awards."""
    for each in text.get("month", {}).get("then", ()):
        try:
            made = _consequence(each, OF_THE_YEAR)
        except Wrong:
            continue  # it asks for something of the month
        do = tuple(deed for deed in made.do if deed == "no_award" or deed.startswith("not_above:"))
        if do:
            yield Consequence(made.name, made.when, do, made.cites)


def _part(each: Mapping[str, Any]) -> Weighted:
    return Weighted(
        each["name"], fraction(each["weight"]), fraction(each["most"]), each["cites"], each.get("party", ""),
        each.get("input", ""),
    )  # fmt: skip


def inputs_of(data: Mapping[str, Any]) -> Iterator[Input]:
    for each in data.get("inputs", ()):
        yield Input(each["name"], each["of"], each["take"], each["by"], each["cites"])


def score_words(code: str) -> tuple[str, ...]:
    return ("得分", "score", "年度得分", "year_score") if code == "year" else ("得分", "score")


def vocabulary(code: str, data: Mapping[str, Any]) -> dict[str, Word]:
    """What the grades of a quarter or year can ask for."""
    words = {spelling: Word(one.zh, one.kind) for one in STANDING for spelling in (one.zh, one.code)}
    own = [each["name"] for section in ("inputs", "parts") for each in data.get(section, ())]
    return (
        words | {name: Word(name, "number") for name in own} | dict.fromkeys(score_words(code), Word("得分", "number"))
    )


def _after(code: str) -> dict[str, Word]:
    """What follows can ask for the grade too, and for the year how many years failed in a row with it."""
    if code != "year":
        return {GRADE: Word(GRADE, "text"), "grade": Word(GRADE, "text")}
    years = dict.fromkeys((FAILED_YEARS, "consecutive_failed_years"), Word(FAILED_YEARS, "number"))
    return dict.fromkeys(("年度等次", "year_grade", GRADE, "grade"), Word(GRADE, "text")) | years


def consequence_words(code: str, data: Mapping[str, Any]) -> dict[str, Word]:
    return vocabulary(code, data) | _after(code)


def columns_of(rhythm: Rhythm) -> Columns:
    """Where each word stands while a period is judged."""
    columns: dict[str, Scaled | Flag | str] = {
        one.zh: Flag(one.code) if one.kind == "truth" else Scaled(one.code, 0, LARGEST) for one in STANDING
    }
    columns |= {one.name: Scaled(f"input:{one.name}", 2, LARGEST * 100) for one in rhythm.inputs}
    columns |= {one.name: Scaled(f"part:{one.name}", 2, LARGEST * 100) for one in rhythm.parts}
    columns |= {"得分": Scaled("score", 2, LARGEST * 100), GRADE: "grade", "年度等次": "grade"}
    return columns | {FAILED_YEARS: Scaled("failed_years", 0, LARGEST)}


def part_value(part: Weighted) -> tuple[Expression, Columns]:
    """A part's points, weight × value ÷ most, and where its value stands."""
    word = {"value": Word("value", "number")}
    made = parse(f"{_plain(part.weight)} * value / {_plain(part.most)}", word, "number")
    return made, {"value": Scaled(part.column, 2, LARGEST * 100)}


def _plain(value: Fraction) -> str:
    """A decimal of the policy as it is written in an expression."""
    return f"{float(value):.4f}".rstrip("0").rstrip(".")
