"""How many pages one address may read in a minute: enough for a village behind one address, not for a program.

Every process counts what it serves and tells the database from time to time, so that reading a page writes nothing
and all processes together still know. Somebody stopped may go on with the next minute.
"""

import time
from datetime import timedelta
from threading import Lock

from django.http import HttpRequest

from yigang.foundation import throttle
from yigang.foundation.middleware import client_address
from yigang.public.gate import network

SECONDS = 60
PAGES = 1_200
"""A minute; three hundred people at a meeting who open four pages each, through one address."""
TOLD_EVERY = 30
"""The database hears of every thirtieth page of an address."""
OWN_MACHINE = ("127.0.0.1", "::1")
"""A proxy that `YIGANG_HTTPS` does not name: behind it is everybody."""


class Pace:
    """What this process knows of the minute that runs: address → pages since it was told, and the total it was told."""

    def __init__(self) -> None:
        self.lock, self.minute = Lock(), 0
        self.counts: dict[str, tuple[int, int]] = {}

    def page(self, address: str) -> bool:
        """One more page; whether it is too many."""
        with self.lock:
            minute = int(time.time()) // SECONDS
            if minute != self.minute:
                self.minute, self.counts = minute, {}
            own, known = self.counts.get(address, (0, 0))
            own += 1
            self.counts[address] = (own, known)
        if own + known > PAGES:
            return True
        return own >= TOLD_EVERY and self._tell(address, own) > PAGES

    def _tell(self, address: str, own: int) -> int:
        """All pages of the address in this minute, over all processes."""
        known = throttle.tries(f"public:read:{address}", per=timedelta(seconds=SECONDS), times=own)
        with self.lock:
            self.counts[address] = (0, known)
        return known


_pace = Pace()


def too_many(request: HttpRequest) -> bool:
    """Count one page for the caller's address, and say whether it is beyond the minute's."""
    return client_address(request) not in OWN_MACHINE and _pace.page(network(request))


def seconds_left() -> int:
    """Until the next minute begins."""
    return SECONDS - int(time.time()) % SECONDS
