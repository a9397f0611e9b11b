"""Which meetings are due where: periods of the policy's rhythms, places that have people in post, what was held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Count, Max, Min, Q, QuerySet

from yigang.foundation import calendar, regioncode
from yigang.foundation.calendar import NotPublished, Overrides
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal
from yigang.oversight.enums import MeetingState
from yigang.oversight.models import Meeting, Rectification
from yigang.policy.meetings import Level, MeetingRule, meeting_rules
from yigang.policy.model import PolicyVersion
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from
from yigang.tenure.clock import overrides
from yigang.tenure.models import Appointment

DIGITS: dict[Level, int] = {"village": 12, "town": 9, "county": 6}
ABOVE: dict[Level, Level | None] = {"village": "town", "town": "county", "county": None}
Key = tuple[int, str, str, date]
Span = tuple[date, date | None]
"""From when to when somebody served; None: somebody still does."""


@dataclass(frozen=True)
class Slot:
    """A meeting that a period asks of a place, with what was held: the first meeting and its continuations."""

    programme: Programme
    rule: MeetingRule
    region_code: str
    first: date
    last: date
    until: date
    held: tuple[Meeting, ...] = ()

    def state(self, today: date) -> MeetingState:
        if self.held:
            return MeetingState.LATE if self.held[0].late else MeetingState.HELD
        if today < self.first:
            return MeetingState.AHEAD
        if today > self.last:
            return MeetingState.MISSED
        return MeetingState.OVERDUE if today > self.until else MeetingState.DUE


class County:
    """The working days of one programme's county, read once for all its periods."""

    def __init__(self, region_code: str) -> None:
        self.region_code = region_code
        self._until: dict[tuple[MeetingRule, date], date] = {}

    @cached_property
    def _overrides(self) -> Overrides:
        return overrides(self.region_code, date.min)

    def until(self, rule: MeetingRule, first: date) -> date:
        """The deadline of a period. In a year whose calendar is not known nobody is late before the period ends."""
        known = self._until.get((rule, first))
        if known is None:
            try:
                known = rule.until(first, self._working)
            except NotPublished:
                known = rule.last_of(first)
            self._until[rule, first] = known
        return known

    def _working(self, day: date) -> bool:
        return next(calendar.days(day, day, self._overrides)).working


def standing() -> QuerySet[Meeting]:
    """Meetings as they stand: no entry that another corrects."""
    return Meeting.objects.filter(corrected_by=None)


def rule_of(programme: Programme, code: str, first: date) -> MeetingRule | None:
    """What the text in force on a period's first day says of a meeting; None where it asks for none of that code."""
    for version in _versions(programme):
        if _covers(version, first):
            return next((rule for rule in meeting_rules(version.text) if rule.code == code), None)
    return None


def slots(prefixes: Sequence[str], first: date, last: date, programme: Programme | None = None) -> list[Slot]:
    """What the days from `first` to `last` ask of places inside these prefixes, by place, meeting and period.

    Four queries, whatever the number of places. A place meets while it has somebody in post.
    """
    asking = [programme] if programme else list(Programme.objects.order_by("name"))
    ruled = [(one, versions) for one in asking if (versions := _asking(one))]
    if not ruled:
        return []
    served = _served([one.pk for one, _versions in ruled])
    held = _held(prefixes, first, last)
    made: list[Slot] = []
    for one, versions in ruled:
        county = County(one.region_code)
        for version in versions:
            for rule in meeting_rules(version.text):
                made += _of_rule(one, version, rule, county, _places(one, rule, served[one.pk], prefixes), first, last)
    return [_with(slot, held) for slot in sorted(made, key=lambda one: (one.region_code, one.programme.name))]


def _of_rule(
    programme: Programme, version: PolicyVersion, rule: MeetingRule, county: County, places: dict[str, list[Span]],
    first: date, last: date,
) -> Iterator[Slot]:  # fmt: skip
    since, end = max(first, programme.starts), min(last, programme.ends or last)
    for begins, ends in rule.periods(since, end) if places else ():
        until = county.until(rule, begins)
        if not _covers(version, begins) or until < programme.starts or (programme.ends and until > programme.ends):
            continue
        for place, spans in places.items():
            if any(starts <= until and (left is None or left >= begins) for starts, left in spans):
                yield Slot(programme, rule, place, begins, ends, until)


