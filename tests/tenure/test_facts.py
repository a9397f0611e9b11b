"""Appointments as the engine reads them."""

from datetime import date, time

import polars as pl
from tests.people.factories import VILLAGE, make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation import rls
from yigang.foundation.facts import Selection
from yigang.tenure import facts
from yigang.tenure.models import Appointment

FAR = "520403101201"


def appoint(post, order, first, last, **columns):
    person = make_person(f"张{order}", order, region_code=post.region_code)
    return Appointment.objects.create(
        person=person, post=post, programme=post.programme, region_code=post.region_code, starts=first, ends=last,
        **columns,
    )  # fmt: skip


def test_who_serves_on_some_day_of_the_period(db, town_officer):
    programme = make_programme()
    near, far = make_post(programme, head_count=3), make_post(programme, "H900", region_code=FAR)
    gone = appoint(near, 1, date(2020, 1, 1), date(2020, 6, 30))
    leaver = appoint(near, 2, date(2020, 1, 1), date(2020, 7, 1), place=2, plan_start=time(7, 30), plan_end=time(17))
    joiner = appoint(near, 3, date(2020, 7, 31), None, place=3)
    appoint(far, 4, date(2020, 1, 1), None)
    july = Selection(programme.pk, "520403100", date(2020, 7, 1), date(2020, 7, 31))
    frame = facts.appointments(july)
    assert frame.schema == pl.Schema(facts.SCHEMA)
    assert gone.pk not in frame["appointment_id"]
    assert frame.rows() == [
        (leaver.pk, leaver.person_id, VILLAGE, date(2020, 1, 1), date(2020, 7, 1), "护林员", "07:30", "17:00"),
        (joiner.pk, joiner.person_id, VILLAGE, date(2020, 7, 31), None, "护林员", None, None),
    ]


def test_another_town_is_invisible_even_when_it_is_asked_for(db, town_officer):
    programme = make_programme()
    appoint(make_post(programme, region_code=FAR), 1, date(2020, 1, 1), None)
    with rls.scope(town_officer):
        frame = facts.appointments(Selection(programme.pk, "", date(2020, 7, 1), date(2020, 7, 31)))
    assert frame.is_empty()
    assert frame.schema == pl.Schema(facts.SCHEMA)
