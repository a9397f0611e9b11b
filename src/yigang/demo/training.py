"""A year of training of the demo district: a bank, sessions in every town, tests, and two who fell short.

One ranger came to nothing and has a task to make it up; one failed the test, had it put right and passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from yigang.demo import bring
from yigang.demo.bring import Staff, acting
from yigang.demo.plan import Plan
from yigang.exchange.enums import ImportKind
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment
from yigang.training import domain
from yigang.training.drawing import Row
from yigang.training.enums import QuestionKind, SessionKind, Subject
from yigang.training.models import Course, Paper
from yigang.training.queries import group_of

QUESTIONS = Path(__file__).with_name("questions.csv")
"""The bank, in the form in which an office hands it in; every question names the article or standard it rests on."""
CHINA = ZoneInfo("Asia/Shanghai")
RULE = [
    Row(Subject.FIRE, QuestionKind.SINGLE, 8, Decimal(3)), Row(Subject.FOREST, QuestionKind.SINGLE, 8, Decimal(3)),
    Row(Subject.PEST, QuestionKind.SINGLE, 5, Decimal(3)), Row(Subject.SAFETY, QuestionKind.TRUTH, 5, Decimal(2)),
    Row(Subject.FIRE, QuestionKind.MULTIPLE, 3, Decimal(5)), Row(Subject.SUBSIDY, QuestionKind.TRUTH, 5, Decimal("2.4")),
]  # fmt: skip
FAILED, PASSED = Decimal(45), Decimal(78)
LEAST, SPREAD = 62, 36
"""Marks of everybody else lie between these, by the day of birth, the same in every build."""


def teach(plan: Plan, programme: Programme, staff: Staff, folder: Path) -> None:
    """The bank, the year's plan, a spring for those of the old term and a July for those of the new one."""
    county, region = staff[Role.COUNTY_MANAGER], regioncode.pad(plan.prefix)
    file = folder / "学训题库.csv"
    file.write_bytes(QUESTIONS.read_bytes())
    bring.file_in(file, ImportKind.QUESTION, None, region, county)
    year, july = plan.open_month.year, plan.open_month
    with acting(county):
        made = domain.make_plan(programme, region, year, f"{year}年{plan.programme_name}学训计划", actor=county)
        forest = domain.add_course(made, "森林管护与有害生物识别", Subject.FOREST, Decimal(8), actor=county)
        fire = domain.add_course(made, "森林防火与作业安全", Subject.FIRE, Decimal(8), actor=county)
        papers = [
            domain.set_paper(made, f"{month.month}月测评", RULE, _terms(month), actor=county)
            for month in (date(year, 3, 1), july)
        ]
        domain.hold_contest(papers[1], f"{july.month}月业务大比武", actor=county)
        spring, short = date(year, 3, 1), _newcomers(forest, date(year, 3, 3), july.replace(day=3))
    _month(staff, (forest, fire), papers[0], spring)
    _month(staff, (forest, fire), papers[1], july, *(one.person for one in short))
    _put_right(programme, papers[1], staff, july, short)


def _newcomers(course: Course, before: date, day: date) -> Sequence[Appointment]:
    """The first two who are in post on a day and were not before: what they learned is all of this term."""
    known = {one.person_id for one in group_of(course, before)}
    return [one for one in group_of(course, day) if one.person_id not in known][:2]


def _terms(month: date) -> domain.Terms:
    opens = _moment(month.replace(day=15), 8)
    return domain.Terms(
        opens, opens + timedelta(days=15), 40, Decimal(60), attempts=2, same_for_all=True, seed=f"平坝{month:%Y-%m}"
    )


def _moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


def _month(
    staff: Staff, courses: Sequence[Course], paper: Paper, first: date, untrained: Person | None = None,
    failed: Person | None = None,
) -> None:  # fmt: skip
    """Two sessions and a test on paper in every town; one may have come to nothing and one may have failed."""
    towns: dict[str, list[Person]] = defaultdict(list)
    with acting(staff[Role.COUNTY_MANAGER]):
        for held in group_of(courses[0], first.replace(day=3)):
            towns[held.region_code[:9]].append(held.person)
    for town, people in sorted(towns.items()):
        officer = staff.officer_of(town.ljust(12, "0"))
        with acting(officer):
            there = [person for person in people if person != untrained]
            for day, course in enumerate(courses, start=3):
                meeting = domain.Meeting(
                    SessionKind.LECTURE if day == 3 else SessionKind.SITE, _moment(first.replace(day=day), 9),
                    _moment(first.replace(day=day), 18), Decimal(8), "镇政府会议室" if day == 3 else "护林点", "区林业局讲师",
                )  # fmt: skip
                session = domain.plan_session(course, town.ljust(12, "0"), meeting, actor=officer)
                domain.enter_list(session, there, actor=officer)
                domain.close_session(session, actor=officer)
            marks = [(person, FAILED if person == failed else _mark(person)) for person in there]
            domain.enter_scores(paper, marks, at=_moment(first.replace(day=15), 10), actor=officer)


def _mark(person: Person) -> Decimal:
    return Decimal(LEAST + person.birth.toordinal() % SPREAD)


def _put_right(
    programme: Programme, paper: Paper, staff: Staff, july: date, short: Sequence[Appointment]
) -> None:  # fmt: skip
    """Tasks for the two; one takes the test again and is done, the other still has his to do."""
    for held in short:
        officer = staff.officer_of(held.region_code)
        with acting(officer):
            domain.open_remedial(
                programme, [held.person], july.year, on=july.replace(day=20), actor=officer, paper=paper
            )
    failed = short[1].person
    officer = staff.officer_of(failed.region_code)
    with acting(officer):
        domain.enter_score(paper, failed, PASSED, at=_moment(july.replace(day=28), 10), actor=officer)
        domain.look_after(july.replace(day=29))
