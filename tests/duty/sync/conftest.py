"""A ranger with a phone, and the endpoint that it speaks to."""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.test import Client

from yigang.duty.domain import devices, standing
from yigang.duty.sync.envelope import Wire, head_of
from yigang.duty.sync.phone import Clock, Phone, new_key
from yigang.people.models import Person

RECORDS = "/field/api/v1/records"
PLACE = {"lat": 26.4123, "lon": 106.2541, "acc": 8.5, "datum": "wgs84"}
ON = {"kind": "on", "place": PLACE, "media": [], "note": ""}


@pytest.fixture(autouse=True)
def _fresh_intakes():
    standing.forget()
    yield
    standing.forget()


def now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


class SignedIn(Phone):
    """A phone with a token, and the way to the server."""

    token: str

    def send(self, records=None, *, lane="now", content: bytes | None = None, client: Client | None = None):
        return (client or Client()).post(
            RECORDS, content or self.batch(records, lane=lane), content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}"},
        )  # fmt: skip

    def resigned(self, record: Wire, **changes: Any) -> Wire:
        """The record with other words, signed by this phone all the same."""
        changed = msgspec.structs.replace(record, **changes)
        signature = self.sign(head_of(changed, self.device, self.account))
        return msgspec.structs.replace(changed, sig=b64encode(signature).decode())

    def deliver(self, **how: Any):
        """Send, hear, and give back the answers."""
        return self.hear(self.send(**how).content)


def signed_in(person: Person, *, like: SignedIn | None = None) -> SignedIn:
    """The person on a phone of its own, or on the device of another."""
    key, sign = (like.key, like.sign) if like else new_key()
    phone = SignedIn(like.device if like else str(uuid4()), str(person.pk), sign, Clock(now_ms()))
    phone.key = key
    phone.chain = like.chain if like else phone.chain
    _login, phone.token = devices.admit(person, device_id=phone.device, key=key, name="测试手机")
    return phone


@pytest.fixture
def phone_of(db) -> Callable[..., SignedIn]:
    """`phone_of(person)`: signed in on a phone of its own, or on `device` of another."""
    return signed_in


@pytest.fixture
def phone(hold, phone_of) -> SignedIn:
    return phone_of(hold("张大山"))
