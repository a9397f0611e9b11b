"""Ten thousand bad days over a dictionary with transactions, and some of them over PostgreSQL: nothing lost, nothing doubled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import connection, connections
from django.test import Client
from tests.duty.conftest import holder, rangers
from tests.duty.sync.conftest import RECORDS
from tests.duty.sync.network import START_MS, Day, phones_of

from yigang.duty.domain import devices
from yigang.duty.domain.phone_evidence import CheckInBody
from yigang.duty.domain.sync import receive_all
from yigang.duty.models import CheckIn, Device, Intake, Record, SetAside
from yigang.duty.sync.answer import Aside, Judged, Kept, Refused, Sender, answer_batch
from yigang.duty.sync.envelope import PROTOCOL, Envelope, read_batch
from yigang.duty.sync.phone import Phone, new_key
from yigang.field.api import records
from yigang.foundation import rls
from yigang.foundation.statements import run
from yigang.people.models import Person

SCHEDULES = 10_000
REAL_SCHEDULES = 60
BODY = msgspec.json.Decoder(CheckInBody)


@dataclass
class Memory:
    """A server whose tables are dictionaries; what a transaction wrote is seen when it is committed."""

    records: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Id → device and digest."""
    nouns: list[str] = field(default_factory=list)
    asides: dict[tuple[str, str], str] = field(default_factory=dict)
    """(Id, digest of what came) → code."""
    offset_times: dict[str, int] = field(default_factory=dict)

    def holds(self, ids: set[str]) -> bool:
        return ids <= self.records.keys()

    def serve(self, phone: Phone, message: bytes, now: int, fate: str) -> bytes | None:
        work = Work(self)
        key = phone.device.encode()
        sender = Sender(phone.device, phone.account, START_MS - 1, lambda head, sig: signed(key, head) == sig)
        try:
            answers = answer_batch(read_batch(message), sender, work, now)
        except msgspec.DecodeError:
            return b'{"protocol":"yigang-sync/1","code":"malformed","detail":""}'
        if fate == "database":
            return b'{"protocol":"yigang-sync/1","code":"busy","detail":""}'
        if fate == "dies":
            return None
        work.commit()
        said = {"answers": answers, "server_ms": now, "protocol": PROTOCOL}
        return None if fate == "dies_after" else msgspec.json.encode(said)


@dataclass
class Work:
    """One transaction on it."""

    memory: Memory
    records: dict[str, tuple[str, str]] = field(default_factory=dict)
    nouns: list[str] = field(default_factory=list)
    asides: dict[tuple[str, str], str] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def add(self, records: Sequence[Judged]) -> set[str]:
        new = [each for each in records if each.envelope.id not in self.memory.records]
        for each in new:
            self.records[each.envelope.id] = (each.envelope.device, each.envelope.sha256.hex())
            if each.envelope.offset is not None:
                self.times[each.envelope.id] = each.at_ms - each.envelope.wall - each.envelope.offset
        return {each.envelope.id for each in new}

    def kept(self, records: Sequence[Envelope]) -> Sequence[Kept | None]:
        found = [(each, *self.memory.records.get(each.id, ("", ""))) for each in records]
        return [
            Kept(bytes.fromhex(digest), Refused("body") if (each.id, digest) in self.memory.asides else None)
            if device == each.device
            else None
            for each, device, digest in found
        ]

    def project(self, records: Sequence[Judged]) -> Mapping[str, Refused]:
        refused = {}
        for each in records:
            try:
                BODY.decode(each.envelope.body)
                self.nouns.append(each.envelope.id)
            except msgspec.DecodeError:
                refused[each.envelope.id] = Refused("body")
        return refused

    def set_aside(self, asides: Sequence[Aside]) -> None:
        for each in asides:
            digest = each.sha256 or msgspec.json.decode(each.raw)["sha256"]
            self.asides[each.id or "", digest] = each.refused.code

    def missing(self, records: Sequence[Envelope]) -> Sequence[Sequence[str]]:
        return [()] * len(records)

    def say(self, code: str) -> str:
        return code

    def commit(self) -> None:
        self.memory.records |= self.records
        self.memory.nouns += self.nouns
        self.memory.asides |= self.asides
        self.memory.offset_times |= self.times


def signed(key: bytes, head: bytes) -> bytes:
    """In the place of ECDSA, which takes ten thousand days too long: 64 bytes that only the key's holder can make."""
    return hashlib.sha512(key + head).digest()


