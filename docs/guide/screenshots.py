"""The pictures of the guides, taken from the running program with the demo district: `make screenshots`, or some of them:
`python docs/guide/screenshots.py phone leader`.

Starts `yigang run` on a port of its own, signs in with the demo accounts, and writes docs/guide/images/*.png with few
colours, so that each stays below 80 kB.
"""

import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from time import monotonic, sleep

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from yigang.cli.context import ready
from yigang.demo.accounts import PASSWORD

PORT = 8123
ADDRESS = f"http://127.0.0.1:{PORT}"
IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
SIZE = {"width": 1360, "height": 850}
PHONE = {"width": 390, "height": 620}
FOREST = {"latitude": 26.4123, "longitude": 106.2541, "accuracy": 8}
COLOURS = 96
START_SECONDS = 600
"""The first start builds the demo district."""
CLOSED_MONTH, OPEN_MONTH = "2020-06", "2020-07"


@contextmanager
def program() -> Iterator[None]:
    """The program, from its first answer to Ctrl-C."""
    process = subprocess.Popen([sys.executable, "-m", "yigang.cli.main", "run", "--port", str(PORT)])  # noqa: S603
    try:
        until = monotonic() + START_SECONDS
        while not answers():
            if process.poll() is not None or monotonic() > until:
                raise SystemExit("The program did not start.")
            sleep(0.5)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def answers() -> bool:
    try:
        with urllib.request.urlopen(ADDRESS, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def signed_in(browser: Browser, username: str) -> Page:
    page = browser.new_context(base_url=ADDRESS, viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    page.goto("/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit], form button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")
    return page


def take(page: Page, name: str, height: int = SIZE["height"]) -> None:
    """The window's upper part, as a picture of few colours."""
    page.wait_for_load_state("networkidle")
    width = (page.viewport_size or SIZE)["width"]
    page.set_viewport_size({"width": width, "height": max(height, SIZE["height"])})
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})
    picture = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(IMAGES / f"{name}.png", optimize=True)


def open_row(page: Page, address: str, text: str) -> None:
    """The page behind the first row of a list that holds the text."""
    page.goto(address)
    page.locator("tbody tr").filter(has_text=text).first.locator("a").first.click()
    page.wait_for_load_state("networkidle")


def town(browser: Browser) -> None:
    page = signed_in(browser, "town")
    take(page, "home", 420)
    open_row(page, "/months/", CLOSED_MONTH)
    with page.expect_response("**/person/**"):
        page.locator("tr[data-url] td.day, tr[data-url] td").nth(3).click()
    take(page, "month")
    page.locator("tr[data-url] th a").first.click()
    take(page, "why")
    page.goto("/people/")
    page.locator("tbody tr a").first.click()
    take(page, "person")
    page.goto("/imports/new/")
    take(page, "hand-in")


def county(browser: Browser) -> None:
    page = signed_in(browser, "county")
    open_row(page, "/imports/?kind=roster", "花名册")
    take(page, "import")


def gates(browser: Browser) -> None:
    """Register, requests, rounds, comparison, matching, notices and tenure, as the county sees them."""
    page = signed_in(browser, "county")
    for name, address in (
        ("register-changes", "/people/register/changes/"), ("requests", "/posts/requests/"),
        ("tenure-ledger", "/tenure/ledger/"), ("agreements", "/tenure/agreements/"),
    ):  # fmt: skip
        page.goto(address)
        take(page, name, 560)
    open_row(page, "/recruitment/", "2020年度选聘")
    take(page, "round", 1200)
    page.goto("/recruitment/comparison/")
    page.locator("tbody tr a").first.click()
    take(page, "comparison-hit", 620)
    page.goto("/recruitment/matching/")
    page.locator("tbody tr a").first.click()
    take(page, "matching", 620)
    open_row(page, "/notices/", "公示")
    take(page, "notice", 700)


def public(browser: Browser) -> None:
    page = browser.new_context(base_url=ADDRESS, viewport=PHONE, locale="zh-CN").new_page()
    page.goto("/public/")
    take(page, "public-home", PHONE["height"])


def finance(browser: Browser) -> None:
    page = signed_in(browser, "finance")
    page.goto("/bank/batches/")
    page.locator("tbody tr a").last.click()
    take(page, "batch")


