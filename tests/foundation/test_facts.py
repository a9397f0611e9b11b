"""Columns out of PostgreSQL and into it, under the same scope as every other query."""

from datetime import date, datetime

import polars as pl
import pytest
from django.db import DatabaseError, transaction

from yigang.foundation import facts, rls
from yigang.foundation.enums import Role
from yigang.foundation.models import CalendarOverride


def days(region: str) -> pl.DataFrame:
    query = "SELECT date, working::int, name FROM foundation_calendaroverride WHERE region_code ^@ %s ORDER BY date"
    return facts.read(query, [region], {"date": pl.Date, "working": pl.Int8, "name": pl.String})


def frame() -> pl.DataFrame:
    return pl.DataFrame({
        "region_code": ["520403000000", "520402000000"],
        "date": [date(2020, 7, 1), date(2020, 7, 2)],
        "working": [True, False],
        "name": ['a "quoted", name', "平坝"],
    })  # fmt: skip


def test_what_is_written_is_read_back(db):
    facts.write("foundation_calendaroverride", frame())
    assert days("5204").rows() == [(date(2020, 7, 1), 1, 'a "quoted", name'), (date(2020, 7, 2), 0, "平坝")]
    assert CalendarOverride.objects.count() == 2


def test_no_rows_still_have_their_types(db):
    assert days("99").schema == {"date": pl.Date, "working": pl.Int8, "name": pl.String}


def test_a_parameter_is_a_value_and_never_a_statement(db):
    assert days("'; DROP TABLE foundation_user; --").is_empty()


def test_a_copy_sees_the_scope_only(db, make_user):
    facts.write("foundation_calendaroverride", frame())
    with rls.scope(make_user(Role.COUNTY_MANAGER, "520402")):
        assert days("5204")["name"].to_list() == ["平坝"]


def test_times_come_as_text(db):
    read = facts.read("SELECT '2020-07-01 07:30:00'::timestamp", [], {"at": pl.Datetime("us")})
    assert read["at"].to_list() == [datetime(2020, 7, 1, 7, 30)]  # noqa: DTZ001 - local to the test


def test_rows_that_are_there_already_can_be_left_out(db):
    assert facts.write("foundation_calendaroverride", frame()) == 2
    more = pl.concat([frame(), frame().with_columns(date=pl.lit(date(2020, 7, 3)))])
    assert facts.write("foundation_calendaroverride", more, skip_known=True) == 2
    assert CalendarOverride.objects.count() == 4


def test_the_database_refuses_a_row_outside_the_scope(db, make_user):
    with rls.scope(make_user(Role.COUNTY_MANAGER, "520402")), pytest.raises(DatabaseError), transaction.atomic():
        facts.write("foundation_calendaroverride", frame())
    assert CalendarOverride.objects.count() == 0
