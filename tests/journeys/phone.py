"""A post holder's phone in the journeys: a browser with a store of its own that can be closed, killed and started again."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.console.conftest import make_regions
from tests.duty.conftest import holder, rangers
from tests.journeys.conftest import CHROMIUM, FLAGS, PHONE

from yigang.duty.domain import logins
from yigang.foundation import regions
from yigang.foundation.models import User
from yigang.people.models import Person

NUMBER = "13985000001"
FOREST = {"latitude": 26.4123, "longitude": 106.2541, "accuracy": 8}
SETTLE_MS = 30_000
ALLOWED = ["geolocation", "screen-wake-lock", "microphone"]
HUMMING = ["--use-fake-device-for-media-stream"]
"""A microphone that beeps; recorder, encoder and track are the browser's own."""
THREE_YEARS_AGO = """
const later = [
  [Set.prototype, "union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom"],
  [Array, "fromAsync"], [Promise, "try"], [RegExp, "escape"], [Error, "isError"], [URL, "parse"],
  [Uint8Array, "fromHex fromBase64"], [Uint8Array.prototype, "toHex toBase64 setFromHex setFromBase64"],
  [Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
    "map filter take drop flatMap reduce toArray forEach some every find"],
  [Blob.prototype, "bytes"], [Response.prototype, "bytes"], [Element.prototype, "moveBefore"], [Math, "sumPrecise"],
];
for (const [owner, names] of later) for (const name of names.split(" ")) delete owner[name];
"""
"""What Chromium learned after 119 (November 2023) is taken away before the app starts: it must do without."""
PAGES = (
    "today", "check-in", "patrol", "map", "report", "report/incident", "report/result", "log", "leave", "leave/ask",
    "visit", "month", "training", "training/session", "consequences", "inspector", "notices", "complain", "consents",
    "waiting", "me",
)  # fmt: skip
TOO_WIDE = """[...document.querySelectorAll('#app *')]
  .filter(one => !one.closest('svg') && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 90))"""
CUT_OFF = """(() => {
  const found = [], texts = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement, range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const said = range.getBoundingClientRect(), box = holder.getBoundingClientRect();
    const shown = getComputedStyle(holder).display !== 'inline' && said.width > 0 && !holder.closest('svg');
    const over = Math.round(said.right - box.right);
    if (shown && over > 1) found.push(`${over} px: ${holder.outerHTML.slice(0, 90)}`);
  }
  return found;
})()"""
"""Words that run out of what holds them."""
TOO_SMALL = """[...document.querySelectorAll('a[href], button, textarea, label.photo-take, [role=radio], [role=checkbox]')]
  .map(one => [one.getBoundingClientRect(), one])
  .filter(([box, one]) => box.width > 0 && (box.height < 47.9 || (box.width < 47.9 && !one.closest('.calendar'))))
  .map(([box, one]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 90)}`)"""
"""Gloves: 48 px. Seven days side by side cannot be that wide on 320 px; they are higher instead."""
STILL = """() => document.getAnimations().every(
  ({ effect, playState }) => playState !== 'running' || effect.getComputedTiming().endTime === Infinity)"""
LARGEST = "document.documentElement.style.fontSize = '150%'"
"""As `web/field/size.ts` sets it."""


def ranger(name: str = "张大山", number: str = NUMBER) -> Person:
    """Somebody in post in the test district."""
    if not regions.loaded():
        make_regions()
    programme = rangers()
    return holder(name, programme, phone=number)


def code_for(person: Person, clerk: User) -> str:
    """A sign-in code as the village clerk hands it over."""
    return logins.issue_code(person, actor=clerk)[1]


