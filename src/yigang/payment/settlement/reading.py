"""Everything the engine needs of one programme's month, read at one moment of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import polars as pl
from django.db import connection, transaction

from yigang.appraisal import facts as appraisal_facts
from yigang.duty import facts as duty_facts
from yigang.duty.enums import Table
from yigang.foundation import calendar, regioncode
from yigang.foundation.facts import Selection
from yigang.foundation.models import CalendarOverride
from yigang.policy.facts import Facts
from yigang.policy.model import PolicyVersion
from yigang.policy.period import Period
from yigang.policy.points import point_clauses
from yigang.posts.models import Programme
from yigang.tenure import facts as tenure_facts

CHECKS_A_PERSON, SWEEP_SHARE = 44, 4
"""A usual month of one person; and how many times as much a sweep may read as is wanted, before looking up is faster."""


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


def gather(programme: Programme, prefix: str, month: date, *versions: PolicyVersion) -> Facts:
    """The facts of everyone whose post lies under a region prefix, for the month that begins on `month`.

    They serve each of the texts given: the calendar is read when one of them asks for working days, points
    when one of them gives any.
    """
    period = Period.of(month)
    by_calendar = any(version.month.required.basis == "working_days" for version in versions)
    with_points = any(point_clauses(version.text) for version in versions)
    selection = Selection(programme.pk, prefix, period.first, period.last)
    with one_moment():
        appointments = tenure_facts.appointments(selection)
        with wholesale(period, appointments.height):
            found = {
                Table.LEAVES: duty_facts.leaves(selection), Table.WORK_LOGS: duty_facts.work_logs(selection),
            }  # fmt: skip
            check_ins = duty_facts.check_ins(selection)
            patrols = duty_facts.patrols(selection)
            coverage = pl.concat([duty_facts.coverage(selection, found), appraisal_facts.coverage(selection)])
        spoken = set(coverage["table"].unique())
        return Facts(
            appointments=appointments,
            check_ins=check_ins if check_ins.height or Table.CHECK_INS in spoken else None,
            leaves=found[Table.LEAVES] if Table.LEAVES in spoken else None,
            work_logs=found[Table.WORK_LOGS] if Table.WORK_LOGS in spoken else None,
            patrols=patrols if patrols.height or Table.PATROLS in spoken else None,
            findings=appraisal_facts.findings(selection) if Table.FINDINGS in spoken else None,
            marks=appraisal_facts.marks(selection),
            points=appraisal_facts.points(selection) if with_points else None,
            appraisals=appraisal_facts.appraisals(selection),
            calendar=working_days(programme, period) if by_calendar else None,
            coverage=coverage,
        )


@contextmanager
def wholesale(period: Period, people: int) -> Iterator[None]:
    """Let PostgreSQL read a month's evidence in one sweep when the people are a good part of it.

    Under row-level security the planner expects a handful of rows whatever the scope, and would look up everybody's
    check-ins one by one: three times as slow for a whole county, and right for a town out of a province.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(reltuples), 0) FROM pg_class WHERE relname = %s",
            [f"duty_checkin_{period.year:04d}_{period.month:02d}"],
        )
        rows = float(cursor.fetchone()[0])
        if rows > people * CHECKS_A_PERSON * SWEEP_SHARE:
            yield
            return
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


def working_days(programme: Programme, period: Period) -> pl.DataFrame:
    """The month's calendar as the programme's county keeps it: date, working, name."""
    county = regioncode.pad(regioncode.county_of(programme.region_code))
    changed = CalendarOverride.objects.filter(region_code=county, date__range=(period.first, period.last))
    overrides = {day.date: (day.working, day.name) for day in changed}
    return calendar.calendar_frame(period.first, period.last, overrides)
