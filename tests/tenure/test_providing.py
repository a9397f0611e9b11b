"""Certificates before the start; insurance, gear and checks, given out to many at once with a look before."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme
from tests.tenure.conftest import JULY, JUNE, refused

from yigang.foundation.models import AuditEntry
from yigang.tenure import domain, dues
from yigang.tenure.domain import Issue, Terms
from yigang.tenure.enums import ProvisionKind, TrainingBasis
from yigang.tenure.models import Appointment, Provision

INSURANCE = Issue(ProvisionKind.INSURANCE, "意外伤害保险", JULY, JUNE, 20_000, "护林员管护经费")


@pytest.mark.req("Z9")
def test_nobody_starts_before_the_training(post, town_officer):
    person = make_person()
    refusal = refused(domain.appoint, person, post, Terms(JULY), actor=town_officer)
    assert (refusal.code, "张三" in str(refusal)) == ("untrained", True)
    assert not Appointment.objects.exists()
    domain.record_certificate(person, "护林员岗前培训", date(2020, 6, 20), actor=town_officer)
    assert domain.appoint(person, post, Terms(JULY), actor=town_officer).starts == JULY


@pytest.mark.req("Z9")
@pytest.mark.parametrize(
    ("issued", "until", "other_programme"),
    [(date(2020, 7, 2), None, False), (date(2019, 6, 20), date(2020, 6, 30), False), (date(2020, 6, 20), None, True)],
    ids=["after the start", "run out", "of another programme"],
)
def test_a_certificate_must_hold_on_the_first_day(post, town_officer, issued, until, other_programme):
    person = make_person()
    programme = make_programme("other") if other_programme else None
    domain.record_certificate(
        person, "培训", issued, valid_until=until, programme=programme, actor=town_officer
    )  # fmt: skip
    assert refused(domain.appoint, person, post, Terms(JULY), actor=town_officer).code == "untrained"


def test_only_the_past_is_taken_over_without_a_certificate(post, town_officer):
    tomorrow = timezone.localdate() + timedelta(days=1)
    terms = Terms(tomorrow, training=TrainingBasis.TAKEN_OVER)
    assert refused(domain.appoint, make_person(), post, terms, actor=town_officer).code == "not_taken_over"


def test_a_policy_that_asks_for_no_training_lets_people_start(town_officer):
    post = make_post(make_programme("team", policy_code="huaihua-team"))
    assert domain.appoint(make_person(), post, Terms(JULY), actor=town_officer).starts == JULY


def test_a_certificate_is_on_file_once_and_not_from_the_future(post, town_officer):
    person, named = make_person(), {"actor": town_officer}
    domain.record_certificate(person, "培训", JULY, **named)
    assert refused(domain.record_certificate, person, "培训", JULY, **named).code == "known"
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert refused(domain.record_certificate, person, "培训", tomorrow, **named).code == "dates"
    assert refused(domain.record_certificate, person, "", JULY, **named).code == "subject_missing"


@pytest.mark.req("M8", "T11")
@pytest.mark.parametrize(
    "kind", [ProvisionKind.INSURANCE, ProvisionKind.PENSION, ProvisionKind.MEDICAL, ProvisionKind.REST]
)
def test_insurance_checks_and_rest_are_on_file_and_due_before_they_run_out(programme, hold, town_officer, kind):
    held = hold(make_post(programme))
    domain.give_out([held], Issue(kind, "驻村干部保障", JULY, date(2021, 6, 30)), actor=town_officer)
    due = {day: [one.kind for one in dues.expiring(day)] for day in (date(2021, 4, 30), date(2021, 5, 2))}
    assert due == {date(2021, 4, 30): [], date(2021, 5, 2): [kind]}


@pytest.mark.req("T11")
def test_one_look_then_everybody_gets_it_once(programme, hold, town_officer, django_assert_num_queries):
    post = make_post(programme, head_count=3)
    held = [hold(post, order, f"张{order}") for order in (1, 2, 3)]
    domain.give_out(held[:1], INSURANCE, actor=town_officer, numbers=["P-1"])
    with django_assert_num_queries(1):
        seen = domain.outlook(held, INSURANCE)
    assert ([one.pk for one in seen.new], seen.cost_fen) == ([held[1].pk, held[2].pk], 40_000)
    made = domain.give_out(held, INSURANCE, actor=town_officer, numbers=["P-1", "P-2", "P-3"])
    assert [one.number for one in made] == ["P-2", "P-3"]
    assert AuditEntry.objects.filter(verb="tenure.give_out").count() == 2
    assert refused(domain.give_out, held, INSURANCE, actor=town_officer).code == "nobody"
    assert Provision.objects.count() == 3


@pytest.mark.parametrize(
    ("issue", "code"),
    [
        (Issue(ProvisionKind.GEAR, "头盔", JULY, cost_fen=5000), "fund_missing"),
        (Issue(ProvisionKind.GEAR, " ", JULY), "item_missing"),
        (Issue(ProvisionKind.MEDICAL, "体检", JULY, date(2020, 6, 1)), "dates"),
        (Issue(ProvisionKind.GEAR, "头盔", JULY, cost_fen=-1, fund="经费"), "cost"),
    ],
)
def test_what_cannot_be_is_refused(post, hold, town_officer, issue, code):
    assert refused(domain.give_out, [hold(post)], issue, actor=town_officer).code == code
    assert not Provision.objects.exists()
