"""Patrols taken in: what began and ended, fixes in pieces, whole tracks from files; and a patrol that is withdrawn.

Everything may come in any order and more than once. Who sends is checked by the caller (a signed record, a tracker's
key); what may be kept of him is checked here: a post on that day, in a programme whose policy asks for tracks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import polars as pl
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty import ground
from yigang.duty.access import RECORD_TRACKS, WITHDRAW_PATROL
from yigang.duty.domain.measuring import measure_patrols
from yigang.duty.enums import PatrolEvent, PatrolSource
from yigang.duty.models import Patrol, PatrolChange, PatrolPiece
from yigang.duty.tracks import FIXES, packed
from yigang.foundation import audit, monthlocks
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people.consents import Said, said_by
from yigang.people.models import Person
from yigang.tenure.models import Appointment

TRACK = "track"
AT_ONCE = 20_000
"""So many waiting fixes of one request are measured in it; more wait for the job of the next minute."""
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""No fix is from a later time than this after now: the device's clock is wrong, and the fix has no time."""


@dataclass(frozen=True)
class Happened:
    """A patrol began, paused, went on or ended."""

    patrol: UUID
    person_id: int
    event: PatrolEvent
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Walked:
    """Some fixes of a patrol (`duty.tracks.FIXES`, WGS-84)."""

    patrol: UUID
    person_id: int
    fixes: pl.DataFrame
    source: PatrolSource = PatrolSource.PHONE
    mock: bool = False
    """The device said of some of them that their place was made up by a program."""

    @property
    def first(self) -> datetime | None:
        return self._edge("min")

    @property
    def last(self) -> datetime | None:
        return self._edge("max")

    def _edge(self, which: str) -> datetime | None:
        found = getattr(self.fixes["time"], which)()
        return found if isinstance(found, datetime) else None


Given = Happened | Walked
Answer = Refusal | None


@transaction.atomic
def take(given: Sequence[Given], *, now: datetime | None = None) -> list[Answer]:
    """Keep all of it; answers stand in the order of what was given, None where it was kept.

    Small patrols that have ended are measured now, others by the job of the next minute. The number of queries does not
    grow with what is given.
    """
    now = now or timezone.now()
    said = said_by((one.person_id for one in given if _unjudged(one)), TRACK)
    sane = [_consented(_sane(one, now), said) for one in given]
    usable = [one for one in sane if not isinstance(one, Refusal)]
    holders = _holders({one.person_id for one in usable}, [_when(one) for one in usable if _when(one)])
    known = {patrol.pk: patrol for patrol in _locked(usable)}
    answers: list[Answer] = []
    fresh: dict[UUID, Patrol] = {}
    pieces: list[PatrolPiece] = []
    for one in sane:
        if isinstance(one, Refusal):
            answers.append(one)
            continue
        patrol = known.get(one.patrol) or fresh.get(one.patrol)
        if patrol is None:
            made = _begun(one, holders)
            if isinstance(made, Refusal):
                answers.append(made)
                continue
            patrol = fresh[one.patrol] = made
        if patrol.person_id != one.person_id:
            answers.append(_somebody_elses())
            continue
        answers.append(None)
        if isinstance(one, Walked):
            pieces += _walked(patrol, one)
        else:
            _happened(patrol, one, holders)
    _write(known, fresh, pieces)
    _measure_small([*known.values(), *fresh.values()], pieces, now)
    return answers


def _sane(one: Given, now: datetime) -> Given:
    """A fix from before there were such phones, or from tomorrow, has no time that could be believed."""
    if isinstance(one, Happened):
        return one
    time = pl.col("time")
    good = time.is_between(EARLIEST, now + AHEAD)
    return replace(one, fixes=one.fixes.with_columns(pl.when(good).then(time)))


def _unjudged(one: Given) -> bool:
    """What a phone signed is judged where its records are taken in."""
    return isinstance(one, Walked) and one.source != PatrolSource.PHONE


def _consented(one: Given, said: Mapping[int, Said]) -> Given | Refusal:
    """Without the fixes of spans in which the person had withdrawn consent; a refusal where none is left."""
    if not (isinstance(one, Walked) and _unjudged(one) and one.person_id in said):
        return one
    kept, time = one.fixes, pl.col("time")
    for since, until in said[one.person_id].withdrawals(TRACK):
        kept = kept.filter((time <= since) | (time > until if until else pl.lit(value=False)))
    if kept.height or not one.fixes.height:
        return replace(one, fixes=kept)
    return Refusal(_("The person had withdrawn the consent to tracks."), code="consent_withdrawn")


