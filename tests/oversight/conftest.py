"""A programme of teams in six villages, with inspectors; weeks are drawn from today, since a past one is refused."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.oversight import domain, queries
from yigang.oversight.domain import Met, Sheet, Week
from yigang.oversight.enums import InspectionKind, Presence
from yigang.oversight.models import Inspection, Plan
from yigang.posts.models import Programme
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Appointment

COUNTY = "520403000000"
VILLAGES = [f"5204031002{number:02d}" for number in range(1, 7)]
KINDS = (InspectionKind.ON_SITE, InspectionKind.NIGHT)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def monday(today) -> date:
    return queries.week_of(today)


@pytest.fixture
def programme(db) -> Programme:
    return make_programme("team", policy_code="huaihua-team", kind="team", name="驻村工作队")


@pytest.fixture
def hold(programme, town_officer) -> Callable[..., Appointment]:
    """`hold(1, "张三")`: the first village's holder since New Year's Day of this year."""

    def made(order: int, name: str = "", *, starts: date | None = None) -> Appointment:
        village = VILLAGES[order - 1]
        person = make_person(name or f"队员{order}", order, region_code=village)
        post = make_post(programme, f"T{order:03d}", region_code=village, kind="队员")
        since = starts or timezone.localdate().replace(month=1, day=1)
        return appoint(person, post, Terms(since, None, training=TrainingBasis.TAKEN_OVER), actor=town_officer)

    return made


@pytest.fixture
def held(hold) -> list[Appointment]:
    return [hold(order) for order in range(1, 7)]


@pytest.fixture
def inspectors(make_user) -> list[User]:
    """The office's head, who draws, and three who go."""
    return [make_user(Role.INSPECTOR, "520403", username=name) for name in ("head", "one", "two", "three")]


@pytest.fixture
def drawn(programme, held, inspectors, monday) -> Plan:
    """Six visits of three groups of one."""
    head, *others = inspectors
    week = Week(monday, [[other] for other in others], 6, KINDS)
    return domain.draw_week(programme, COUNTY, week, actor=head)


@pytest.fixture
def visit(drawn, inspectors) -> Inspection:
    """A visit of the first group."""
    return drawn.inspections.filter(group__number=1).select_related("plan__programme", "group").first()


def sheet_of(inspection: Inspection, *met: Met, made_at: datetime | None = None) -> Sheet:
    return Sheet(uuid4(), made_at or timezone.now(), met)


def holder_of(inspection: Inspection) -> Appointment:
    return Appointment.objects.select_related("person").get(region_code=inspection.region_code)


def absent(held: Appointment, note: str = "村部大门锁闭，电话无人接听") -> Met:
    return Met(held, Presence.ABSENT, note=note)


def at_noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def days_ago(count: int) -> date:
    return timezone.localdate() - timedelta(days=count)
