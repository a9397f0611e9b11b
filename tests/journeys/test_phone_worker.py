"""What the service worker does: sends when the app is closed, waits with a new version until it is wanted; and a full disk."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.conftest import VILLAGE
from tests.journeys.phone import Handset, agree, code_for, everything_sent, ranger, sign_in, wait_until

from yigang.duty.models import WorkLog
from yigang.field import app
from yigang.foundation.enums import Role

pytestmark = pytest.mark.journey
FULL = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
  if (window.full && this.name === "drafts") throw new DOMException("no room", "QuotaExceededError");
  return put.apply(this, given);
};
"""
"""`window.full = true` fills the disk for what is being typed."""


def network_is_back(page: Page) -> None:
    """What the system says to the worker of an app that is closed."""
    cdp, known = page.context.new_cdp_session(page), []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    cdp.send("ServiceWorker.enable")
    for _turn in range(100):
        if known:
            break
        page.wait_for_timeout(50)
    origin = page.url.split("/field")[0]
    cdp.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": origin, "registrationId": known[-1]["registrationId"], "tag": "deliver", "lastChance": False},
    )


@pytest.mark.req("Z3")
def test_a_closed_app_sends_a_new_version_waits_and_a_full_disk_is_said(
    committed_db, browser: Browser, server, make_user, tmp_path, picture, monkeypatch
):
    person = ranger()
    handset = Handset(browser, server, tmp_path / "phone")
    with handset.on(script=FULL) as page:
        sign_in(page, code_for(person, make_user(Role.VILLAGE_CLERK, VILLAGE)))
        agree(page, "位置", "照片")
        everything_sent(page)

        page.goto("/field/#/log")
        page.evaluate("window.full = true")
        page.get_by_label("再说几句").fill("北坡有枯枝")
        expect(page.get_by_text("手机存储满了")).to_be_visible()
        picture(page, "phone-full-disk")
        page.evaluate("window.full = false")
        page.get_by_label("再说几句").fill("北坡有枯枝，已清")
        expect(page.get_by_text("手机存储满了")).to_have_count(0)

        handset.signal(there=False)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("1 条已保存在手机")).to_be_visible()
        page.goto("/field/icon.svg")  # the app is closed; only its worker is there
        handset.signal(there=True)
        network_is_back(page)
        written = WorkLog.objects.filter(person=person, text__contains="已清")
        wait_until(page, written.exists, "the worker has not sent what was kept")

        page.goto("/field/#/me")
        expect(page.get_by_text("有新版本")).to_have_count(0)
        serve_a_new_worker(monkeypatch)
        page.evaluate("navigator.serviceWorker.ready.then(one => one.update())")
        page.get_by_text("有新版本").click()
        expect(page.get_by_text("有新版本")).to_have_count(0)
        expect(page.get_by_text(person.name).first).to_be_visible()
        everything_sent(page)


def serve_a_new_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program was updated: the worker's file differs by a line."""
    files = app.built()
    later = replace(files["sw.js"], content=files["sw.js"].content + b"\n// later", compressed=None, etag='"later"')
    monkeypatch.setattr(app, "built", lambda: {**files, "sw.js": later})
