"""Evidence put right by later entries, and withdrawn as a whole."""

import json
from datetime import date, time

import pytest
from django.db import IntegrityError, transaction
from tests.duty.conftest import at, punch
from tests.duty.test_facts import july, leave, log, moments

from yigang.appraisal.models import Appraisal
from yigang.duty import domain, facts
from yigang.duty.enums import CheckInKind, CheckInResult, LeaveKind, Place, ProxyMark, Source, Table
from yigang.duty.models import CheckIn, Intake, Leave, ProxyEntry, WorkLog
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.tenure.models import Appointment

__all__ = ["july"]


@pytest.fixture
def missed(hold, take_in) -> CheckIn:
    hold("张大山")
    take_in(Table.CHECK_INS, punch("张大山", at(1), result="not_signed", source="SYSTEM"))
    return CheckIn.objects.get()


def correct(entry: CheckIn, actor, *, reason="手机没电，站长在场", when=None) -> CheckIn:
    return domain.correct_check_in(
        entry, at=when or at(1, "07:25"), kind=CheckInKind.ON, result=CheckInResult.NORMAL, place=Place.INSIDE,
        reason=reason, actor=actor,
    )  # fmt: skip


def test_a_correction_counts_in_place_of_the_old_entry_and_both_stay(missed, july, town_officer):
    later = correct(missed, town_officer)
    assert facts.check_ins(july).select("at", "result", "place", "source").rows() == [
        (at(1, "07:25"), "normal", "inside", "proxy")
    ]
    assert CheckIn.objects.count() == 2
    assert (later.corrects_id, later.correction_reason) == (missed.pk, "手机没电，站长在场")
    noted = AuditEntry.objects.filter(verb="duty.correct_check_in").get()
    assert (noted.before["result"], noted.after["result"]) == ("not_signed", "normal")


def test_a_correction_can_be_corrected_and_the_old_entry_only_once(missed, july, town_officer):
    later = correct(missed, town_officer)
    with pytest.raises(Refusal):
        correct(missed, town_officer)
    correct(later, town_officer, when=at(1, "07:40"))
    assert moments(facts.check_ins(july)) == ["07-01 07:40"]


def test_a_correction_that_is_withdrawn_lets_the_old_entry_count_again(missed, july, town_officer):
    later = correct(missed, town_officer)
    domain.withdraw(later.intake, reason="站长说记错了", actor=town_officer)
    assert facts.check_ins(july)["result"].to_list() == ["not_signed"]


def test_a_correction_needs_a_reason_and_the_right(missed, make_user, town_officer):
    with pytest.raises(Refusal):
        correct(missed, town_officer, reason=" ")
    with pytest.raises(Forbidden):
        correct(missed, make_user(Role.VILLAGE_CLERK, "520403100201"))


def test_leave_is_entered_and_speaks_of_its_person_only(hold, july, town_officer):
    person = hold("张大山")
    hold("王小明")
    terms = domain.LeaveTerms(LeaveKind.SICK, date(2020, 7, 3), date(2020, 7, 5), approved_by="李站长", reason="住院")
    domain.enter_leave(person, terms, actor=town_officer)
    assert facts.leaves(july).rows() == [(person.pk, "sick", date(2020, 7, 3), date(2020, 7, 5), True)]
    assert facts.coverage(july).rows() == [("leaves", None, person.pk)]
    with pytest.raises(Refusal):
        domain.enter_leave(person, terms, actor=town_officer)


def test_leave_is_shortened_and_cancelled_by_later_entries(hold, take_in, july, town_officer):
    person = hold("张大山")
    take_in(Table.LEAVES, leave("张大山", 3, 9), source=Source.SHEET)
    terms = domain.LeaveTerms(LeaveKind.SICK, date(2020, 7, 3), date(2020, 7, 5), approved_by="李站长")
    shorter = domain.correct_leave(Leave.objects.get(), terms, reason="提前销假", actor=town_officer)
    assert facts.leaves(july).rows() == [(person.pk, "sick", date(2020, 7, 3), date(2020, 7, 5), True)]
    domain.correct_leave(shorter, None, reason="没有请假", actor=town_officer)
    assert facts.leaves(july).is_empty()
    assert Leave.objects.count() == 3


