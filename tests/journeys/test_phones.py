"""The village clerk gives a slip, sees the phone that signed in with it, and revokes it when it is lost."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect
from tests.conftest import VILLAGE
from tests.journeys.phone import ranger

from yigang.duty.domain import logins
from yigang.duty.sync.phone import new_key
from yigang.foundation.enums import Role

pytestmark = pytest.mark.journey


def test_a_slip_a_phone_and_its_loss(committed_db, browse, make_user, picture):
    person = ranger()
    page = browse(make_user(Role.VILLAGE_CLERK, VILLAGE))
    page.goto("/duty/phones/")
    expect(page.get_by_role("cell", name="未登录")).to_be_visible()
    page.get_by_role("link", name=person.name).first.click()
    picture(page, "phones-one-empty")
    page.get_by_role("button", name="发新登录码").click()
    code = page.locator(".slip-code").inner_text()
    picture(page, "phones-slip")
    logins.sign_in(person.phone, code, logins.Phone(uuid4(), new_key()[0], "红米 12C"), address=None)

    page.goto("/duty/phones/")
    expect(page.get_by_role("cell", name="红米 12C")).to_be_visible()
    picture(page, "phones")
    page.get_by_role("link", name=person.name).first.click()
    page.get_by_role("button", name="书面同意").first.click()
    expect(page.get_by_text("已登记。")).to_be_visible()
    picture(page, "phones-one")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "phones-one-390")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_label("原因").fill("巡山时丢失")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="丢失，停用").click()
    expect(page.get_by_text("这部手机已停用")).to_be_visible()
    expect(page.get_by_text("巡山时丢失")).to_be_visible()