class Handset:
    """One phone. Its store outlives `off()` and `crash()`."""

    def __init__(self, browser: Browser, server: str, store: Path) -> None:
        self.browser, self.server, self.store = browser, server, store
        self.context: BrowserContext | None = None
        self.faults: list[str] = []
        """What the app failed at, or the content policy forbade."""

    @contextmanager
    def on(self, *, online: bool = True, script: str = "") -> Iterator[Page]:
        """Switch it on, with or without signal; off at the end. `script` runs in each page before the app."""
        context = self.browser.browser_type.launch_persistent_context(
            self.store, executable_path=CHROMIUM, args=[*FLAGS, *HUMMING], viewport=PHONE, locale="zh-CN",
            timezone_id="Asia/Shanghai", base_url=self.server, geolocation=FOREST, permissions=ALLOWED,
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )  # fmt: skip
        context.set_default_timeout(SETTLE_MS)
        context.set_offline(not online)
        self.context = context
        context.add_init_script(THREE_YEARS_AGO + script)
        page = context.pages[0]
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console", lambda said: self.faults.append(said.text) if "Content Security Policy" in said.text else None
        )
        try:
            yield page
        finally:
            if self.context:
                context.close()
        assert self.faults == []

    def signal(self, *, there: bool) -> None:
        """Walk out of the signal, or back."""
        assert self.context
        self.context.set_offline(not there)

    def crash(self) -> None:
        """The process is gone from one moment to the next, as when the battery falls out."""
        mine = [each for each in psutil.Process().children(recursive=True) if _of(each, self.store)]
        for each in mine:
            each.send_signal(signal.SIGKILL)
        psutil.wait_procs(mine, timeout=10)
        self.context = None


def _of(process: psutil.Process, store: Path) -> bool:
    try:
        return f"--user-data-dir={store}" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def sign_in(page: Page, code: str, number: str = NUMBER) -> None:
    """The first start: number and code, then today; and the app's files are kept for the days without signal."""
    page.goto("/field/")
    page.get_by_label("手机号").fill(number)
    page.get_by_label("登录码或密码").fill(code)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="今天")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def agree(page: Page, *names: str) -> None:
    """Read what is kept, and agree to these."""
    page.goto("/field/#/consents")
    for name in names:
        page.get_by_role("button", name=f"同意：{name}").click()
        expect(page.get_by_role("button", name=f"同意：{name}")).to_have_count(0)


def everything_sent(page: Page) -> None:
    """The list of what waits is empty."""
    page.goto("/field/#/waiting")
    expect(page.get_by_text("全部已上传")).to_be_visible()


def wait_until(page: Page, there: Callable[[], bool], otherwise: str) -> None:
    """Until the server has it; for what no page shows."""
    for _turn in range(200):
        if there():
            return
        page.wait_for_timeout(100)
    raise AssertionError(otherwise)


def fits_a_small_phone(page: Page) -> None:
    """Every page at 320 px with the largest type: nothing beyond the edge, nothing too small for a glove."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/field/#/me")
    for size in ("大", "特大"):
        page.get_by_role("button", name="字的大小").click()
        expect(page.get_by_role("button", name="字的大小")).to_have_text(f"字的大小{size}")
    for each in PAGES:
        page.goto(f"/field/#/{each}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert not (faults := faults_of(page)), f"{each}: {faults}"
    page.set_viewport_size(PHONE)


def fits(page: Page, *words: str) -> None:
    """The page as it stands, where these words are, at 320 and at 390 px with the largest type."""
    page.evaluate(LARGEST)
    for width in (320, PHONE["width"]):
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        for each in words:
            expect(page.get_by_text(each).first).to_be_visible()
        assert not (faults := faults_of(page)), f"{width} px: {faults}"
    page.set_viewport_size(PHONE)
    page.evaluate("document.documentElement.style.fontSize = ''")


def faults_of(page: Page) -> list[str]:
    """What lies beyond the edge, is cut off, or is too small to be hit, once nothing grows or slides any more."""
    page.wait_for_function(STILL)
    return [fault for look in (TOO_WIDE, CUT_OFF, TOO_SMALL) for fault in page.evaluate(look)]
