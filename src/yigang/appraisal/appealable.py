"""What may be appealed against: which marks and results of a person, made by whom and known since when, until which day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now

from yigang.appraisal import queries, reviews
from yigang.appraisal.domain import last_of
from yigang.appraisal.enums import AppealState, Period
from yigang.appraisal.models import (
    Appeal,
    Appraisal,
    Mark,
    PeriodResult,
    PointEntry,
    ReviewPapers,
    ReviewResult,
    YearResult,
)  # fmt: skip
from yigang.appraisal.models.appeals import ABOUT
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.people.models import Person
from yigang.policy.review import AppealRule, appeal_rule
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on

Target: TypeAlias = Mark | Appraisal | PeriodResult | YearResult | ReviewResult | PointEntry
KINDS = (Mark, Appraisal, PeriodResult, YearResult, ReviewResult, PointEntry)
"""In the order of `ABOUT`."""
LONGEST_KEY, MOST_SHOWN = 18, 40


@dataclass(frozen=True)
class Made:
    """When something was made known, and the accounts that made it."""

    at: datetime | None
    authors: frozenset[int]


SealedBy: TypeAlias = Callable[[Appraisal], Made]
_sealed_by: list[SealedBy] = []


def ask_who_sealed(question: SealedBy) -> None:
    """Register who knows by whom and when a month was computed, approved and sealed."""
    _sealed_by.append(question)


def kind_of(target: Target) -> str:
    """The column of an appeal that holds it."""
    return ABOUT[KINDS.index(type(target))]


def made(target: Target) -> Made:
    """When the target was made and by whom: they do not decide about it."""
    if isinstance(target, Mark | YearResult | PointEntry):
        return Made(target.given_at, frozenset({target.given_by_id}))
    if isinstance(target, ReviewResult):
        review = target.review
        papers = ReviewPapers.objects.filter(review=review).values_list("counted_by", "confirmed_by").first() or ()
        known = (review.opened_by_id, review.closed_by_id, *papers)
        return Made(review.closed_at, frozenset(pk for pk in known if pk))
    if isinstance(target, PeriodResult):
        closing = target.closing
        givers = _givers(target.appointment_id, (closing.rhythm, Period.DAY), closing.first, closing.last)
        return Made(closing.closed_at, givers | {closing.closed_by_id})
    sealed = [question(target) for question in _sealed_by]
    givers = _givers(target.appointment_id, (Period.MONTH,), target.first, target.first)
    return Made(next((one.at for one in sealed if one.at), None), givers.union(*(one.authors for one in sealed)))


def _givers(appointment: int, rhythms: tuple[str, ...], first: date, last: date) -> frozenset[int]:
    """The accounts that gave the marks of a period that count in it."""
    rows = Mark.objects.filter(appointment=appointment, rhythm__in=rhythms, month__range=(first, last), withdrawal=None)
    return frozenset(rows.order_by().values_list("given_by", flat=True).distinct())


def person_of(target: Target) -> Person:
    return target.person if isinstance(target, YearResult) else target.appointment.person


def programme_of(target: Target) -> Programme:
    return target.programme if isinstance(target, YearResult) else target.appointment.programme


def rule_of(target: Target, day: date) -> AppealRule:
    """What the text in force on a day says of appeals."""
    try:
        return appeal_rule(text_on(policy_from(policy_file(programme_of(target).policy_code)), day).text)
    except Refusal:
        return AppealRule()  # no text is in force any more: the presets hold


def last_day(target: Target) -> date:
    """Until when one may appeal; of what nobody knows when it was made, always."""
    at = made(target).at
    if at is None:
        return date.max
    told = timezone.localdate(at)
    return told + timedelta(days=rule_of(target, told).days)


def open_to_appeal(person: Person, month: date | None = None) -> list[Target]:
    """What this person may still appeal against, the newest first of each kind; of one month, by its first day, or of all.

    A quarter or year belongs to each of its months. A result of the year that a closing left is appealed against as that.
    """
    found = [one for one in _standing(person.pk, month) if month is None or touches(one, month)]
    known = Appeal.objects.filter(person=person).values_list(*ABOUT)
    appealed = {(kind, key) for row in known for kind, key in zip(ABOUT, row, strict=True) if key}
    today = timezone.localdate()
    upheld = _upheld(person.pk) if any(isinstance(one, Mark) for one in found) else ()
    return [
        one for one in found
        if (kind_of(one), one.pk) not in appealed and today <= last_day(one) and not _given_instead(one, upheld)
    ]  # fmt: skip


def _standing(person: int, month: date | None) -> Iterator[Target]:
    """What stands about a person, up to a month's end: six questions."""
    since, until = timezone.now() - timedelta(days=366), date.max if month is None else last_of(Period.MONTH, month)
    post = ("appointment__person", "appointment__programme")
    marks = Mark.objects.filter(appointment__person=person, withdrawal=None, given_at__gte=since, month__lte=until)
    same = ("-month", "appointment_id", "rhythm", "name")
    yield from (
        marks.select_related(*post).order_by(*same, "-pk").distinct(*(name.lstrip("-") for name in same))[:MOST_SHOWN]
    )
    months = Appraisal.objects.filter(appointment__person=person, period=Period.MONTH, first__lte=until)
    yield from months.select_related(*post)[:6]
    periods = PeriodResult.objects.filter(person=person, closing__reopened_at=None, closing__first__lte=until)
    yield from periods.select_related("closing", *post).order_by("-closing__last", "-pk")[:6]
    own = YearResult.objects.filter(person=person, withdrawn_at=None, closing=None, year__lte=until.year)
    yield from own.select_related("person", "programme")[:3]
    entries = PointEntry.objects.filter(person=person, reverses=None, reversed_by=None, given_at__gte=since)
    yield from entries.filter(month__lte=until).select_related(*post).order_by("-month", "-pk")[:MOST_SHOWN]
    said = ReviewResult.objects.filter(appointment__person=person, review__closed_at__gte=since)
    yield from said.filter(review__first__lte=until).select_related("review", *post).order_by("-pk")[:6]


