"""A browser against the running program: real server, real commits, Chinese pages.

    def test_something(committed_db, browse, make_user):
        clerk = make_user(Role.TOWN_OFFICER, TOWN)
        page = browse(clerk)
        page.goto("/people/")

Each test has a database of its own (`committed_db`). Launch flags keep Chromium from calling out. A click that writes or leads
on is `press(...)`, or is followed by an `expect(...)` that only its answer can fulfil.
"""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from tests.conftest import COUNTY
from tests.journeys.district import build

from yigang.config.paths import VAR, WEB_DIST
from yigang.foundation.enums import Role
from yigang.foundation.models import User

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader",
]  # fmt: skip
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PICTURES = VAR / "screenshots"
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

Browse = Callable[..., Page]
Until = Literal["load", "networkidle"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session. Playwright runs an event loop, in which Django refuses to be called unless told."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's Chromium is not installed (make test installs it)")
    if not (WEB_DIST / "console").exists():
        pytest.skip("styles and scripts are not built (make web builds them)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


class Clock:
    """The calendar that pages and the public site's views read, so that a journey over weeks waits for nothing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        of_a_moment = timezone.localdate

        def localdate(value: Any = None, zone: Any = None) -> date:
            return of_a_moment(value, zone) if value else self.today

        monkeypatch.setattr(timezone, "localdate", localdate)

    def to(self, day: date) -> None:
        """It is `day` from now on."""
        self.today = day
        with connections["owner"].cursor() as cursor:
            body = f"SELECT DATE '{day}'"
            cursor.execute(f"CREATE OR REPLACE FUNCTION yigang_today() RETURNS date LANGUAGE sql STABLE AS $${body}$$")


@pytest.fixture
def clock(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """`clock.to(day)`: it is that day in this test's own database and program."""
    return Clock(monkeypatch)


class QuickServer(ThreadedWSGIServer):
    """Sends small packets at once, and ends within a twentieth of a second instead of half a one."""

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address

    def serve_forever(self, poll_interval: float = 0.05) -> None:
        super().serve_forever(poll_interval)


class ServerThread(LiveServerThread):
    server_class = QuickServer


class StaticFiles(StaticFilesHandler):
    """A browser keeps styles and scripts, as it does in an office."""

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        response = super().serve(request)
        response["Cache-Control"] = "max-age=3600"
        return response


@pytest.fixture
def server(committed_db: str) -> Iterator[str]:
    """The program on a free port, in a thread of this process; its address."""
    thread = ServerThread("127.0.0.1", StaticFiles)
    thread.daemon = True
    settings.ALLOWED_HOSTS.append("127.0.0.1")
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    connections.close_all()


@pytest.fixture
def browse(browser: Browser, server: str) -> Iterator[Browse]:
    """`browse(user)` gives a page signed in as that account; `browse(None)` one of a stranger.

    Errors that the browser notes fail the test, except those that hold a word of `expected`.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    known: list[str] = []

    def open_page(
        user: User | None, *, size: dict[str, int] = DESKTOP, language: str = "zh-hans", expected: Sequence[str] = ()
    ) -> Page:
        known.extend(expected)
        context = browser.new_context(
            base_url=server, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", device_scale_factor=1,
            reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language, **(session_of(user) if user else {})}
        context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [error for error in errors if not any(word in error for word in known)] == []


def press(button: Locator) -> None:
    """Press what sends a form or leads on; the answer is there and its page loaded when this returns.

    `click` alone returns when the mouse is up. Whoever reads the page, the database or another page next reads too early.
    """
    with button.page.expect_navigation():
        button.click()


def at_both_sizes(page: Page, address: str, *, status: int = 200, until: Until = "load") -> Iterator[int]:
    """Open a page on a phone, then widen it to a desk's screen; the width, each time.

    One load for both, as a load is what costs; the narrow one first, because a chart follows its page later.
    """
    page.set_viewport_size(PHONE)
    response = page.goto(address, wait_until=until)
    assert response is not None
    assert response.status == status, address
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        yield size["width"]


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than its screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def beyond_its_box(page: Page) -> int:
    """By how many pixels the widest table runs beyond its box."""
    script = (
        "Math.max(0, ...[...document.querySelectorAll('.table-box')].map(one => one.scrollWidth - one.clientWidth))"
    )
    return int(page.evaluate(script))


def session_of(user: User) -> dict[str, str]:
    """The cookie of a fresh session."""
    client = Client()
    client.force_login(user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """`picture(page, "people")` keeps a screenshot under var/screenshots when YIGANG_SCREENSHOTS is set."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("YIGANG_SCREENSHOTS"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            width = page.viewport_size["width"] if page.viewport_size else 0
            page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)

    return take


@pytest.fixture
def district(committed_db: str, make_user: Callable[..., User]) -> User:
    """A county with people, posts, months and some work of the office; its manager."""
    manager = make_user(Role.COUNTY_MANAGER, COUNTY, username="chief")
    User.objects.filter(pk=manager.pk).update(name="周县长")
    manager.refresh_from_db()
    build(manager)
    return manager
