"""Giving and ending posts: one post at a time, no more holders than places, and each refusal names who and when."""

from datetime import date, time

import pytest
from tests.people.factories import VILLAGE, make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.tenure import domain, queries
from yigang.tenure.domain import Terms
from yigang.tenure.enums import ExitKind, TrainingBasis


def terms(first: date, last: date | None = None, *rest) -> Terms:
    """Terms of somebody who was in the post before this program was used, so that no certificate is asked for."""
    return Terms(first, last, *rest, training=TrainingBasis.TAKEN_OVER)


JULY, YEAR_LATER = date(2020, 7, 1), date(2021, 6, 30)
YEAR = terms(JULY, YEAR_LATER)
FAR = "520403101201"


@pytest.fixture
def programme(db):
    return make_programme()


def refused(verb, *arguments, **named) -> Refusal:
    with pytest.raises(Refusal) as caught:
        verb(*arguments, **named)
    return caught.value


def test_an_appointment_takes_the_lowest_free_place(programme, town_officer):
    post = make_post(programme, head_count=2)
    first = domain.appoint(make_person("张三", 1), post, YEAR, actor=town_officer)
    second = domain.appoint(
        make_person("李四", 2), post, terms(JULY, None, "护-2", time(8), time(17)), actor=town_officer
    )
    assert (first.place, second.place) == (1, 2)
    later = domain.appoint(make_person("王五", 3), post, terms(date(2021, 7, 1)), actor=town_officer)
    assert later.place == 1
    assert AuditEntry.objects.filter(verb="tenure.appoint").count() == 3


def test_nobody_holds_two_posts_on_one_day_and_the_refusal_names_the_other(programme, town_officer):
    person = make_person("张三")
    domain.appoint(person, make_post(programme, "H001"), YEAR, actor=town_officer)
    refusal = refused(domain.appoint, person, make_post(programme, "H002"), terms(YEAR_LATER), actor=town_officer)
    assert refusal.code == "person_busy"
    assert all(word in str(refusal) for word in ("张三", "H001", "2020-07-01", "2021-06-30"))


def test_a_post_far_away_is_not_told_in_detail(programme, make_user, town_officer):
    person, far = make_person("张三"), make_post(programme, "H900", region_code=FAR)
    domain.appoint(person, far, YEAR, actor=make_user(Role.COUNTY_MANAGER, "520403"))
    post = make_post(programme, "H001")
    with rls.scope(town_officer):
        refusal = refused(domain.appoint, person, post, YEAR, actor=town_officer)
    assert refusal.code == "person_busy"
    assert "H900" not in str(refusal)


def test_a_full_post_is_refused_with_its_holders(programme, town_officer):
    post = make_post(programme)
    domain.appoint(make_person("张三", 1), post, YEAR, actor=town_officer)
    refusal = refused(domain.appoint, make_person("李四", 2), post, terms(YEAR_LATER), actor=town_officer)
    assert refusal.code == "post_full"
    assert all(word in str(refusal) for word in ("H001", "张三", "2021-06-30"))


def test_what_the_database_refuses_is_said_in_words_too(programme, town_officer, monkeypatch):
    """Two officers at once: the free place is gone when the second one saves."""
    post = make_post(programme)
    domain.appoint(make_person("张三", 1), post, YEAR, actor=town_officer)
    for stale_answer in ([1], [2]):
        monkeypatch.setattr(queries, "free_places", lambda *_a, answer=stale_answer, **_k: answer)
        order = 1 + stale_answer[0]
        assert refused(domain.appoint, make_person("李四", order), post, YEAR, actor=town_officer).code == "post_full"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [(terms(YEAR_LATER, JULY), "dates"), (terms(date(2019, 12, 31)), "outside_programme")],
)
def test_impossible_days_are_refused(programme, town_officer, wanted, code):
    assert refused(domain.appoint, make_person(), make_post(programme), wanted, actor=town_officer).code == code


def test_the_dead_are_not_appointed(programme, town_officer):
    person = make_person(died_on=date(2020, 12, 1))
    assert refused(domain.appoint, person, make_post(programme), YEAR, actor=town_officer).code == "died"


@pytest.mark.req("P5")
@pytest.mark.parametrize("role", [Role.VILLAGE_CLERK, Role.STATION_OFFICER, Role.FINANCE])
def test_the_village_uses_but_does_not_employ(programme, make_user, role):
    with pytest.raises(Forbidden):
        domain.appoint(make_person(), make_post(programme), YEAR, actor=make_user(role, VILLAGE))


@pytest.mark.req("Z12")
def test_an_exit_has_a_kind_a_day_and_a_reason_and_happens_once(programme, town_officer):
    appointment = domain.appoint(make_person(), make_post(programme), YEAR, actor=town_officer)
    named = {"kind": ExitKind.LAPSE, "actor": town_officer}
    assert refused(domain.end_appointment, appointment, on=date(2020, 9, 30), reason="", **named).field == "reason"
    assert (
        refused(domain.end_appointment, appointment, on=date(2020, 6, 30), reason="外出务工", **named).code == "dates"
    )
    assert refused(domain.end_appointment, appointment, on=date(2021, 7, 1), reason="外出务工", **named).code == "dates"
    ended = domain.end_appointment(appointment, on=date(2020, 9, 30), reason="长期外出务工", **named)
    assert (ended.ends, ended.exit_kind) == (date(2020, 9, 30), ExitKind.LAPSE)
    assert (
        refused(domain.end_appointment, appointment, on=date(2020, 8, 1), reason="又", **named).code == "left_already"
    )
    entry = AuditEntry.objects.get(verb="tenure.end_appointment")
    assert (entry.before["ends"], entry.after["exit_reason"]) == ("2021-06-30", "长期外出务工")


def test_an_exit_frees_the_place(programme, town_officer):
    post = make_post(programme)
    appointment = domain.appoint(make_person("张三", 1), post, YEAR, actor=town_officer)
    domain.end_appointment(
        appointment, kind=ExitKind.LAPSE, on=date(2020, 9, 30), reason="外出务工", actor=town_officer
    )
    assert domain.appoint(make_person("李四", 2), post, terms(date(2020, 10, 1)), actor=town_officer).place == 1
    assert queries.current(appointment.person, date(2020, 10, 1)) is None


def test_changed_terms_pass_the_same_checks(programme, town_officer):
    post = make_post(programme)
    first = domain.appoint(make_person("张三", 1), post, YEAR, actor=town_officer)
    second = domain.appoint(make_person("李四", 2), post, terms(date(2021, 7, 1)), actor=town_officer)
    assert refused(domain.change_terms, second, YEAR, actor=town_officer).code == "post_full"
    changed = domain.change_terms(first, terms(JULY, date(2020, 12, 31), "护-1"), actor=town_officer)
    assert (changed.ends, changed.agreement_number, changed.place) == (date(2020, 12, 31), "护-1", 1)
