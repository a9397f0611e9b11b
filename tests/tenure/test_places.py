"""The law of places: somebody is taken exactly when on no day more hold the post than it has places."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation.errors import Refusal
from yigang.foundation.models import AuditEntry
from yigang.tenure import domain
from yigang.tenure.domain import Terms
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Appointment
from yigang.tenure.places import Stay, seat

FIRST = date(2020, 1, 1)
SPAN = 12


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


STAYS = st.tuples(st.integers(0, SPAN), st.one_of(st.none(), st.integers(0, 5)))
"""First day, and how many days more; None goes on for ever."""


def terms(start: int, length: int | None) -> Terms:
    return Terms(day(start), None if length is None else day(start + length), training=TrainingBasis.TAKEN_OVER)


def most_at_once(held: list[Terms]) -> int:
    return max(
        (sum(one.starts <= on and (one.ends is None or one.ends >= on) for one in held) for on in map(day, range(20))),
        default=0,
    )


def assert_nobody_shares_a_place(held: list[tuple[int, Terms]]) -> None:
    for number, (place, one) in enumerate(held):
        for other_place, other in held[:number]:
            apart = (one.ends or date.max) < other.starts or (other.ends or date.max) < one.starts
            assert apart or place != other_place


@given(st.integers(1, 3), st.lists(STAYS, max_size=12))
def test_all_are_seated_exactly_when_no_day_has_too_many(count, wanted):
    held = [terms(*each) for each in wanted]
    stays = [Stay(-number, one.starts, one.ends, firm=False) for number, one in enumerate(held, start=1)]
    seating = seat(count, stays)
    assert (not seating.left) == (most_at_once(held) <= count)
    sitting = [(place, held[-key - 1]) for key, place in seating.places.items()]
    assert all(1 <= place <= count for place, _one in sitting)
    assert len(sitting) + len(seating.left) == len(held)
    assert_nobody_shares_a_place(sitting)


@given(st.integers(1, 3), st.lists(STAYS, max_size=8), st.lists(STAYS, max_size=8))
def test_who_is_on_file_stays_whoever_comes(count, on_file, wanted):
    firm: list[Terms] = []
    for each in on_file:
        if most_at_once([*firm, terms(*each)]) <= count:
            firm.append(terms(*each))
    old = [Stay(number, one.starts, one.ends) for number, one in enumerate(firm, start=1)]
    new = [Stay(-number, *_days(each), firm=False) for number, each in enumerate(wanted, start=1)]
    assert all(key < 0 for key in seat(count, [*old, *new]).left)


def _days(each: tuple[int, int | None]) -> tuple[date, date | None]:
    one = terms(*each)
    return one.starts, one.ends


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(count=st.integers(1, 2), wanted=st.lists(STAYS, min_size=3, max_size=7))
def test_an_appointment_is_taken_exactly_when_on_every_day_there_is_a_place(db, county_manager, count, wanted):
    with transaction.atomic():
        post = make_post(make_programme("law"), head_count=count)
        held: list[Terms] = []
        for order, each in enumerate(wanted, start=1):
            person = make_person("张三", order)
            if most_at_once([*held, terms(*each)]) <= count:
                domain.appoint(person, post, terms(*each), actor=county_manager)
                held.append(terms(*each))
            else:
                with pytest.raises(Refusal, match="H001"):
                    domain.appoint(person, post, terms(*each), actor=county_manager)
        rows = Appointment.objects.filter(post=post).values_list("place", "starts", "ends")
        assert_nobody_shares_a_place([(place, Terms(starts, ends)) for place, starts, ends in rows])
        transaction.set_rollback(True)


@pytest.fixture
def crossed(db, county_manager):
    """Two places in which 1–10 January and 21–31 are held in different ones, so that neither is free throughout."""
    post = make_post(make_programme(), head_count=2)
    for order, (start, end) in enumerate([(0, 9), (5, 14), (20, 30), (12, 18)], start=1):
        domain.appoint(
            make_person("张三", order),
            post,
            Terms(day(start), day(end), training=TrainingBasis.TAKEN_OVER),
            actor=county_manager,
        )
    return post


def test_a_long_appointment_dated_back_moves_others_and_says_so(crossed, county_manager):
    Appointment.objects.filter(starts=day(20)).update(place=2)
    newcomer = make_person("李四", 9)
    made = domain.appoint(
        newcomer, crossed, Terms(day(15), day(40), training=TrainingBasis.TAKEN_OVER), actor=county_manager
    )
    assert made.pk
    entry = AuditEntry.objects.filter(verb="tenure.appoint").latest("pk")
    assert entry.after["places_moved"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_longer_terms_move_others_too_and_one_too_many_is_refused(crossed, county_manager):
    Appointment.objects.filter(starts=day(20)).update(place=2)
    second = Appointment.objects.get(starts=day(12))
    changed = domain.change_terms(
        second, Terms(day(12), day(25), training=TrainingBasis.TAKEN_OVER), actor=county_manager
    )
    assert changed.ends == day(25)
    before = list(Appointment.objects.order_by("pk").values())
    with pytest.raises(Refusal) as refused:
        domain.change_terms(second, Terms(day(3), day(25), training=TrainingBasis.TAKEN_OVER), actor=county_manager)
    assert refused.value.code == "post_full"
    assert list(Appointment.objects.order_by("pk").values()) == before
