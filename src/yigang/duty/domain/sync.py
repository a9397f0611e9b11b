"""Taking in what a phone sends: records kept whole, nouns made of them, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import msgspec
from django.db import OperationalError, transaction

from yigang.duty.domain.devices import Signed
from yigang.duty.domain.projections import REGISTRY, Accepted, Projection
from yigang.duty.sync.answer import Answer, Aside, Judged, Kept, Refused, Sender, answer_batch
from yigang.duty.sync.chain import verifier
from yigang.duty.sync.envelope import Batch, Envelope, media_of
from yigang.duty.sync.words import SENTENCES
from yigang.foundation.errors import Refusal
from yigang.foundation.statements import run

logger = logging.getLogger(__name__)
CHINA = timezone(timedelta(hours=8))

RECORDS = """
INSERT INTO duty_record (id, region_code, device_id, person_id, kind, body, sha256, seq, wall, mono, boot, fix, "offset",
                         prev, sig, at, clock, lane, received_at)
SELECT id, region, %s, %s, kind, body, sha, seq, wall, mono, boot, fix, offs, prev, sig, at, clock, %s, %s
FROM unnest(%s::uuid[], %s::varchar[], %s::varchar[], %s::text[], %s::bytea[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::varchar[], %s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[], %s::timestamptz[], %s::varchar[])
     AS row (id, region, kind, body, sha, seq, wall, mono, boot, fix, offs, prev, sig, at, clock)
ON CONFLICT DO NOTHING RETURNING id
"""
KEPT = """
SELECT r.id, r.sha256, a.code, a.detail
FROM duty_record r
LEFT JOIN duty_setaside a ON a.record_id = r.id AND a.raw = ''::bytea
WHERE r.id = ANY(%s::uuid[]) AND r.device_id = %s AND r.person_id = %s
"""
SET_ASIDE = """
INSERT INTO duty_setaside (region_code, device_id, person_id, record_id, fingerprint, raw, outcome, code, detail,
                           received_at, seen_note)
SELECT %s, %s, %s, record, fingerprint, raw, outcome, code, detail, %s, ''
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[], %s::varchar[], %s::varchar[], %s::varchar[])
     AS row (record, fingerprint, raw, outcome, code, detail)
ON CONFLICT DO NOTHING
"""
MEDIA = "SELECT sha256 FROM duty_media WHERE person_id = %s AND sha256 = ANY(%s::bytea[])"


def receive(batch: Batch, signed: Signed, *, received: datetime, careful: bool = False) -> list[Answer]:
    """Keep a phone's records and make nouns of them; in the caller's transaction, after whose commit the answers are true.

    `careful` makes the nouns of each record by itself, and sets the record aside on which the program fails.

    The person is the actor. No audit entry is written beside: a record is signed, chained and never changed, and the audit's
    chain would let one phone of a county through at a time.
    """
    sender = Sender(
        str(signed.device_id), str(signed.person_id), int(signed.first_seen.timestamp() * 1000), verifier(signed.key)
    )
    return answer_batch(batch, sender, Rows(signed, received, careful), int(received.timestamp() * 1000))


@dataclass(frozen=True, slots=True)
class Rows:
    """The tables behind `answer_batch`."""

    signed: Signed
    received: datetime
    careful: bool = False

    def add(self, records: Sequence[Judged]) -> Collection[str]:
        ordered = sorted(records, key=lambda each: each.envelope.id)  # two requests take their rows in one order
        envelopes = [each.envelope for each in ordered]
        moments = [_moment(each.at_ms) for each in ordered]
        rows = run(RECORDS, [
            self.signed.device_id, self.signed.person_id, ordered[0].lane, self.received,
            [each.id for each in envelopes], [self.signed.region_on(_day(at)) for at in moments],
            [each.kind for each in envelopes], [each.body for each in envelopes], [each.sha256 for each in envelopes],
            [each.seq for each in envelopes], [each.wall for each in envelopes], [each.mono for each in envelopes],
            [each.boot for each in envelopes], [each.fix for each in envelopes], [each.offset for each in envelopes],
            [each.prev for each in envelopes], [each.sig for each in envelopes], moments, [each.clock for each in ordered],
        ])  # fmt: skip
        return {str(record) for (record,) in rows}

    def kept(self, ids: Sequence[str]) -> Mapping[str, Kept]:
        rows = run(KEPT, [list(ids), self.signed.device_id, self.signed.person_id])
        return {
            str(record): Kept(bytes(digest), Refused(code, detail) if code else None)
            for record, digest, code, detail in rows
        }

    def project(self, records: Sequence[Judged]) -> Mapping[str, Refused]:
        refused: dict[str, Refused] = {}
        for kind in dict.fromkeys(each.envelope.kind for each in records):
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
        return refused

    def _allowed(self, kind: str, records: Sequence[Accepted]) -> tuple[list[Accepted], dict[str, Refused]]:
        """What the policy and the person's consents let count, without places that may not be kept; and why not."""
        allowances = {day: self.signed.allowance(day) for day in {each.day for each in records}}
        passing: list[Accepted] = []
        refused: dict[str, Refused] = {}
        for each in records:
            allowance = allowances[each.day]
            why = allowance.refusal(kind, each.day, each.at)
            if why is None:
                passing.append(replace(each, body=allowance.trimmed(each.body, each.at)))
            else:
                refused[str(each.id)] = Refused(why.code, f"{why} {why.remedy}".strip()[:400])
        return passing, refused

    def _accepted(self, each: Judged, body: object) -> Accepted:
        at = _moment(each.at_ms)
        day = _day(at)
        return Accepted(
            UUID(each.envelope.id), body, self.signed.person_id, self.signed.device_id, self.signed.region_on(day),
            self.signed.programme_on(day), at, day, self.received,
        )  # fmt: skip

    def set_aside(self, asides: Sequence[Aside]) -> None:
        run(SET_ASIDE, [
            self.signed.home, self.signed.device_id, self.signed.person_id, self.received,
            [_number(each.id) for each in asides],
            [sha256(each.raw or f"{each.id} {each.sha256}".encode()).digest() for each in asides],
            [each.raw for each in asides], [each.outcome.value for each in asides],
            [each.refused.code for each in asides], [each.refused.detail for each in asides],
        ])  # fmt: skip

    def missing(self, records: Sequence[Envelope]) -> Mapping[str, Sequence[str]]:
        named = {each.id: list(dict.fromkeys(media_of(each.body))) for each in records}
        wanted = sorted({digest for digests in named.values() for digest in digests})
        rows = run(MEDIA, [self.signed.person_id, [bytes.fromhex(digest) for digest in wanted]])
        here = {bytes(digest).hex() for (digest,) in rows}
        return {record: [each for each in digests if each not in here] for record, digests in named.items()}

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


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def _number(text: str | None) -> str | None:
    """What came as an id, when it is one."""
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None
