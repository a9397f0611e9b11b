"""Each planted phone raises the question it was planted for, and of two people who used one photo only the later is asked."""

from datetime import date

import pytest
from tests.duty.conftest import hold, programme

from yigang.demo import doubts
from yigang.duty.domain import standing
from yigang.duty.domain.flags import find_flags
from yigang.duty.models import Flag

__all__ = ["hold", "programme"]
JULY = date(2020, 7, 1)


@pytest.mark.req("Z3")
def test_each_planted_phone_is_asked_about(hold, programme):
    programme.capabilities = {"track": "森林防火巡护属应急职责"}
    programme.save()
    standing.forget()
    expected = set()
    for doubt in doubts.DOUBTS:
        people = [hold(f"{doubt.rule}{number}") for number in range(doubt.people)]
        doubts.let_send(doubt, people, programme, JULY, {})
        expected |= {(doubt.rule, person.name) for person in people[doubt.people - doubt.asked :]}
    find_flags(programme, "520403", JULY)
    shared = {("many_on_one_device", f"one_device_moving{number}") for number in (0, 1)}
    assert set(Flag.objects.values_list("kind", "person__name")) == expected | shared
    standing.forget()
