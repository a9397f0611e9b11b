"""What the engine is given: evidence that counts, of the people asked for, and of whom each table speaks."""

from dataclasses import replace
from datetime import date

import pytest
from tests.duty.conftest import TOWN, at, evidence, punch

from yigang.duty import domain, facts
from yigang.duty.enums import Source, Table
from yigang.duty.models import CheckIn
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.facts import Selection
from yigang.foundation.models import StoredFile


@pytest.fixture
def july(programme) -> Selection:
    return Selection(programme.pk, "520403100", date(2020, 7, 1), date(2020, 7, 31))


def leave(who: str, first: int, last: int, *, approved: bool = True) -> dict[str, object]:
    return {
        "name": who, "kind": "sick", "first": date(2020, 7, first), "last": date(2020, 7, last), "approved": approved,
        "source": "sheet",
    }  # fmt: skip


def log(who: str, day: int) -> dict[str, object]:
    return {"name": who, "day": date(2020, 7, day), "text": "巡山", "source": "sheet"}


def moments(frame) -> list[str]:
    return frame.sort("at")["at"].dt.convert_time_zone("Asia/Shanghai").dt.strftime("%m-%d %H:%M").to_list()


class TestCheckIns:
    def test_they_have_the_engines_columns(self, hold, take_in, july):
        person = hold("张大山")
        take_in(Table.CHECK_INS, punch("张大山", at(1), result="late", place="inside"))
        frame = facts.check_ins(july)
        assert frame.rows() == [(person.pk, at(1), date(2020, 7, 1), "on", "late", "inside", "dingtalk")]

    def test_a_month_without_any_has_the_columns_too(self, july):
        assert facts.check_ins(july).columns == ["person_id", "at", "day", "kind", "result", "place", "source"]

    def test_other_months_regions_and_programmes_stay_out(self, hold, take_in, july):
        hold("张大山")
        hold("外镇人", "520403101201")
        hold("已离职", ends=date(2020, 6, 30))
        for who in ("张大山", "外镇人", "已离职"):
            days = (date(2020, 6, 1), date(2020, 7, 31))
            take_in(Table.CHECK_INS, punch(who, at(30, month=6)), punch(who, at(5)), days=days)
        assert moments(facts.check_ins(july)) == ["07-05 07:30"]

    def test_the_morning_after_the_month_proves_its_last_night_and_no_more(self, hold, take_in, july):
        hold("张大山")
        days = (date(2020, 7, 1), date(2020, 8, 31))
        morning, noon = at(1, "06:50", month=8), at(1, "12:00", month=8)
        take_in(
            Table.CHECK_INS,
            punch("张大山", at(31, "21:00")),
            punch("张大山", morning),
            punch("张大山", noon),
            days=days,
        )
        assert moments(facts.check_ins(july)) == ["07-31 21:00", "08-01 06:50"]

    def test_a_punch_after_midnight_counts_for_its_working_day(self, hold, take_in, july):
        hold("张大山")
        rows = [
            punch("张大山", at(1, "00:20"), kind="off", day=date(2020, 6, 30)),
            punch("张大山", at(1, "00:40", month=8), kind="off", day=date(2020, 7, 31)),
        ]
        take_in(Table.CHECK_INS, *rows, days=(date(2020, 6, 30), date(2020, 8, 1)))
        assert moments(facts.check_ins(july)) == ["08-01 00:40"]

    def test_what_is_withdrawn_no_longer_counts(self, hold, take_in, july, county_manager):
        hold("张大山")
        intake = take_in(Table.CHECK_INS, punch("张大山", at(1)))
        domain.withdraw(intake, reason="导错了镇", actor=county_manager)
        assert facts.check_ins(july).is_empty()
        assert CheckIn.objects.count() == 1

    def test_withdrawn_evidence_can_come_again(self, hold, take_in, july, county_manager):
        """Rows of a withdrawn intake stay in the table; the same file, imported again, must count."""
        hold("张大山")
        domain.withdraw(take_in(Table.CHECK_INS, punch("张大山", at(1))), reason="先撤回", actor=county_manager)
        assert take_in(Table.CHECK_INS, punch("张大山", at(1))).rows_added == 1
        assert moments(facts.check_ins(july)) == ["07-01 07:30"]

    def test_a_foreign_town_reads_nothing(self, hold, take_in, july, make_user):
        hold("张大山")
        take_in(Table.CHECK_INS, punch("张大山", at(1)))
        with rls.scope(make_user(Role.TOWN_OFFICER, "520403101")):
            assert facts.check_ins(july).is_empty()


def test_leave_that_touches_the_month(hold, take_in, july):
    person = hold("张大山")
    take_in(Table.LEAVES, leave("张大山", 3, 5), leave("张大山", 30, 31, approved=False), source=Source.SHEET)
    assert facts.leaves(july).sort("start").rows() == [
        (person.pk, "sick", date(2020, 7, 3), date(2020, 7, 5), True),
        (person.pk, "sick", date(2020, 7, 30), date(2020, 7, 31), False),
    ]


def test_logs_of_the_month(hold, take_in, july):
    person = hold("张大山")
    take_in(Table.WORK_LOGS, log("张大山", 3), log("张大山", 4), source=Source.SHEET)
    assert facts.work_logs(july).sort("date").rows() == [(person.pk, date(2020, 7, 3)), (person.pk, date(2020, 7, 4))]


class TestCoverage:
    """Missing is not zero: a table speaks only where somebody said so."""

    def declare(self, actor, table=Table.LEAVES, region=TOWN, first=1, last=31):
        return domain.declare_complete(table, region, date(2020, 7, first), date(2020, 7, last), actor=actor)

    def test_nothing_said_is_nothing_known(self, hold, july):
        hold("张大山")
        assert facts.coverage(july).is_empty()

    def test_a_declaration_speaks_of_its_region(self, july, county_manager):
        self.declare(county_manager)
        assert facts.coverage(july).rows() == [("leaves", "520403100", None)]

    def test_a_county_speaks_of_its_towns_and_a_town_officer_sees_it(self, july, county_manager, town_officer):
        self.declare(county_manager, region="520403000000")
        with rls.scope(town_officer):
            assert facts.coverage(july).rows() == [("leaves", "520403", None)]

    def test_two_halves_make_a_month_and_a_gap_does_not(self, july, county_manager):
        self.declare(county_manager, last=15)
        assert facts.coverage(july).is_empty()
        self.declare(county_manager, first=16)
        assert facts.coverage(july).height == 1

    def test_what_is_withdrawn_says_nothing(self, july, county_manager):
        domain.withdraw(self.declare(county_manager), reason="还有假条没交", actor=county_manager)
        assert facts.coverage(july).is_empty()

    def test_who_has_leave_is_spoken_of_though_his_village_is_not(self, hold, take_in, july):
        person = hold("张大山")
        take_in(Table.LEAVES, leave("张大山", 3, 5), source=Source.SHEET)
        assert facts.coverage(july).rows() == [("leaves", None, person.pk)]

    def test_a_file_of_leave_speaks_of_its_region_and_one_of_check_ins_does_not(self, july, programme, county_manager):
        file = StoredFile.objects.create(region_code=TOWN, name="7月.xlsx", content_type="", size=1, sha256="0" * 64)
        for table in (Table.LEAVES, Table.CHECK_INS):
            made = evidence(table, [], source=Source.SHEET, programme_id=programme.pk)
            domain.take_in(replace(made, file=file), actor=county_manager)
        assert facts.coverage(july).rows() == [("leaves", "520403100", None)]
