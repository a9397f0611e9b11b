"""A voice note by the browser's own recorder and encoder, from a microphone that beeps."""

import re

import pytest
from playwright.sync_api import Browser, expect
from tests.conftest import VILLAGE
from tests.journeys.phone import Handset, agree, code_for, everything_sent, ranger, sign_in

from yigang.duty.enums import MediaKind
from yigang.duty.models import Incident, Media
from yigang.foundation.enums import Role

pytestmark = pytest.mark.journey
EBML = bytes.fromhex("1a45dfa3")
"""How every WebM file begins."""
DICTATES = {"lang", "continuous", "interimResults", "onresult", "onend", "start", "stop"}
"""What the app asks of the browser's dictation, which hears nothing without a service of its maker's."""


@pytest.mark.req("Z3")
def test_who_sends_while_still_speaking_has_spoken(
    committed_db, browser: Browser, server, make_user, tmp_path, picture
):
    person = ranger()
    handset = Handset(browser, server, tmp_path / "phone")
    with handset.on() as page:
        sign_in(page, code_for(person, make_user(Role.VILLAGE_CLERK, VILLAGE)))
        agree(page, "位置", "语音")
        page.goto("/field/#/report/incident")
        expect(page.get_by_text("已定位")).to_be_visible()
        page.get_by_role("radio").first.click()
        page.get_by_role("button", name="录一段语音").click()
        expect(page.get_by_role("button", name="录好了（2 秒）")).to_be_visible()
        picture(page, "phone-voice")
        page.get_by_role("button", name="提交").click()
        expect(
            page.get_by_role("heading", name=re.compile("已保存在手机|已上传"))
        ).to_be_visible()  # by how quick the way is
        everything_sent(page)
        known = set(page.evaluate("Object.getOwnPropertyNames(webkitSpeechRecognition.prototype)"))
        assert known >= DICTATES
    kept = Media.objects.get()
    content = kept.file.content.read()
    assert (kept.kind, content[:4], Incident.objects.get().voice) == (MediaKind.VOICE, EBML, bytes(kept.sha256).hex())
    assert b"A_OPUS" in content
    assert len(content) > 3_000, "two seconds at 24 kbit/s are 6 kB"
