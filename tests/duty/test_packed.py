"""Check-ins come over as packed numbers: every word of every column, and what is not known, arrives as it was."""

from datetime import UTC, date, datetime
from itertools import product

from django.db import connection
from tests.payment.world import JULY, World

from yigang.duty import facts
from yigang.duty.enums import Table
from yigang.foundation.enums import Role
from yigang.foundation.facts import Selection

INSERT = """
INSERT INTO duty_checkin (region_code, person_id, at, day, kind, result, place, source, external_key, intake_id, raw)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '{}')
"""


def test_every_word_and_every_unknown_arrives_as_it_was(db, make_user):
    world = World(make_user(Role.VILLAGE_CLERK, "520403"))
    ranger, intake = world.hire("王大山"), world.intake(Table.CHECK_INS)
    words = [list(enum.categories) for enum in (facts.KINDS, facts.RESULTS, facts.PLACES, facts.SOURCES)]
    wanted = set(product(words[0], [*words[1], None], [*words[2], None], words[3]))
    at = datetime(2020, 7, 3, 1, 2, 3, 456789, UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT yigang_check_in_month(%s)", [JULY])
        for row in wanted:
            key = world.next().to_bytes(8, "big")
            cursor.execute(INSERT, [ranger.region_code, ranger.person_id, at, date(2020, 7, 3), *row, key, intake.pk])
    read = facts.check_ins(Selection(world.programme.pk, "520403", JULY, date(2020, 7, 31)))
    assert set(read.select("kind", "result", "place", "source").iter_rows()) == wanted
    assert set(read["at"]) == {at}
    assert read.height == len(wanted)


def test_a_check_after_midnight_keeps_the_day_it_counts_for(db, make_user):
    world = World(make_user(Role.VILLAGE_CLERK, "520403"))
    ranger, intake = world.hire("王大山"), world.intake(Table.CHECK_INS)
    shift = [(datetime(2020, 7, 3, 12, tzinfo=UTC), "on"), (datetime(2020, 7, 3, 16, 40, tzinfo=UTC), "off")]
    words = ("normal", None, "dingtalk")
    with connection.cursor() as cursor:
        cursor.execute("SELECT yigang_check_in_month(%s)", [JULY])
        for at, kind in shift:
            key = world.next().to_bytes(8, "big")
            cursor.execute(
                INSERT, [ranger.region_code, ranger.person_id, at, date(2020, 7, 3), kind, *words, key, intake.pk]
            )
    read = facts.check_ins(Selection(world.programme.pk, "520403", JULY, date(2020, 7, 31)))
    assert read.sort("at")["at"].to_list() == [at for at, _kind in shift]
    assert read["day"].to_list() == [date(2020, 7, 3)] * 2
