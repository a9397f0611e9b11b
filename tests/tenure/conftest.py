"""A programme, people in its posts, and refusals as values."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.models import Post, Programme
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Appointment

JULY, JUNE = date(2020, 7, 1), date(2021, 6, 30)
"""First and last day of the usual term."""


@pytest.fixture
def programme(db) -> Programme:
    return make_programme()


@pytest.fixture
def post(programme) -> Post:
    return make_post(programme)


@pytest.fixture
def hold(town_officer) -> Callable[..., Appointment]:
    """`hold(post, 2, "李四")`: the second person in a post for the usual term, trained before this program was used."""

    def made(
        post: Post,
        order: int = 1,
        name: str = "张三",
        *,
        starts: date = JULY,
        ends: date | None = JUNE,
        **columns: object,
    ) -> Appointment:
        person = make_person(name, order, **columns)
        return appoint(person, post, Terms(starts, ends, training=TrainingBasis.TAKEN_OVER), actor=town_officer)

    return made


@pytest.fixture
def deputy(make_user) -> User:
    """A second county manager: nobody confirms what he has proposed."""
    return make_user(Role.COUNTY_MANAGER, "520403")


def refused(verb: Callable[..., object], *arguments: object, **named: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        verb(*arguments, **named)
    return caught.value
