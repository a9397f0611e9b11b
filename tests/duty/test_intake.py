"""Evidence that comes in: kept once, given to whom it belongs, never dropped."""

import pytest
from django.db import DatabaseError, connection, transaction
from tests.duty.conftest import at, evidence, number_of, punch

from yigang.duty import domain
from yigang.duty.enums import Source, Table
from yigang.duty.models import CheckIn, Leave, SourceIdentity, UnmatchedRow
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal


def counts(intake):
    return intake.rows_read, intake.rows_added, intake.rows_known, intake.rows_unmatched


@pytest.mark.req("Z3")
def test_the_same_file_twice_adds_nothing(hold, take_in):
    hold("张大山")
    rows = [punch("张大山", at(1)), punch("张大山", at(1, "17:30"), kind="off")]
    assert counts(take_in(Table.CHECK_INS, *rows)) == (2, 2, 0, 0)
    assert counts(take_in(Table.CHECK_INS, *rows)) == (2, 0, 2, 0)
    assert CheckIn.objects.count() == 2


def test_a_punch_is_known_again_when_its_remarks_or_seconds_differ(hold, take_in):
    """A re-export, or the same punch from the API with its seconds."""
    hold("张大山")
    take_in(Table.CHECK_INS, punch("张大山", at(1)))
    assert counts(take_in(Table.CHECK_INS, punch("张大山", at(1, "07:30:41"), address="大狗场村")))[1:3] == (0, 1)


def test_two_punches_in_one_minute_are_two_and_in_one_second_one(hold, take_in):
    hold("张大山")
    first, later = punch("张大山", at(1, "07:30:05")), punch("张大山", at(1, "07:30:40"))
    assert counts(take_in(Table.CHECK_INS, first, first, later)) == (3, 2, 1, 0)


def test_a_missed_check_is_kept_beside_a_punch_of_that_minute(hold, take_in):
    hold("张大山")
    missed = punch("张大山", at(1), result="not_signed", source="SYSTEM")
    take_in(Table.CHECK_INS, missed, punch("张大山", at(1)))
    assert sorted(CheckIn.objects.values_list("result", "source")) == [("normal", "dingtalk"), ("not_signed", "SYSTEM")]


def test_the_raw_row_is_kept(hold, take_in):
    hold("张大山")
    take_in(Table.CHECK_INS, punch("张大山", at(1), raw='{"姓名":"张大山","备注":"a, \\"b\\""}'))
    assert CheckIn.objects.get().raw == '{"姓名":"张大山","备注":"a, \\"b\\""}'


