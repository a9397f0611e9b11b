"""Which periods there are to mark and to close, and how far their marks are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Func, Q, TextField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now

from yigang.appraisal.models import Closing, Mark
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.policy.rhythms import Rhythm, rhythms
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on
from yigang.tenure.models import Appointment

BEFORE = {"day": 3, "quarter": 4, "year": 1}
"""Periods before the one that runs are offered."""


@dataclass(frozen=True)
class Row:
    """One period of a rhythm. `asked` marks are wanted of those who served, `given` are there."""

    programme: Programme
    rhythm: Rhythm
    first: date
    asked: int
    given: int
    closing: Closing | None

    @property
    def last(self) -> date:
        return self.rhythm.last_of(self.first)

    @property
    def due_on(self) -> date | None:
        return self.rhythm.due_on(self.first)

    @property
    def url(self) -> str:
        return reverse("console:rhythms-period", args=[self.programme.pk, self.rhythm.code, self.first.isoformat()])

    @property
    def open(self) -> bool:
        """Over, and still to be closed."""
        return self.closing is None and self.rhythm.code != "day" and self.last < timezone.localdate()

    @property
    def state(self) -> tuple[str, str]:
        if self.closing:
            return "good", _now("Closed")
        if self.last >= timezone.localdate() or self.rhythm.code == "day":
            return "", _now("Running") if self.last >= timezone.localdate() else _now("Over")
        return ("bad", _now("Marks missing")) if self.given < self.asked else ("warn", _now("To be closed"))


def rows(region: str) -> list[Row]:
    """Of every programme whose policy has a day, a quarter or a year: the period that runs, and some before it."""
    return [row for programme in Programme.objects.order_by("name") for row in _of(programme, region)]


def _of(programme: Programme, region: str) -> Iterator[Row]:
    """Three queries for a programme, whatever the number of its periods."""
    wanted = list(_periods(programme))
    if not wanted:
        return
    prefix = regioncode.prefix_of(region)
    served = _served(programme, prefix, wanted)
    if not any(served):
        return
    marks = Mark.objects.filter(
        appointment__programme=programme, region_code__startswith=prefix, month__gte=min(first for _rhythm, first in wanted),
        withdrawal=None,
    ).exclude(rhythm="month")  # fmt: skip
    about = Func("appointment_id", "name", function="ROW", output_field=TextField())
    by_period = marks.order_by().values_list("rhythm", "month").annotate(given=Count(about, distinct=True))
    counted = {(code, first): count for code, first, count in by_period}
    closed = {
        (row.rhythm, row.first): row for row in Closing.objects.filter(programme=programme, reopened_at=None)
        if region.startswith(regioncode.prefix_of(row.region_code))
    }  # fmt: skip
    for (rhythm, first), people in zip(wanted, served, strict=True):
        if people:
            yield Row(
                programme, rhythm, first, people * len(rhythm.marks), counted.get((rhythm.code, first), 0),
                closed.get((rhythm.code, first)),
            )  # fmt: skip


def _served(programme: Programme, prefix: str, wanted: Sequence[tuple[Rhythm, date]]) -> list[int]:
    """How many people served in each period. One query, which hands over no person."""
    counts = {
        f"served_{number}": Count(
            "pk", filter=Q(starts__lte=rhythm.last_of(first)) & (Q(ends=None) | Q(ends__gte=first))
        ) for number, (rhythm, first) in enumerate(wanted)
    }  # fmt: skip
    found = Appointment.objects.filter(programme=programme, region_code__startswith=prefix).aggregate(**counts)
    return [found[name] for name in counts]


def _periods(programme: Programme) -> Iterator[tuple[Rhythm, date]]:
    today = timezone.localdate()
    try:
        known = rhythms(text_on(policy_from(policy_file(programme.policy_code)), today).text)
    except Refusal:
        return  # no text in force: the policy's own page says so
    for rhythm in known:
        first = rhythm.first_of(today) if rhythm.code in BEFORE else today
        for _back in range(BEFORE.get(rhythm.code, -1) + 1):
            if rhythm.last_of(first) >= programme.starts and (programme.ends is None or first <= programme.ends):
                yield rhythm, first
            first = rhythm.first_of(first - timedelta(days=1))