def test_a_log_is_moved_to_its_day(hold, take_in, july, town_officer):
    person = hold("张大山")
    take_in(Table.WORK_LOGS, log("张大山", 3), source=Source.SHEET)
    entry = WorkLog.objects.get()
    domain.correct_work_log(
        entry, day=date(2020, 7, 4), text="巡山", cancelled=False, reason="日期写错", actor=town_officer
    )
    assert facts.work_logs(july).rows() == [(person.pk, date(2020, 7, 4))]


@pytest.mark.parametrize(
    ("given", "code"),
    [({"text": " "}, "empty"), ({"day": date(2999, 1, 1)}, "future"), ({"reason": ""}, "reason")],
)
def test_a_log_corrected_without_words_a_reason_or_a_day_that_was_is_refused(hold, take_in, town_officer, given, code):
    hold("张大山")
    take_in(Table.WORK_LOGS, log("张大山", 3), source=Source.SHEET)
    told = {"day": date(2020, 7, 3), "text": "巡山", "cancelled": False, "reason": "写错"} | given
    with pytest.raises(Refusal) as refused:
        domain.correct_work_log(WorkLog.objects.get(), **told, actor=town_officer)
    assert refused.value.code == code
    assert WorkLog.objects.count() == 1


@pytest.mark.usefixtures("missed")
class TestWithdrawal:
    def test_it_needs_a_reason_and_happens_once(self, town_officer):
        intake = Intake.objects.get()
        with pytest.raises(Refusal):
            domain.withdraw(intake, reason="", actor=town_officer)
        domain.withdraw(intake, reason="导错", actor=town_officer)
        with pytest.raises(Refusal):
            domain.withdraw(intake, reason="导错", actor=town_officer)
        assert AuditEntry.objects.filter(verb="duty.withdraw").count() == 1

    def test_evidence_of_a_sealed_month_stays(self, town_officer):
        Appraisal.objects.create(
            region_code="520403100201", appointment=Appointment.objects.get(), period="month", first=date(2020, 7, 1),
            grade="合格", passed=True, policy_digest="0" * 64,
        )  # fmt: skip
        with pytest.raises(Refusal) as refused:
            domain.withdraw(Intake.objects.get(), reason="导错", actor=town_officer)
        assert refused.value.code == "sealed"
        assert Intake.objects.get().withdrawn_at is None

    def test_another_months_seal_does_not_matter(self, town_officer):
        Appraisal.objects.create(
            region_code="520403100201", appointment=Appointment.objects.get(), period="month", first=date(2020, 6, 1),
            grade="合格", passed=True, policy_digest="0" * 64,
        )  # fmt: skip
        days = Intake.objects.get()
        Intake.objects.filter(pk=days.pk).update(first=date(2020, 7, 1))
        assert domain.withdraw(days, reason="导错", actor=town_officer).withdrawn_at


