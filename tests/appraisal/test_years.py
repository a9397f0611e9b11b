"""Results of the year: by whom and by which document, the last one counts, a renewal is proposed by it."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.appraisal import years
from yigang.appraisal.models import Appraisal, YearResult
from yigang.appraisal.years import YearGiven
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.tenure import domain as tenure
from yigang.tenure import known
from yigang.tenure.domain import Period, Terms
from yigang.tenure.enums import RenewalAnswer, TrainingBasis
from yigang.tenure.models import Appointment, Exit, RenewalProposal

pytestmark = pytest.mark.req("P8")
JUNE, NEXT_JUNE = date(2021, 6, 30), date(2022, 6, 30)
JANUARY = date(2021, 1, 15)


@pytest.fixture
def programme(db):
    return make_programme()


@pytest.fixture
def three(programme, town_officer) -> list[Appointment]:
    terms = Terms(date(2020, 7, 1), JUNE, training=TrainingBasis.TAKEN_OVER)
    return [
        tenure.appoint(make_person(name, order), make_post(programme, f"H{order}"), terms, actor=town_officer)
        for order, name in enumerate(("张三", "李四", "王五"), start=1)
    ]


def result(held: Appointment, grade: str, **changes) -> YearGiven:
    return YearGiven(**{
        "appointment": held, "year": 2020, "grade": grade, "document": "齐府发〔2021〕3号", "decided_on": JANUARY, **changes,
    })  # fmt: skip


def proposals() -> dict[str, tuple[str, list[str]]]:
    rows = RenewalProposal.objects.select_related("appointment__person").order_by("position")
    return {row.appointment.person.name: (row.proposal, row.missing) for row in rows}


def test_a_renewal_follows_the_results_and_names_who_has_none(programme, three, town_officer):
    years.record_year_results(programme, [result(three[1], "合格"), result(three[0], "不合格")], actor=town_officer)
    opened = tenure.open_renewal(programme, "520403100000", "2021", Period(JUNE, JUNE, NEXT_JUNE), actor=town_officer)
    assert proposals() == {
        "李四": (RenewalAnswer.RENEW, []), "王五": (RenewalAnswer.UNDETERMINED, ["年度等次"]),
        "张三": (RenewalAnswer.NOT_RENEW, []),
    }  # fmt: skip
    assert "年度考核不合格" in RenewalProposal.objects.get(appointment=three[0]).why[0]
    years.record_year_results(programme, [result(three[2], "合格")], actor=town_officer)
    assert tenure.propose_again(opened, actor=town_officer) == 1
    assert proposals()["王五"] == (RenewalAnswer.RENEW, [])
    tenure.decide_renewals(
        list(RenewalProposal.objects.filter(proposal="renew")), RenewalAnswer.RENEW, "", actor=town_officer
    )
    assert Appointment.objects.filter(starts=date(2021, 7, 1)).count() == 2


def test_decided_renewals_stay_and_take_their_places_when_the_policy_is_asked_again(programme, three, town_officer):
    given = [result(one, "合格") for one in three]
    period = Period(JUNE, JUNE, NEXT_JUNE, places=1)
    opened = tenure.open_renewal(programme, "520403100000", "2021", period, actor=town_officer)
    first = RenewalProposal.objects.get(appointment=three[2])
    tenure.decide_renewals([first], RenewalAnswer.RENEW, "先定", actor=town_officer)
    years.record_year_results(programme, given, actor=town_officer)
    tenure.propose_again(opened, actor=town_officer)
    left = RenewalProposal.objects.filter(decision="")
    assert [(row.proposal, row.why[-1]) for row in left] == [(RenewalAnswer.NOT_RENEW, "续聘名额已满")] * 2
    first.refresh_from_db()
    assert (first.decision, first.proposal) == (RenewalAnswer.RENEW, RenewalAnswer.UNDETERMINED)
    tenure.decide_renewals(list(left), RenewalAnswer.NOT_RENEW, "", actor=town_officer)
    with pytest.raises(Refusal) as caught:
        tenure.propose_again(opened, actor=town_officer)
    assert caught.value.code == "nobody"


def test_an_older_year_another_programme_and_one_taken_back_say_nothing(programme, three, town_officer):
    other = make_programme("rangers-2018", starts=date(2018, 1, 1))
    held = three[0]
    years.record_year_results(other, [result(held, "合格", year=2020)], actor=town_officer)
    assert years.of_appointments(three, JUNE) == {}
    (made,) = years.record_year_results(programme, [result(held, "合格", score=86)], actor=town_officer)
    assert years.of_appointments(three, JUNE) == {
        held.pk: {"年度等次": "合格", "年度得分": Fraction(86), "连续不合格年数": Fraction(0)}
    }
    assert years.of_appointments(three, date(2022, 6, 30)) == {}
    years.take_back_year_results([made], "登记错人", actor=town_officer)
    assert years.of_appointments(three, JUNE) == {}
    with pytest.raises(Refusal) as caught:
        years.take_back_year_results([made], "又", actor=town_officer)
    assert caught.value.code == "withdrawn"
    verbs = AuditEntry.objects.filter(verb__startswith="appraisal.").values_list("verb", flat=True)
    assert sorted(verbs) == ["appraisal.record_year_results"] * 2 + ["appraisal.take_back_year_results"]


def test_who_may_record_and_that_nothing_is_deleted(programme, three, town_officer, make_user):
    given = [result(three[0], "合格")]
    for user in (make_user(Role.VILLAGE_CLERK, "520403100"), make_user(Role.TOWN_OFFICER, "520403101")):
        with pytest.raises(Forbidden):
            years.record_year_results(programme, given, actor=user)
    with pytest.raises(Refusal):
        years.record_year_results(programme, [*given, result(three[1], "优秀")], actor=town_officer)
    assert not YearResult.objects.exists()
    (made,) = years.record_year_results(programme, given, actor=town_officer)
    with pytest.raises(Refusal) as caught:
        years.take_back_year_results([made], " ", actor=town_officer)
    assert caught.value.code == "reason_missing"
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_failed_years_in_a_row_failed_months_and_a_recall_are_known_for_a_renewal(
    programme, three, town_officer, county_manager
):
    fails, wavers, silent = three
    given = [(fails, 2020, "不合格"), (fails, 2021, "不合格"), (wavers, 2020, "不合格"), (wavers, 2021, "合格")]
    late = {"decided_on": date(2022, 1, 15)}
    years.record_year_results(
        programme, [result(one, grade, year=year, **late) for one, year, grade in given], actor=town_officer
    )
    for month, passed in ((7, True), (8, False), (9, False)):
        Appraisal.objects.create(
            region_code=fails.region_code, appointment=fails, period="month", first=date(2020, month, 1), passed=passed,
            grade="合格" if passed else "不合格", policy_digest="x",
        )  # fmt: skip
    facts = known.of_appointments(three, date(2021, 12, 31))
    said = {name: [facts[one.pk].get(name) for one in three] for name in ("连续不合格年数", "不合格月数", "被召回")}
    assert said == {"连续不合格年数": [2, 0, None], "不合格月数": [2, None, None], "被召回": [False] * 3}
    Exit.objects.create(
        region_code=silent.region_code, appointment=silent, kind="recall", reason="absent", on=JUNE, last_pay_day=JUNE,
        text="召回", clause="第十条", state="done", proposed_by=town_officer, proposed_at=timezone.now(),
        decided_by=county_manager, decided_at=timezone.now(),
    )  # fmt: skip
    assert known.of_appointments([silent], date(2021, 12, 31))[silent.pk]["被召回"] is True
    assert known.of_appointments([silent], date(2021, 6, 29))[silent.pk]["被召回"] is False
