"""A holder's death: recorded with proof, ends the post, stops the pay, and is taken back as one."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.people.factories import VILLAGE, make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.facts import Selection
from yigang.foundation.models import AuditEntry
from yigang.people.models import Person
from yigang.tenure import deaths, domain, facts
from yigang.tenure.domain import Terms
from yigang.tenure.enums import ExitKind, TrainingBasis
from yigang.tenure.models import Appointment

JULY, DIED = date(2020, 7, 1), date(2020, 9, 10)
PROOF = "死亡医学证明 2020-0910"


@pytest.fixture
def post(db):
    return make_post(make_programme())


@pytest.fixture
def holder(post, town_officer) -> Person:
    person = make_person("张三", 1)
    domain.appoint(person, post, Terms(JULY, training=TrainingBasis.TAKEN_OVER), actor=town_officer)
    return person


def state() -> tuple[list, list]:
    return list(Person.objects.order_by("pk").values()), list(Appointment.objects.order_by("pk").values())


def test_a_death_ends_the_post_on_its_day(holder, town_officer):
    person = deaths.record_death(holder, DIED, evidence=PROOF, actor=town_officer)
    held = holder.appointments.get()
    assert (person.died_on, person.death_evidence) == (DIED, PROOF)
    assert (held.ends, held.exit_kind, held.exit_reason) == (DIED, ExitKind.DEATH, PROOF)
    entry = AuditEntry.objects.get(verb="people.record_death")
    assert entry.after == {"died_on": "2020-09-10", "death_evidence": PROOF, "death_file_id": None}
    assert AuditEntry.objects.filter(verb="tenure.end_appointment").exists()


def test_the_post_may_end_before_the_death_not_after(holder, town_officer):
    before = state()
    named = {"evidence": PROOF, "actor": town_officer}
    with pytest.raises(Refusal) as refused:
        deaths.record_death(holder, DIED, last_day=DIED + timedelta(1), **named)
    assert (refused.value.field, state()) == ("last_day", before)
    deaths.record_death(holder, DIED, last_day=date(2020, 8, 31), **named)
    assert holder.appointments.get().ends == date(2020, 8, 31)


@pytest.mark.parametrize(
    ("on", "evidence", "code"),
    [(date(1979, 1, 1), PROOF, "before_birth"), (DIED, " ", "evidence_missing"), ("tomorrow", PROOF, "future")],
)
def test_what_cannot_be_is_refused_and_changes_nothing(holder, town_officer, on, evidence, code):
    before = state()
    day = timezone.localdate() + timedelta(1) if on == "tomorrow" else on
    with pytest.raises(Refusal) as refused:
        deaths.record_death(holder, day, evidence=evidence, actor=town_officer)
    assert (refused.value.code, state()) == (code, before)


def test_a_death_is_recorded_once(holder, town_officer):
    deaths.record_death(holder, DIED, evidence=PROOF, actor=town_officer)
    with pytest.raises(Refusal) as refused:
        deaths.record_death(holder, JULY, evidence=PROOF, actor=town_officer)
    assert refused.value.code == "died_already"


def test_the_database_refuses_a_death_before_the_birth(holder):
    with pytest.raises(IntegrityError, match="died_after_birth"), transaction.atomic():
        Person.objects.filter(pk=holder.pk).update(died_on=date(1970, 1, 1))


@pytest.mark.parametrize("role", [Role.VILLAGE_CLERK, Role.FINANCE, Role.AUDITOR])
def test_only_who_keeps_the_register_may(holder, make_user, role):
    with pytest.raises(Forbidden):
        deaths.record_death(holder, DIED, evidence=PROOF, actor=make_user(role, VILLAGE))


def test_a_post_in_another_town_is_the_countys_to_end(db, town_officer, county_manager):
    person, far = make_person("张三", 1), make_post(make_programme(), region_code="520403101201")
    domain.appoint(person, far, Terms(JULY, training=TrainingBasis.TAKEN_OVER), actor=county_manager)
    with rls.scope(town_officer), pytest.raises(Refusal) as refused:
        deaths.record_death(person, DIED, evidence=PROOF, actor=town_officer)
    assert refused.value.code == "post_elsewhere"
    deaths.record_death(person, DIED, evidence=PROOF, actor=county_manager)
    assert Appointment.objects.get().exit_kind == ExitKind.DEATH


def test_no_month_counts_days_after_a_death(holder, post):
    """Whatever the appointment says: here it goes on, as if somebody had written the death past the verb."""
    Person.objects.filter(pk=holder.pk).update(died_on=DIED)

    def held(first: date, last: date) -> list:
        return facts.appointments(Selection(post.programme_id, "520403", first, last))["end"].to_list()

    assert held(date(2020, 9, 1), date(2020, 9, 30)) == [DIED]
    assert held(date(2020, 10, 1), date(2020, 10, 31)) == []


def test_the_dead_are_appointed_nowhere_and_an_exit_by_death_is_no_mere_exit(holder, post, town_officer):
    named = {"on": DIED, "reason": PROOF, "actor": town_officer}
    with pytest.raises(Refusal) as refused:
        domain.end_appointment(holder.appointments.get(), kind=ExitKind.DEATH, **named)
    assert refused.value.code == "record_death"
    deaths.record_death(holder, DIED, evidence=PROOF, actor=town_officer)
    holder.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        domain.appoint(holder, post, Terms(date(2020, 10, 1), training=TrainingBasis.TAKEN_OVER), actor=town_officer)
    assert refused.value.code == "died"


def test_taken_back_the_post_goes_on_as_agreed(holder, town_officer):
    before = state()
    deaths.record_death(holder, DIED, evidence=PROOF, actor=town_officer)
    with pytest.raises(Refusal) as refused:
        deaths.take_back_death(holder, reason=" ", actor=town_officer)
    assert refused.value.field == "reason"
    deaths.take_back_death(holder, reason="同名同姓，误登", actor=town_officer)
    assert state() == before
    assert AuditEntry.objects.get(verb="people.take_back_death").after == {"reason": "同名同姓，误登"}
    with pytest.raises(Refusal) as refused:
        deaths.take_back_death(holder, reason="再来", actor=town_officer)
    assert refused.value.code == "alive"


def test_taken_back_too_late_the_post_is_another_persons(holder, post, town_officer):
    deaths.record_death(holder, DIED, evidence=PROOF, actor=town_officer)
    domain.appoint(
        make_person("李四", 2), post, Terms(date(2020, 10, 1), training=TrainingBasis.TAKEN_OVER), actor=town_officer
    )
    before = state()
    with pytest.raises(Refusal) as refused:
        deaths.take_back_death(holder, reason="误登", actor=town_officer)
    assert (refused.value.code, state()) == ("post_full", before)