class TestPaper:
    """Days kept on paper: entered by one, confirmed by another."""

    @pytest.fixture
    def clerk(self, make_user):
        return make_user(Role.VILLAGE_CLERK, "520403100201")

    @pytest.fixture
    def entered(self, hold, clerk):
        person = hold("张大山")
        marks = {1: "present", 2: "night", 3: "leave"}

        cells = [
            domain.Cell(person, date(2020, 7, day), ProxyMark(mark), log="巡山" if day == 1 else "")
            for day, mark in marks.items()
        ]
        assert domain.enter_days(cells, actor=clerk) == 3
        assert domain.enter_days(cells, actor=clerk) == 0
        return person

    @pytest.mark.usefixtures("entered")
    def test_what_nobody_has_confirmed_is_no_evidence(self, july):
        assert facts.check_ins(july).is_empty()

    def test_what_another_has_confirmed_is(self, entered, july, town_officer):
        intakes = domain.confirm_days(ProxyEntry.objects.all(), actor=town_officer)
        assert [intake.table for intake in intakes] == ["check_ins", "leaves", "work_logs"]
        assert moments(facts.check_ins(july)) == ["07-01 12:00", "07-02 12:00", "07-02 21:00"]
        assert facts.check_ins(july)["source"].unique().to_list() == ["proxy"]
        assert facts.leaves(july).rows() == [(entered.pk, "other", date(2020, 7, 3), date(2020, 7, 3), True)]
        assert facts.work_logs(july).rows() == [(entered.pk, date(2020, 7, 1))]

    @pytest.mark.usefixtures("entered")
    def test_the_author_cannot_confirm_nor_can_the_database_be_told_so(self, clerk):
        with pytest.raises(Refusal):
            domain.confirm_days(ProxyEntry.objects.all(), actor=clerk)
        with pytest.raises(IntegrityError), transaction.atomic():
            ProxyEntry.objects.update(confirmed_by=clerk)

    def test_rejected_days_stay_and_free_their_cells(self, entered, clerk, town_officer):
        assert domain.reject_days(ProxyEntry.objects.all(), reason="与纸质签到不符", actor=town_officer) == 3
        assert domain.enter_days([domain.Cell(entered, date(2020, 7, 1), ProxyMark.PRESENT)], actor=clerk) == 1
        assert ProxyEntry.objects.count() == 4

    def test_confirmed_days_are_no_longer_typed_over(self, entered, clerk, town_officer):
        domain.confirm_days(ProxyEntry.objects.all(), actor=town_officer)
        with pytest.raises(Refusal):
            domain.enter_days([domain.Cell(entered, date(2020, 7, 1), None)], actor=clerk)

    def test_an_emptied_cell_and_a_day_to_come(self, entered, clerk):
        assert domain.enter_days([domain.Cell(entered, date(2020, 7, 1), None)], actor=clerk) == 1
        with pytest.raises(Refusal):
            domain.enter_days([domain.Cell(entered, date(2999, 7, 1), ProxyMark.PRESENT)], actor=clerk)

    def test_hours_and_a_log_become_a_beginning_an_end_and_a_log(self, hold, clerk, july, town_officer):
        person = hold("张大山")
        day = domain.Cell(person, date(2020, 7, 6), ProxyMark.NIGHT, " 巡山，劝返游客 ", time(8), time(17, 30))
        domain.enter_days([day], actor=clerk)
        assert domain.enter_days([day], actor=clerk) == 0
        domain.confirm_days(ProxyEntry.objects.all(), actor=town_officer)
        check_ins = facts.check_ins(july).sort("at")
        assert moments(check_ins) == ["07-06 08:00", "07-06 17:30", "07-06 21:00"]
        assert check_ins["kind"].to_list() == ["on", "off", "night"]
        assert WorkLog.objects.get().text == "巡山，劝返游客"
        assert json.loads(WorkLog.objects.get().raw)["hours"] == "08:00-17:30"

    @pytest.mark.parametrize(
        ("mark", "start", "end", "log", "code"),
        [
            ("present", time(8), None, "", "half"),
            ("present", time(17), time(8), "", "backwards"),
            ("present", time(8), time(8), "", "backwards"),
            ("leave", time(8), time(17), "", "hours_without_duty"),
            (None, time(8), time(17), "", "hours_without_duty"),
            ("present", None, None, "巡" * 501, "long_log"),
        ],
    )
    def test_hours_and_logs_that_cannot_be_are_refused(self, hold, clerk, mark, start, end, log, code):
        person = hold("张大山")
        good = domain.Cell(person, date(2020, 7, 1), ProxyMark.PRESENT, "", time(8), time(17))
        bad = domain.Cell(person, date(2020, 7, 2), mark and ProxyMark(mark), log, start, end)
        with pytest.raises(Refusal) as refused:
            domain.enter_days([good, bad], actor=clerk)
        assert refused.value.code == code
        assert not ProxyEntry.objects.exists()
        assert domain.enter_days([good], actor=clerk) == 1

    @pytest.mark.usefixtures("entered")
    @pytest.mark.parametrize("wrong", [{"start": time(8)}, {"start": time(9), "end": time(8)}])
    def test_the_database_refuses_hours_that_cannot_be_too(self, wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProxyEntry.objects.filter(on_leave=False).update(**wrong)
