"""Pages are asked as a browser does, through the whole middleware, as the serving database role."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from yigang.foundation import names
from yigang.foundation.models import Region, User
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.models import Household, Person


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
    """A person with household; `number` makes the identity number's last four signs and the household's number."""
    identity = f"52252119800101{number:04d}"
    keys = names.keys(name)
    household = Household.objects.create(region_code=village, number=f"H{number}")
    values = {
        "region_code": village, "name": name, "pinyin": keys.full, "initials": keys.initials,
        "identity_cipher": vault().encrypt(identity, IDENTITY), "identity_index": vault().index(identity, IDENTITY),
        "identity_last4_index": vault().index_last4(identity, IDENTITY), "birth": date(1980, 1, 1), "sex": "F",
        "household": household,
    }  # fmt: skip
    return Person.objects.create(**{**values, **fields})
