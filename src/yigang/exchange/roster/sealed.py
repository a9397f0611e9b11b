"""Which months of a programme are sealed where, and whether a change of an appointment's days would reach into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from yigang.exchange.roster.seats import Days, days_of
from yigang.foundation import regioncode
from yigang.payment.enums import Step
from yigang.payment.models import Settlement
from yigang.policy import Period
from yigang.posts.models import Programme

ONE_DAY = timedelta(days=1)


def sealed_months(region_code: str, days: Days) -> list[Settlement]:
    """Every programme's sealed months that hold one of the days, of the region, what lies in it and what holds it."""
    found = Settlement.objects.filter(step=Step.SEALED, month__gte=days[0].replace(day=1), month__lte=days[1])
    return [one for one in found.order_by("month", "pk") if regioncode.on_one_line(one.region_code, region_code)]


@dataclass(frozen=True)
class SealedMonths:
    """First days of the sealed months of one programme, by the prefix of the region that each was settled for."""

    months: Mapping[str, list[date]] = field(default_factory=dict)

    @classmethod
    def of(cls, programme: Programme) -> SealedMonths:
        """One query; a district has some hundred sealed months a year."""
        found = Settlement.objects.filter(programme=programme, step=Step.SEALED).order_by("month")
        months: dict[str, list[date]] = defaultdict(list)
        for region, month in found.values_list("region_code", "month"):
            months[regioncode.prefix_of(region)].append(month)
        return cls(dict(months))

    def within(self, region_code: str, days: Days) -> list[date]:
        """The sealed months of the region that hold one of the days, in order."""
        if days[1] < days[0]:
            return []
        return sorted(
            month for prefix, months in self.months.items() if region_code.startswith(prefix)
            for month in months if month <= days[1] and Period.of(month).last >= days[0]
        )  # fmt: skip

    def reached(self, region_code: str, before: Days, after: Days) -> date | None:
        """The first sealed month with a day that is in one of the two spans and not in the other."""
        reached = [month for part in _differing(before, after) for month in self.within(region_code, part)]
        return min(reached, default=None)


def _differing(before: Days, after: Days) -> Iterator[Days]:
    """The days at the two ends by which spans differ; spans that share no day differ by both."""
    if before[1] < after[0] or after[1] < before[0]:
        yield before
        yield after
        return
    if before[0] != after[0]:
        yield min(before[0], after[0]), max(before[0], after[0]) - ONE_DAY
    if before[1] != after[1]:
        yield min(before[1], after[1]) + ONE_DAY, max(before[1], after[1])


def span(starts: date | str, ends: date | str | None) -> Days:
    """Days of a row of the database or of its JSON."""
    return days_of(_day(starts), None if ends is None else _day(ends))


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
