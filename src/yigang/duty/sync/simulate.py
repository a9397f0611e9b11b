"""A day of many phones against a running server, over HTTP: signed, some without signal, counted at the end."""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from io import BytesIO
from math import cos, radians
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from yigang.duty.sync.envelope import Wire
from yigang.duty.sync.phone import Clock, Phone, new_key

API = "/field/api/v1/"
AT_ONCE = 8
LOST = 0.05
"""How many answers get lost on their way back: the message is sent again."""
OFFLINE = 0.3
"""How many phones have no signal until the evening."""
TIMEOUT_SECONDS = 30
CHINA = timezone(timedelta(hours=8))
WHOLE_DAY = timedelta(hours=8)
FIXES, PIECE = 90, 40
"""Fixes of a patrol, and how many of them are sent together."""
STEP_M, STEP_MS = 12.0, 10_000
METRES_A_DEGREE = 111_320.0
PHOTO = (640, 480)


@dataclass(frozen=True)
class Person:
    """Who signs in, by a phone number and a code; and where he works, if the server names no place of his."""

    number: str
    code: str
    latitude: float
    longitude: float


@dataclass
class Outcome:
    """What the phones heard."""

    phones: int = 0
    made: int = 0
    """Records."""
    answers: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    """Records that a phone still holds."""
    missing: int = 0
    """Photos that a record names and the server has not."""
    photos: int = 0
    lost: int = 0
    """Answers that got lost."""
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether everything that was made is on the server and counts."""
        return not self.failed and not self.waiting and not self.missing and self.answers["delivered"] == self.made

    def add(self, other: Outcome) -> None:
        """Take another phone's into the sum."""
        self.answers += other.answers
        self.refused += other.refused
        self.failed += other.failed
        for name in ("phones", "made", "waiting", "missing", "photos", "lost"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def as_json(self) -> dict[str, Any]:
        return {
            "phones": self.phones, "made": self.made, "delivered": self.answers["delivered"],
            "stored": self.answers["stored"], "known": self.answers["known"], "conflict": self.answers["conflict"],
            "refused": dict(self.refused), "waiting": self.waiting, "photos": self.photos, "missing": self.missing,
            "lost_answers": self.lost, "failed": self.failed, "seconds": round(self.seconds, 1),
        }  # fmt: skip


@dataclass
class _Server:
    """One phone's way to the server."""

    address: str
    token: str = ""

    def ask(
        self, method: str, path: str, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        parts = urlsplit(self.address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            connection.request(method, path, content, {**bearer, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def post(self, path: str, content: bytes) -> bytes:
        return self.ask("POST", API + path, content, {"Content-Type": "application/json"})[1]

    def get(self, path: str) -> Any:
        return json.loads(self.ask("GET", API + path)[1])


def _day_so_far() -> int:
    """Milliseconds of a working day that can lie behind us today."""
    now = datetime.now(UTC).astimezone(CHINA)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return min(WHOLE_DAY, now - midnight) // timedelta(milliseconds=1)


@dataclass
class _Day:
    """One phone's day: what the policy of its person's post asks for, and nothing else."""

    server: _Server
    person: Person
    random: Random
    outcome: Outcome = field(default_factory=Outcome)
    photos: dict[str, bytes] = field(default_factory=dict)
    """By digest, those that are still to be sent."""
    long_ms: int = field(default_factory=_day_so_far)

    def live(self) -> None:
        phone = self._sign_in()
        uses = {each["code"]: each for each in self.server.get("home")["capabilities"]}
        spot = self._spot()
        offline = self.random.random() < OFFLINE
        for kind, body in self._course(phone, uses, spot):
            record = phone.make(kind, body)
            self.outcome.made += 1
            if not offline:
                self._send(phone, [record], "now")
        if phone.waiting:
            self._send(phone, list(phone.waiting.values()), "backlog")
        for digest, content in self.photos.items():
            self._upload(digest, content)
        self.outcome.waiting = len(phone.waiting)
        self.outcome.answers["delivered"] = sum(each in ("stored", "known") for each in phone.settled.values())

    def _sign_in(self) -> Phone:
        key, sign = new_key()
        x, y = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (key[1:33], key[33:]))
        device = {"id": str(uuid4()), "name": "simulated", "key": {"kty": "EC", "crv": "P-256", "x": x, "y": y}}
        asked = {"phone": self.person.number, "secret": self.person.code, "device": device}
        said = json.loads(self.server.post("sign-in", json.dumps(asked).encode()))
        if "token" not in said:
            raise ConnectionRefusedError(str(said.get("detail", said)))
        self.server.token = said["token"]
        now = time.time_ns() // 1_000_000
        clock = Clock(now - self.long_ms, offset=said["server_ms"] - now)
        return Phone(str(device["id"]), said["account"]["id"], sign, clock)

    def _spot(self) -> tuple[float, float]:
        """A corner of the first area, the first point or the beginning of the first way; else where the person works."""
        for feature in self.server.get("areas")["features"]:
            found = feature["geometry"]["coordinates"]
            while isinstance(found[0], list):
                found = found[0]
            return found[1], found[0]
        return self.person.latitude, self.person.longitude

    def _course(
        self, phone: Phone, uses: Mapping[str, Any], spot: tuple[float, float]
    ) -> Iterable[tuple[str, dict[str, Any]]]:
        """The day's records in their order, the phone's clock moved on between them; it ends about now."""
        step = self.long_ms // 8
        for code, told in uses.items():
            if told["sensitive"] and told["given"] is None:
                yield "consent", {"capability": code, "given": True, "text_version": told["text_version"]}
        place = self._place(spot) if "place" in uses else None
        if "check_in" in uses:
            media = [self._photo()] if "photo" in uses else []
            yield "check_in", {"kind": "on", "place": place, "media": media, "note": ""}
        phone.clock.pass_time(step)
        if "track" in uses:
            yield from self._patrol(phone, spot)
        phone.clock.pass_time(step)
        if "log" in uses:
            day = datetime.fromtimestamp(phone.clock.wall / 1000, CHINA).date().isoformat()
            yield "log", {"day": day, "text": "沿责任区巡护，无异常", "done": [], "households": [], "media": []}
        phone.clock.pass_time(step)
        if "check_in" in uses:
            yield "check_in", {"kind": "off", "place": place, "media": [], "note": ""}

    def _patrol(self, phone: Phone, spot: tuple[float, float]) -> Iterable[tuple[str, dict[str, Any]]]:
        patrol = str(uuid4())
        yield "patrol", {"patrol": patrol, "event": "start"}
        points, (latitude, longitude) = [], spot
        for _fix in range(FIXES):
            phone.clock.pass_time(min(STEP_MS, self.long_ms // (4 * FIXES)))
            latitude += STEP_M / METRES_A_DEGREE
            longitude += self.random.uniform(-2, 2) / METRES_A_DEGREE / cos(radians(latitude))
            points.append(
                [phone.clock.wall, round(latitude, 6), round(longitude, 6), round(self.random.uniform(3, 15), 1)]
            )
        for first in range(0, FIXES, PIECE):
            yield "points", {"patrol": patrol, "points": points[first : first + PIECE], "from": first}
        yield "patrol", {"patrol": patrol, "event": "end"}

    def _place(self, spot: tuple[float, float]) -> dict[str, Any]:
        latitude, longitude = (round(each + self.random.uniform(-0.0005, 0.0005), 6) for each in spot)
        return {"lat": latitude, "lon": longitude, "acc": round(self.random.uniform(3, 40), 1), "datum": "wgs84"}

    def _photo(self) -> str:
        """A picture like no other, kept until it is sent; its digest."""
        from PIL import Image

        small = Image.frombytes("RGB", (32, 24), self.random.randbytes(32 * 24 * 3))
        buffer = BytesIO()
        small.resize(PHOTO).save(buffer, "JPEG", quality=80)
        digest = sha256(buffer.getvalue()).hexdigest()
        self.photos[digest] = buffer.getvalue()
        return digest

    def _send(self, phone: Phone, records: list[Wire], lane: str) -> None:
        message = phone.batch(records, lane=lane)
        answer = self.server.post("records", message)
        while self.random.random() < LOST:
            self.outcome.lost += 1
            answer = self.server.post("records", message)
        for each in json.loads(answer).get("answers", ()):
            self.outcome.answers[each["outcome"]] += 1
            if each["outcome"] == "refused":
                self.outcome.refused[f"{each['code']}: {each['detail']}"] += 1
        offset = phone.clock.offset
        phone.hear(answer)
        phone.clock.offset = offset  # the day is lived faster than the server's clock runs

    def _upload(self, digest: str, content: bytes) -> None:
        """Two pieces by tus; where an answer got lost, the phone asks how far it is."""
        tus = {"Tus-Resumable": "1.0.0"}
        words = {"sha256": digest, "kind": "photo"}
        said = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in words.items())
        _status, _body, headers = self.server.ask(
            "POST", API + "media/", b"", {**tus, "Upload-Length": str(len(content)), "Upload-Metadata": said}
        )
        where, half, offset, status = headers["Location"] or API + "media/", len(content) // 2, 0, 0
        while offset < len(content):
            piece = content[offset : half if offset < half else len(content)]
            sending = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
            status, _body, headers = self.server.ask("PATCH", where, piece, sending)
            if status != http.client.NO_CONTENT:
                break
            offset = int(headers["Upload-Offset"])
            if offset == half and self.random.random() < LOST:
                self.outcome.lost += 1
                offset = int(self.server.ask("HEAD", where, b"", tus)[2]["Upload-Offset"])
        self.outcome.photos += status == http.client.NO_CONTENT
        self.outcome.missing += status != http.client.NO_CONTENT


def simulate(
    address: str, people: Iterable[Person], *, seed: int = 0, told: Callable[[int], None] = lambda _done: None
) -> Outcome:
    """Let each person's phone live a day: check-in, patrol, photo, log, check-out; returns what the phones heard."""
    outcome, begun = Outcome(), time.monotonic()
    days = [_Day(_Server(address), person, Random(seed + n)) for n, person in enumerate(people)]  # noqa: S311 - no secret

    def live(day: _Day) -> None:
        day.outcome.phones = 1
        try:
            day.live()
        except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
            day.outcome.failed.append(f"{day.person.number}: {error!r}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, _each in enumerate(pool.map(live, days), start=1):
            told(done)
    for day in days:
        outcome.add(day.outcome)
    outcome.seconds = time.monotonic() - begun
    return outcome
