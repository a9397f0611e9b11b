"""Who stands in a rotation: for how long people have been in their village, and who stays to show newcomers around."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from yigang.foundation import regioncode
from yigang.tenure.enums import Wish
from yigang.tenure.models import Appointment, RotationRound, RotationWish
from yigang.tenure.rotation.plan import Asked, Post, Rules, knows

YEAR = 365.25
ONE = timedelta(days=1)
Span = tuple[date, date | None]


def holders(rotation: RotationRound) -> QuerySet[Appointment]:
    """Everybody of the programme who is in the region on the day before the moves and goes on after it."""
    prefix = regioncode.prefix_of(rotation.region_code)
    return Appointment.objects.filter(
        Q(ends=None) | Q(ends__gte=rotation.on), programme=rotation.programme, region_code__startswith=prefix,
        starts__lt=rotation.on, exit_kind="",
    ).order_by("pk")  # fmt: skip


def posts_of(rotation: RotationRound, held: Sequence[Appointment]) -> list[Post]:
    """People as the plan knows them. Years and days to come count without a break, renewals included."""
    wishes = {wish.appointment_id: wish for wish in rotation.wishes.all()}
    service = _service(held)
    return [
        Post(
            one.pk, one.region_code, round((rotation.on - service[one.pk][0]).days / YEAR, 2),
            _wish(wishes.get(one.pk)), wishes[one.pk].village if one.pk in wishes else "", one.post.kind,
            _days_on(service[one.pk][1], rotation.on),
        )
        for one in held
    ]  # fmt: skip


def companions(
    rotation: RotationRound, held: Sequence[Appointment], posts: Sequence[Post], rules: Rules, moving: Collection[int]
) -> dict[str, str]:  # fmt: skip
    """Village → the sentence who stays there for the newcomers, and for how long; the longest there speaks for all."""
    found: dict[str, Post] = {}
    for one in posts:
        if one.key not in moving and knows(one, rules):
            found[one.village] = max(found.get(one.village, one), one, key=lambda post: (post.years, -post.key))
    named = {one.pk: one.person.name for one in held}
    return {village: _sentence(named[one.key], one, rotation.on) for village, one in found.items()}


def _sentence(name: str, one: Post, on: date) -> str:
    until = "任期未定" if one.days_on is None else f"至 {on + timedelta(days=one.days_on - 1)}，共事 {one.days_on} 天"
    return f"{name}留村带新人（在村 {one.years:.1f} 年，{until}）"


def _wish(row: RotationWish | None) -> Asked:
    return "" if row is None else "leave" if row.wish == Wish.LEAVE else "stay"


def _days_on(last: date | None, on: date) -> int | None:
    return None if last is None else (last - on).days + 1


def _service(held: Sequence[Appointment]) -> dict[int, Span]:
    """First and last day of the unbroken service in the village around each appointment; one query."""
    rows = Appointment.objects.filter(person__in=[one.person_id for one in held])
    spans: dict[tuple[int, str], list[Span]] = {}
    for person, village, starts, ends in rows.values_list("person_id", "region_code", "starts", "ends"):
        spans.setdefault((person, village), []).append((starts, ends))
    return {one.pk: (_begin(one, spans), _end(one, spans)) for one in held}


def _begin(one: Appointment, spans: dict[tuple[int, str], list[Span]]) -> date:
    by_last = {last: first for first, last in spans[one.person_id, one.region_code] if last is not None}
    first = one.starts
    while first - ONE in by_last:
        first = by_last[first - ONE]
    return first


def _end(one: Appointment, spans: dict[tuple[int, str], list[Span]]) -> date | None:
    by_first = dict(spans[one.person_id, one.region_code])
    last = one.ends
    while last is not None and last + ONE in by_first:
        last = by_first[last + ONE]
    return last