def span_of(target: Target) -> tuple[date, date]:
    """First and last day of the period that it is about."""
    if isinstance(target, Mark):
        return target.month, last_of(target.rhythm, target.month)
    if isinstance(target, PeriodResult):
        return target.closing.first, target.closing.last
    if isinstance(target, YearResult):
        return date(target.year, 1, 1), date(target.year, 12, 31)
    if isinstance(target, ReviewResult):
        return target.review.first, last_of(target.review.period, target.review.first)
    first = target.month if isinstance(target, PointEntry) else target.first
    return first, last_of(Period.MONTH, first)


def touches(target: Target, month: date) -> bool:
    """Whether it is about a month, by its first day, a day in it, or a quarter or year that it belongs to."""
    first, last = span_of(target)
    return first <= last_of(Period.MONTH, month) and month <= last


def named(person: int, about: str) -> Target | None:
    """What a person names as `mark-12` or `points-7`; None when it is nobody's, or somebody else's."""
    kind, _sign, key = about.partition("-")
    table: type[Any] | None = dict(zip(ABOUT, KINDS, strict=True)).get(kind)
    if table is None or not key.isdecimal() or len(key) > LONGEST_KEY:
        return None
    owner = "person" if kind in {"year", "period", "points"} else "appointment__person"
    found: Target | None = table.objects.filter(**{owner: person}, pk=int(key)).first()
    return found


def name_of(target: Target) -> str:
    """The other way round."""
    return f"{kind_of(target)}-{target.pk}"


def offered(target: Target) -> bool:
    """Whether this may still be appealed against."""
    return not (gone(target) or timezone.localdate() > last_day(target) or appealed_before(target))


def appealed_before(target: Target) -> bool:
    """Whether it was appealed against, or is itself what the decision about an appeal gave."""
    known = Appeal.objects.filter(**{kind_of(target): target.pk})
    return known.exists() or _given_instead(target, _upheld(person_of(target).pk))


