"""A small district: two villages of one town, rangers in them, and evidence about July 2020."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest

from yigang.duty import domain
from yigang.duty.enums import Source, Table
from yigang.duty.models import Intake
from yigang.foundation import identity, names
from yigang.foundation.models import User
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.models import Person
from yigang.posts.models import Post, Programme
from yigang.tenure.models import Appointment

CHINA = timezone(timedelta(hours=8))
VILLAGE, OTHER_VILLAGE, OTHER_TOWN_VILLAGE = "520403100201", "520403100202", "520403101201"
TOWN = "520403100000"
JULY = (date(2020, 7, 1), date(2020, 7, 31))


def number_of(serial: int) -> str:
    """A well-formed identity number for the nth person of the tests."""
    first17 = f"52040319800101{serial:03d}"
    return first17 + identity.check_sign(first17)


def rangers() -> Programme:
    return Programme.objects.create(
        region_code="520403000000", code="rangers", name="平坝护林员", kind="ranger", policy_code="pingba-ranger",
        starts=date(2020, 1, 1),
    )  # fmt: skip


def holder(
    name: str, within: Programme, village: str = VILLAGE, *, starts=date(2020, 1, 1), ends=None, phone=""
) -> Person:
    """A person who holds a post of the programme in the village."""
    serial = Person.objects.count() + 1
    number, keys = number_of(serial), names.keys(name)
    person = Person.objects.create(
        region_code=village, name=name, pinyin=keys.full, initials=keys.initials, phone=phone,
        identity_cipher=vault().encrypt(number, IDENTITY), identity_index=vault().index(number, IDENTITY),
        identity_last4_index=vault().index_last4(number, IDENTITY), birth=date(1980, 1, 1), sex="M",
    )  # fmt: skip
    post = Post.objects.create(region_code=village, programme=within, number=f"P{serial}", kind="护林员")
    Appointment.objects.create(
        region_code=village, person=person, post=post, programme=within, starts=starts, ends=ends
    )
    return person


@pytest.fixture
def programme(db) -> Programme:
    return rangers()


@pytest.fixture
def hold(programme) -> Callable[..., Person]:
    """`hold("张大山")` makes a person who holds a post in the village since 2020-01-01."""

    def make(name: str, village: str = VILLAGE, *, within=programme, **more: Any) -> Person:
        return holder(name, within, village, **more)

    return make


def at(day: int, clock: str = "07:30", *, month: int = 7) -> datetime:
    """A moment of 2020, local time; of July unless told otherwise."""
    hour, minute, *second = (int(part) for part in clock.split(":"))
    return datetime(2020, month, day, hour, minute, *second, tzinfo=CHINA)


def punch(who: str, when: datetime, *, kind: str = "on", result: str | None = "normal", **more: Any) -> dict[str, Any]:
    """One check-in as an importer hands it over."""
    row = {"name": who, "at": when, "day": when.date(), "kind": kind, "result": result, "source": "dingtalk"} | more
    return {"raw": json.dumps({"姓名": who}, ensure_ascii=False)} | row


def evidence(
    table: Table, rows, *, source=Source.DINGTALK, days=JULY, region=TOWN, programme_id=None
) -> domain.Evidence:
    """Rows as an importer hands them over."""
    numbered = [{"row": number, "raw": "{}"} | row for number, row in enumerate(rows, start=2)]
    frame = pl.DataFrame(
        {
            name: pl.Series([row.get(name) for row in numbered], dtype=kind)
            for name, kind in domain.TARGETS[table].schema.items()
        }
    )
    return domain.Evidence(table, source, region, *days, frame, programme_id)


@pytest.fixture
def take_in(county_manager, programme) -> Callable[..., Intake]:
    """Keep rows as one import of the town, about July unless told otherwise."""

    def take(
        table: Table, *rows: dict[str, Any], source: Source = Source.DINGTALK, days=JULY, actor: User = county_manager
    ) -> Intake:
        return domain.take_in(evidence(table, rows, source=source, days=days, programme_id=programme.pk), actor=actor)

    return take