class TestWhoseRows:
    def test_two_people_of_one_name_are_never_guessed_between(self, hold, take_in):
        hold("李小红")
        hold("李小红")
        assert counts(take_in(Table.CHECK_INS, punch("李小红", at(1))))[3] == 1
        assert CheckIn.objects.count() == 0
        assert UnmatchedRow.objects.get().name == "李小红"

    def test_an_identity_number_tells_two_people_of_one_name_apart(self, hold, take_in):
        hold("李小红")
        second = hold("李小红")
        take_in(Table.CHECK_INS, punch("李小红", at(1), identity=number_of(2)))
        assert CheckIn.objects.get().person == second

    def test_a_telephone_number_finds_whom_a_nickname_does_not(self, hold, take_in):
        person = hold("李小红", phone="13800138000")
        take_in(Table.CHECK_INS, punch("小红姐", at(1), phone="13800138000"))
        assert CheckIn.objects.get().person == person

    def test_a_key_learnt_once_is_used_ever_after(self, hold, take_in):
        """Found by name the first time; in the next file DingTalk's UserId is enough, whatever the name has become."""
        person = hold("张大山")
        take_in(Table.CHECK_INS, punch("张大山", at(1), key="u1"))
        take_in(Table.CHECK_INS, punch("大山", at(2), key="u1"))
        assert list(CheckIn.objects.values_list("person", flat=True)) == [person.pk, person.pk]

    def test_a_job_number_given_to_somebody_else_is_not_followed(self, hold, take_in):
        hold("张大山")
        other = hold("王小明")
        take_in(Table.CHECK_INS, punch("张大山", at(1), number="001"))
        take_in(Table.CHECK_INS, punch("王小明", at(2), number="001"))
        assert CheckIn.objects.get(day="2020-07-02").person == other

    def test_a_number_that_contradicts_the_key_is_left_to_a_person(self, hold, take_in):
        hold("张大山")
        hold("王小明")
        take_in(Table.CHECK_INS, punch("张大山", at(1), key="u1"))
        assert counts(take_in(Table.CHECK_INS, punch("张大山", at(2), key="u1", identity=number_of(2))))[3] == 1

    def test_a_name_outside_the_programme_or_the_region_is_nobody(self, hold, take_in):
        hold("张大山", "520403101201")
        assert counts(take_in(Table.CHECK_INS, punch("张大山", at(1))))[3] == 1

    def test_who_is_found_for_unknown_rows_gets_them_and_is_known_by_his_key(self, hold, take_in, county_manager):
        take_in(Table.CHECK_INS, punch("大山", at(1), key="u1", result="late"), punch("大山", at(2), key="u1"))
        person = hold("张大山")
        unmatched = UnmatchedRow.objects.get()
        assert unmatched.rows == 2
        domain.resolve(unmatched, person, actor=county_manager)
        assert list(CheckIn.objects.order_by("day").values_list("person", "result")) == [
            (person.pk, "late"), (person.pk, "normal"),
        ]  # fmt: skip
        assert SourceIdentity.objects.get().person == person
        intake = unmatched.intake
        intake.refresh_from_db()
        assert counts(intake) == (2, 2, 0, 0)
        with pytest.raises(Refusal):
            domain.resolve(unmatched, person, actor=county_manager)

    def test_no_identity_number_lies_open_in_waiting_rows(self, take_in):
        take_in(Table.CHECK_INS, punch("大山", at(1), identity=number_of(7)))
        assert number_of(7) not in UnmatchedRow.objects.get().payload

    def test_candidates_come_likest_first(self, hold):
        hold("张大川")
        same = hold("张大山")
        assert domain.candidates("张大山", "520403100000")[0][0] == same

    def test_who_sounds_the_same_is_likelier_than_who_shares_a_sign(self, hold):
        hold("王红")
        sounds = hold("王小红")
        assert domain.candidates("王晓红", "520403100000")[0][0] == sounds


def test_an_outlook_says_what_would_happen_and_writes_nothing(hold, take_in, programme):
    hold("张大山")
    take_in(Table.CHECK_INS, punch("张大山", at(1)))
    rows = [punch("张大山", at(1)), punch("张大山", at(2)), punch("不认识", at(2)), punch("不认识", at(3))]
    seen = domain.outlook(evidence(Table.CHECK_INS, rows, programme_id=programme.pk))
    assert (seen.read, seen.new, seen.known, seen.unmatched, seen.people, seen.days) == (4, 1, 1, 2, 1, 3)
    assert seen.strangers == (("不认识", 2),)
    assert CheckIn.objects.count() == 1


def test_leave_and_logs_are_kept_once_too(hold, take_in):
    hold("张大山")
    leave = {
        "name": "张大山", "kind": "sick", "first": at(3).date(), "last": at(5).date(), "approved": True,
        "source": "sheet",
    }  # fmt: skip
    log = {"name": "张大山", "day": at(3).date(), "text": "巡山，无火情", "source": "sheet"}
    assert counts(take_in(Table.LEAVES, leave, source=Source.SHEET)) == (1, 1, 0, 0)
    assert counts(take_in(Table.LEAVES, leave, source=Source.SHEET)) == (1, 0, 1, 0)
    assert counts(take_in(Table.WORK_LOGS, log, source=Source.SHEET)) == (1, 1, 0, 0)
    assert counts(take_in(Table.WORK_LOGS, log, source=Source.SHEET)) == (1, 0, 1, 0)
    assert Leave.objects.get().approved


@pytest.mark.parametrize("change", ["UPDATE duty_checkin SET result = 'normal'", "DELETE FROM duty_checkin"])
def test_the_database_refuses_to_change_or_delete_evidence(hold, take_in, change):
    hold("张大山")
    take_in(Table.CHECK_INS, punch("张大山", at(1), result="late"))
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.req("P5")
def test_a_village_clerk_and_a_foreign_officer_cannot_import(programme, make_user, take_in):
    for actor in (make_user(Role.VILLAGE_CLERK, "520403100201"), make_user(Role.TOWN_OFFICER, "520403101")):
        with pytest.raises(Forbidden):
            take_in(Table.CHECK_INS, punch("张大山", at(1)), actor=actor)
