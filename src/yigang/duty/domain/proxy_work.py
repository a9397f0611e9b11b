"""What a confirmed day of a village's paper says beside presence: a patrol by its kilometres, a result of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5

from django.utils import timezone as clock
from django.utils.translation import gettext as _

from yigang.duty.enums import PatrolSource, ResultKind, Unit
from yigang.duty.models import Patrol, PatrolChange, ProxyEntry, WorkResult
from yigang.duty.quantities import UNITS, amount_of
from yigang.foundation import monthlocks
from yigang.foundation.errors import Refusal
from yigang.people.models import Person
from yigang.tenure.models import Appointment

CHINA = timezone(timedelta(hours=8))
NOON = time(12)
"""The time noted for what a paper gives no hours of."""
FARTHEST_M = 100_000
"""More than a day's walk is a slip of the pen."""


@dataclass(frozen=True)
class Done:
    """So much of something done on the day."""

    kind: ResultKind
    quantity: Decimal
    unit: Unit


def check_work(person: Person, day: date, *, patrol_m: int | None, done: Done | None, on_duty: bool) -> None:
    """Refuse what no paper can mean."""
    where = {"person": person, "day": day, "most": FARTHEST_M // 1000}
    if (patrol_m is not None or done) and not on_duty:
        raise Refusal(
            _("%(person)s, %(day)s: a patrol and a result are noted for a day on duty."),
            where,
            code="work_without_duty",
        )
    if patrol_m is not None and not 0 < patrol_m <= FARTHEST_M:
        raise Refusal(
            _("%(person)s, %(day)s: a patrol is more than 0 and at most %(most)d kilometres long."), where,
            code="patrol_length",
        )  # fmt: skip
    if done:
        amount_of(done.quantity, done.unit)


def keep_work(entries: Sequence[ProxyEntry]) -> None:
    """Patrols and results of entries that were just confirmed. Both are known by their entry, and withdrawn by themselves."""
    told = [entry for entry in entries if entry.patrol_m or entry.result_kind]
    if not told:
        return
    holders = _holders(told)
    walked = [_patrol(entry, _held(entry, holders)) for entry in told if entry.patrol_m]
    if walked:
        days = [patrol.day for patrol in walked]
        monthlocks.write_evidence({patrol.region_code for patrol in walked}, min(days), max(days))
        Patrol.objects.bulk_create(walked)
        PatrolChange.objects.bulk_create(_late(walked))
    WorkResult.objects.bulk_create(_result(entry, _held(entry, holders)) for entry in told if entry.result_kind)


def _holders(entries: Iterable[ProxyEntry]) -> dict[int, list[Appointment]]:
    """Person → appointments, the newest first. One query."""
    found: dict[int, list[Appointment]] = {}
    for held in Appointment.objects.filter(person__in={entry.person_id for entry in entries}).order_by("-starts"):
        found.setdefault(held.person_id, []).append(held)
    return found


def _held(entry: ProxyEntry, holders: dict[int, list[Appointment]]) -> Appointment:
    for held in holders.get(entry.person_id, ()):
        if held.starts <= entry.day and (held.ends is None or entry.day <= held.ends):
            return held
    raise Refusal(
        _("%(person)s held no post on %(day)s; a patrol or a result belongs to a post."),
        {"person": entry.person, "day": entry.day}, code="no_post",
        remedy=_("Reject the day, and note it anew without them."),
    )  # fmt: skip


def _moment(entry: ProxyEntry, hour: time | None) -> datetime:
    return datetime.combine(entry.day, hour or NOON, CHINA)


def _patrol(entry: ProxyEntry, held: Appointment) -> Patrol:
    """Without a track: nothing is known of it but how long it was."""
    assert entry.patrol_m
    begun, ended = _moment(entry, entry.start), _moment(entry, entry.end)
    return Patrol(
        id=uuid5(NAMESPACE_OID, f"yigang:proxy-entry:{entry.pk}"), region_code=held.region_code, person_id=entry.person_id,
        programme_id=held.programme_id, post_id=held.post_id, source=PatrolSource.PAPER, day=entry.day, started_at=begun,
        ended_at=ended, measured_at=clock.now(), distance_m=entry.patrol_m,
        duration_s=round((ended - begun).total_seconds()),
    )  # fmt: skip


def _late(walked: Iterable[Patrol]) -> list[PatrolChange]:
    """Of a month that is over an officer is shown what came later, as of points."""
    this_month = clock.localdate().replace(day=1)
    return [
        PatrolChange(
            patrol=patrol, programme_id=patrol.programme_id, region_code=patrol.region_code,
            month=patrol.day.replace(day=1), at=clock.now(), fixes=0, before={}, after={"distance_m": patrol.distance_m},
        )
        for patrol in walked if patrol.day < this_month
    ]  # fmt: skip


def _result(entry: ProxyEntry, held: Appointment) -> WorkResult:
    assert entry.result_quantity is not None
    unit = Unit(entry.result_unit)
    return WorkResult(
        region_code=held.region_code, person_id=entry.person_id, programme_id=held.programme_id,
        at=_moment(entry, entry.start), text=entry.log, entered_by_id=entry.entered_by_id, day=entry.day,
        kind=entry.result_kind, quantity=entry.result_quantity, unit=unit, dimension=UNITS[unit].dimension,
        amount=amount_of(entry.result_quantity, unit),
    )  # fmt: skip
