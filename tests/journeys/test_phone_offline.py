"""A clock-in without signal outlives the browser's end and arrives once; a photo follows its record."""

import io
import json
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from tests.conftest import VILLAGE
from tests.journeys.phone import Handset, agree, code_for, everything_sent, fits_a_small_phone, ranger, sign_in

from yigang.duty.domain import devices
from yigang.duty.models import CheckIn, Device, Media, Record, WorkLog
from yigang.foundation.enums import Role

pytestmark = pytest.mark.journey


def photo(folder: Path) -> Path:
    """A camera's picture, larger than what is sent."""
    file = folder / "IMG_0001.jpg"
    picture = Image.effect_noise((2400, 1800), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0132], exif[0x0112] = "2020:07:14 08:01:02", 6
    picture.save(file, quality=80, exif=exif)
    return file


@pytest.mark.req("Z3")
def test_what_is_kept_without_signal_arrives_once(committed_db, browser: Browser, server, make_user, tmp_path, picture):
    person = ranger()
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    code = code_for(person, clerk)
    handset = Handset(browser, server, tmp_path / "phone")
    with handset.on() as page:
        sign_in(page, code)
        agree(page, "位置", "照片")
        page.goto("/field/#/today")
        expect(page.get_by_text("张大山，您好")).to_be_visible()
        picture(page, "phone-today")
        everything_sent(page)

        handset.signal(there=False)
        page.goto("/field/#/today")
        page.reload()
        page.get_by_role("button", name="上班打卡").click()
        expect(page.get_by_text("已定位")).to_be_visible()
        page.get_by_role("button", name="拍照、其他打卡").click()
        page.locator("input[type=file]").set_input_files(photo(tmp_path))
        expect(page.get_by_role("img", name="照片 1")).to_be_visible()
        picture(page, "phone-check-in")
        page.get_by_role("button", name="上班打卡").click()
        expect(page.get_by_role("heading", name="已保存在手机")).to_be_visible()
        expect(page.get_by_text("1 条已保存在手机")).to_be_visible()
    assert not CheckIn.objects.exists()

    with handset.on(online=False) as page:
        page.goto("/field/")
        expect(page.get_by_text("没有网络，以下是")).to_be_visible()
        expect(page.get_by_role("button", name="下班打卡")).to_be_visible()
        page.goto("/field/#/log")
        page.get_by_label("再说几句").fill("北坡有枯枝")
        page.get_by_role("checkbox", name="巡山巡护").click()
        page.reload()
        expect(page.get_by_text("上次没交的内容还在")).to_be_visible()
        expect(page.get_by_label("再说几句")).to_have_value("北坡有枯枝")
        expect(page.get_by_role("checkbox", name="巡山巡护")).to_be_checked()
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("2 条已保存在手机")).to_be_visible()
        page.goto("/field/#/waiting")
        expect(page.get_by_test_id("waiting")).to_have_count(2)
        with page.expect_download() as taken:
            page.get_by_role("button", name="导出到文件").click()
        exported = json.loads(Path(taken.value.path()).read_text())
        picture(page, "phone-waiting")

        hotel = "**/field/api/v1/**"
        page.context.route(
            hotel, lambda asked: asked.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi</h1>")
        )
        handset.signal(there=True)
        expect(page.get_by_text("这个网络要先登录才能上网").first).to_be_visible()
        expect(page.get_by_test_id("waiting")).to_have_count(2)
        page.context.unroute(hotel)
        page.get_by_role("button", name="现在上传").click()
        expect(page.get_by_text("全部已上传")).to_be_visible()
        page.reload()
        expect(page.get_by_text("全部已上传")).to_be_visible()
        fits_a_small_phone(page)
        devices.revoke(Device.objects.get(), reason="丢失", actor=clerk)
        page.goto("/field/#/today")
        expect(page.get_by_text("这部手机已被管理部门停用")).to_be_visible()

    assert Counter(Record.objects.values_list("kind", flat=True)) == {"consent": 2, "check_in": 1, "log": 1}
    assert sorted(Record.objects.values_list("seq", flat=True)) == [1, 2, 3, 4]
    check = CheckIn.objects.get()
    assert (check.person, check.kind, check.latitude) == (person, "on", 26.4123)
    log = WorkLog.objects.get()
    assert (log.person, "北坡有枯枝" in log.text) == (person, True)
    kept = Media.objects.get()
    assert kept.record_id == Record.objects.get(kind="check_in").pk
    with Image.open(io.BytesIO(kept.file.content.read())) as reduced:
        assert max(reduced.size) == 1600
    assert {each["kind"] for each in exported["records"]} == {"check_in", "log"}
    assert exported["media"][0]["sha256"] == bytes(kept.sha256).hex()
