"""Phones let in, recognised by their token, and revoked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.access import REVOKE_DEVICE
from yigang.duty.capabilities import Allowance, on_the_phone
from yigang.duty.models import Device, DeviceLogin
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.arrays import Bigints, Byteas
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.foundation.statements import run
from yigang.people.consents import Said
from yigang.people.models import Person

WHO = "SELECT * FROM yigang_device_logins(%s)"
STALE = 7
"""Where a row says that the phone has not been seen for ten minutes."""
SEEN = """
UPDATE duty_devicelogin SET last_seen = now()
WHERE id IN (SELECT id FROM duty_devicelogin WHERE id = ANY (%s) ORDER BY id FOR UPDATE SKIP LOCKED)
"""
"""Who is being written as seen by another request at this moment needs it not twice."""
POINT_BYTES = 65
UNCOMPRESSED = b"\x04"


@dataclass(frozen=True, slots=True)
class Held:
    """A post that the person holds or held: where, of which programme, and by which policy."""

    region_code: str
    programme_id: int
    starts: date
    ends: date | None
    policy: str

    def on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Signed:
    """A person on a phone, as one statement finds them; the database's scope is theirs until the transaction ends."""

    login_id: int
    device_id: UUID
    key: bytes
    first_seen: datetime
    person_id: int
    name: str
    home: str
    posts: tuple[Held, ...]
    """Latest first."""
    said: Said
    """What the person has said of each use of sensitive data; a record that says more is heard at once."""

    def post_on(self, day: date) -> Held | None:
        return next((post for post in self.posts if post.on(day)), None)

    def region_on(self, day: date) -> str:
        """Where evidence of the day belongs: to the place of the post, else to where the person is registered."""
        post = self.post_on(day)
        return post.region_code if post else self.home

    def programme_on(self, day: date) -> int | None:
        post = self.post_on(day)
        return post.programme_id if post else None

    def allowance(self, day: date) -> Allowance:
        """What may be kept of the day."""
        post = self.post_on(day)
        return Allowance(on_the_phone(post.policy, day) if post else None, self.said)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The regions that this person's own rows lie in."""
        return tuple({self.home, *(post.region_code for post in self.posts)})


def signed_in(token: str) -> Signed:
    """Who sends, by the token; opens their scope. Call it in a transaction.

    `Refusal` with code `signed_out` (unknown or ended) or `revoked`.
    """
    [found] = all_signed_in([token])
    if isinstance(found, Refusal):
        raise found
    return found


def all_signed_in(tokens: Sequence[str]) -> list[Signed | Refusal]:
    """The same of many, in their order; opens the scope of all of them together."""
    digests = [sha256(token.encode()).digest() for token in tokens]
    rows = run(WHO, [Byteas(list(dict.fromkeys(digests)))])
    found = {bytes(digest): _told(row) for digest, *row in rows}
    if stale := [row[1] for row in rows if row[STALE] and isinstance(found[bytes(row[0])], Signed)]:
        run(SEEN, [Bigints(stale)])
    return [found[each] if each in found else _signed_out() for each in digests]


def _told(row: Sequence[Any]) -> Signed | Refusal:
    login, device, key, first_seen, revoked, ended, _stale, person, name, home, posts, words = row
    if revoked:
        return Refusal(
            _("This phone was signed out by the office."), code="revoked",
            remedy=_("What waits on it stays there. Ask your village clerk for a new code."),
        )  # fmt: skip
    if ended:
        return _signed_out()
    held = tuple(map(_held, msgspec.json.decode(posts)))
    said = Said()
    for code, at, given in msgspec.json.decode(words):
        said.add(code, datetime.fromtimestamp(at, UTC), given=given)
    return Signed(login, device, bytes(key), first_seen, person, name, home, held, said)


def _signed_out() -> Refusal:
    return Refusal(_("Please sign in again."), code="signed_out")


def _held(post: list[Any]) -> Held:
    region, programme, starts, ends, policy = post
    return Held(region, programme, date.fromisoformat(starts), date.fromisoformat(ends) if ends else None, policy)


@transaction.atomic
def admit(person: Person, *, device_id: UUID, key: bytes, name: str) -> tuple[DeviceLogin, str]:
    """A person, whose code or password was right, signs in on a phone; returns the login and its token, told once.

    A phone that comes again keeps its key: another key under its number is refused.
    """
    _check_key(key)
    device, made = Device.objects.get_or_create(pk=device_id, defaults={"key": key, "name": name[:80]})
    if bytes(device.key) != key:
        raise Refusal(_("A phone of this number signs with another key."), code="device_key", field="device")
    if device.revoked_at:
        raise Refusal(
            _("This phone was revoked."), code="revoked", remedy=_("Set the program up anew and ask for a new code.")
        )
    token = secrets.token_urlsafe(32)
    DeviceLogin.objects.filter(device=device, person=person, ended_at=None).update(ended_at=timezone.now())
    login = DeviceLogin.objects.create(
        region_code=person.region_code, device=device, person=person, token_digest=sha256(token.encode()).digest()
    )
    after = {"device": str(device.pk), "person": person.pk, "new": made}
    audit.record("duty.admit_device", login, actor=None, region_code=person.region_code, after=after)
    return login, token


def _check_key(key: bytes) -> None:
    """A point of P-256, uncompressed."""
    from yigang.duty.sync.chain import verifier

    try:
        verifier(key if len(key) == POINT_BYTES and key.startswith(UNCOMPRESSED) else b"")
    except ValueError as error:
        raise Refusal(_("The phone's key is no point of P-256."), code="device_key", field="device.key") from error


@transaction.atomic
def revoke(device: Device, *, reason: str, actor: User) -> Device:
    """The phone is lost or not theirs: nobody sends from it any more. What it sent stays."""
    regions = list(device.logins.values_list("region_code", flat=True).distinct())
    if not regions:
        raise Forbidden(_("Nobody you may see is signed in on this phone."))
    for region in regions:
        require(actor, REVOKE_DEVICE, region)
    if not reason.strip():
        raise Refusal(_("Say why the phone is revoked."), code="reason", field="reason")
    device = hold(Device.objects.filter(pk=device.pk)).get()
    if device.revoked_at:
        raise Refusal(_("This phone was revoked before."), code="revoked")
    device.revoked_at, device.revoked_by, device.revoked_reason = timezone.now(), actor, reason.strip()[:200]
    device.save()
    after = {"reason": device.revoked_reason}
    audit.record("duty.revoke_device", device, actor=actor, region_code=regions[0], after=after)
    return device