def station(browser: Browser) -> None:
    page = signed_in(browser, "station")
    page.goto("/duty/")
    take(page, "station-duty", 560)
    open_row(page, "/months/", OPEN_MONTH)
    for box in page.locator("[name=selected]").all()[:3]:
        box.check()
    page.locator("[data-selection-bar]").scroll_into_view_if_needed()
    take(page, "station-month")


def inspector(browser: Browser) -> None:
    page = signed_in(browser, "inspector")
    open_row(page, "/months/", CLOSED_MONTH)
    take(page, "inspector-month")
    with page.expect_response("**/person/**"):
        page.locator("tr[data-url] td.day-present").first.click()
    take(page, "inspector-day")


def archivist(browser: Browser) -> None:
    page = signed_in(browser, "archivist")
    page.goto("/people/")
    for box in page.locator("[name=selected]").all()[:3]:
        box.check()
    take(page, "archivist-people", 560)
    page.locator("tbody tr a").first.click()
    take(page, "archivist-person")


def evidence(browser: Browser) -> None:
    """A question with its evidence, a patrol on its ground, days on paper, training, units and inspections."""
    page = signed_in(browser, "county")
    page.goto("/flags/?kind=impossible_speed")
    page.locator("tbody tr a").first.click()
    take(page, "flag", 760)
    page.goto("/patrols/")
    page.locator("tbody tr a").first.click()
    page.wait_for_timeout(1500)
    take(page, "patrol", 700)
    for name, address in (("training", "/training/"), ("units", "/units/"), ("inspections", "/oversight/points/")):
        page.goto(address)
        take(page, name, 560)
    page = signed_in(browser, "village")
    page.goto(f"/duty/paper/?month={OPEN_MONTH}")
    page.locator("[name=open]").first.click()
    take(page, "paper", 560)


def leader(browser: Browser) -> None:
    page = signed_in(browser, "leader")
    take(page, "leader-home", 420)
    page.goto("/months/")
    take(page, "leader-months", 560)
    open_row(page, "/months/", CLOSED_MONTH)
    page.locator("a[href$='what-if']").click()
    page.locator("main form button[type=submit]").first.click()
    take(page, "leader-what-if", 560)


def admin(browser: Browser) -> None:
    page = signed_in(browser, "admin")
    page.goto("/office/accounts/?role=village_clerk")
    take(page, "admin-accounts", 420)
    page.locator("[name=selected]").first.check()
    page.locator("[name=everything]").check()
    page.locator("button[formaction]").click()
    take(page, "admin-close", 420)


@cache
def number_of_ranger() -> str:
    """The phone number that the program prints at its start. Asked before the browser runs: Django does not answer beside it."""
    ready()
    from yigang.demo.phone import listed

    return listed()[0].phone


def phone(browser: Browser) -> None:
    """What a ranger of the demo sees, in the middle of the own ground; big, for who reads slowly."""
    context = browser.new_context(
        base_url=ADDRESS, viewport=PHONE, device_scale_factor=1.5, locale="zh-CN", timezone_id="Asia/Shanghai",
        permissions=["geolocation"], geolocation=FOREST,
    )  # fmt: skip
    page = context.new_page()
    page.goto("/field/")
    page.get_by_label("手机号").fill(number_of_ranger())
    page.get_by_label("登录码或密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="今天").wait_for()
    page.goto("/field/#/consents")
    for name in ("位置", "照片"):
        page.get_by_role("button", name=f"同意：{name}").click()
    page.get_by_role("button", name="撤回同意").nth(1).wait_for()
    for name, address, height in (
        ("today", "today", 620), ("check-in", "check-in", 420), ("map", "map", 760),
        ("leave", "leave/ask", 620), ("month", f"month/{CLOSED_MONTH}", 760),
    ):  # fmt: skip
        page.goto(f"/field/#/{address}")
        page.wait_for_timeout(1500)
        take(page, f"phone-{name}", height)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    known = (town, county, gates, public, finance, station, inspector, archivist, evidence, leader, admin, phone)
    wanted = [shoot for shoot in known if shoot.__name__ in sys.argv[1:]] or known
    with program():
        number_of_ranger()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for shoot in wanted:
                shoot(browser)
            browser.close()


if __name__ == "__main__":
    main()