def _when(one: Given) -> datetime:
    """The moment that says which day a new patrol is of; the beginning of time where nothing does."""
    return one.at if isinstance(one, Happened) else one.first or EARLIEST


def _locked(given: Iterable[Given]) -> list[Patrol]:
    wanted = {one.patrol for one in given}
    return list(Patrol.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))


Holders = Mapping[int, Sequence[Appointment]]


def _holders(people: set[int], moments: Iterable[datetime]) -> Holders:
    """Person → appointments around these moments. One query."""
    days = [timezone.localdate(moment) for moment in moments] or [date(2000, 1, 1)]
    serving = Q(starts__lte=max(days)) & (Q(ends=None) | Q(ends__gte=min(days)))
    found: dict[int, list[Appointment]] = {}
    for one in Appointment.objects.filter(serving, person__in=people).select_related("programme"):
        found.setdefault(one.person_id, []).append(one)
    return found


def _held(holders: Holders, person_id: int, day: date) -> Appointment | Refusal:
    for one in holders.get(person_id, ()):
        if one.starts <= day and (one.ends is None or day <= one.ends):
            if ground.may_track(one.programme, day):
                return one
            return Refusal(
                _("“%(programme)s” keeps no tracks: its rules name no legal basis for them."),
                {"programme": one.programme}, code="not_asked",
            )  # fmt: skip
    return Refusal(
        _("Nobody's post: on %(day)s this person held none."), {"day": day}, code="no_post",
        remedy=_("Ask the village clerk to look at the dates of the post."),
    )  # fmt: skip


def _somebody_elses() -> Refusal:
    return Refusal(_("This patrol was begun by somebody else."), code="not_yours")


def _begun(one: Given, holders: Holders) -> Patrol | Refusal:
    moment = _when(one)
    if moment == EARLIEST:
        return Refusal(_("No fix of this track has a time that can be."), code="no_time")
    day = timezone.localdate(moment)
    held = _held(holders, one.person_id, day)
    if isinstance(held, Refusal):
        return held
    source = one.source if isinstance(one, Walked) else PatrolSource.PHONE
    return Patrol(
        id=one.patrol, region_code=held.region_code, person_id=one.person_id, programme_id=held.programme_id,
        post_id=held.post_id, source=source, day=day, started_at=moment,
    )  # fmt: skip


def _happened(patrol: Patrol, one: Happened, holders: Holders) -> None:
    """Note an event once. The beginning says which day the patrol is of, whenever it comes in; the last end counts."""
    entry = [round(one.at.timestamp() * 1000), one.event.value, one.reason[:200]]
    if entry in patrol.events:
        return
    patrol.events = sorted([*patrol.events, entry])
    begins = [ms for ms, event, _reason in patrol.events if event == PatrolEvent.START]
    ends = [ms for ms, event, _reason in patrol.events if event == PatrolEvent.END]
    if begins:
        patrol.started_at = _moment(begins[0])
        patrol.day = timezone.localdate(patrol.started_at)
        held = _held(holders, patrol.person_id, patrol.day)
        if isinstance(held, Appointment):
            patrol.region_code, patrol.post_id, patrol.programme_id = held.region_code, held.post_id, held.programme_id
    patrol.ended_at = _moment(ends[-1]) if ends else None
    patrol.stale = True


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _walked(patrol: Patrol, one: Walked) -> list[PatrolPiece]:
    patrol.stale, patrol.mock = True, patrol.mock or one.mock
    newest, first = one.last, one.first
    if newest and (patrol.last_at is None or newest > patrol.last_at):
        last = one.fixes.filter(pl.col("time") == newest).row(0, named=True)
        patrol.last_at, patrol.last_longitude, patrol.last_latitude = newest, last["longitude"], last["latitude"]
    if first and not any(event == PatrolEvent.START for _ms, event, _reason in patrol.events):
        patrol.started_at = min(patrol.started_at, first)
        patrol.day = timezone.localdate(patrol.started_at)
    content = packed.pack(one.fixes)
    return [
        PatrolPiece(
            patrol_id=patrol.pk, region_code=patrol.region_code, fixes=one.fixes.height, content=content,
            digest=hashlib.sha256(content).digest(),
        )
    ] if one.fixes.height else []  # fmt: skip


