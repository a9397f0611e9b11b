"""Marks of days, quarters and years: by party, within their range, all or none."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.payment.world import VILLAGE, World

from yigang.appraisal import queries
from yigang.appraisal.domain import GivenMark, MarksRefused, give_marks, record_mark
from yigang.appraisal.models import Mark
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal

pytestmark = pytest.mark.req("Z5")
QUARTER = date(2023, 7, 1)


@pytest.fixture
def world(town_officer) -> World:
    return World(town_officer, policy="zaozhuang-public-welfare")


@pytest.fixture
def clerk(make_user):
    return make_user(Role.VILLAGE_CLERK, VILLAGE)


def test_each_party_is_asked_in_its_rhythm(world, town_officer, clerk):
    held = world.hire("王大山", starts=date(2023, 1, 1))
    day = record_mark(held, "day", date(2023, 7, 3), "station", Decimal("9.5"), "在岗", actor=town_officer)
    month = record_mark(held, "month", QUARTER, "democratic", Decimal(18), "评议", actor=clerk)
    quarter = record_mark(held, "quarter", QUARTER, "town", Decimal(95), "季评", actor=town_officer)
    year = record_mark(held, "year", date(2023, 1, 1), "democratic", Decimal(90), "年评", actor=clerk)
    assert [(mark.name, mark.rhythm, mark.most) for mark in (day, month, quarter, year)] == [
        ("当日表现", "day", 10), ("民主评议", "month", 20), ("镇街季评", "quarter", 100), ("年度民主评议", "year", 100),
    ]  # fmt: skip
    assert queries.latest_marks([held.pk], QUARTER, "quarter") == {(held.pk, "镇街季评"): quarter}


@pytest.mark.parametrize(
    ("rhythm", "first", "party", "value", "code"),
    [
        ("day", date(2023, 7, 3), "station", "10.01", "marks_refused"),
        ("quarter", QUARTER, "town", "-0.01", "marks_refused"),
        ("quarter", QUARTER, "village", "90", "unknown_mark"),
        ("year", date(2024, 1, 1), "town", "90", "marks_refused"),
    ],
)
def test_a_mark_out_of_range_of_another_party_or_out_of_post_is_refused(
    world, town_officer, rhythm, first, party, value, code
):
    held = world.hire("王大山", ends=date(2023, 12, 31))
    with pytest.raises(Refusal) as refused:
        record_mark(held, rhythm, first, party, Decimal(value), "评", actor=town_officer)
    assert refused.value.code == code
    assert not Mark.objects.exists()


def test_the_database_itself_keeps_marks_in_their_range(world):
    held = world.hire("王大山", starts=date(2023, 1, 1))
    good = {"region_code": VILLAGE, "appointment": held, "name": "镇街季评", "reason": "评", "given_by": world.clerk}
    for wrong in (
        {"rhythm": "quarter", "month": QUARTER, "value": 101, "most": 100},
        {"rhythm": "quarter", "month": QUARTER, "value": -1, "most": 100},
        {"rhythm": "quarter", "month": date(2023, 7, 2), "value": 1, "most": 100},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Mark.objects.create(**good, **wrong)


def test_many_are_given_all_or_none_and_a_village_not_for_the_town(world, town_officer, clerk):
    one, two = world.hire("王大山", starts=date(2023, 1, 1)), world.hire("李二")
    given = [GivenMark(one, "镇街季评", Decimal(90), "好", 1), GivenMark(two, "镇街季评", Decimal(190), "好", 2)]
    with pytest.raises(MarksRefused) as refused:
        give_marks(world.programme, QUARTER, given, actor=town_officer, rhythm="quarter")
    assert [problem.row for problem in refused.value.problems] == [2]
    with pytest.raises(Forbidden):
        give_marks(world.programme, QUARTER, given[:1], actor=clerk, rhythm="quarter")
    assert not Mark.objects.exists()
