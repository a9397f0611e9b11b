"""Questions about phones, for the office: who has which, what is odd about it, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from yigang.duty.models import DeviceLogin, Record, SetAside, SignInCode
from yigang.foundation import rls
from yigang.foundation.statements import run
from yigang.people.models import Consent, Person

TRACKING = ("patrol", "points")


@dataclass(frozen=True)
class OnPhones:
    """What is known of one person's phones."""

    logins: Sequence[DeviceLogin] = ()
    """Those that are open, latest seen first."""
    code: SignInCode | None = None
    """One that can still be used."""
    waiting: int = 0
    """Records that do not count and that nobody has looked at."""
    shared: Mapping[UUID, int] | None = None
    """Phone → how many people are signed in on it, of phones with more than one."""
    unasked: bool = False
    """Tracks came, and no consent to them is on file."""
    absent: int = 0
    """Records that the phones counted and that have not arrived, although later ones have, days ago."""

    @property
    def last_seen(self) -> datetime | None:
        return max((login.last_seen for login in self.logins), default=None)

    @property
    def several(self) -> bool:
        return len(self.logins) > 1


def on_phones(people: Iterable[int]) -> dict[int, OnPhones]:
    """Person → phones, for a page of people. Six queries, whatever their number."""
    wanted = list(people)
    logins: dict[int, list[DeviceLogin]] = {}
    for login in open_logins().filter(person__in=wanted):
        logins.setdefault(login.person_id, []).append(login)
    devices = {login.device_id for each in logins.values() for login in each}
    on_device = open_logins().filter(device__in=devices).order_by().values_list("device")
    shared = {device: count for device, count in on_device.annotate(count=Count("person", distinct=True)) if count > 1}
    open_codes = SignInCode.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
    codes = {code.person_id: code for code in open_codes.filter(person__in=wanted)}
    aside = SetAside.objects.filter(person__in=wanted, seen_at=None).order_by().values_list("person")
    waiting = dict(aside.annotate(count=Count("pk")))
    odd = unasked(wanted)
    lacking: dict[UUID, int] = {}
    for gap in gaps(devices):
        lacking[gap.device] = lacking.get(gap.device, 0) + gap.count
    return {
        pk: OnPhones(
            logins.get(pk, ()), codes.get(pk), waiting.get(pk, 0),
            {login.device_id: shared[login.device_id] for login in logins.get(pk, ()) if login.device_id in shared},
            pk in odd, sum(lacking.get(login.device_id, 0) for login in logins.get(pk, ())),
        )
        for pk in wanted
    }  # fmt: skip


GAPS = """
SELECT device_id, previous + 1, seq - 1, at FROM (
  SELECT device_id, seq, at, received_at, lag(seq, 1, 0::bigint) OVER (PARTITION BY device_id ORDER BY seq) AS previous
  FROM duty_record WHERE device_id = ANY(%s::uuid[])
) numbered WHERE seq > previous + 1 AND received_at < %s ORDER BY device_id, seq
"""
GAP_AFTER = timedelta(days=3)
"""A backlog may take so long after what was sent at once."""


@dataclass(frozen=True)
class Gap:
    """Records that a phone made and that have not arrived: first and last number, and when the next one was made."""

    device: UUID
    first: int
    last: int
    at: datetime

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def gaps(devices: Iterable[UUID]) -> list[Gap]:
    """What is missing of these phones' records. Nothing is told of the records that are there."""
    with rls.everywhere("a phone counts the records of everybody who is signed in on it"):
        return [Gap(*row) for row in run(GAPS, [list(devices), timezone.now() - GAP_AFTER])]


def open_logins() -> QuerySet[DeviceLogin]:
    """Who is signed in on which phone that nobody revoked, latest seen first."""
    rows = DeviceLogin.objects.filter(ended_at=None, device__revoked_at=None)
    return rows.select_related("device", "person").order_by("-last_seen", "-pk")


def unasked(people: Iterable[int]) -> set[int]:
    """People whose phones sent tracks without a word on file about tracks."""
    said = Consent.objects.filter(person=OuterRef("pk"), capability="track")
    sent = Record.objects.filter(person=OuterRef("pk"), kind__in=TRACKING)
    return set(Person.objects.filter(Exists(sent), ~Exists(said), pk__in=list(people)).values_list("pk", flat=True))


def logins_of(person_id: int) -> list[DeviceLogin]:
    """Every sign-in of a person, the ended ones too, newest first."""
    rows = DeviceLogin.objects.filter(person=person_id).select_related("device__revoked_by")
    return list(rows.order_by("-created_at", "-pk")[:50])


def others_on(devices: Iterable[UUID], person_id: int) -> dict[UUID, list[str]]:
    """Phone → the names of others who are signed in on it."""
    found: dict[UUID, list[str]] = {}
    for login in open_logins().filter(device__in=list(devices)).exclude(person=person_id):
        found.setdefault(login.device_id, []).append(login.person.name)
    return found


def set_aside_of(person_id: int) -> list[SetAside]:
    """What does not count of what a person's phones sent, newest first."""
    return list(SetAside.objects.filter(person=person_id).select_related("seen_by").order_by("-received_at")[:50])
