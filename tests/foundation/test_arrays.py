"""Columns written as binary arrays come back from PostgreSQL as they were."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import DataError, transaction

from yigang.foundation.arrays import Bigints, Byteas, Days, Floats, Moments, Texts, Uuids
from yigang.foundation.statements import run

RECORD = "0192f3a4-7b5c-7def-8abc-0123456789ab"


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (Bigints, [1, -(2**63), None, 2**63 - 1]),
        (Floats, [26.4123456, None, -0.0]),
        (Texts, ["", "护林员", None, 'a,"b"\\{c}\n']),
        (Byteas, [b"", b"\x00\xff", None]),
        (Moments, [datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC), None, datetime(2099, 1, 1, tzinfo=UTC)]),
        (Days, [date(1970, 1, 1), None, date(2026, 11, 22)]),
    ],
)
def test_a_column_arrives_as_it_is(db, column, values):
    [(came,)] = run("SELECT %s", [column(values)])
    assert [bytes(each) if isinstance(each, memoryview) else each for each in came] == values
    assert run("SELECT cardinality(%s)", [column([])]) == [(0,)]


def test_numbers_of_records_are_uuids(db):
    assert run("SELECT %s", [Uuids([RECORD, None])]) == [([UUID(RECORD), None],)]


def test_a_text_that_the_database_cannot_keep_is_refused(db):
    with transaction.atomic(), pytest.raises(DataError), transaction.atomic():
        run("SELECT %s", [Texts(["\x00"])])
