"""What a roster means for tenure: the ledger names who and which file, vacancies open again, posts change their kind."""

from datetime import date

import pytest
from tests.exchange.roster.conftest import row
from tests.people.factories import make_person

from yigang.exchange import domain
from yigang.exchange.enums import ImportState
from yigang.foundation.errors import Refusal
from yigang.posts.models import Post, PostKind
from yigang.tenure import domain as tenure
from yigang.tenure.deaths import record_death, take_back_death
from yigang.tenure.domain import Leaving, Terms
from yigang.tenure.enums import ExitKind, ExitReason, LedgerKind, TrainingBasis
from yigang.tenure.models import Appointment, LedgerEntry, Vacancy

SEPTEMBER = date(2020, 9, 30)
EMPLOYED = Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, SEPTEMBER, "外出务工")


def left_and_followed(apply, county_manager, **post):
    """Who held H001 has left, and a second roster brings somebody who takes the place up."""
    apply([row(1, **post)])
    tenure.leave(Appointment.objects.get(), EMPLOYED, actor=county_manager)
    done = apply([row(2, post_number="H001", starts=date(2020, 10, 20), **post)])
    assert Vacancy.objects.get().filled_by == Appointment.objects.get(starts=date(2020, 10, 20))
    return done


@pytest.mark.req("P2")
def test_the_ledger_names_who_brought_the_roster_and_the_file(apply, county_manager):
    apply([row(1)])
    done = apply([row(1, agreement="PB-9")])
    domain.undo(done, reason="传错文件", actor=county_manager)
    hired, changed, back = LedgerEntry.objects.order_by("pk")
    assert [entry.kind for entry in (hired, changed, back)] == [LedgerKind.HIRE, LedgerKind.TERMS, LedgerKind.TERMS]
    for entry in (hired, changed, back):
        assert (entry.actor_id, entry.actor_name) == (county_manager.pk, county_manager.name)
        assert "花名册.xlsx" in entry.reason
    assert "传错文件" in back.reason


@pytest.mark.req("P3")
def test_undoing_a_roster_opens_the_vacancy_that_it_filled(apply, county_manager):
    done = left_and_followed(apply, county_manager)
    undone = domain.undo(done, reason="传错文件", actor=county_manager)
    vacancy = Vacancy.objects.get()
    assert (undone.state, vacancy.filled_by, vacancy.filled_on) == (ImportState.UNDONE, None, None)
    assert LedgerEntry.objects.latest("pk").kind == LedgerKind.TAKEN_BACK
    third = tenure.appoint(
        make_person("王五", 9), Post.objects.get(), Terms(date(2020, 11, 1), training=TrainingBasis.TAKEN_OVER),
        vacancy=vacancy, actor=county_manager,
    )  # fmt: skip
    vacancy.refresh_from_db()
    assert vacancy.filled_by == third


def test_an_undo_is_refused_when_somebody_else_has_come_into_the_post_since(apply, county_manager):
    done = left_and_followed(apply, county_manager)
    terms = Terms(date(2021, 7, 1), training=TrainingBasis.TAKEN_OVER)
    tenure.appoint(make_person("王五", 9), Post.objects.get(), terms, actor=county_manager)
    assert_refused(done, county_manager, "vacancy_taken_since")


def test_an_undo_is_refused_when_nobody_has_left_any_more(apply, county_manager):
    apply([row(1, head_count=2)])
    person = Appointment.objects.get().person
    record_death(person, SEPTEMBER, evidence="死亡医学证明", actor=county_manager)
    done = apply([row(2, post_number="H001", starts=date(2020, 10, 20), head_count=2)])
    assert Vacancy.objects.get().filled_by is not None
    take_back_death(person, reason="误登", actor=county_manager)
    assert_refused(done, county_manager, "exit_taken_back")


def assert_refused(done, actor, code):
    held, filled = Appointment.objects.count(), Vacancy.objects.get().filled_by
    with pytest.raises(Refusal) as caught:
        domain.undo(done, reason="传错文件", actor=actor)
    assert caught.value.code == code
    assert (Appointment.objects.count(), Vacancy.objects.get().filled_by) == (held, filled)


@pytest.mark.req("Z7")
def test_a_post_that_a_roster_calls_otherwise_belongs_to_the_other_kind(apply, county_manager):
    rangers, cleaners = PostKind.objects.order_by("pk")[:2]
    apply([row(1, post_kind=rangers.name)])
    assert Post.objects.get().category == rangers
    done = apply([row(1, post_kind=cleaners.name)])
    assert Post.objects.get().category == cleaners
    domain.undo(done, reason="传错文件", actor=county_manager)
    assert Post.objects.get().category == rangers
    apply([row(1, post_kind="没有登记过的岗位")])
    assert Post.objects.get().category is None
    apply([row(1, post_kind="没有登记过的岗位", duties="其他")])
    assert Post.objects.get().category is None