def _write(known: Mapping[UUID, Patrol], fresh: Mapping[UUID, Patrol], pieces: Sequence[PatrolPiece]) -> None:
    Patrol.objects.bulk_create(fresh.values())
    changed = ["region_code", "post", "programme", "day", "started_at", "ended_at", "events", "stale", "last_at",
               "last_longitude", "last_latitude", "mock"]  # fmt: skip
    Patrol.objects.bulk_update(known.values(), changed, batch_size=500)
    PatrolPiece.objects.bulk_create(pieces, ignore_conflicts=True)


def _measure_small(patrols: Iterable[Patrol], pieces: Sequence[PatrolPiece], now: datetime) -> None:
    """What is over, as far as one can tell, as long as it is little."""
    waiting: dict[UUID, int] = {}
    for piece in pieces:
        waiting[piece.patrol_id] = waiting.get(piece.patrol_id, 0) + piece.fixes
    today, budget, chosen = timezone.localdate(now), AT_ONCE, []
    for patrol in patrols:
        size = waiting.get(patrol.pk, 0) + patrol.fixes
        over = patrol.ended_at or patrol.day < today or patrol.source == PatrolSource.FILE
        if patrol.stale and over and size <= budget:
            budget -= size
            chosen.append(patrol.pk)
    if chosen:
        measure_patrols(chosen, now=now)


def identity(person_id: int, key: str) -> UUID:
    """The number of a patrol whose source gives none: the same key of the same person is the same patrol."""
    return uuid5(NAMESPACE_URL, f"yigang:track:{person_id}:{key}")


@transaction.atomic
def record_track(
    person: Person, fixes: pl.DataFrame, *, key: str, source: PatrolSource, now: datetime | None = None
) -> Patrol:  # fmt: skip
    """A track as one patrol, for trackers: `key` names it within its person (a device and a day, a file's digest).

    More fixes under the same key join it. Positions are WGS-84. Refused as `take` refuses, and when there is no fix.
    """
    if not fixes.height:
        raise Refusal(_("The track holds no fix."), code="track_empty")
    one = Walked(identity(person.pk, key), person.pk, fixes.select(*FIXES), source)
    (answer,) = take([one], now=now)
    if answer is not None:
        raise answer
    return Patrol.objects.get(pk=one.patrol)


def file_identity(person_id: int, fixes: pl.DataFrame) -> UUID:
    """The number that a track handed in for somebody has as a patrol."""
    return identity(person_id, _file_key(fixes))


def _file_key(fixes: pl.DataFrame) -> str:
    return hashlib.sha256(packed.pack(fixes.select(*FIXES).unique().sort(*FIXES, nulls_last=True))).hexdigest()


@transaction.atomic
def hand_in_track(person: Person, fixes: pl.DataFrame, *, name: str, actor: User) -> Patrol:
    """A track file handed in for somebody by an officer or clerk; the same fixes again are the same patrol."""
    require(actor, RECORD_TRACKS, person.region_code)
    patrol = record_track(person, fixes, key=_file_key(fixes), source=PatrolSource.FILE)
    audit.record("duty.hand_in_track", patrol, actor=actor, after={"name": name[:200], "day": patrol.day})
    return patrol


@transaction.atomic
def withdraw_patrol(patrol: Patrol, *, reason: str, actor: User) -> Patrol:
    """The patrol no longer counts; its fixes stay. A sealed month keeps what it was judged by."""
    require(actor, WITHDRAW_PATROL, patrol.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the patrol is withdrawn."), code="reason", field="reason")
    monthlocks.write_evidence([patrol.region_code], patrol.day, patrol.day)
    patrol = Patrol.objects.select_for_update(of=("self",)).get(pk=patrol.pk)
    if patrol.withdrawn_at:
        raise Refusal(_("This patrol was withdrawn before."), code="withdrawn")
    patrol.withdrawn_at, patrol.withdrawn_by, patrol.withdrawn_reason = timezone.now(), actor, reason.strip()[:200]
    patrol.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    audit.record("duty.withdraw_patrol", patrol, actor=actor, after={"reason": patrol.withdrawn_reason})
    return patrol


@transaction.atomic
def answer_change(change: PatrolChange, *, note: str, actor: User) -> PatrolChange:
    """An officer has looked at what late points change of a sealed month, and says what follows."""
    require(actor, WITHDRAW_PATROL, change.region_code)
    if not note.strip():
        raise Refusal(_("Say what was decided, such as: an adjustment is made."), code="note", field="note")
    change = PatrolChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    change.note, change.seen_at, change.seen_by = note.strip()[:200], timezone.now(), actor
    change.save(update_fields=["note", "seen_at", "seen_by"])
    audit.record("duty.answer_change", change, actor=actor, after={"note": change.note})
    return change
