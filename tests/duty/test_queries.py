"""The month as people look at it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.duty.conftest import at, punch
from tests.duty.test_facts import july, leave, log

from yigang.duty import domain, queries
from yigang.duty.enums import Source, Table
from yigang.foundation.facts import Selection

__all__ = ["july"]


def letters(row: queries.GridRow) -> str:
    return "".join(cell.letter or "·" for cell in row.cells)


@pytest.mark.req("H3")
def test_a_month_has_a_letter_for_each_day(hold, take_in, july):
    hold("张大山")
    training = leave("张大山", 6, 6) | {"kind": "training"}
    take_in(Table.LEAVES, leave("张大山", 4, 5), training, leave("张大山", 8, 8, approved=False), source=Source.SHEET)
    take_in(
        Table.CHECK_INS,
        punch("张大山", at(1)), punch("张大山", at(2)), punch("张大山", at(2, "21:00"), kind="night"),
        punch("张大山", at(4, "06:30"), kind="night"), punch("张大山", at(7), result="not_signed", source="SYSTEM"),
    )  # fmt: skip
    take_in(Table.WORK_LOGS, log("张大山", 2), source=Source.SHEET)
    row = queries.month_grid(july)[0]
    assert letters(row) == "出夜夜出假训旷" + "·" * 24
    assert (row.present, row.nights, row.on_leave) == (4, 2, 2)
    assert [cell.day.day for cell in row.cells if cell.log] == [2]


def test_days_outside_the_post_are_marked(hold, july):
    hold("张大山", starts=date(2020, 7, 20))
    assert [cell.in_post for cell in queries.month_grid(july)[0].cells] == [False] * 19 + [True] * 12


def test_the_grid_takes_the_same_queries_for_one_and_for_thirty_people(hold, take_in, july):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            queries.month_grid(july)
        return len(captured)

    hold("张大山")
    one = count()
    people = [hold(f"张{name}") for name in "一二三四五六七八九十"]
    take_in(Table.CHECK_INS, *(punch(person.name, at(1)) for person in people))
    assert count() == one
    assert len(queries.month_grid(july)) == 11


def test_a_calendar_begins_on_monday(hold, july):
    hold("张大山")
    rows = queries.weeks(queries.month_grid(july)[0].cells)
    assert [cell and cell.day.day for cell in rows[0]] == [None, None, 1, 2, 3, 4, 5]
    assert [len(row) for row in rows] == [7] * 5


def test_a_days_evidence_names_what_no_longer_counts(hold, take_in, county_manager):
    person = hold("张大山")
    intake = take_in(Table.CHECK_INS, punch("张大山", at(1)))
    take_in(Table.CHECK_INS, punch("张大山", at(1, "08:10")))
    take_in(Table.LEAVES, leave("张大山", 1, 2), source=Source.SHEET)
    domain.withdraw(intake, reason="导错", actor=county_manager)
    found = queries.day_evidence(person.pk, date(2020, 7, 1))
    assert [entry.at for entry in found.check_ins] == [at(1), at(1, "08:10")]
    assert found.superseded == {("check_ins", found.check_ins[0].pk)}
    assert [entry.kind for entry in found.leaves] == ["sick"]


def test_rows_of_unknown_people_are_counted_for_the_settlement(hold, take_in, july):
    take_in(Table.CHECK_INS, punch("不认识", at(1)), punch("不认识", at(2)))
    assert queries.unmatched_in(july) == 2
    village = Selection(july.programme_id, "520403100201", july.first, july.last)
    assert queries.unmatched_in(village) == 2
    assert queries.unmatched_in(Selection(july.programme_id, "520403101", july.first, july.last)) == 0


def test_what_nobody_completed_and_files_that_end_early_are_named(hold, take_in, july, county_manager):
    hold("张大山")
    assert queries.gaps(july) == [Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS]
    domain.declare_complete(Table.LEAVES, "520403100000", july.first, july.last, actor=county_manager)
    assert queries.gaps(july) == [Table.WORK_LOGS, Table.FINDINGS]
    assert queries.partial_check_ins(july) is None
