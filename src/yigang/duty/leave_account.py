"""What a person has taken of his leave, and what the policy leaves him: counted from evidence and open requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from yigang.duty.enums import LeaveKind, LeaveState
from yigang.duty.models import Leave, LeaveRequest
from yigang.policy.leave import LONGEST, Asked, LeaveRules, YearDays, leave_rules
from yigang.policy.measures import LEAVE_KINDS
from yigang.posts import rules
from yigang.posts.models import Programme

DAY = timedelta(days=1)
Days = Mapping[str, frozenset[date]]
"""Kind of leave → days."""


@dataclass(frozen=True)
class KindAccount:
    """One kind in one calendar year; None where the policy sets no limit."""

    kind: LeaveKind
    taken: int
    open: int
    each: int | None
    year: int | None
    cites: str

    @property
    def left(self) -> int | None:
        return None if self.year is None else max(0, self.year - self.taken - self.open)


@dataclass(frozen=True)
class LeaveAccount:
    """A person's calendar year: every kind that may be asked for or was taken, and what counts together."""

    year: int
    kinds: tuple[KindAccount, ...]
    together: tuple[str, ...]
    together_most: int | None
    together_taken: int
    cites: str
    stand_in: bool

    @property
    def together_left(self) -> int | None:
        return None if self.together_most is None else max(0, self.together_most - self.together_taken)


def rules_of(programme: Programme, day: date) -> LeaveRules | None:
    """What the programme's policy says of leave that begins on a day."""
    section = rules.section(programme, day, "leave")
    return leave_rules({"leave": section}) if section else None


def taken_days(person_id: int, first: date, last: date) -> dict[str, frozenset[date]]:
    """Days of approved leave that counts, whoever brought it in, by kind."""
    live = Leave.objects.filter(
        person_id=person_id, approved=True, cancelled=False, corrected_by=None, intake__withdrawn_at=None,
        first__lte=last, last__gte=first,
    )  # fmt: skip
    return _by_kind(live.values_list("kind", "first", "last"), first, last)


def open_days(person_id: int, first: date, last: date) -> dict[str, frozenset[date]]:
    """Days asked for and not decided yet, by kind."""
    waiting = LeaveRequest.objects.filter(person_id=person_id, state=LeaveState.ASKED, first__lte=last, last__gte=first)
    return _by_kind(waiting.values_list("kind", "first", "last"), first, last)


def _by_kind(spans: Iterable[tuple[str, date, date]], first: date, last: date) -> dict[str, frozenset[date]]:
    found: dict[str, set[date]] = {}
    for kind, start, end in spans:
        found.setdefault(kind, set()).update(days_between(max(start, first), min(end, last)))
    return {kind: frozenset(days) for kind, days in found.items()}


def days_between(first: date, last: date) -> list[date]:
    """Every day of a period, both ends included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def asked_now(
    rules_: LeaveRules, kind: str, first: date, last: date, known: Days, *, days_after: int, paper: bool, stand_in: bool
) -> Asked:
    """The request with what its limits are counted from; `known` are the days taken or asked for before."""
    same, new = known.get(kind, frozenset()), days_between(first, last)
    begun, ended = first, last
    while begun - DAY in same:
        begun -= DAY
    while ended + DAY in same:
        ended += DAY
    shared = rules_.together.kinds if rules_.together else ()
    together = frozenset().union(*(known.get(each, frozenset()) for each in shared))
    years = {
        year: YearDays(
            sum(day.year == year for day in new), sum(day.year == year for day in same),
            sum(day.year == year for day in together),
        )
        for year in range(first.year, last.year + 1)
    }  # fmt: skip
    return Asked(kind, (ended - begun).days + 1, years, days_after, paper, stand_in)


def known_days(person_id: int, first: date, last: date) -> dict[str, frozenset[date]]:
    """Days taken or asked for in the calendar years around a period, and as far as a spell can reach."""
    start = min(date(first.year, 1, 1), first - timedelta(days=LONGEST))
    end = max(date(last.year, 12, 31), last + timedelta(days=LONGEST))
    taken, waiting = taken_days(person_id, start, end), open_days(person_id, start, end)
    return {kind: taken.get(kind, frozenset()) | waiting.get(kind, frozenset()) for kind in {*taken, *waiting}}


def account(person_id: int, programme: Programme, year: int, *, on: date | None = None) -> LeaveAccount | None:
    """A person's leave of a calendar year under the text in force on a day of it; None when the policy is silent."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    text = rules_of(programme, min(max(on or last, first), last))
    if text is None:
        return None
    taken, waiting = taken_days(person_id, first, last), open_days(person_id, first, last)
    kinds = [kind for kind in LEAVE_KINDS if kind in text.kinds or kind in taken]
    shared = text.together.kinds if text.together else ()
    counted = frozenset().union(*(days.get(kind, frozenset()) for kind in shared for days in (taken, waiting)))
    return LeaveAccount(
        year, tuple(_of_kind(kind, text, taken, waiting) for kind in kinds), shared,
        text.together.year if text.together else None, len(counted), text.cites, text.stand_in,
    )  # fmt: skip


def _of_kind(kind: str, text: LeaveRules, taken: Days, waiting: Days) -> KindAccount:
    rule = text.kinds.get(kind)
    return KindAccount(
        LeaveKind(kind), len(taken.get(kind, ())), len(waiting.get(kind, ())), rule.each if rule else None,
        rule.year if rule else None, rule.cites if rule else "",
    )  # fmt: skip
