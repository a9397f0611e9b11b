"""Signing in and out, and the password of one's own."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from yigang.duty.domain import logins
from yigang.duty.domain.devices import signed_in
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, token_of
from yigang.foundation.errors import Refusal
from yigang.foundation.middleware import client_address

router = Router(tags=["sign-in"])
COORDINATE_BYTES = 32


class Key(Schema):
    """The public half of a phone's key, as WebCrypto exports it (JWK)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Annotated[str, Field(max_length=64)]
    y: Annotated[str, Field(max_length=64)]

    def point(self) -> bytes:
        """The uncompressed point of 65 bytes."""
        return b"\x04" + _coordinate(self.x) + _coordinate(self.y)


class DeviceSent(Schema):
    """The phone that signs in."""

    id: UUID
    name: Annotated[str, Field(max_length=80)] = ""
    key: Key


class SignInSent(Schema):
    """Phone number, and the code from the clerk or the password."""

    phone: Annotated[str, Field(max_length=30)]
    secret: Annotated[str, Field(min_length=1, max_length=128)]
    device: DeviceSent


class Account(Schema):
    """Who is signed in; `id` stands in the head of every record."""

    id: str
    name: str


class SignedIn(Answer):
    """A token, told this once."""

    token: str
    account: Account


class PasswordSent(Schema):
    """A password of one's own, of ten signs and more."""

    password: Annotated[str, Field(min_length=1, max_length=128)]


@router.post("sign-in", response={200: SignedIn, 422: Trouble, 401: Trouble, 429: Trouble}, auth=None)
def sign_in(request: HttpRequest, sent: SignInSent) -> SignedIn:
    """A new token for this person on this phone; an earlier one of the same two ends."""
    phone = logins.Phone(sent.device.id, sent.device.key.point(), sent.device.name)
    person, token = logins.sign_in(sent.phone, sent.secret, phone, address=client_address(request))
    return SignedIn(token=token, account=Account(id=str(person.pk), name=person.name))


@router.post("sign-out", response={200: Answer, 401: Trouble}, auth=Token())
def sign_out(request: HttpRequest) -> Answer:
    """The token ends."""
    with transaction.atomic():
        logins.sign_out(signed_in(token_of(request)).login_id)
    return Answer()


@router.post("password", response={200: Answer, 422: Trouble, 401: Trouble}, auth=Token())
def password(request: HttpRequest, sent: PasswordSent) -> Answer:
    """Set the password of one's own."""
    with transaction.atomic():
        logins.set_password(signed_in(token_of(request)).person_id, sent.password)
    return Answer()


def _coordinate(text: str) -> bytes:
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != COORDINATE_BYTES:
        raise Refusal(_("The phone's key is no point of P-256."), code="device_key", field="device.key")
    return found