def _places(
    programme: Programme, rule: MeetingRule, served: Iterable[tuple[str, Span]], prefixes: Sequence[str]
) -> dict[str, list[Span]]:  # fmt: skip
    """Places of the rule's level that had somebody in post, each with from when to when."""
    digits, own = DIGITS[rule.level], regioncode.prefix_of(programme.region_code)
    places: dict[str, list[Span]] = defaultdict(list)
    for village, span in served:
        place = village[:digits]
        if place.startswith(own) and regioncode.covers(tuple(prefixes), place):
            places[regioncode.pad(place)].append(span)
    return places


def _served(programmes: Sequence[int]) -> dict[int, list[tuple[str, Span]]]:
    """Programme → its villages, each from the first day that somebody served there to the last (None: somebody still does)."""
    rows = (
        Appointment.objects.filter(programme__in=programmes).order_by().values("programme", "region_code")
        .annotate(since=Min("starts"), until=Max("ends"), going_on=Count("pk", filter=Q(ends=None)))
        .values_list("programme", "region_code", "since", "until", "going_on")
    )  # fmt: skip
    found: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    for programme, village, since, until, going_on in rows:
        found[programme].append((village, (since, None if going_on else until)))
    return found


def _held(prefixes: Sequence[str], first: date, last: date) -> dict[Key, list[Meeting]]:
    here = Q()
    for prefix in prefixes:
        here |= Q(region_code__startswith=prefix)
    rows = standing().filter(here, first__lte=last, last__gte=first).order_by("part")
    found: dict[Key, list[Meeting]] = defaultdict(list)
    for row in rows:
        found[row.programme_id, row.region_code, row.rhythm, row.first].append(row)
    return found


def _with(slot: Slot, held: dict[Key, list[Meeting]]) -> Slot:
    key = (slot.programme.pk, slot.region_code, slot.rule.code, slot.first)
    if key not in held:
        return slot
    return Slot(
        slot.programme, slot.rule, slot.region_code, slot.first, slot.last, slot.until, tuple(held[key])
    )  # fmt: skip


def _versions(programme: Programme) -> Sequence[PolicyVersion]:
    """The texts of a programme's policy; none where its file is missing or faulty, which other pages say."""
    try:
        return policy_from(policy_file(programme.policy_code)).versions
    except Refusal:
        return ()


def _covers(version: PolicyVersion, day: date) -> bool:
    return version.effective <= day and (version.until is None or day <= version.until)


def _asking(programme: Programme) -> list[PolicyVersion]:
    return [version for version in _versions(programme) if meeting_rules(version.text)]


def told_above(slot: Slot, today: date) -> bool:
    """Whether it is overdue now, or was not held in the period that has just ended: what the level above is told."""
    state = slot.state(today)
    just_ended = slot.last + timedelta(days=1) == slot.rule.first_of(today)
    return state == MeetingState.OVERDUE or (state == MeetingState.MISSED and just_ended)


def follow_ups(meeting: Meeting) -> QuerySet[Rectification]:
    """What a meeting asked for, whichever entry of it stood when it was asked."""
    return Rectification.objects.filter(
        withdrawn_at=None, meeting__programme=meeting.programme_id, meeting__region_code=meeting.region_code,
        meeting__rhythm=meeting.rhythm, meeting__first=meeting.first, meeting__part=meeting.part,
    )  # fmt: skip


def level_of(region_code: str) -> Level | None:
    """Which level's place a region is; None above the county."""
    known: dict[RegionLevel, Level] = {
        RegionLevel.VILLAGE: "village", RegionLevel.TOWN: "town", RegionLevel.COUNTY: "county",
    }  # fmt: skip
    return known.get(regioncode.level_of(region_code))
