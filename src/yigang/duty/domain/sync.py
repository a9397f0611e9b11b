"""Taking in what a phone sends: records kept whole, nouns made of them, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from django.db import OperationalError, transaction

from yigang.duty.capabilities import Allowance
from yigang.duty.domain.devices import Signed
from yigang.duty.domain.late import JUDGED, note_late
from yigang.duty.domain.projections import REGISTRY, Accepted, Projection
from yigang.duty.sync.answer import Answer, Aside, Judged, Kept, Message, Refused, Sender, answer_all
from yigang.duty.sync.chain import verifier
from yigang.duty.sync.envelope import Batch, Envelope, body_kept, kind_of, media_of, raw_kept
from yigang.duty.sync.words import SENTENCES
from yigang.foundation.arrays import Bigints, Byteas, Moments, Texts, Uuids
from yigang.foundation.errors import Refusal
from yigang.foundation.statements import run

logger = logging.getLogger(__name__)
CHINA_MS, DAY_MS = 8 * 3_600_000, 24 * 3_600_000
UNIX_DAY = date(1970, 1, 1).toordinal()
CONSENT = "consent"

RECORDS = """
WITH added AS (
  INSERT INTO duty_record (id, region_code, device_id, person_id, kind, body, sha256, seq, wall, mono, boot, fix, "offset",
                           prev, sig, at, clock, lane, received_at)
  SELECT id, region, device, person, kind, body, sha, seq, wall, mono, boot, fix, offs, prev, sig, at, clock, lane, %s
  FROM unnest(%s::uuid[], %s::varchar[], %s::uuid[], %s::bigint[], %s::varchar[], %s::text[], %s::bytea[], %s::bigint[],
              %s::bigint[], %s::bigint[], %s::varchar[], %s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[],
              %s::timestamptz[], %s::varchar[], %s::varchar[])
       AS row (id, region, device, person, kind, body, sha, seq, wall, mono, boot, fix, offs, prev, sig, at, clock, lane)
  ON CONFLICT DO NOTHING RETURNING id)
SELECT CASE WHEN count(*) < %s THEN coalesce(array_agg(id::text), '{}') END FROM added
"""
"""Returns the ids that were added, NULL when all were: that is nearly always, and five hundred ids take time to read."""
KEPT = """
SELECT r.sha256, a.code, a.detail
FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[]) WITH ORDINALITY AS asked (id, device, person, number)
LEFT JOIN duty_record r ON r.id = asked.id AND r.device_id = asked.device AND r.person_id = asked.person
LEFT JOIN duty_setaside a ON a.record_id = r.id AND a.raw = ''::bytea
ORDER BY asked.number
"""
SET_ASIDE = """
INSERT INTO duty_setaside (region_code, device_id, person_id, record_id, fingerprint, raw, outcome, code, detail,
                           received_at, seen_note)
SELECT region, device, person, record, fingerprint, raw, outcome, code, detail, %s, ''
FROM unnest(%s::varchar[], %s::uuid[], %s::bigint[], %s::uuid[], %s::bytea[], %s::bytea[], %s::varchar[], %s::varchar[],
            %s::varchar[])
     AS row (region, device, person, record, fingerprint, raw, outcome, code, detail)
