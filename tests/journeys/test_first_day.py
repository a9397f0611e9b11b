"""A town officer's first minutes: the own password, a person found, a number shown, and the trail of it."""

import pytest
from playwright.sync_api import expect
from tests.conftest import TOWN
from tests.console.conftest import identity_of, make_person, make_regions
from tests.journeys.conftest import press

from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry

pytestmark = pytest.mark.journey


def test_first_day_of_a_town_officer(committed_db, browse, make_user, picture):
    make_regions()
    make_person(234, name="单小红")
    make_person(2, name="王大山")
    officer = make_user(Role.TOWN_OFFICER, TOWN, username="clerk")
    officer.must_change_password = True
    officer.set_password("passing-word-1")
    officer.save()
    page = browse(None)
    page.goto("/")
    picture(page, "signin")
    page.get_by_label("账号").fill("clerk")
    page.get_by_label("密码").fill("passing-word-1")
    press(page.get_by_role("button", name="登录"))
    page.get_by_label("原密码").fill("passing-word-1")
    page.get_by_label("新密码", exact=True).fill("自己的新密码2026")
    page.get_by_label("再次输入新密码").fill("自己的新密码2026")
    picture(page, "password")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_text("密码已修改。")).to_be_visible()
    press(page.get_by_role("link", name="人员"))
    picture(page, "people")
    page.get_by_placeholder("姓名、拼音首字母或后四位").fill("sxh")
    expect(page.get_by_text("王大山")).to_have_count(0)
    press(page.get_by_role("link", name="单小红"))
    expect(page.get_by_text(identity_of(234))).to_have_count(0)
    page.locator("form.secret").first.get_by_role("button", name="显示").click()
    expect(page.get_by_text(identity_of(234))).to_be_visible()
    entry = AuditEntry.objects.get(verb="foundation.reveal")
    assert (entry.actor_id, entry.after) == (officer.pk, {"fields": ["identity"]})
