"""One address may read as much as a village does, and no program can take the site from the others."""

from datetime import datetime

import pytest
from django.test import Client
from tests.notices.factories import make_published

from yigang.foundation import throttle
from yigang.public import pace

VILLAGE_ADDRESS, ELSEWHERE = "58.42.1.1", "58.42.1.2"
MINUTE = 1_700_000_040
PAGES = 24
"""So many of a minute in these tests, where the program allows more."""


@pytest.fixture
def clock(monkeypatch):
    """A minute that lasts until the test lets the next begin."""

    class Clock:
        now = float(MINUTE)

        def time(self) -> float:
            return self.now

    clock = Clock()

    class Now(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(clock.now, tz)

    monkeypatch.setattr(pace, "time", clock)
    monkeypatch.setattr(throttle, "datetime", Now)
    monkeypatch.setattr(pace, "_pace", pace.Pace())
    monkeypatch.setattr(pace, "PAGES", PAGES)
    monkeypatch.setattr(pace, "TOLD_EVERY", PAGES // 3)
    return clock


@pytest.fixture
def notice(db, town_officer):
    return make_published(town_officer)


def read(path: str, address: str = VILLAGE_ADDRESS, times: int = 1) -> list[int]:
    client = Client(REMOTE_ADDR=address)
    return [client.get(path).status_code for _ in range(times)]


@pytest.mark.req("P10")
def test_a_village_reads_and_a_program_is_told_to_wait(clock, notice):
    path = f"/public/notices/{notice.pk}/"
    assert read(path, times=PAGES) == [200] * PAGES
    assert read(path, times=2) == [429, 429]
    assert read(path, ELSEWHERE) == [200]
    clock.now += 60
    assert read(path) == [200]


@pytest.mark.parametrize(("path", "sentence"), [("/public/", "请稍等一分钟"), ("/public/en/", "One moment")])
def test_who_is_stopped_is_told_so_in_the_sites_own_page(clock, notice, path, sentence):
    clock.now += 15
    read(path, times=PAGES)
    answer = Client(REMOTE_ADDR=VILLAGE_ADDRESS).get(path)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (429, "45", "no-store")
    assert sentence in answer.content.decode()


def test_every_page_counts_whichever_it_is(clock, notice):
    for path in ("/public/", "/public/search/?q=公示", f"/public/notices/{notice.pk}/qr.svg"):
        assert read(path, times=PAGES // 3) == [200] * (PAGES // 3)
    assert read("/public/notices/999/") == [429]


def test_processes_know_of_each_other(clock, notice, monkeypatch):
    assert read("/public/", times=2 * PAGES // 3) == [200] * (2 * PAGES // 3)
    monkeypatch.setattr(pace, "_pace", pace.Pace())
    assert 429 in read("/public/", times=2 * PAGES // 3)


def test_a_few_pages_write_nothing(clock, notice):
    read("/public/", times=pace.TOLD_EVERY - 1)
    assert throttle.seen(f"public:read:{VILLAGE_ADDRESS}", per=pace.timedelta(seconds=60)) == 0


@pytest.mark.parametrize("address", ["2409:8900::1", "::1", "127.0.0.1"])
def test_a_house_of_many_addresses_is_one_and_a_proxy_on_this_machine_none(clock, notice, address):
    """Of IPv6 each house has more addresses than can be counted; behind our own machine is everybody."""
    read("/public/", address, times=PAGES)
    neighbour = address.replace("::1", "::2") if address.startswith("2409") else address
    assert read("/public/", neighbour) == ([429] if address.startswith("2409") else [200])
