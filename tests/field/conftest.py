"""A ranger, a clerk, and phones that speak with the server as the app does."""

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.duty.conftest import hold, programme  # noqa: F401 - fixtures
from tests.duty.sync.conftest import _fresh_intakes, phone_of  # noqa: F401 - fixtures

from yigang.duty.sync.phone import new_key
from yigang.foundation.enums import Role
from yigang.foundation.models import User

API = "/field/api/v1/"
VILLAGE, OTHER_VILLAGE = "520403100201", "520403100202"


def jwk(key: bytes) -> dict[str, str]:
    """A point as WebCrypto exports it."""
    x, y = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (key[1:33], key[33:]))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


class App:
    """One phone before and after signing in."""

    def __init__(self) -> None:
        self.device, (self.key, self.sign) = str(uuid4()), new_key()
        self.token = ""

    def sign_in(self, phone: str, secret: str, *, key: bytes | None = None, address: str = "10.0.0.9") -> Any:
        device = {"id": self.device, "name": "红米", "key": jwk(key or self.key)}
        answer = Client().post(
            f"{API}sign-in", json.dumps({"phone": phone, "secret": secret, "device": device}),
            content_type="application/json", REMOTE_ADDR=address,
        )  # fmt: skip
        self.token = answer.json().get("token", self.token)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return Client().get(API + path, headers={"Authorization": f"Bearer {self.token}", **headers})

    def post(self, path: str, body: object) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return Client().post(API + path, json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def clerk(make_user) -> User:
    return make_user(Role.VILLAGE_CLERK, VILLAGE)


@pytest.fixture
def make_app() -> Callable[[], App]:
    return App
