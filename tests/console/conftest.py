"""Pages are asked as a browser does, through the whole middleware, as the serving database role."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from yigang.foundation import identity
from yigang.foundation.models import Region, User
from yigang.people.domain import identity_columns, name_columns
from yigang.people.models import Household, Person
from yigang.posts.models import Post, Programme


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    """`sign_in(user)` gives a client with that account's session; pages are asked in English unless told otherwise."""

    def enter(user: User, language: str = "en") -> Client:
        client.cookies["django_language"] = language
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def regions(db: None) -> None:
    make_regions()


def make_regions() -> None:
    """One county, two of its towns, two villages."""
    for code, name, level, parent in (
        ("520403000000", "平坝区", 3, "520400000000"),
        ("520403100000", "白云镇", 4, "520403000000"),
        ("520403101000", "高峰镇", 4, "520403000000"),
        ("520403100201", "芝麻村", 5, "520403100000"),
        ("520403101201", "狗场村", 5, "520403101000"),
    ):
        Region.objects.create(code=code, name=name, level=level, parent_code=parent, valid_from=2020, source="test")


def make_person(number: int, *, village: str = "520403100201", name: str = "王小红", **fields: Any) -> Person:
    """A person with household. `number` makes the household's number and the identity number, which ends in
    `number` % 1000 and its check sign.
    """
    digits = f"52252119800101{number:03d}"
    read = identity.parse(digits + identity.check_sign(digits))
    household = Household.objects.create(region_code=village, number=f"H{number}")
    values = {**identity_columns(read), **name_columns(name), "region_code": village, "household": household}
    return Person.objects.create(**{**values, **fields})


def identity_of(number: int) -> str:
    """The identity number of `make_person(number)`."""
    digits = f"52252119800101{number:03d}"
    return digits + identity.check_sign(digits)


def make_programme() -> Programme:
    return Programme.objects.get_or_create(
        code="pingba", defaults={
            "region_code": "520403000000", "name": "平坝区生态护林员", "kind": "ranger", "policy_code": "pingba-ranger",
            "starts": date(2020, 7, 1), "capabilities": {"check_in": "森林防火巡护属应急职责"},
        },
    )[0]  # fmt: skip


def make_post(number: str = "R1", *, village: str = "520403100201", head_count: int = 1) -> Post:
    """A ranger's post of the one programme."""
    return Post.objects.create(
        region_code=village,
        programme=make_programme(),
        number=number,
        kind="护林员",
        duties=["巡护"],
        head_count=head_count,
    )


def shown(response: Any) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def confirmed(client: Client, address: str, chosen: dict[str, Any]) -> str:
    """Preview, then press the button that the preview offers."""
    preview = shown(client.post(address, {**chosen, "asked": "1"}))
    digest = re.search('name="previewed" value="([0-9a-f]+)"', preview)
    assert digest, preview
    client.post(address, {**chosen, "asked": "1", "previewed": digest[1]})
    return preview
