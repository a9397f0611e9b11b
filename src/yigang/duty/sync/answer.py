"""What to answer for a batch, given what is kept: the same function over PostgreSQL and over a test's dictionary."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from yigang.duty.enums import Lane, Outcome
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


@dataclass(frozen=True, slots=True)
class Judged:
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one record."""

    id: str | None
    sha256: str | None
    outcome: Outcome
    code: str = ""
    detail: str = ""
    missing: Sequence[str] = field(default=())


class Store(Protocol):
    """Where records are kept; all of it in one transaction of the caller."""

    def add(self, records: Sequence[Judged]) -> Collection[str]:
        """Keep those whose id is not kept yet; returns their ids."""
        ...

    def kept(self, ids: Sequence[str]) -> Mapping[str, Kept]:
        """What is kept under these ids for this sender; an id of somebody else's is not in it."""
        ...

    def project(self, records: Sequence[Judged]) -> Mapping[str, Refused]:
        """Make nouns of new records; id → why it was refused."""
        ...

    def set_aside(self, asides: Sequence[Aside]) -> None:
        """Keep what does not count, each once."""
        ...

    def missing(self, records: Sequence[Envelope]) -> Mapping[str, Sequence[str]]:
        """Id → digests of the photos and voice notes that have not arrived."""
        ...

    def say(self, code: str) -> str:
        """The sentence of a code, in the sender's language."""
        ...


def answer_batch(batch: Batch, sender: Sender, store: Store, received_ms: int) -> list[Answer]:
    """Take the batch in; one answer for each record, in their order. True only once the transaction is committed."""
    read_all = [read(bytes(raw), sender.device, sender.account) for raw in batch.records]
    believed = _believed(read_all, sender)
    firsts: dict[str, Envelope] = {}
    for each in believed:
        if isinstance(each, Envelope):
            firsts.setdefault(each.id, each)
    lane = Lane(batch.lane)
    judged = {
        each.id: Judged(each, *judge(each, received_ms, sender.first_seen_ms, batch.clock), lane, received_ms)
        for each in firsts.values()
    }
    new = set(store.add(list(judged.values()))) if judged else set()
    kept = store.kept([each for each in judged if each not in new]) if len(new) < len(judged) else {}
    refused = store.project([judged[each] for each in judged if each in new]) if new else {}
    ground = _Ground(new, kept, refused, firsts, store)
    pairs = [ground.settle(each) for each in believed]
    asides = [*(Aside(each, Outcome.REFUSED, why, b"", firsts[each].sha256.hex()) for each, why in refused.items())]
    asides += [aside for _answer, aside in pairs if aside]
    if asides:
        store.set_aside(asides)
    return list(_with_missing([answer for answer, _aside in pairs], believed, store))


def _believed(read_all: Sequence[Envelope | Fault], sender: Sender) -> list[Envelope | Fault]:
    """The same, with a fault in the place of what the device did not sign."""
    envelopes = [each for each in read_all if isinstance(each, Envelope)]
    signed = proven(envelopes, sender.verify)
    position = 0
    found: list[Envelope | Fault] = []
    for each in read_all:
        if isinstance(each, Fault):
            found.append(each)
            continue
        forged = position not in signed
        found.append(Fault(each.id, each.sha256.hex(), "signature", each.raw) if forged else each)
        position += 1
    return found


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the answers of a batch rest on."""

    new: Collection[str]
    kept: Mapping[str, Kept]
    refused: Mapping[str, Refused]
    firsts: Mapping[str, Envelope]
    store: Store

    def settle(self, each: Envelope | Fault) -> tuple[Answer, Aside | None]:
        """The answer, and what is to be kept aside of this very message."""
        if isinstance(each, Fault):
            why = Refused(each.code, self.store.say(each.code))
            answer = Answer(each.id, each.sha256, Outcome.REFUSED, why.code, why.detail)
            return answer, Aside(each.id, Outcome.REFUSED, why, each.raw)
        first = self.firsts[each.id]
        mine = each.id in self.new
        holds = first.sha256 if mine else self._kept_digest(each.id)
        if holds != each.sha256:
            why = Refused("conflict", self.store.say("conflict"))
            answer = Answer(each.id, each.sha256.hex(), Outcome.CONFLICT, why.code, why.detail)
            return answer, Aside(each.id, Outcome.CONFLICT, why, each.raw)
        why_not = self.refused.get(each.id) if mine else self.kept[each.id].refused
        if why_not:
            return Answer(each.id, each.sha256.hex(), Outcome.REFUSED, why_not.code, why_not.detail), None
        outcome = Outcome.STORED if mine and each is first else Outcome.KNOWN
        return Answer(each.id, each.sha256.hex(), outcome), None

    def _kept_digest(self, record: str) -> bytes:
        found = self.kept.get(record)
        return found.sha256 if found else b""


def _with_missing(answers: Sequence[Answer], believed: Sequence[Envelope | Fault], store: Store) -> Iterator[Answer]:
    pictured = [each for each in believed if isinstance(each, Envelope) and media_of(each.body)]
    missing = store.missing(pictured) if pictured else {}
    for answer in answers:
        lacks = missing.get(answer.id or "")
        yield replace(answer, missing=lacks) if lacks else answer
