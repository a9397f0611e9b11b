"""Everything the engine needs of one programme's month, read at one moment of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import polars as pl
from django.db import connection, transaction

from yigang.appraisal import facts as appraisal_facts
from yigang.duty import facts as duty_facts
from yigang.foundation import calendar, regioncode
from yigang.foundation.facts import Selection
from yigang.foundation.models import CalendarOverride
from yigang.policy.facts import Facts
from yigang.policy.model import PolicyVersion
from yigang.policy.period import Period
from yigang.posts.models import Programme
from yigang.tenure import facts as tenure_facts

NEEDS_COVERAGE = ("leaves", "work_logs", "findings")
"""Tables in which no row means “none” only for those of whom an intake speaks."""


@contextmanager
def one_moment() -> Iterator[None]:
    """A read-only transaction in which every query sees the same database.

    Reading apart from writing keeps the writing transaction short and free of serialization failures: the audit chain of
    a busy county moves on while a month is computed. Inside a transaction that is open already, that one's view counts.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def gather(programme: Programme, prefix: str, month: date, version: PolicyVersion) -> Facts:
    """The facts of everyone whose post lies under a region prefix, for the month that begins on `month`."""
    period = Period.of(month)
    selection = Selection(programme.pk, prefix, period.first, period.last)
    with one_moment():
        coverage = duty_facts.coverage(selection)
        spoken = set(coverage["table"].unique())
        check_ins = duty_facts.check_ins(selection)
        optional = {
            "leaves": duty_facts.leaves, "work_logs": duty_facts.work_logs, "findings": appraisal_facts.findings,
        }  # fmt: skip
        return Facts(
            appointments=tenure_facts.appointments(selection),
            check_ins=check_ins if check_ins.height or "check_ins" in spoken else None,
            marks=appraisal_facts.marks(selection),
            appraisals=appraisal_facts.appraisals(selection),
            calendar=working_days(programme, period) if version.month.required.basis == "working_days" else None,
            coverage=coverage,
            **{name: read(selection) for name, read in optional.items() if name in spoken},
        )


def working_days(programme: Programme, period: Period) -> pl.DataFrame:
    """The month's calendar as the programme's county keeps it: date, working, name."""
    county = regioncode.pad(regioncode.county_of(programme.region_code))
    changed = CalendarOverride.objects.filter(region_code=county, date__range=(period.first, period.last))
    overrides = {day.date: (day.working, day.name) for day in changed}
    return calendar.calendar_frame(period.first, period.last, overrides)
