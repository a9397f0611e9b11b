"""A year of everyday life in such a programme: check-ins, nights, logs, the months' marks, training."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl

from yigang.appraisal.domain import GivenMark, give_marks
from yigang.appraisal.models import Mark
from yigang.demo import money
from yigang.demo.bring import Staff, acting
from yigang.demo.draw import Draw
from yigang.demo.numbers import days_of
from yigang.demo.systems.kinds import System
from yigang.demo.systems.people import SEED
from yigang.demo.training import CHINA
from yigang.duty import domain as duty
from yigang.duty.domain import Evidence
from yigang.duty.enums import Source, Table
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment
from yigang.training import domain as training
from yigang.training.drawing import Row
from yigang.training.enums import QuestionKind, SessionKind, Subject
from yigang.training.models import Course

CAME, LOGGED = 0.99, 0.35
"""Chance of a due day to be kept, and of a day at work to have its log."""
NIGHT, BEIJING = timedelta(hours=21, minutes=40), timedelta(hours=8)
LESSON = 9
"""Lessons begin at this hour of a Wednesday."""
RULE = [
    Row(Subject.SAFETY, QuestionKind.TRUTH, 5, Decimal(10)),
    Row(Subject.SUBSIDY, QuestionKind.TRUTH, 5, Decimal(10)),
]
PASS, FAILED = Decimal(60), Decimal(52)


def live(system: System, people: pl.DataFrame, programme: Programme, months: Sequence[date], staff: Staff) -> None:
    """Everything that is on record of the months; nobody was on leave, and inspections are told elsewhere."""
    region = regioncode.pad(system.town)
    first, last = months[0], days_of(months[-1])[-1]
    days = _days(system, people, months)
    frames = {Table.CHECK_INS: _check_ins(system, days), Table.WORK_LOGS: _logs(system, days)}
    with acting(staff[Role.COUNTY_MANAGER]) as county:
        for table, frame in frames.items():
            evidence = Evidence(table, Source.DINGTALK, region, first, last, frame, programme.pk)
            duty.take_in(evidence, actor=county)
        for table in (Table.LEAVES, Table.FINDINGS):
            duty.declare_complete(table, region, first, last, actor=county)


def _days(system: System, people: pl.DataFrame, months: Sequence[date]) -> pl.DataFrame:
    """Days at work: person, identity, day, ordinal."""
    draw = Draw(SEED)
    calendar = pl.DataFrame({"day": [day for month in months for day in days_of(month)]})
    due = calendar.filter(pl.col("day").dt.weekday().is_in(list(system.works)))
    crossed = people.select("person", "name", "identity").join(due, how="cross")
    crossed = crossed.with_columns(ordinal=pl.col("day").cast(pl.Int64).cast(pl.UInt64))
    return crossed.filter(draw.chance("came", "person", "ordinal") < CAME).with_row_index("row", 1)


def _check_ins(system: System, days: pl.DataFrame) -> pl.DataFrame:
    """On in the morning within the half hour before, off in the evening, and where nights count one at night."""
    draw, (on, off) = Draw(SEED + 1), system.clock
    begin, end = (timedelta(hours=int(clock[:2]), minutes=int(clock[3:])) for clock in (on, off))
    slept = days.filter(pl.col("day").dt.weekday().is_in(list(system.nights)))
    parts = [
        _punches(days, "on", begin, draw.between("on", -1_500, 0, "person", "ordinal")),
        _punches(days, "off", end, draw.between("off", 0, 2_400, "person", "ordinal")),
        _punches(slept, "night", NIGHT, draw.between("night", 0, 1_200, "person", "ordinal")),
    ]
    return pl.concat(parts)


def _punches(days: pl.DataFrame, kind: str, clock: timedelta, seconds: pl.Expr) -> pl.DataFrame:
    at = pl.col("day").cast(pl.Datetime("us")) + clock - BEIJING + pl.duration(seconds=seconds)
    return days.select(
        "row", "name", "identity", "day", at=at.dt.replace_time_zone("UTC"), kind=pl.lit(kind), raw=pl.lit("{}"),
        result=pl.lit("normal"), place=pl.lit("inside"), source=pl.lit(Source.DINGTALK.value),
    )  # fmt: skip


def _logs(system: System, days: pl.DataFrame) -> pl.DataFrame:
    written = days.filter(Draw(SEED + 2).chance("log", "person", "ordinal") < LOGGED)
    return written.select(
        "row", "name", "identity", "day", text=pl.lit(system.log), source=pl.lit(Source.SHEET.value), raw=pl.lit("{}")
    )


def judge(system: System, programme: Programme, months: Sequence[date], staff: Staff) -> None:
    """The months' marks by the town but those that villagers gave, and where the programme pays the months to their seal and
    one batch for the bank."""
    officer = staff.officer_of(regioncode.pad(system.town))
    with acting(officer):
        held = list(Appointment.objects.filter(programme=programme).order_by("pk"))
        known = Mark.objects.filter(appointment__in=held).values_list("appointment", "month", "name")
        voted = set(known)
        for month in months if system.marks else ():
            given = [mark for number, one in enumerate(held) for mark in _marks(system, one, number, month)]
            asked = [mark for mark in given if (mark.appointment.pk, month, mark.name) not in voted]
            give_marks(programme, month, asked, actor=officer)
    if system.paid:
        for month in months:
            money.close_month(programme, month, staff, [programme.region_code])
        for year in sorted({month.year for month in months}):
            money.pay(programme, max(month for month in months if month.year == year), staff)


def _marks(system: System, held: Appointment, number: int, month: date) -> list[GivenMark]:
    """Steady people: who is good is so in every month, give or take a point."""
    shares = [(number * 37 + month.month * 11) % 60 / 100 + 0.4 if number % 9 else 0.3]
    return [
        GivenMark(held, name, round(Decimal(least) + (most - least) * Decimal(share), 1), "按考核方案评定")
        for share in shares
        for name, least, most in system.marks
    ]


def teach(system: System, programme: Programme, months: Sequence[date], staff: Staff) -> None:
    """For each year a plan, a course held as often as the policy asks, and a test on paper that all but one pass."""
    county, officer = staff[Role.COUNTY_MANAGER], staff.officer_of(system.town)
    with acting(county):
        people = [one.person for one in programme.appointments.select_related("person").order_by("pk")]
        for year in sorted({month.year for month in months}):
            evenings = [
                day for month in months if month.year == year for day in days_of(month) if day.isoweekday() == 3
            ]
            plan = training.make_plan(
                programme, programme.region_code, year, f"{year}年{system.name}学训计划", actor=county
            )
            course = training.add_course(plan, system.course, system.subject, system.hours, actor=county)
            for day in evenings[: system.lessons]:
                _lesson(system, course, day, people, officer)
            last = evenings[-1]
            terms = training.Terms(
                _at(last, 8), _at(last, 20), 40, PASS, same_for_all=True, seed=f"{system.code}{year}"
            )
            paper = training.set_paper(plan, f"{year}年度测评", RULE, terms, actor=county)
            marks = [(person, PASS + number * 7 % 38 if number else FAILED) for number, person in enumerate(people)]
            training.enter_scores(paper, marks, at=_at(last, 19), actor=officer)


def _lesson(system: System, course: Course, day: date, people: Sequence[Person], officer: User) -> None:
    region, ends = regioncode.pad(system.town), LESSON + int(system.hours)
    kind = SessionKind.MEETING if system.units else SessionKind.LECTURE
    meeting = training.Meeting(kind, _at(day, LESSON), _at(day, ends), system.hours, "镇街会议室", "区里讲师")
    session = training.plan_session(course, region, meeting, actor=officer)
    training.enter_list(session, people, actor=officer)
    training.close_session(session, actor=officer)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)
