"""What lies before a meeting: everything that went wrong in its place since the last one, so that nobody types it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yigang.appraisal.models import Finding
from yigang.duty import queries as duty
from yigang.duty.enums import FlagState
from yigang.duty.models import Flag
from yigang.foundation import regioncode
from yigang.foundation.facts import Selection
from yigang.oversight import queries
from yigang.oversight.enums import AnomalyState, RectificationState
from yigang.oversight.meetings import standing
from yigang.oversight.models import Anomaly
from yigang.policy.meetings import MeetingRule
from yigang.policy.period import Period
from yigang.posts.models import Programme
from yigang.training.enums import RemedialState
from yigang.training.models import RemedialTask

NAMED = 20
"""As many people and points are named; the count says how many there are."""


@dataclass(frozen=True)
class Before:
    """Figures of a place, from the day of its last meeting (or the period's beginning) to a day.

    `absentees` are people with days absent without leave: name and how many days, most first. `points` are the points of
    the rectification list that are open: deadline and finding, the oldest first.
    """

    since: date
    until: date
    open_points: int
    overdue_points: int
    anomalies: int
    questions: int
    overdue_tasks: int
    found_absent: int
    absentees: tuple[tuple[str, int], ...]
    absent_people: int
    points: tuple[tuple[date, str], ...]

    def kept(self) -> dict[str, Any]:
        """As the meeting keeps it: counts alone, no names."""
        return {
            "since": self.since.isoformat(), "until": self.until.isoformat(), "open_points": self.open_points,
            "overdue_points": self.overdue_points, "anomalies": self.anomalies, "questions": self.questions,
            "overdue_tasks": self.overdue_tasks, "found_absent": self.found_absent, "absent_people": self.absent_people,
        }  # fmt: skip


def before_meeting(programme: Programme, region_code: str, rule: MeetingRule, first: date, day: date) -> Before:
    """What the meeting of the period from `first`, held on `day`, has before it; as many queries in a big place."""
    prefix, since = regioncode.prefix_of(region_code), _since(programme, region_code, rule, first, day)
    here = {"programme": programme, "region_code__startswith": prefix}
    points = queries.on_list().filter(state=RectificationState.OPEN, found_on__lte=day, **here)
    absentees = _absentees(programme, prefix, since, day)
    overdue = RemedialTask.objects.filter(state=RemedialState.OPEN, due_on__lt=day, **here)
    found = Finding.objects.filter(
        region_code__startswith=prefix, intake__withdrawn_at=None, day__gte=since, day__lte=day,
        person__appointments__programme=programme,
    )  # fmt: skip
    return Before(
        since=since, until=day, open_points=points.count(), overdue_points=points.filter(due__lt=day).count(),
        anomalies=Anomaly.objects.filter(state=AnomalyState.OPEN, **here).count(),
        questions=Flag.objects.filter(state=FlagState.OPEN, **here).count(), overdue_tasks=overdue.count(),
        found_absent=found.values("person").distinct().count(), absentees=tuple(absentees[:NAMED]),
        absent_people=len(absentees), points=tuple(points.order_by("due").values_list("due", "finding")[:NAMED]),
    )  # fmt: skip


def _since(programme: Programme, region_code: str, rule: MeetingRule, first: date, day: date) -> date:
    """The day of the meeting before, of the same rhythm and place; without one the beginning of the period before."""
    earlier = standing().filter(
        programme=programme, region_code=region_code, rhythm=rule.code, on__lte=day, first__lt=first
    )
    last = earlier.order_by("-on").values_list("on", flat=True).first()
    return last or min(day, max(programme.starts, rule.first_of(first - timedelta(days=1))))


def _absentees(programme: Programme, prefix: str, since: date, day: date) -> list[tuple[str, int]]:
    """Month by month, since evidence of days is read by the month."""
    days: Counter[int] = Counter()
    names: dict[int, str] = {}
    month = Period.of(since)
    while month.first <= day:
        grid = duty.month_grid(Selection(programme.pk, prefix, max(since, month.first), min(day, month.last)))
        days.update({row.person_id: row.count(duty.ABSENT) for row in grid})
        names |= {row.person_id: row.name for row in grid}
        month = month.next()
    found = [(names[person], count) for person, count in days.items() if count]
    return sorted(found, key=lambda one: (-one[1], one[0]))