ON CONFLICT DO NOTHING
"""
MEDIA = """
SELECT asked.number, encode(asked.sha256, 'hex')
FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS asked (number, person, sha256)
WHERE NOT EXISTS (SELECT FROM duty_media m WHERE m.person_id = asked.person AND m.sha256 = asked.sha256)
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch of a person on a phone."""

    batch: Batch
    signed: Signed


def goes_together(batch: Batch) -> bool:
    """Whether this may be taken in with what other people send: it is of now, and its projections read nothing of theirs."""
    try:
        kinds = {REGISTRY.get(kind_of(bytes(raw))) for raw in batch.records}
    except msgspec.DecodeError:
        return False
    return batch.lane == "now" and all(each is not None and each.together for each in kinds)


def receive_all(sent: Sequence[Sent], *, received: datetime, careful: bool = False) -> list[list[Answer]]:
    """Keep phones' records and make nouns of them; in the caller's transaction, after whose commit the answers are true.
    The scope must be open for all of the senders.

    `careful` makes the nouns of each record by itself, and sets the record aside on which the program fails.

    The person is the actor. No audit entry is written beside: a record is signed, chained and never changed, and the audit's
    chain would let one phone of a county through at a time.
    """
    messages = [Message(each.batch, _sender(each.signed)) for each in sent]
    people = {(str(each.signed.device_id), str(each.signed.person_id)): each.signed for each in sent}
    return answer_all(messages, Rows(people, received, careful), int(received.timestamp() * 1000))


def _sender(signed: Signed) -> Sender:
    first_seen = int(signed.first_seen.timestamp() * 1000)
    return Sender(str(signed.device_id), str(signed.person_id), first_seen, verifier(signed.key))


@dataclass(frozen=True, slots=True)
class Day:
    """What holds for a person on a day: to which place and programme evidence belongs, and what may be kept of it."""

    day: date
    region_code: str
    programme_id: int | None
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class Rows:
    """The tables behind `answer_all`."""

    people: Mapping[tuple[str, str], Signed]
    """(Device, account) → who that is."""
    received: datetime
    careful: bool = False
    days: dict[tuple[str, str, int], Day] = field(default_factory=dict)

    def add(self, records: Sequence[Judged]) -> Collection[str]:
        ordered = sorted(records, key=lambda each: each.envelope.id)  # two requests take their rows in one order
        envelopes = [each.envelope for each in ordered]
        [(added,)] = run(RECORDS, [
            self.received,
            Uuids([each.id for each in envelopes]), Texts([self._day(each).region_code for each in ordered]),
            Uuids([each.device for each in envelopes]), Bigints([int(each.account) for each in envelopes]),
            Texts([each.kind for each in envelopes]), Texts([body_kept(each.kind, each.body) for each in envelopes]),
            Byteas([each.sha256 for each in envelopes]), Bigints([each.seq for each in envelopes]),
            Bigints([each.wall for each in envelopes]), Bigints([each.mono for each in envelopes]),
            Texts([each.boot for each in envelopes]), Bigints([each.fix for each in envelopes]),
            Bigints([each.offset for each in envelopes]), Byteas([each.prev for each in envelopes]),
            Byteas([each.sig for each in envelopes]), Moments([_moment(each.at_ms) for each in ordered]),
            Texts([each.clock for each in ordered]), Texts([each.lane for each in ordered]), len(ordered),
        ])  # fmt: skip
        return [each.id for each in envelopes] if added is None else added

    def kept(self, records: Sequence[Envelope]) -> Sequence[Kept | None]:
        rows = run(KEPT, [
            Uuids([each.id for each in records]), Uuids([each.device for each in records]),
            Bigints([int(each.account) for each in records]),
        ])  # fmt: skip
        return [
            Kept(bytes(digest), Refused(code, detail) if code else None) if digest else None
            for digest, code, detail in rows
        ]

    def project(self, records: Sequence[Judged]) -> Mapping[str, Refused]:
        refused: dict[str, Refused] = {}
        kinds = {each.envelope.kind for each in records}
        for kind in sorted(
            kinds, key=lambda kind: (kind != CONSENT, kind)
        ):  # two requests wait in one order; words first
            refused |= self._project(kind, [each for each in records if each.envelope.kind == kind])
        return refused

    def _project(self, kind: str, records: Sequence[Judged]) -> dict[str, Refused]:
        registered = REGISTRY.get(kind)
        if registered is None:
            return {each.envelope.id: Refused("kind", self.say("kind")) for each in records}
        refused: dict[str, Refused] = {}
        accepted: list[Accepted] = []
        for each in records:
            try:
                accepted.append(self._accepted(each, registered.body.decode(each.envelope.body)))
            except msgspec.DecodeError as error:
                detail = SENTENCES["body"] % {"what": error}
                refused[each.envelope.id] = Refused("body", detail[:400])
        accepted, off = self._allowed(kind, accepted)
        refused |= off
        if self.careful:
            verdicts: Sequence[Refusal | None] = _one_by_one(registered.work, accepted)
        else:
            verdicts = registered.work(accepted) if accepted else []
        for record, verdict in zip(accepted, verdicts, strict=True):
            if verdict is not None:
                refused[str(record.id)] = Refused(verdict.code, f"{verdict} {verdict.remedy}".strip()[:400])
            elif kind == CONSENT:
                self.people[str(record.device_id), str(record.person_id)].said.add(
                    record.body.capability, record.at, given=record.body.given
                )
        if kind in JUDGED:
            note_late(each for each in accepted if str(each.id) not in refused)
        return refused

    def _allowed(self, kind: str, records: Sequence[Accepted]) -> tuple[list[Accepted], dict[str, Refused]]:
        """What the policy and the person's consents let count, without places that may not be kept; and why not."""
        passing: list[Accepted] = []
        refused: dict[str, Refused] = {}
        for each in records:
            allowance = self.days[str(each.device_id), str(each.person_id), each.day.toordinal()].allowance
            why = allowance.refusal(kind, each.day, each.at)
            if why is not None:
                refused[str(each.id)] = Refused(why.code, f"{why} {why.remedy}".strip()[:400])
                continue
            body = allowance.trimmed(each.body, each.at)
            passing.append(each if body is each.body else msgspec.structs.replace(each, body=body))
        return passing, refused

    def _accepted(self, each: Judged, body: object) -> Accepted:
        envelope, on = each.envelope, self._day(each)
        signed = self.people[envelope.device, envelope.account]
        return Accepted(
            UUID(envelope.id), body, signed.person_id, signed.device_id, on.region_code, on.programme_id,
            _moment(each.at_ms), on.day, self.received,
        )  # fmt: skip

    def _day(self, each: Judged) -> Day:
        """The local day of a record, worked out once for each person and day."""
        envelope = each.envelope
        number = (each.at_ms + CHINA_MS) // DAY_MS + UNIX_DAY
        key = envelope.device, envelope.account, number
        if key not in self.days:
            day, signed = date.fromordinal(number), self.people[envelope.device, envelope.account]
            self.days[key] = Day(day, signed.region_on(day), signed.programme_on(day), signed.allowance(day))
        return self.days[key]

    def set_aside(self, asides: Sequence[Aside]) -> None:
        raws = [raw_kept(each.raw) for each in asides]
        run(SET_ASIDE, [
            self.received, Texts([self.people[each.device, each.account].home for each in asides]),
            Uuids([each.device for each in asides]), Bigints([int(each.account) for each in asides]),
            Uuids([_number(each.id) for each in asides]),
            Byteas([
                sha256(raw or f"{each.id} {each.sha256}".encode()).digest()
                for raw, each in zip(raws, asides, strict=True)
            ]),
            Byteas(raws), Texts([each.outcome.value for each in asides]),
            Texts([each.refused.code for each in asides]), Texts([each.refused.detail for each in asides]),
        ])  # fmt: skip

    def missing(self, records: Sequence[Envelope]) -> Sequence[Sequence[str]]:
        named = [list(dict.fromkeys(media_of(each.body))) for each in records]
        wanted = [(n, digest) for n, digests in enumerate(named) for digest in digests]
        rows = run(MEDIA, [
            Bigints([n for n, _digest in wanted]), Bigints([int(records[n].account) for n, _digest in wanted]),
            Byteas([bytes.fromhex(digest) for _n, digest in wanted]),
        ])  # fmt: skip
        lacking = set(rows)
        return [[each for each in digests if (n, each) in lacking] for n, digests in enumerate(named)]

    def say(self, code: str) -> str:
        return str(SENTENCES[code])


def _one_by_one(work: Projection, records: Sequence[Accepted]) -> list[Refusal | None]:
    """What the projection says of each record alone; one that it fails on is set aside and stops no other."""
    verdicts: list[Refusal | None] = []
    for record in records:
        try:
            with transaction.atomic():
                verdicts += work([record])
        except OperationalError:
            raise  # the database cannot answer now: the phone sends all of it again
        except Exception:  # a fault of ours, which must not hold this queue up
            logger.exception("The projection of %s failed", record.id)
            verdicts.append(Refusal(SENTENCES["program"], code="program"))
    return verdicts


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _number(text: str | None) -> str | None:
    """What came as an id, when it is one."""
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None
