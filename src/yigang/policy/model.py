"""A policy as the engine and its readers use it: checked, immutable, every clause with its words, citation and line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from yigang.policy.expressions import Expression
from yigang.policy.period import Period
from yigang.policy.placing import Matching, Pool
from yigang.policy.points import HonourCase, PointCase
from yigang.policy.problems import NoVersion, Say
from yigang.policy.recruitment import Clause, Recruitment
from yigang.policy.scorecards import RankingCase

Joined = Literal["by_days", "whole_month", "none"]


@dataclass(frozen=True)
class Term:
    """A name that this policy's conditions can use.

    `source` is the measure's code, `mark`, or what the policy itself defines (`quantity`, `part`, `score`, `grade`).
    Numbers are kept as integers of `places` decimals; `most` is the greatest size they can have. `needs` are the
    measures and marks it rests on: if one of them is missing, so is the term.
    """

    name: str
    en: str
    source: str
    places: int
    most: Fraction
    unit: Say
    needs: tuple[str, ...]
    evidence: str | None = None
    least: Fraction = Fraction(0)


@dataclass(frozen=True)
class Required:
    """What a month asks: a fixed count of days, the calendar's working days, or every day of service."""

    basis: Literal["days", "working_days", "calendar_days"]
    days: int = 0
    scaled: bool = True


@dataclass(frozen=True)
class LeaveRule:
    """Which kinds of leave excuse an absence, count as a day present (and in the village), count as a night."""

    excuse: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    nights: tuple[str, ...] = ()
    cites: str = ""


@dataclass(frozen=True)
class Default:
    """What a missing measure counts as, by the policy's own word."""

    name: str
    value: Fraction
    cites: str


@dataclass(frozen=True)
class Mark:
    """A human judgement between 0 and `most`; facts name it by `name` or by `mark`."""

    name: str
    mark: str
    most: Fraction
    cites: str


@dataclass(frozen=True)
class Quantity:
    """A value the policy defines for itself, rounded half up to its places before anything uses it."""

    name: str
    value: Expression
    places: int
    unit: str
    cites: str


@dataclass(frozen=True)
class Part:
    """Points for something: a score, or a human mark (`value` is then the mark's own name)."""

    name: str
    points: Fraction
    value: Expression
    cites: str
    mark: bool = False


@dataclass(frozen=True)
class ScoreDeduction:
    name: str
    value: Expression
    most: Fraction | None
    cites: str


@dataclass(frozen=True)
class Grade:
    """A grade and its condition; `when` is None for the last, which takes everyone else."""

    grade: str
    when: Expression | None
    cites: str


@dataclass(frozen=True)
class Consequence:
    """What follows when a condition holds; `do` are codes such as `no_award` or `not_above:基本称职`."""

    name: str
    when: Expression
    do: tuple[str, ...]
    cites: str


@dataclass(frozen=True)
class Month:
    required: Required
    leave: LeaveRule
    defaults: Mapping[str, Default]
    marks: tuple[Mark, ...]
    quantities: tuple[Quantity, ...]
    parts: tuple[Part, ...]
    deductions: tuple[ScoreDeduction, ...]
    score_least: Fraction
    score_most: Fraction | None
    grades: tuple[Grade, ...]
    publish: tuple[str, ...]
    then: tuple[Consequence, ...]


@dataclass(frozen=True)
class Amount:
    """What a whole month pays, in fen, by calendar month (`fen[0]` is January)."""

    name: str
    fen: tuple[int, ...]
    per_year_fen: int | None = None
    remainder_in: int | None = None

    def of(self, period: Period) -> int:
        return self.fen[period.month - 1]


@dataclass(frozen=True)
class Addition:
    """Money on top: a fixed sum by grade, or a count times a sum (fen by calendar month)."""

    name: str
    cites: str
    joined_or_left: Joined
    by_grade: Mapping[str, int] = field(default_factory=dict)
    count: Expression | None = None
    unit_fen: tuple[int, ...] = ()


@dataclass(frozen=True)
class PayDeduction:
    """A count times a sum (fen by calendar month), or times the month's amount ÷ `divisor`."""

    name: str
    cites: str
    count: Expression
    unit_fen: tuple[int, ...] = ()
    divisor: Fraction | None = None
    each: bool = False


@dataclass(frozen=True)
class NoticePeriod:
    """How many working days the list of a month hangs in the villages before the county is asked to pay."""

    working_days: int
    cites: str


