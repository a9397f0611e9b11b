"""Verbs of tracker devices: give one to a person, give it a new secret, take it out of use."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.ground import may_track
from yigang.exchange.access import MANAGE_TRACKERS
from yigang.exchange.models import TrackerDevice
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.tenure.models import Appointment

TRACK = "track"
"""The capability of a programme's policy, and what the person consents to, without which nothing is received."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs of codes and secrets: none that looks like another, because people copy them from one screen to another."""
CODE_SIGNS, SECRET_SIGNS = 8, 24


@transaction.atomic
def register(person: Person, *, name: str = "", actor: User) -> tuple[TrackerDevice, str]:
    """A device for somebody whose programme's policy allows tracks; returns it with its secret, which is shown once."""
    post = _post_of(person)
    require(actor, MANAGE_TRACKERS, post.region_code)
    if not may_track(post.programme, timezone.localdate()):
        raise Refusal(
            _("The policy of “%(programme)s” does not allow tracks to be kept."), {"programme": post.programme.name},
            code="capability_off", field="person",
            remedy=_("Tracks need a legal basis in the policy; ask the county which one there is."),
        )  # fmt: skip
    secret = random_text(SECRET_SIGNS)
    device = TrackerDevice.objects.create(
        region_code=post.region_code, person=person, programme=post.programme, code=random_text(CODE_SIGNS),
        secret_digest=digest_of(secret), name=name.strip()[:60], created_by=actor,
    )  # fmt: skip
    after = {"person": person.pk, "code": device.code, "name": device.name}
    audit.record("exchange.register_tracker", device, actor=actor, after=after)
    return device, secret


@transaction.atomic
def renew_secret(device: TrackerDevice, *, actor: User) -> str:
    """A new secret, shown once; the old one stops working."""
    require(actor, MANAGE_TRACKERS, device.region_code)
    device = _in_use(device)
    secret = random_text(SECRET_SIGNS)
    device.secret_digest = digest_of(secret)
    device.save(update_fields=["secret_digest"])
    audit.record("exchange.renew_tracker_secret", device, actor=actor, after={"code": device.code})
    return secret


@transaction.atomic
def revoke(device: TrackerDevice, *, reason: str, actor: User) -> TrackerDevice:
    """The device is heard no more; what it has sent stays. A lost phone, or somebody who has left."""
    require(actor, MANAGE_TRACKERS, device.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the device is taken out of use."), code="reason", field="reason")
    device = _in_use(device)
    device.revoked_at, device.revoked_by, device.revoked_reason = timezone.now(), actor, reason.strip()[:200]
    device.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    audit.record("exchange.revoke_tracker", device, actor=actor, after={"reason": device.revoked_reason})
    return device


def _in_use(device: TrackerDevice) -> TrackerDevice:
    """The device, held until the transaction ends."""
    held = hold(TrackerDevice.objects.filter(pk=device.pk)).get()
    if held.revoked_at:
        raise Refusal(_("This device was taken out of use before."), code="revoked")
    return held


def _post_of(person: Person) -> Appointment:
    """The post that the person holds today."""
    today = timezone.localdate()
    held = (
        Appointment.objects.select_related("programme").filter(person=person, starts__lte=today).exclude(ends__lt=today)
    )
    post = held.order_by("-starts").first()
    if post is None:
        raise Refusal(
            _("%(name)s holds no post today."), {"name": person.name}, code="no_post", field="person",
            remedy=_("Trackers are for people in posts."),
        )  # fmt: skip
    return post


def random_text(signs: int) -> str:
    return "".join(secrets.choice(LETTERS) for _sign in range(signs))


def digest_of(secret: str) -> bytes:
    """Unsalted on purpose: a secret is random and long, so there is no list of likely ones."""
    return sha256(secret.encode()).digest()