def gone(target: Target) -> bool:
    """Whether it does not count any more: withdrawn, followed by another mark, taken back, reopened."""
    if isinstance(target, Mark):
        known = queries.latest_marks([target.appointment_id], target.month, target.rhythm)
        latest = known.get((target.appointment_id, target.name))
        return latest is None or latest.pk != target.pk
    if isinstance(target, PeriodResult):
        return target.closing.reopened_at is not None
    if isinstance(target, YearResult):
        return target.withdrawn_at is not None
    if isinstance(target, PointEntry):
        return target.reverses_id is not None or PointEntry.objects.filter(reverses=target).exists()
    return False


def _upheld(person: int) -> list[Appeal]:
    """Appeals whose decision may have given a mark."""
    rows = Appeal.objects.filter(
        Q(mark__isnull=False) | Q(review__isnull=False), person=person, state=AppealState.UPHELD
    )
    return list(rows.select_related("mark", "review__review__programme"))


def _given_instead(target: Target, upheld: Sequence[Appeal]) -> bool:
    """Whether a mark is what the decision about an appeal gave; it is not decided about again."""
    return isinstance(target, Mark) and any(
        (one.decided_by_id, one.person_id) == (target.given_by_id, target.appointment.person_id)
        and one.decided_at is not None and target.given_at <= one.decided_at and _mark_meant(one, target)
        for one in upheld
    )  # fmt: skip


def _mark_meant(appeal: Appeal, mark: Mark) -> bool:
    """Whether a mark stands where the one stood that an appeal was about."""
    about = (mark.appointment_id, mark.rhythm, mark.month, mark.name)
    if appeal.mark is not None:
        was = appeal.mark
        return was.pk != mark.pk and about == (was.appointment_id, was.rhythm, was.month, was.name)
    assert appeal.review is not None, "only appeals about marks and reviews are asked for"
    review = appeal.review.review
    return about == (appeal.review.appointment_id, review.period, review.first, reviews.mark_asked(review))


def title_of(target: Target) -> str:
    """What an appeal is about, in words: 乡镇评定 2020-07 18.00, 2020-07 的结果：合格."""
    if isinstance(target, Mark):
        return f"{target.name} {target.month:%Y-%m} {target.value}"
    if isinstance(target, Appraisal):
        return _now("Result of %(period)s: %(grade)s") % {"period": f"{target.first:%Y-%m}", "grade": target.grade}
    if isinstance(target, PeriodResult):
        return f"{target.closing} {target.grade or '、'.join(target.missing)}"
    if isinstance(target, PointEntry):
        return f"{target.label} {target.day} {target.points:+}"
    if isinstance(target, YearResult):
        return _now("Result of %(period)s: %(grade)s") % {"period": target.year, "grade": target.grade}
    return f"{target.review} {target.value if target.value is not None else target.get_missing_display()}"


def month_of(target: Target) -> date | None:
    """The first day of the month that it is about; None of a day, a quarter or a year."""
    if isinstance(target, Mark):
        return target.month if target.rhythm == Period.MONTH else None
    if isinstance(target, Appraisal):
        return target.first
    if isinstance(target, PointEntry):
        return target.month
    return target.review.first if isinstance(target, ReviewResult) and target.review.period == Period.MONTH else None


def target_of(appeal: Appeal) -> Target:
    """What it is about."""
    found = appeal.mark or appeal.month or appeal.period or appeal.year or appeal.review or appeal.points
    assert found is not None, "the database keeps appeals about one thing"
    return found


def sealed_months(person_id: int, month: date) -> list[Appraisal]:
    """The sealed results of a person's month; seen from a phone, whose scope is the village."""
    rows = Appraisal.objects.filter(appointment__person=person_id, period=Period.MONTH, first=month)
    with rls.everywhere("a phone asks about the own result"):
        return list(rows.select_related("appointment__person", "appointment__programme"))
