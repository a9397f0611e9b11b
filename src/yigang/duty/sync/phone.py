"""A phone as the contract describes it, in Python. Tests, the simulator and the benchmark drive it."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from yigang.duty.sync.envelope import MOST_RECORDS, PROTOCOL, Wire, head_of

DELIVERED = ("stored", "known")
Sign = Callable[[bytes], bytes]
"""From a head to its signature, r and s of 32 bytes each."""


def new_key() -> tuple[bytes, Sign]:
    """A key pair on P-256: the public point, uncompressed, and the function that signs."""
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = ec.generate_private_key(ec.SECP256R1())
    algorithm = ec.ECDSA(SHA256())

    def sign(head: bytes) -> bytes:
        r, s = utils.decode_dss_signature(key.sign(head, algorithm))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), sign


def uuid7(milliseconds: int, random: bytes | None = None) -> str:
    """A UUID of version 7 from the phone's clock and ten random bytes; a clock before 1970 counts as 1970."""
    tail = int.from_bytes(random or secrets.token_bytes(10), "big")
    high = (max(milliseconds, 0) % 2**48) << 80
    return str(UUID(int=high | 7 << 76 | (tail >> 68 & 0xFFF) << 64 | 2 << 62 | (tail & (2**62 - 1))))


@dataclass
class Clock:
    """The clocks of a phone: the one that its owner sets, and the one that runs since the program was started."""

    wall: int
    mono: int = 0
    boot: str = "boot1"
    offset: int | None = None

    def pass_time(self, milliseconds: int) -> None:
        self.wall += milliseconds
        self.mono += milliseconds

    def set_wall(self, milliseconds: int) -> None:
        """The owner sets the clock; the program notices by the clock that runs, and the offset follows."""
        if self.offset is not None:
            self.offset += self.wall - milliseconds
        self.wall = milliseconds

    def restart(self, boot: str) -> None:
        """A new start knows nothing of the server's clock until it has spoken with it."""
        self.mono, self.boot, self.offset = 0, boot, None


@dataclass
class Chain:
    """What the records of one phone are counted and linked by, whoever makes them."""

    seq: int = 0
    prev: str = ""


@dataclass
class Phone:
    """One account on one phone, and what it has not been told is stored."""

    device: str
    account: str
    sign: Sign
    clock: Clock
    entropy: Callable[[int], bytes] = secrets.token_bytes
    chain: Chain = field(default_factory=Chain)
    waiting: dict[str, Wire] = field(default_factory=dict)
    """By id, in the order in which they were made. Nothing leaves it but by `hear`."""
    settled: dict[str, str] = field(default_factory=dict)
    """Id → outcome, of what has been answered for good."""

    def make(self, kind: str, body: Mapping[str, Any], *, fix: int | None = None) -> Wire:
        """A record of now, signed and kept."""
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        self.chain.seq += 1
        unsigned = Wire(
            id=uuid7(self.clock.wall, self.entropy(10)), kind=kind, body=text, sha256=sha256(text.encode()).hexdigest(),
            seq=self.chain.seq, wall=self.clock.wall, mono=self.clock.mono, boot=self.clock.boot, prev=self.chain.prev, sig="",
            fix=fix, offset=self.clock.offset,
        )  # fmt: skip
        head = head_of(unsigned, self.device, self.account)
        self.chain.prev = sha256(head).hexdigest()
        record = msgspec.structs.replace(unsigned, sig=b64encode(self.sign(head)).decode())
        self.waiting[record.id] = record
        return record

    def batch(self, records: Iterable[Wire] | None = None, *, lane: str = "now") -> bytes:
        """What is sent: what waits, oldest first, unless told otherwise."""
        chosen = list(self.waiting.values())[:MOST_RECORDS] if records is None else list(records)
        clock = {"wall": self.clock.wall, "mono": self.clock.mono, "boot": self.clock.boot}
        return msgspec.json.encode({"lane": lane, "records": chosen, "clock": clock})

    def hear(self, answer: bytes) -> Sequence[Mapping[str, Any]]:
        """Let go of what the server says it has; anything else but an answer of this protocol is no answer."""
        try:
            said = json.loads(answer)
            answers = said["answers"] if said["protocol"] == PROTOCOL else []
        except (ValueError, KeyError, TypeError):
            return []
        for each in answers:
            record = self.waiting.get(each["id"])
            if record is None or each["sha256"] != record.sha256:
                continue
            self.settled[record.id] = each["outcome"]
            del self.waiting[record.id]
        self.clock.offset = said["server_ms"] - self.clock.wall
        return list(answers)
