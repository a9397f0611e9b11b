"""What to answer for a batch, given what is kept: the same function over PostgreSQL and over a test's dictionary."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from yigang.duty.enums import Outcome
from yigang.duty.sync.chain import Verify, proven
from yigang.duty.sync.clocks import judge
from yigang.duty.sync.envelope import Batch, Envelope, Fault, media_of, read


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a device for an account."""

    device: str
    account: str
    first_seen_ms: int
    verify: Verify


class Judged(msgspec.Struct, frozen=True, gc=False):
    """A record that the device signed, with the time it is judged to have happened."""

    envelope: Envelope
    at_ms: int
    clock: str
    lane: str
    received_ms: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a record does not count: a code for programs, a sentence for the person."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """A record that is kept without counting. `raw` is empty when it lies among the records all the same."""

    device: str
    account: str
    id: str | None
    outcome: Outcome
    refused: Refused
    raw: bytes
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept under an id: its digest (of the sender's own records only), and why it does not count."""

    sha256: bytes
    refused: Refused | None = None


class Answer(msgspec.Struct, frozen=True):
    """What became of one record."""

    id: str | None
    sha256: str | None
    outcome: Outcome
    code: str = ""
    detail: str = ""
    missing: Sequence[str] = ()


class Store(Protocol):
    """Where records are kept; all of it in one transaction of the caller."""

    def add(self, records: Sequence[Judged]) -> Collection[str]:
        """Keep those whose id is not kept yet; returns their ids."""
        ...

    def kept(self, records: Sequence[Envelope]) -> Sequence[Kept | None]:
        """What is kept under the id of each for its sender; None for an id of somebody else's."""
        ...

    def project(self, records: Sequence[Judged]) -> Mapping[str, Refused]:
        """Make nouns of new records; id → why it was refused."""
        ...

    def set_aside(self, asides: Sequence[Aside]) -> None:
        """Keep what does not count, each once."""
        ...

    def missing(self, records: Sequence[Envelope]) -> Sequence[Sequence[str]]:
        """Of each, the digests of the photos and voice notes that have not arrived."""
        ...

    def say(self, code: str) -> str:
        """The sentence of a code, in the sender's language."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """A batch with who sends it."""

    batch: Batch
    sender: Sender


def answer_batch(batch: Batch, sender: Sender, store: Store, received_ms: int) -> list[Answer]:
    """Take a batch in; one answer for each record, in their order. True only once the transaction is committed."""
    [answers] = answer_all([Message(batch, sender)], store, received_ms)
    return answers


def answer_all(messages: Sequence[Message], store: Store, received_ms: int) -> list[list[Answer]]:
    """The same for the messages of several senders, each as if it had come alone, in this order."""
    believed = [list(_believed(each)) for each in messages]
    firsts = [_firsts(each) for each in believed]
    claims: dict[str, Judged] = {}
    for message, mine in zip(messages, firsts, strict=True):
        for each in mine.values():
            if each.id not in claims:
                claims[each.id] = _judged(each, message, received_ms)
    new = set(store.add(list(claims.values()))) if claims else set()
    refused = store.project([each for each in claims.values() if each.envelope.id in new]) if new else {}
    ground = _Ground(new, claims, refused, store)
    older = [each for mine in firsts for each in mine.values() if not ground.is_new(each)]
    kept = dict(zip(map(_key, older), store.kept(older), strict=True)) if older else {}
    settled = [[ground.settle(each, kept) for each in mine] for mine in believed]
    asides = [_unused(claims[each].envelope, why) for each, why in refused.items()]
    asides += [aside for mine in settled for _answer, aside in mine if aside]
    if asides:
        store.set_aside(asides)
    answers = [[answer for answer, _aside in mine] for mine in settled]
    return [list(each) for each in _with_missing(answers, believed, store)]


def _firsts(believed: Iterable[Envelope | Fault]) -> dict[str, Envelope]:
    """Of each id in a message the first that bears it."""
    found: dict[str, Envelope] = {}
    for each in believed:
        if isinstance(each, Envelope):
            found.setdefault(each.id, each)
    return found


def _judged(each: Envelope, message: Message, received_ms: int) -> Judged:
    at, clock = judge(each, received_ms, message.sender.first_seen_ms, message.batch.clock)
    return Judged(each, at, clock, message.batch.lane, received_ms)


def _key(each: Envelope) -> tuple[str, str, str]:
    return each.device, each.account, each.id


def _believed(message: Message) -> Iterator[Envelope | Fault]:
    """The records of a message, with a fault in the place of what the device did not sign."""
    sender = message.sender
    read_all = [read(bytes(raw), sender.device, sender.account) for raw in message.batch.records]
    signed = proven([each for each in read_all if isinstance(each, Envelope)], sender.verify)
    position = 0
    for each in read_all:
        if isinstance(each, Fault):
            yield each
            continue
        if position in signed:
            yield each
        else:
            yield Fault(each.device, each.account, each.id, each.sha256.hex(), "signature", each.raw)
        position += 1


def _unused(each: Envelope, why: Refused) -> Aside:
    """Of a record that lies among the records and does not count."""
    return Aside(each.device, each.account, each.id, Outcome.REFUSED, why, b"", each.sha256.hex())


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the answers rest on."""

    new: Collection[str]
    claims: Mapping[str, Judged]
    """Under each id the first record that came with it, whoever sent it."""
    refused: Mapping[str, Refused]
    store: Store

    def is_new(self, each: Envelope) -> bool:
        """Whether what is kept under its id came just now, from the same sender."""
        first = self.claims[each.id].envelope
        return each.id in self.new and (each is first or _key(each) == _key(first))

    def settle(
        self, each: Envelope | Fault, kept: Mapping[tuple[str, str, str], Kept | None]
    ) -> tuple[Answer, Aside | None]:
        """The answer, and what is to be kept aside of this very message."""
        if isinstance(each, Fault):
            why = Refused(each.code, self.store.say(each.code))
            answer = Answer(each.id, each.sha256, Outcome.REFUSED, why.code, why.detail)
            return answer, Aside(each.device, each.account, each.id, Outcome.REFUSED, why, each.raw)
        first, before = self.claims[each.id].envelope, None
        if self.is_new(each):
            holds, why_not = first.sha256, self.refused.get(each.id)
        else:
            before = kept[_key(each)]
            holds, why_not = (before.sha256, before.refused) if before else (b"", None)
        if holds != each.sha256:
            why = Refused("conflict", self.store.say("conflict"))
            answer = Answer(each.id, each.sha256.hex(), Outcome.CONFLICT, why.code, why.detail)
            return answer, Aside(each.device, each.account, each.id, Outcome.CONFLICT, why, each.raw)
        if why_not:
            return Answer(each.id, each.sha256.hex(), Outcome.REFUSED, why_not.code, why_not.detail), None
        outcome = Outcome.STORED if before is None and each is first else Outcome.KNOWN
        return Answer(each.id, each.sha256.hex(), outcome), None


def _with_missing(
    answers: Sequence[Sequence[Answer]], believed: Sequence[Sequence[Envelope | Fault]], store: Store
) -> Iterator[Iterator[Answer]]:
    pictured = [each for mine in believed for each in mine if isinstance(each, Envelope) and media_of(each.body)]
    missing = dict(zip(map(_key, pictured), store.missing(pictured), strict=True)) if pictured else {}
    for mine, records in zip(answers, believed, strict=True):
        yield (_lacking(answer, each, missing) for answer, each in zip(mine, records, strict=True))


def _lacking(answer: Answer, each: Envelope | Fault, missing: Mapping[tuple[str, str, str], Sequence[str]]) -> Answer:
    lacks = missing.get(_key(each)) if isinstance(each, Envelope) else None
    return msgspec.structs.replace(answer, missing=lacks) if lacks else answer
