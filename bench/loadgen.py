"""A load generator in one thread: many connections that stay open, requests made beforehand, answers timed.

It shares the machine with what it measures, so it does as little as it can: sockets and `epoll`, no event loop.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

READ_BYTES = 256 * 1024


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


@dataclass(eq=False)
class _Connection:
    """A connection, and the answer that it waits for."""

    port: int
    moment: float = 0.0
    """Since when the answer is waited for; 0 when none is."""
    received: bytearray = field(default_factory=bytearray)
    head: int = 0
    """Bytes of the head, 0 while it is not complete."""
    whole: int = 0

    def open(self) -> int:
        """Connect, anew if need be; the file's number."""
        self.line = socket.create_connection(("127.0.0.1", self.port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.line.fileno()

    def send(self, content: bytes, moment: float) -> None:
        self.moment, self.head = moment, 0
        self.received.clear()
        self.line.sendall(content)

    def complete(self) -> bool:
        """Take in what came; whether the answer is whole."""
        part = self.line.recv(READ_BYTES)
        if not part:
            raise ConnectionResetError("the server closed the connection")
        self.received += part
        if not self.head:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.head = end + 4
            head = bytes(self.received[:end]).lower() + b"\r\n"
            at = head.index(b"content-length:") + 15
            self.whole = self.head + int(head[at : head.index(b"\r\n", at)])
        return len(self.received) >= self.whole


def send(port: int, requests: Sequence[bytes], *, connections: int, per_second: float = 0.0) -> Measured:
    """Send them all, each connection one at a time; with `per_second`, each at its own moment, timed from that moment."""
    poll, by_number = (
        select.epoll(),
        {each.open(): each for each in (_Connection(port) for _each in range(connections))},
    )
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    measured, free, following = Measured(), list(by_number.values()), 0
    begun = time.perf_counter()
    while len(measured.latencies) < len(requests):
        now = time.perf_counter()
        while free and following < len(requests):
            due = begun + following / per_second if per_second else now
            if due > now:
                break
            free.pop().send(requests[following], due)
            following += 1
        wait = due - now if free and following < len(requests) else -1
        for number, _event in poll.poll(wait):
            each = by_number[number]
            if not each.moment:  # the server does not wait for ever for an idle connection
                poll.unregister(number)
                each.line.close()
                number = each.open()
                by_number[number] = each
                poll.register(number, select.EPOLLIN)
            elif each.complete():
                _note(measured, each)
                free.append(each)
    measured.seconds = time.perf_counter() - begun
    poll.close()
    for each in set(by_number.values()):
        each.line.close()
    return measured


def _note(measured: Measured, each: _Connection) -> None:
    measured.latencies.append(time.perf_counter() - each.moment)
    status = int(each.received[9:12])
    measured.statuses[status] = measured.statuses.get(status, 0) + 1
    measured.bodies.append(bytes(each.received[each.head : each.whole]))
    each.moment = 0.0
