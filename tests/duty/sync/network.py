"""A bad day: two phones, a network that loses, doubles, delays and cuts, a server that dies. Seeded: it can be repeated."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import msgspec

from yigang.duty.sync.envelope import Wire, head_of
from yigang.duty.sync.phone import Clock, Phone

YEAR_MS, DAY_MS = 365 * 86_400_000, 86_400_000
START_MS = 1_700_000_000_000
PORTAL = b"<html><body>Welcome to the Wi-Fi of this hotel</body></html>"
GOOD = {"kind": "on", "place": {"lat": 26.4, "lon": 106.2, "acc": 5.0, "datum": "wgs84"}, "media": [], "note": ""}
BAD = GOOD | {"place": {"lat": 91.0, "lon": 106.2, "acc": 5.0, "datum": "wgs84"}}

Serve = Callable[[Phone, bytes, int, str], "bytes | None"]
"""(phone, message, server's time, what happens to the server) → answer, or None when there is none.

What happens: `well`, `dies` (before the commit), `dies_after` (the commit, before the answer), `database` (fails).
"""


@dataclass
class Made:
    """What the people did, whatever became of the messages."""

    good: dict[str, str] = field(default_factory=dict)
    """Id → digest."""
    bad: dict[str, str] = field(default_factory=dict)
    forged: dict[tuple[str, str], str] = field(default_factory=dict)
    """(Id of a good record, another digest) → the phone: signed, under a number that is taken."""


@dataclass
class Day:
    """One seeded schedule over a server."""

    random: Random
    phones: list[Phone]
    serve: Serve
    stored: Callable[[set[str]], bool]
    """Whether these ids are committed; a phone may let go of nothing else."""
    now: int = START_MS
    made: Made = field(default_factory=Made)
    late: list[tuple[Phone, bytes]] = field(default_factory=list)

    def run(self, steps: int) -> None:
        for _step in range(steps):
            phone = self.random.choice(self.phones)
            chance = self.random.random()
            if chance < 0.45:
                self.do(phone)
            elif chance < 0.55:
                self.trouble_clock(phone)
            else:
                self.send(phone)
        for phone, message in self.late:
            self.exchange(phone, message, "well", "heard")
        while any(phone.waiting for phone in self.phones):
            for phone in self.phones:
                if phone.waiting:
                    self.exchange(phone, phone.batch(), "well", "heard")

    def passes(self, milliseconds: int) -> None:
        self.now += milliseconds
        for clock in {id(phone.clock): phone.clock for phone in self.phones}.values():
            clock.pass_time(milliseconds)

    def do(self, phone: Phone) -> None:
        """Somebody works; now and then the phone makes nonsense, or a record under a number that is taken."""
        self.passes(self.random.randrange(1, 7_200_000))
        chance = self.random.random()
        if chance < 0.1:
            record = phone.make("check_in", BAD)
            self.made.bad[record.id] = record.sha256
            return
        record = phone.make("check_in", GOOD | {"note": str(self.now)})
        self.made.good[record.id] = record.sha256
        if chance > 0.93:
            self._forge(phone, record)

    def _forge(self, phone: Phone, record: Wire) -> None:
        """The same number with other words, signed by the phone; sent once the true one is there."""
        body = json.dumps(GOOD | {"note": "forged"})
        digest = hashlib.sha256(body.encode()).hexdigest()
        other = msgspec.structs.replace(record, body=body, sha256=digest)
        signature = phone.sign(head_of(other, phone.device, phone.account))
        other = msgspec.structs.replace(other, sig=b64encode(signature).decode())
        self.made.forged[record.id, digest] = phone.device
        self.late.append((phone, phone.batch([record])))
        self.late.append((phone, phone.batch([other])))

    def trouble_clock(self, phone: Phone) -> None:
        match self.random.randrange(3):
            case 0:
                phone.clock.set_wall(phone.clock.wall - YEAR_MS)
            case 1:
                phone.clock.set_wall(phone.clock.wall + DAY_MS)
            case _:
                phone.clock.restart(f"boot{self.now}")

    def send(self, phone: Phone) -> None:
        """One message, with what the network and the server do to it."""
        waiting = list(phone.waiting.values())
        if not waiting:
            return
        chosen = self.random.sample(waiting, self.random.randrange(1, len(waiting) + 1))
        if self.random.random() < 0.5:
            chosen.sort(key=lambda record: record.seq)
        message = phone.batch(chosen + chosen[: self.random.randrange(2)], lane=self.random.choice(("now", "backlog")))
        fate = self.random.choice(("arrives", "arrives", "lost", "cut", "twice", "late", "portal"))
        server = self.random.choice(("well", "well", "well", "well", "well", "dies", "dies_after", "database"))
        answer = self.random.choice(("heard", "heard", "lost", "cut"))
        match fate:
            case "lost":
                return
            case "portal":
                assert not phone.hear(PORTAL)
            case "late":
                self.late.insert(self.random.randrange(len(self.late) + 1), (phone, message))
            case "cut":
                self.exchange(phone, message[: self.random.randrange(len(message))], server, answer)
            case "twice":
                self.exchange(phone, message, server, "lost")
                self.exchange(phone, message, "well", answer)
            case _:
                self.exchange(phone, message, server, answer)

    def exchange(self, phone: Phone, message: bytes, server: str, answer: str) -> None:
        self.passes(self.random.randrange(1, 2_000))
        said = self.serve(phone, message, self.now, server)
        if said is None or answer == "lost":
            return
        before = set(phone.waiting)
        phone.hear(said[: len(said) // 2] if answer == "cut" else said)
        let_go = before - set(phone.waiting)
        assert self.stored(let_go), "the phone let go of what is not committed"


def phones_of(
    random: Random, signs: list[Callable[[bytes], bytes]], accounts: list[str], devices: list[str]
) -> list[Phone]:
    """Two phones with clocks of their own."""
    clocks = [Clock(START_MS + random.randrange(-60_000, 60_000)) for _sign in signs]
    return [
        Phone(device, account, sign, clock, entropy=random.randbytes)
        for device, account, sign, clock in zip(devices, accounts, signs, clocks, strict=True)
    ]
