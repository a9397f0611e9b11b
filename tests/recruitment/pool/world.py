"""People in a labour register, a reserve pool, and a ranger who was dismissed."""

from datetime import date

from tests.recruitment.world import SECOND, VILLAGE, World

from yigang.people.enums import Sex
from yigang.people.models import LabourRecord, Person, RegisterEdition
from yigang.recruitment.pool.renew import renew_pool
from yigang.tenure import domain as tenure
from yigang.tenure.domain import Leaving, Terms
from yigang.tenure.enums import ExitKind, ExitReason
from yigang.tenure.models import Appointment, Vacancy

__all__ = ["SECOND", "VILLAGE", "dismiss", "edition", "in_pool", "labour", "renewed"]

AS_OF = date(2020, 3, 31)


def edition(world: World) -> RegisterEdition:
    return RegisterEdition.objects.get_or_create(
        region_code="520403000000", quarter="2020Q1",
        defaults={"as_of": AS_OF, "digest": "0" * 64, "rows": 0, "loaded_by": world.county},
    )[0]  # fmt: skip


def labour(world: World, person: Person, **columns: object) -> LabourRecord:
    """What the register says: able and willing to work and without work, unless told otherwise."""
    values = {"able": True, "willing": True, "employment": "jobless", **columns}
    return LabourRecord.objects.create(
        region_code=person.region_code, edition=edition(world), person=person, name=person.name, pinyin=person.pinyin,
        birth=person.birth, sex=Sex(person.sex), **values,
    )  # fmt: skip


def in_pool(world: World, name: str, *, income: int | None = 500_000, **columns: object) -> Person:
    """Somebody whom the pool's rule of Pingba takes in once it is renewed; `income` in fen orders them."""
    person = world.person(name, **columns)
    person.household.income_fen = income
    person.household.save()
    labour(world, person)
    return person


def dismiss(world: World, person: Person, *, starts: date = date(2020, 7, 1)) -> tuple[Appointment, Vacancy]:
    """A ranger of the first post, put in by the town, dismissed by two officials: a vacancy is left."""
    held = tenure.appoint(person, world.posts[0], Terms(starts, date(2030, 6, 30)), actor=world.town)
    leaving = Leaving(
        ExitKind.DISMISSAL, ExitReason.ABSENT, date(2020, 9, 30), "连续旷工十五天", clause="管理考核办法 第九条"
    )
    tenure.confirm_exit(tenure.leave(held, leaving, actor=world.town), actor=world.county)
    return held, Vacancy.objects.get()


def renewed(world: World) -> None:
    renew_pool(world.programme, actor=world.county)
