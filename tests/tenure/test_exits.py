"""Leaving a post: of one's own will at once, against it by two officials; every exit leaves a vacancy with a clock."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme
from tests.tenure.conftest import JULY, JUNE, refused

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.models import AuditEntry
from yigang.people.models import Person
from yigang.tenure import deaths, domain
from yigang.tenure.domain import Leaving, Terms
from yigang.tenure.enums import Delivery, ExitKind, ExitReason, ExitState, LedgerKind, TrainingBasis
from yigang.tenure.models import Appointment, Exit, LedgerEntry, Vacancy

SEPTEMBER = date(2020, 9, 30)
EMPLOYED = Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, SEPTEMBER, "到贵阳务工")
DISMISSED = Leaving(ExitKind.DISMISSAL, ExitReason.ABSENT, SEPTEMBER, "连续旷工十五天", clause="管理考核办法 第九条")


def taken_over(starts: date, ends: date | None = None) -> Terms:
    return Terms(starts, ends, training=TrainingBasis.TAKEN_OVER)


@pytest.mark.req("Z12")
def test_a_natural_exit_ends_the_appointment_and_opens_a_vacancy(post, hold, town_officer):
    appointment = hold(post)
    row = domain.leave(appointment, EMPLOYED, actor=town_officer)
    appointment.refresh_from_db()
    assert (row.state, row.last_pay_day) == (ExitState.DONE, SEPTEMBER)
    assert (appointment.ends, appointment.exit_kind) == (SEPTEMBER, ExitKind.LAPSE)
    vacancy = Vacancy.objects.get()
    assert (vacancy.since, vacancy.report_by, vacancy.fill_by) == (
        date(2020, 10, 1), date(2020, 10, 5), date(2020, 10, 30),
    )  # fmt: skip
    assert all(word in row.notice for word in ("终止聘用通知书", "张三", "H001", "2020年9月30日", "到贵阳务工"))


def test_working_days_are_counted_where_the_policy_says_so(hold, town_officer):
    """Five working days after 30 September 2020 end after the National Day holiday, and 10 October was worked."""
    programme = make_programme("rural", policy_code="rural-post-400", kind="public_welfare")
    domain.leave(hold(make_post(programme)), EMPLOYED, actor=town_officer)
    assert Vacancy.objects.get().report_by == date(2020, 10, 14)


@pytest.mark.req("H8")
def test_who_was_recalled_is_replaced_within_seven_days(hold, county_manager, deputy):
    appointment = hold(make_post(make_programme("team", policy_code="huaihua-team", kind="team")))
    recall = Leaving(ExitKind.RECALL, ExitReason.UNFIT, SEPTEMBER, "责令召回", clause="管理考核办法")
    domain.confirm_exit(domain.leave(appointment, recall, actor=county_manager), actor=deputy)
    assert Vacancy.objects.get().fill_by == date(2020, 10, 7)


@pytest.mark.req("Z12")
def test_a_dismissal_waits_for_somebody_else(post, hold, town_officer, county_manager):
    appointment = hold(post)
    row = domain.leave(appointment, DISMISSED, actor=town_officer)
    appointment.refresh_from_db()
    assert (row.state, appointment.exit_kind) == (ExitState.PROPOSED, "")
    assert not Vacancy.objects.exists()
    assert refused(domain.leave, appointment, EMPLOYED, actor=town_officer).code == "proposed_already"
    with pytest.raises(Forbidden):
        domain.confirm_exit(row, actor=town_officer)
    row = domain.confirm_exit(row, decision="同意", actor=county_manager)
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.kind, entry.proposed_by, entry.actor_name) == (
        LedgerKind.EXIT, town_officer.name, county_manager.name,
    )  # fmt: skip
    assert "管理考核办法 第九条" in entry.reason
    assert "书面申诉" in row.notice
    assert row.appeal_until is not None
    assert refused(domain.confirm_exit, row, actor=county_manager).code == "decided_already"


@pytest.mark.req("Z12")
def test_nobody_confirms_an_own_proposal(post, hold, county_manager, deputy):
    row = domain.leave(hold(post), DISMISSED, actor=county_manager)
    assert refused(domain.confirm_exit, row, actor=county_manager).code == "same_person"
    with pytest.raises(IntegrityError), transaction.atomic():
        Exit.objects.update(decided_by=county_manager)
    assert domain.confirm_exit(row, actor=deputy).state == ExitState.DONE


def test_a_rejected_proposal_leaves_everything_as_it_was(post, hold, town_officer, county_manager):
    appointment = hold(post)
    row = domain.leave(appointment, DISMISSED, actor=town_officer)
    assert refused(domain.reject_exit, row, "", actor=county_manager).code == "reason_missing"
    domain.reject_exit(row, "事实不清", actor=county_manager)
    appointment.refresh_from_db()
    assert appointment.ends == JUNE
    assert domain.leave(appointment, EMPLOYED, actor=town_officer).state == ExitState.DONE


@pytest.mark.parametrize(
    ("leaving", "code"),
    [
        (Leaving(ExitKind.DISMISSAL, ExitReason.ABSENT, SEPTEMBER, "旷工"), "clause_missing"),
        (Leaving(ExitKind.DISMISSAL, ExitReason.EMPLOYED, SEPTEMBER, "务工", clause="第九条"), "reason_unfit"),
        (Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, SEPTEMBER, " "), "reason_missing"),
        (Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, date(2020, 6, 30), "务工"), "dates"),
        (Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, date(2021, 7, 1), "务工"), "dates"),
        (Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, SEPTEMBER, "务工", last_pay_day=date(2020, 10, 1)), "dates"),
    ],
)
def test_what_is_incomplete_or_impossible_is_refused_and_changes_nothing(post, hold, town_officer, leaving, code):
    appointment = hold(post)
    assert refused(domain.leave, appointment, leaving, actor=town_officer).code == code
    assert not Exit.objects.exists()
    assert LedgerEntry.objects.count() == 1


def test_nobody_leaves_twice(post, hold, town_officer):
    appointment = hold(post)
    domain.leave(appointment, EMPLOYED, actor=town_officer)
    assert refused(domain.leave, appointment, EMPLOYED, actor=town_officer).code == "left_already"
    assert Vacancy.objects.count() == 1


def test_a_removal_does_not_pass_by_the_short_way(post, hold, town_officer):
    named = {"kind": ExitKind.DISMISSAL, "on": SEPTEMBER, "reason": "旷工", "actor": town_officer}
    assert refused(domain.end_appointment, hold(post), **named).code == "needs_confirmation"


@pytest.mark.req("P3")
def test_the_next_holder_fills_the_vacancy_by_taking_the_post_up(post, hold, town_officer):
    domain.leave(hold(post), EMPLOYED, actor=town_officer)
    newcomer = hold(post, 2, "李四", starts=date(2020, 10, 20))
    vacancy = Vacancy.objects.get()
    assert (vacancy.filled_by, vacancy.filled_on) == (newcomer, date(2020, 10, 20))


def test_two_officers_fill_one_vacancy_and_the_second_is_told_who_was_first(post, hold, town_officer):
    domain.leave(hold(post), EMPLOYED, actor=town_officer)
    vacancy = Vacancy.objects.get()
    hold(post, 2, "李四", starts=date(2020, 10, 20))
    late = make_person("王五", 3)
    refusal = refused(
        domain.appoint, late, post, taken_over(date(2020, 10, 21)), vacancy=vacancy, actor=town_officer
    )  # fmt: skip
    assert refusal.code == "vacancy_filled"
    assert "李四" in str(refusal)
    assert not Appointment.objects.filter(person=late).exists()


def test_a_renewal_beside_a_vacancy_does_not_fill_it(programme, hold, town_officer):
    post = make_post(programme, head_count=2)
    domain.leave(hold(post), EMPLOYED, actor=town_officer)
    stays = hold(post, 2, "李四")
    Vacancy.objects.update(filled_by=None, filled_on=None)
    domain.appoint(stays.person, post, taken_over(date(2021, 7, 1)), actor=town_officer)
    assert Vacancy.objects.get().filled_by is None


def test_the_clock_runs_out_unless_the_vacancy_is_reported(post, hold, town_officer):
    domain.leave(hold(post), EMPLOYED, actor=town_officer)
    vacancy = Vacancy.objects.get()
    verb, named = domain.report_vacancy, {"actor": town_officer}
    assert refused(verb, vacancy, "电话", on=date(2020, 9, 1), **named).code == "dates"
    assert verb(vacancy, "电话", on=date(2020, 10, 3), **named).reported_on == date(2020, 10, 3)
    assert refused(verb, vacancy, "电话", on=date(2020, 10, 4), **named).code == "reported_already"


def test_an_exit_by_mistake_is_taken_back_with_its_vacancy(post, hold, town_officer):
    appointment = hold(post)
    row = domain.leave(appointment, EMPLOYED, actor=town_officer)
    domain.take_back_exit(row, "登记错人", actor=town_officer)
    appointment.refresh_from_db()
    assert (appointment.ends, appointment.exit_kind) == (JUNE, "")
    assert Vacancy.objects.get().closed_why == "登记错人"
    assert LedgerEntry.objects.latest("pk").kind == LedgerKind.EXIT_BACK
    assert refused(domain.take_back_exit, row, "又", actor=town_officer).code == "not_in_force"


def test_an_exit_stays_when_the_place_was_filled(post, hold, town_officer):
    row = domain.leave(hold(post), EMPLOYED, actor=town_officer)
    hold(post, 2, "李四", starts=date(2020, 10, 20))
    assert refused(domain.take_back_exit, row, "登记错人", actor=town_officer).code == "vacancy_filled"
    row.refresh_from_db()
    assert row.state == ExitState.DONE


def test_a_death_leaves_a_vacancy_and_a_notice_for_the_family(post, hold, town_officer):
    appointment = hold(post)
    died = Leaving(ExitKind.DEATH, ExitReason.DIED, SEPTEMBER, "因病去世")
    assert refused(domain.leave, appointment, died, actor=town_officer).code == "record_death"
    deaths.record_death(appointment.person, SEPTEMBER, evidence="死亡医学证明", actor=town_officer)
    row = Exit.objects.get()
    assert (row.kind, row.state, row.planned_end) == (ExitKind.DEATH, ExitState.DONE, JUNE)
    assert "张三家属" in row.notice
    assert LedgerEntry.objects.latest("pk").exit_kind == ExitKind.DEATH
    deaths.take_back_death(Person.objects.get(), reason="误登", actor=town_officer)
    row.refresh_from_db()
    assert (row.state, Vacancy.objects.get().closed_why) == (ExitState.TAKEN_BACK, "误登")


def test_how_the_notice_was_delivered_is_noted(post, hold, town_officer, county_manager):
    row = domain.leave(hold(post), DISMISSED, actor=town_officer)
    today = timezone.localdate()
    named = {"actor": town_officer}
    assert refused(domain.deliver_notice, row, Delivery.IN_PERSON, today, **named).code == "not_in_force"
    domain.confirm_exit(row, actor=county_manager)
    row = domain.deliver_notice(row, Delivery.IN_PERSON, today, **named)
    assert (row.delivered_on, row.delivered_how) == (today, Delivery.IN_PERSON)
    assert AuditEntry.objects.filter(verb="tenure.deliver_notice").exists()


@pytest.mark.req("P5")
def test_the_village_neither_releases_nor_confirms(post, hold, make_user):
    with pytest.raises(Forbidden):
        domain.leave(hold(post), EMPLOYED, actor=make_user(Role.VILLAGE_CLERK, "520403100201"))


def test_a_term_that_is_over_is_an_exit_like_others(post, hold, town_officer):
    appointment = hold(post)
    domain.leave(
        appointment, Leaving(ExitKind.LAPSE, ExitReason.TERM_OVER, JUNE, "聘期届满不再续聘"), actor=town_officer
    )
    assert Vacancy.objects.get().since == date(2021, 7, 1)
    assert JULY < JUNE
