"""A day of many phones against a running server, over HTTP: signed, some without signal, counted at the end."""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from yigang.duty.sync.envelope import Wire
from yigang.duty.sync.phone import Clock, Phone, new_key

API = "/field/api/v1/"
AT_ONCE = 8
AGAIN = 0.05
"""How many messages are sent once more although they arrived, as phones do that did not hear the answer."""
OFFLINE = 0.3
"""How many phones have no signal until the evening."""
TIMEOUT_SECONDS = 30
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Person:
    """Who signs in: a phone number and a code, and where the person works."""

    number: str
    code: str
    latitude: float
    longitude: float


@dataclass
class Outcome:
    """What the phones heard; `lost` and `unanswered` are records that they still hold."""

    phones: int = 0
    made: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether everything that was made is on the server and counts."""
        delivered = self.answers["delivered"]
        return not self.failed and self.waiting == 0 and delivered == self.made

    def as_json(self) -> dict[str, Any]:
        return {
            "phones": self.phones, "made": self.made, "delivered": self.answers["delivered"],
            "stored": self.answers["stored"], "known": self.answers["known"], "conflict": self.answers["conflict"],
            "refused": dict(self.refused), "waiting": self.waiting, "failed": self.failed,
            "seconds": round(self.seconds, 1),
        }  # fmt: skip


@dataclass
class _Day:
    """One phone's day."""

    address: str
    person: Person
    random: Random
    outcome: Outcome
    token: str = ""

    def live(self) -> None:
        phone = self._sign_in()
        place = {
            "lat": round(self.person.latitude + self.random.uniform(-0.01, 0.01), 6),
            "lon": round(self.person.longitude + self.random.uniform(-0.01, 0.01), 6),
            "acc": round(self.random.uniform(3, 40), 1), "datum": "wgs84",
        }  # fmt: skip
        offline = self.random.random() < OFFLINE
        day = datetime.now(UTC).astimezone(CHINA).date().isoformat()
        for kind, body in (
            ("check_in", {"kind": "on", "place": place, "media": [], "note": ""}),
            ("log", {"day": day, "text": "沿责任区巡护，无异常", "done": [], "households": [], "media": []}),
            ("check_in", {"kind": "off", "place": place, "media": [], "note": ""}),
        ):
            record = phone.make(kind, body)
            self.outcome.made += 1
            if not offline:
                self._send(phone, [record], "now")
            phone.clock.pass_time(self.random.randrange(1, 3))
        if phone.waiting:
            self._send(phone, list(phone.waiting.values()), "backlog")
        self.outcome.waiting += len(phone.waiting)
        self.outcome.answers["delivered"] += sum(each in ("stored", "known") for each in phone.settled.values())

    def _sign_in(self) -> Phone:
        key, sign = new_key()
        x, y = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (key[1:33], key[33:]))
        device = {"id": str(uuid4()), "name": "simulated", "key": {"kty": "EC", "crv": "P-256", "x": x, "y": y}}
        said = json.loads(
            self._post("sign-in", {"phone": self.person.number, "secret": self.person.code, "device": device})
        )
        if "token" not in said:
            raise ConnectionRefusedError(str(said.get("detail", said)))
        self.token = said["token"]
        now = time.time_ns() // 1_000_000
        return Phone(str(device["id"]), said["account"]["id"], sign, Clock(now, offset=said["server_ms"] - now))

    def _send(self, phone: Phone, records: list[Wire], lane: str) -> None:
        message = phone.batch(records, lane=lane)
        for _time in range(2 if self.random.random() < AGAIN else 1):
            answer = self._post("records", message)
            for each in json.loads(answer).get("answers", ()):
                self.outcome.answers[each["outcome"]] += 1
                if each["outcome"] == "refused":
                    self.outcome.refused[f"{each['code']}: {each['detail']}"] += 1
        phone.hear(answer)

    def _post(self, path: str, content: bytes | dict[str, Any]) -> bytes:
        parts = urlsplit(self.address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.token}"} if self.token else {}
        )
        try:
            connection.request("POST", API + path, body, headers)
            return connection.getresponse().read()
        finally:
            connection.close()


def simulate(
    address: str, people: Iterable[Person], *, seed: int = 0, told: Callable[[int], None] = lambda _done: None
) -> Outcome:
    """Let each person's phone sign in, clock in, write a log and clock out; returns what the phones heard."""
    outcome, begun = Outcome(), time.monotonic()
    days = [_Day(address, person, Random(seed + n), Outcome()) for n, person in enumerate(people)]  # noqa: S311 - no secret

    def live(day: _Day) -> None:
        day.outcome.phones = 1
        try:
            day.live()
        except (OSError, ValueError, http.client.HTTPException) as error:
            day.outcome.failed.append(f"{day.person.number}: {error}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, _each in enumerate(pool.map(live, days), start=1):
            told(done)
    for day in days:
        outcome.phones += day.outcome.phones
        outcome.made += day.outcome.made
        outcome.answers += day.outcome.answers
        outcome.refused += day.outcome.refused
        outcome.waiting += day.outcome.waiting
        outcome.failed += day.outcome.failed
    outcome.seconds = time.monotonic() - begun
    return outcome
