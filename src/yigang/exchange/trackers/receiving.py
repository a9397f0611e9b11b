"""What a tracker sends, kept: each fix once, what is no fix beside it. The caller answers success only after the commit."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from yigang.duty.ground import may_track
from yigang.duty.hours import on_duty
from yigang.exchange.models import TrackerDevice, TrackerRefusal
from yigang.exchange.trackers.devices import TRACK, digest_of
from yigang.exchange.trackers.fixes import Fix, Message, Refused
from yigang.foundation import rls, throttle
from yigang.people.consents import Said, said_by
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

FAILURES_AN_HOUR = 600
"""So many refused requests of one network address are answered; a village's phones may share one."""
REQUESTS_AN_HOUR = 20_000
"""Of one device. A phone that was out of signal for a week sends its queue fix by fix."""
REFUSALS_A_DAY = 500
"""Broken messages of one device that are kept in a day."""
NOBODY = digest_of("")

COLUMNS = ("at", "latitude", "longitude", "accuracy", "speed", "bearing", "altitude", "battery", "mock")
KEEP = """
INSERT INTO exchange_trackerfix (region_code, device_id, received_at, patrolled, at, latitude, longitude, accuracy, speed,
  bearing, altitude, battery, mock)
SELECT %s, %s, now(), false, * FROM unnest(%s::timestamptz[], %s::float8[], %s::float8[], %s::float8[], %s::float8[],
  %s::float8[], %s::float8[], %s::float8[], %s::boolean[])
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message's fixes."""

    stored: int
    known: int
    refused: int


def device_of(code: str, secret: str) -> TrackerDevice | None:
    """The device that may speak: known, its secret right, in use.

    One answer for all that is wrong, and the same work, so that nobody learns which devices there are. Whether a fix may be
    kept is asked of each: the queue of somebody whose post has ended holds days of duty.
    """
    with rls.everywhere("a tracker is known by its code alone"):
        device = TrackerDevice.objects.filter(code=code.lower()).select_related("programme").first()
    right = hmac.compare_digest(digest_of(secret), bytes(device.secret_digest) if device else NOBODY)
    return device if device is not None and right and not device.revoked_at else None


def too_many_failures(address: str | None) -> bool:
    """Count one more refused request of an address."""
    return throttle.tries(f"tracker:{address}", per=timedelta(hours=1)) > FAILURES_AN_HOUR


def too_many_requests(device: TrackerDevice) -> bool:
    """Count one more request of a device."""
    return throttle.tries(f"tracker:{device.code}", per=timedelta(hours=1)) > REQUESTS_AN_HOUR


def receive(message: Message, device: TrackerDevice) -> Receipt:
    """Keep what a message says. The fix that is there already is known; what is broken is kept for the clerk to see."""
    with rls.scope(Reach((str(device.region_code),))), transaction.atomic():
        message = kept_of(message, device)
        stored = _keep(message, device)
        _keep_refused(message, device)
        _note_seen(message, device)
    return Receipt(stored, len(message.fixes) - stored, len(message.refused))


def kept_of(message: Message, device: TrackerDevice) -> Message:
    """The message with the fixes that may be kept; of the others only their day is, and why. Two queries.

    A tracker runs all day long. What counts is duty: days of a post of the device's programme whose policy asks for tracks,
    hours of duty, and no withdrawal of consent at that moment.
    """
    held = list(Appointment.objects.filter(person=device.person_id, programme=device.programme_id))
    said = said_by([device.person_id], TRACK).get(device.person_id, Said())
    fixes: list[Fix] = []
    refused = list(message.refused)
    for fix in message.fixes:
        why = _why_not(fix.at, device.programme, held, said)
        if why:
            refused.append(Refused(why, f"{timezone.localdate(fix.at)}"))
        else:
            fixes.append(fix)
    return replace(message, fixes=tuple(fixes), refused=tuple(refused))


def _why_not(at: datetime, programme: Programme, held: Sequence[Appointment], said: Said) -> str:
    """Code of the reason, "" when the fix may be kept."""
    day = timezone.localdate(at)
    post = next((one for one in held if one.starts <= day and (one.ends is None or day <= one.ends)), None)
    if post is None:
        return "no_post"
    if not may_track(programme, day):
        return "not_asked"
    if said.withdrawn(TRACK, at):
        return "consent_withdrawn"
    return "" if on_duty(at, post.plan_start, post.plan_end) else "off_duty"


@dataclass(frozen=True)
class Reach:
    """The scope of work that serves one place."""

    prefixes: tuple[str, ...]


def _keep(message: Message, device: TrackerDevice) -> int:
    if not message.fixes:
        return 0
    columns = [[getattr(fix, name) for fix in message.fixes] for name in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [device.region_code, device.pk, *columns])
        return int(cursor.rowcount)


def _keep_refused(message: Message, device: TrackerDevice) -> None:
    """Each broken message once, however often the phone sends it, and no more than a day's measure of them."""
    if not message.refused:
        return
    since = timezone.now() - timedelta(days=1)
    kept = set(device.refusals.filter(received_at__gte=since).values_list("reason", "raw")[:REFUSALS_A_DAY])
    new = dict.fromkeys((each.reason, each.raw) for each in message.refused if (each.reason, each.raw) not in kept)
    TrackerRefusal.objects.bulk_create(
        TrackerRefusal(region_code=device.region_code, device=device, reason=reason, raw=raw)
        for reason, raw in list(new)[: REFUSALS_A_DAY - len(kept)]
    )


def _note_seen(message: Message, device: TrackerDevice) -> None:
    """When it was heard of, and the latest that its fixes say; a queue of old fixes changes nothing of that."""
    seen: dict[str, object] = {"last_seen": timezone.now()}
    latest = max(message.fixes, key=lambda fix: fix.at, default=None)
    if latest is not None:
        seen["last_at"] = Greatest(Coalesce(F("last_at"), Value(latest.at)), Value(latest.at))
        if latest.battery is not None and (device.last_at is None or latest.at >= device.last_at):
            seen["battery"] = latest.battery
    TrackerDevice.objects.filter(pk=device.pk).update(**seen)