@dataclass(frozen=True)
class Pay:
    amount: Amount
    share: Mapping[str, Fraction]
    joined_or_left: Joined
    additions: tuple[Addition, ...]
    deductions: tuple[PayDeduction, ...]
    floor_fen: int
    cap_fen: int | None
    cites: str
    notice: NoticePeriod | None = None


@dataclass(frozen=True)
class Case:
    """A sentence that is also a test: given measures, then results. `line` is where it stands."""

    name: str
    period: Period
    given: Mapping[str, Fraction]
    then: Mapping[str, Any]
    line: int


@dataclass(frozen=True)
class ApplicantCase:
    """A sentence about an applicant that is also a test: given facts, then the verdict, what fails, what is missing."""

    name: str
    given: Mapping[str, Any]
    then: Mapping[str, tuple[str, ...]]
    line: int


@dataclass(frozen=True)
class LeaveCase:
    """A sentence about leave that is also a test: what is asked, then who approves or what stands against it."""

    name: str
    given: Mapping[str, Any]
    then: Mapping[str, tuple[str, ...]]
    line: int


@dataclass(frozen=True)
class TrainingCase:
    """A sentence about training that is also a test: what was learned, then what is lacking and what stops."""

    name: str
    given: Mapping[str, Any]
    then: Mapping[str, tuple[str, ...]]
    line: int


@dataclass(frozen=True)
class PeriodCase:
    """A sentence about a quarter or a year that is also a test: given measures, then score, grade and what follows."""

    name: str
    rhythm: str
    given: Mapping[str, Fraction | bool]
    then: Mapping[str, tuple[str, ...]]
    line: int


@dataclass(frozen=True)
class PolicyVersion:
    """One dated text of a policy. `digest` is the SHA-256 of its canonical form, cases and end date left out.

    `text` is the plain data of the whole version, for the sections that other chapters carry out (capabilities,
    training, year).
    """

    code: str
    title: Say
    effective: date
    until: date | None
    cites: str
    seasons: Mapping[str, tuple[int, ...]]
    month: Month
    pay: Pay | None
    terms: Mapping[str, Term]
    spellings: Mapping[str, str]
    words: Mapping[str, str]
    cases: tuple[Case, ...]
    text: Mapping[str, Any]
    digest: str
    eligibility: tuple[Clause, ...] = ()
    recruitment: Recruitment | None = None
    matching: Matching = field(default_factory=Matching)
    pool: Pool | None = None
    applicant_cases: tuple[ApplicantCase, ...] = ()
    leave_cases: tuple[LeaveCase, ...] = ()
    ranking_cases: tuple[RankingCase, ...] = ()
    training_cases: tuple[TrainingCase, ...] = ()
    period_cases: tuple[PeriodCase, ...] = ()
    point_cases: tuple[PointCase, ...] = ()
    honour_cases: tuple[HonourCase, ...] = ()

    def season(self, period: Period) -> str | None:
        """The season a month belongs to, if the policy has seasons."""
        return next((name for name, months in self.seasons.items() if period.month in months), None)

    def say(self, word: str, lang: str) -> str:
        """One of the policy's own words, in Chinese or, where it gives one, in English."""
        if lang != "en":
            return word
        return self.terms[word].en if word in self.terms else self.words.get(word, word)


@dataclass(frozen=True)
class Policy:
    """All dated texts of one policy, oldest first, and the day after which there is none (`repealed`)."""

    code: str
    kind: str
    title: Say
    issuer: Mapping[str, str]
    versions: tuple[PolicyVersion, ...]
    repealed: tuple[date, str] | None
    file: Path

    def version_on(self, period: Period | date) -> PolicyVersion:
        """The text in force on the first day of the month (or on the day). Raises `NoVersion` naming the gap."""
        day = period.first if isinstance(period, Period) else period
        for version in self.versions:
            if version.effective <= day and (version.until is None or day <= version.until):
                return version
        raise NoVersion(self._gap(day))

    def _gap(self, day: date) -> str:
        first = self.versions[0].effective
        if day < first:
            return f"{self.code}：{day} 还没有办法，第一版自 {first} 起 / no text on {day}, the first begins {first}"
        last = self.versions[-1].until or day
        why = f"（{self.repealed[1]}）" if self.repealed else ""
        ended = last + timedelta(days=1)
        return f"{self.code}：自 {ended} 起没有办法{why} / no text from {ended} on, asked for {day}"
