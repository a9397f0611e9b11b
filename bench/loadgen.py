"""A load generator in one process: many connections that stay open, requests made beforehand, answers timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Measured:
    """What came back: seconds each request took, in the order of the answers; how many had which status; bodies."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


def request(path: str, token: str, body: bytes) -> bytes:
    """One HTTP/1.1 request, ready to be written."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send(port: int, requests: Sequence[bytes], *, connections: int, per_second: float = 0.0) -> Measured:
    """Send them all, each connection one at a time; with `per_second`, each at its own moment, timed from that moment."""
    return asyncio.run(_send(port, requests, connections, per_second))


async def _send(port: int, requests: Sequence[bytes], connections: int, per_second: float) -> Measured:
    measured, waiting = Measured(), iter(enumerate(requests))
    begun = time.perf_counter()

    def due(number: int) -> float:
        return begun + number / per_second if per_second else time.perf_counter()

    await asyncio.gather(*(_connection(port, waiting, due, measured) for _each in range(connections)))
    measured.seconds = time.perf_counter() - begun
    return measured


async def _connection(port: int, waiting, due: Callable[[int], float], measured: Measured) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number, content in waiting:
        moment = due(number)
        early = moment - time.perf_counter()
        if early > 0:
            await asyncio.sleep(early)
        writer.write(content)
        head = await reader.readuntil(b"\r\n\r\n")
        lowered = head.lower()
        at = lowered.index(b"content-length:") + 15
        length = int(lowered[at : lowered.index(b"\r\n", at)])
        body = await reader.readexactly(length)
        measured.latencies.append(time.perf_counter() - moment)
        status = int(head[9:12])
        measured.statuses[status] = measured.statuses.get(status, 0) + 1
        measured.bodies.append(body)
    writer.close()