def test_ten_thousand_days_lose_nothing_and_double_nothing():
    steps = {"conflict": 0, "body": 0, "records": 0}
    for seed in range(SCHEDULES):
        random, memory = Random(seed), Memory()  # noqa: S311 - a schedule, not a secret
        signs = [lambda head: signed(b"phone-a", head), lambda head: signed(b"phone-b", head)]
        phones = phones_of(random, signs, ["1", "2"], ["phone-a", "phone-b"])
        day = Day(random, phones, memory.serve, memory.holds)
        day.run(random.randrange(6, 14))
        made = day.made.good | day.made.bad
        assert {each: digest for each, (_device, digest) in memory.records.items()} == made, seed
        assert sorted(memory.nouns) == sorted(day.made.good), seed
        expected = dict.fromkeys(day.made.bad.items(), "body") | dict.fromkeys(day.made.forged, "conflict")
        assert memory.asides == expected, seed
        assert not any(memory.offset_times.values()), seed
        for code in memory.asides.values():
            steps[code] += 1
        steps["records"] += len(made)
    assert min(steps.values()) > SCHEDULES / 10, steps


class Died(BaseException):
    """The server ended before the commit."""


@dataclass
class Real:
    """The program's own endpoint over PostgreSQL, with what befalls its process and its database."""

    tokens: dict[str, str]
    now: int = 0
    fate: str = "well"

    def serve(self, phone: Phone, message: bytes, now: int, fate: str) -> bytes | None:
        self.now, self.fate = now, fate
        headers = {"Authorization": f"Bearer {self.tokens[phone.device]}"}
        try:
            answer = Client().post(RECORDS, message, content_type="application/json", headers=headers)
        except Died:
            return None
        finally:
            if fate == "database":
                connection.close()
        if fate == "database":
            assert answer.status_code in (400, 503)  # a message that is cut off never gets as far as the database
        return None if fate == "dies_after" else answer.content

    def receive(self, *arguments: Any, **named: Any) -> Any:
        """`receive_all`, with the process or its database gone between it and the commit."""
        answers = receive_all(*arguments, **named)
        if self.fate == "dies":
            raise Died
        if self.fate == "database":
            [(backend,)] = run("SELECT pg_backend_pid()")
            with connections["owner"].cursor() as owner:
                owner.execute("SELECT pg_terminate_backend(%s)", [backend])
        return answers


def test_bad_days_over_postgresql(committed_db, monkeypatch):
    programme = rangers()
    keys = {str(uuid4()): new_key() for _phone in range(2)}
    people = [holder(name, programme).pk for name in ("张大山", "李小林")]
    tokens = {
        device: devices.admit(Person.objects.get(pk=person), device_id=UUID(device), key=keys[device][0], name="")[1]
        for device, person in zip(keys, people, strict=True)
    }
    Device.objects.update(first_seen=datetime.fromtimestamp(START_MS / 1000 - 1, UTC))
    real = Real(tokens)
    monkeypatch.setattr(records, "receive_all", real.receive)
    monkeypatch.setattr(records, "now_ms", lambda: real.now)
    made, refused = {}, set()
    for seed in range(REAL_SCHEDULES):
        random = Random(seed)  # noqa: S311 - a schedule, not a secret
        signs = [sign for _key, sign in keys.values()]
        day = Day(
            random, phones_of(random, signs, [str(person) for person in people], list(keys)), real.serve, committed
        )
        day.run(random.randrange(6, 14))
        made |= dict.fromkeys(day.made.good, True) | dict.fromkeys(day.made.bad, False)
        refused |= {(each, "body") for each in day.made.bad} | {(each, "conflict") for each, _sha in day.made.forged}
    with rls.everywhere("look at what came of it"):
        assert {str(record) for record in Record.objects.values_list("pk", flat=True)} == set(made)
        nouns = sorted(bytes(key).decode() for key in CheckIn.objects.values_list("external_key", flat=True))
        assert nouns == sorted(f"r:{UUID(each).hex}" for each, good in made.items() if good)
        assert sorted((str(each), code) for each, code in SetAside.objects.values_list("record_id", "code")) == sorted(
            refused
        )
        known = Record.objects.filter(offset__isnull=False)
        assert known.count() > REAL_SCHEDULES / 10
        assert all(each.clock == "offset" and each.at.timestamp() * 1000 == each.wall + each.offset for each in known)
        assert Intake.objects.filter(source="phone").count() == CheckIn.objects.dates("day", "month").count()


def committed(ids: set[str]) -> bool:
    with rls.everywhere("the test looks at what is committed"):
        return Record.objects.filter(pk__in=ids).count() == len(ids)
